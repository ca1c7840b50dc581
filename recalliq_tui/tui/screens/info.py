"""Card info: history, stability, retrievability."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from textual.content import Content

from recalliq_tui.domain.memory import Memory, Phase, Rating
from recalliq_tui.domain.wording import plural, short_days, short_span
from recalliq_tui.tui.screens.dialogs import Page

if TYPE_CHECKING:
    from recalliq_tui.services.runtime import Runtime
    from recalliq_tui.services.views import CardInfo
    from recalliq_tui.store.outcomes import LoggedReview
    from recalliq_tui.tui.signs import Signs

_PHASES = {
    Phase.NEW: "new",
    Phase.LEARNING: "learning",
    Phase.REVIEW: "in review",
    Phase.RELEARNING: "learning again",
}
_RATINGS = {Rating.AGAIN: "Again", Rating.HARD: "Hard", Rating.GOOD: "Good", Rating.EASY: "Easy"}
_MOST = 60


def info_page(info: CardInfo, signs: Signs, runtime: Runtime) -> Page:
    """The page for one card."""
    stored, memory = info.stored, info.stored.memory
    flags = [
        word
        for word, on in (
            (f"{signs.star} marked", stored.marked),
            ("suspended", stored.suspended),
            ("no longer in its file", not stored.present),
        )
        if on
    ]
    rows = [
        ("deck", info.deck_title),
        ("state", ", ".join([_PHASES[memory.phase], *flags])),
        ("due", _due(memory, runtime)),
        ("recall", f"{info.retrievability:.0%} today" if memory.stability else "not known yet"),
        ("stability", short_days(memory.stability) if memory.stability else "not known yet"),
        ("difficulty", f"{memory.difficulty:.1f} of 10" if memory.difficulty else "not known yet"),
        ("answers", f"{plural(memory.reps, 'answer')}, {plural(memory.lapses, 'lapse')}"),
        ("tags", " ".join(stored.card.tags) or "none"),
        ("line", str(stored.card.line)),
    ]
    lines = [Content.assemble((f"{name:<12}", "$text-muted"), value) for name, value in rows]
    lines += [Content(""), Content.styled("History", "bold")]
    if info.history:
        lines += [_line(each, runtime) for each in reversed(info.history[-_MOST:])]
    else:
        lines.append(Content.styled("Not asked yet.", "$text-muted"))
    title = " ".join(stored.card.front.text.split())[:70]
    return Page(title, Content("\n").join(lines))


def _due(memory: Memory, runtime: Runtime) -> str:
    if memory.due_at is not None:
        left = memory.due_at - runtime.now()
        return "now" if left.total_seconds() <= 0 else f"in {short_span(left)}"
    if memory.due_day is not None:
        day = date.fromordinal(memory.due_day)
        left_days = memory.due_day - runtime.calendar.day(runtime.now())
        when = "today" if left_days <= 0 else f"in {short_days(left_days)}"
        return f"{when} ({day.day} {day:%b %Y})"
    return "when its turn as a new card comes"


def _line(logged: LoggedReview, runtime: Runtime) -> Content:
    review = logged.review
    local = runtime.calendar.local(review.reviewed_at)
    after = short_days(review.interval_days) if review.interval_days else "a learning step"
    return Content(
        f"{local:%Y-%m-%d %H:%M}  {_RATINGS[review.rating]:<6} {review.kind.value:<8} then {after}"
    )
