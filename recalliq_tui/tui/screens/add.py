"""Add or create a deck."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from recalliq_tui.tui.widgets.field import Field
from recalliq_tui.tui.words import shown_path

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from recalliq_tui.services.runtime import Runtime

_WORDS = """\
Type a name to create a deck, or the path of a Markdown file or folder to add.
A new deck opens in your editor: {editor}."""


class AddScreen(ModalScreen[Path | None]):
    """Gives the path of what was added or created, or ``None``."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "cancel")]

    def __init__(self, runtime: Runtime, editor: str) -> None:
        super().__init__()
        self._runtime = runtime
        self._editor = editor

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="page"):
            yield Static(Content.styled("Add a deck", "bold $accent"), classes="page-title")
            yield Static(Content(_WORDS.format(editor=self._editor)), classes="page-body")
            yield Field(placeholder="name, or path", id="deck-name")
            yield Static("", id="deck-error", markup=False)
            foot = f"Your own decks lie in {shown_path(self._runtime.paths.own_decks)}"
            yield Static(Content.styled(foot, "$foreground-muted"), classes="page-foot")

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        text = event.value.strip()
        if not text:
            return
        try:
            path = await self._runtime.decks.add_or_create(text)
        except OSError as error:
            words = f"{text}: {error.strerror or error}. Choose another name or folder."
            self.query_one("#deck-error", Static).update(Content.styled(words, "$error"))
            return
        self.dismiss(path)

    def action_close(self) -> None:
        self.dismiss(None)
