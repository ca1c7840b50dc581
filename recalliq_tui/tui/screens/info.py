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
_BRIEF = 8
_BRIEF_CELLS = 34


def info_page(info: CardInfo, signs: Signs, runtime: Runtime) -> Page:
    """The page for one card."""
    title = " ".join(info.stored.card.front.text.split())[:70]
    return Page(title, info_content(info, signs, runtime))


def info_content(info: CardInfo, signs: Signs, runtime: Runtime, *, brief: bool = False) -> Content:
    """What is known of a card, then its answers, newest first; ``brief`` fits beside a card."""
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
    if brief:
        rows = [row for row in rows if row[0] not in {"deck", "line"}]
    lines = [Content.assemble((f"{name:<12}", "$foreground-muted"), value) for name, value in rows]
    if brief:
        lines = [line.truncate(_BRIEF_CELLS, ellipsis=True) for line in lines]
    lines += [Content(""), Content.styled("History", "bold")]
    if info.history and brief:
        lines += [_brief_line(each, runtime) for each in reversed(info.history[-_BRIEF:])]
    elif info.history:
        lines += [_line(each, runtime) for each in reversed(info.history[-_MOST:])]
    else:
        lines.append(Content.styled("Not asked yet.", "$foreground-muted"))
    return Content("\n").join(lines)


def _due(memory: Memory, runtime: Runtime) -> str:
    if memory.due_at is not None:
        left = memory.due_at - runtime.now()
        return "now" if left.total_seconds() <= 0 else f"in {short_span(left)}"
    if memory.due_day is not None:
        day = date.fromordinal(memory.due_day)
        left_days = memory.due_day - runtime.calendar.day(runtime.now())
        when = "today" if left_days <= 0 else f"in {short_days(left_days)}"
        return f"{when} ({day.day} {day:%b %Y})"
    return "in turn, as a new card"


def _line(logged: LoggedReview, runtime: Runtime) -> Content:
    review = logged.review
    local = runtime.calendar.local(review.reviewed_at)
    after = short_days(review.interval_days) if review.interval_days else "a learning step"
    return Content(
        f"{local:%Y-%m-%d %H:%M}  {_RATINGS[review.rating]:<6} {review.kind.value:<8} then {after}"
    )


def _brief_line(logged: LoggedReview, runtime: Runtime) -> Content:
    review = logged.review
    local = runtime.calendar.local(review.reviewed_at)
    after = short_days(review.interval_days) if review.interval_days else "a step"
    return Content(f"{local.day:>2} {local:%b %y}   {_RATINGS[review.rating]:<6} {after}")
