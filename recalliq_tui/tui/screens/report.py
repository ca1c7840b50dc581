"""“This audio sounds wrong”: what is wrong with what was just heard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from recalliq_tui.domain.reports import Reason
from recalliq_tui.tui.widgets.field import Field

if TYPE_CHECKING:
    from pathlib import PurePath

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from recalliq_tui.domain.cards import Side
    from recalliq_tui.services.steps import Question
    from recalliq_tui.tui.app import RecallApp

WORDS: Final = {
    Reason.MISPRONOUNCED: "mispronounced",
    Reason.WRONG_LANGUAGE: "in the wrong language",
    Reason.CUT_OFF: "cut off",
    Reason.NOISE: "noise, or sounds strange",
    Reason.WRONG_TEXT: "says something else than the card",
    Reason.OTHER: "something else",
}
_REASONS: Final = tuple(WORDS)
_FOOT: Final = (
    "1 to {last} choose   enter sends   esc cancels\n"
    "Kept on this machine. `recalliq reports` makes another take; the old clip plays until then."
)


@dataclass(frozen=True, slots=True)
class Wrong:
    """What the learner says about a clip."""

    reason: Reason
    note: str


class ReportScreen(ModalScreen["Wrong | None"]):
    """Asks what is wrong; gives ``None`` when it is left."""

    CSS_PATH: ClassVar[list[str | PurePath]] = ["dialogs.tcss", "report.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "cancel"),
        *(
            Binding(str(number), f"choose({number})", show=False)
            for number in range(1, len(_REASONS) + 1)
        ),
    ]

    def __init__(self, heard: str) -> None:
        super().__init__()
        self._heard = heard

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="page", can_focus=False):
            yield Static(
                Content.styled("This audio sounds wrong", "bold $accent"), classes="page-title"
            )
            yield Static(Content.styled(self._heard, "$foreground-muted"), classes="page-body")
            yield OptionList(
                *(
                    Option(Content.assemble((f"{number} ", "bold $accent"), WORDS[reason]))
                    for number, reason in enumerate(_REASONS, 1)
                ),
                id="reasons",
            )
            yield Field(
                placeholder="a note, if you like: which word, how it should sound", id="note"
            )
            foot = _FOOT.format(last=len(_REASONS))
            yield Static(Content.styled(foot, "$foreground-muted"), classes="page-foot")

    def on_mount(self) -> None:
        reasons = self.query_one(OptionList)
        reasons.highlighted = 0
        reasons.focus()

    def action_choose(self, number: int) -> None:
        self.query_one(OptionList).highlighted = number - 1
        self.query_one(Input).focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        chosen = self.query_one(OptionList).highlighted or 0
        self.dismiss(Wrong(_REASONS[chosen], event.value.strip()))

    def action_close(self) -> None:
        self.dismiss(None)


async def report_wrong(app: RecallApp, question: Question, side: Side) -> str:
    """Ask what is wrong with a side's audio and keep the report; returns words on it.

    Empty where the learner changed their mind. Raises
    :class:`~recalliq_tui.store.errors.StoreError` where it can't be kept.
    """
    from recalliq_tui.services.reports import report_of  # noqa: PLC0415

    parts = app.sound.parts
    item = parts.work.known_item(question.card, side) if parts is not None else None
    heard = f"the {side.value}, {item.spec.voice_name}" if item is not None else f"the {side.value}"
    wrong = await app.push_screen_wait(ReportScreen(f"Heard: {heard}"))
    if wrong is None:
        return ""
    report = report_of(
        question.card,
        side,
        deck_id=question.deck_id,
        reason=wrong.reason,
        at=app.runtime.now(),
        note=wrong.note,
        item=item,
    )
    number = await app.runtime.db(lambda: app.runtime.collection.add_report(report))
    return f"Kept as report {number}. `recalliq reports show {number}` goes on from here."
