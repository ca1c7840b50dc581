"""Session end: what was done, what is due next."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.widgets import Static

from recalliq_tui.domain.memory import Rating
from recalliq_tui.domain.wording import plural, short_days, short_span
from recalliq_tui.tui.bindings import bind
from recalliq_tui.tui.screens.base import RiqScreen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from recalliq_tui.domain.cards import Problem
    from recalliq_tui.services.steps import Summary
    from recalliq_tui.tui.signs import Signs


class EndScreen(RiqScreen[None]):
    """One calm page after a session."""

    CSS_PATH = "end.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("home.study", "close", label="decks"),
        bind("app.voice", "app.voice", show=False),
        bind("app.help", "app.help", label="help"),
        bind("app.back", "close", label="back"),
    ]

    def __init__(self, summary: Summary, problems: Sequence[Problem] = ()) -> None:
        super().__init__()
        self._summary = summary
        self._problems = problems

    def compose_body(self) -> ComposeResult:
        words = summary_content(self._summary, self.riq.signs, self.riq.runtime.now())
        if self._problems:
            words = Content.assemble(words, problem_content(self._problems, self.riq.signs))
        yield Static(words, id="end", markup=False)

    def action_close(self) -> None:
        self.dismiss(None)


def problem_content(problems: Sequence[Problem], signs: Signs) -> Content:
    """Why a deck may have had nothing to ask: what is wrong in its file."""
    first = problems[0]
    more = f", and {plural(len(problems) - 1, 'further problem')}" if len(problems) > 1 else ""
    words = f"{signs.needs} The deck's file has a problem{more}. On home, c lists all."
    return Content.assemble(
        "\n\n", (words, "$warning"), f"\n  line {first.line}: {first.found}; {first.expected}"
    )


def summary_content(summary: Summary, signs: Signs, now: datetime) -> Content:
    """The session in a few lines."""
    lines: list[Content] = [Content.styled(summary.title, "bold"), Content("")]
    if summary.answered:
        minutes = max(1, round(summary.seconds / 60))
        done = f"{plural(summary.answered, 'answer')} in {minutes} min"
        lines.append(Content.assemble((f"{signs.ok} ", "$success"), done))
        lines.append(Content(f"  {_ratings(summary)}"))
        if summary.new_cards:
            lines.append(
                Content(f"  {plural(summary.new_cards, 'new card')} met for the first time")
            )
    else:
        lines.append(Content(f"{signs.nothing} Nothing was asked in this session."))
    lines.append(Content(""))
    lines.append(Content(_next(summary, now)))
    return Content("\n").join(lines)


def _ratings(summary: Summary) -> str:
    names = {Rating.AGAIN: "again", Rating.HARD: "hard", Rating.GOOD: "good", Rating.EASY: "easy"}
    counts = summary.ratings or {}
    return ", ".join(f"{counts[r]} {name}" for r, name in names.items() if counts.get(r))


def _next(summary: Summary, now: datetime) -> str:
    if summary.left:
        still = f"{plural(summary.left, 'card')} still to ask today; study again to go on."
    elif summary.next_learning is not None:
        wait = short_span(max(summary.next_learning - now, now - now))
        still = f"A card you are learning comes back in {wait}."
    else:
        still = "That is all for today."
    if summary.due_tomorrow:
        return f"{still}\nDue tomorrow: {plural(summary.due_tomorrow, 'card')}."
    if summary.next_due is None:
        return f"{still}\nDue tomorrow: no reviews."
    days, cards = summary.next_due
    return f"{still}\nDue tomorrow: no reviews; {plural(cards, 'card')} in {short_days(days)}."
