"""Pages that lie over a screen: help, problems, voice details, card info, questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, TypeVar

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from recalliq_tui.tui.words import shown_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from recalliq_tui.domain.cards import Problem

Result = TypeVar("Result")
_MOST_PROBLEMS: Final = 200


class Page(ModalScreen[None]):
    """A page of text that any closing key takes away. Long pages scroll."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter,question_mark,f1,f2,i", "close", "close"),
    ]

    def __init__(self, title: str, body: Content) -> None:
        super().__init__()
        self._title = title
        self._body = body

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="page"):
            yield Static(Content.styled(self._title, "bold $accent"), classes="page-title")
            yield Static(self._body, classes="page-body")
            yield Static(
                Content.styled("esc closes this", "$foreground-muted"), classes="page-foot"
            )

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def action_close(self) -> None:
        self.dismiss(None)


class Ask(ModalScreen[bool]):
    """A question with a yes and a no; Enter is yes, Escape is no."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "answer(True)", "yes"),
        Binding("n,escape,q", "answer(False)", "no"),
    ]

    def __init__(self, title: str, body: Content, *, yes: str, no: str) -> None:
        super().__init__()
        self._title = title
        self._body = body
        self._choices = (yes, no)

    def compose(self) -> ComposeResult:
        yes, no = self._choices
        with VerticalScroll(classes="page"):
            yield Static(Content.styled(self._title, "bold $accent"), classes="page-title")
            yield Static(self._body, classes="page-body")
            yield Static(
                Content.assemble(("y ", "bold $accent"), f"{yes}   ", ("n ", "bold $accent"), no),
                classes="page-foot",
            )

    def action_answer(self, answer: bool) -> None:  # noqa: FBT001  (an action's argument)
        self.dismiss(answer)


def problems_content(problems: Sequence[Problem]) -> Content:
    """Problems under the names of their files, each with its line."""
    lines: list[Content] = []
    path = ""
    for problem in problems[:_MOST_PROBLEMS]:
        if problem.path != path:
            path = problem.path
            shown = Content.styled(shown_path(path), "$foreground-muted")
            lines += [*([Content("")] if lines else []), shown]
        where = f"line {problem.line}".ljust(10)
        lines.append(Content.assemble((where, "bold"), problem.found))
        lines.append(Content.styled(f"          {problem.expected}", "$foreground-muted"))
    if len(problems) > _MOST_PROBLEMS:
        lines.append(Content(f"and {len(problems) - _MOST_PROBLEMS:,} more"))
    return Content("\n").join(lines)
