"""Where the lines of a text break: a cursor between words, a key to break or join."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from recalliq_tui.domain.passages.breaks import joined, words_and_breaks
from recalliq_tui.services.importing import ImportFailedError, set_breaks
from recalliq_tui.tui.bindings import bind
from recalliq_tui.tui.screens.base import RiqScreen

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from recalliq_tui.services.prayers import PassageView
    from recalliq_tui.store.passage_rows import StoredPassage


class LineEditorScreen(RiqScreen[str]):
    """Ends with words on what was done, empty where nothing was."""

    CSS_PATH = "line_editor.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("pray.break", "break_here(1)"),
        bind("pray.stanza", "break_here(2)"),
        bind("pray.save", "save"),
        Binding("right", "move(1)", show=False),
        Binding("left", "move(-1)", show=False),
        Binding("down", "line(1)", show=False),
        Binding("up", "line(-1)", show=False),
        bind("app.help", "app.help", label="help"),
        bind("app.back", "leave", label="back"),
        Binding("escape", "leave", show=False),
    ]

    def __init__(self, view: PassageView) -> None:
        super().__init__()
        self._view = view
        self._words, before = words_and_breaks(view.passage.stanzas)
        self._before = before
        self._breaks = list(before)
        self._at = 0
        """The word before the cursor."""

    def compose_body(self) -> ComposeResult:
        yield Static("", id="lines-head", markup=False)
        with VerticalScroll(id="lines-holder", can_focus=False):
            yield Static("", id="lines-text", markup=False)
        yield Static("", id="lines-note", markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        self._note("Arrows move between words. Enter breaks the line there, or joins it.")
        self._paint()

    @property
    def stanzas(self) -> tuple[tuple[str, ...], ...]:
        return joined(self._words, self._breaks)

    @property
    def changed(self) -> bool:
        return self.stanzas != self._view.passage.stanzas

    def _paint(self) -> None:
        stanzas = self.stanzas
        count = sum(map(len, stanzas))
        mark = "   changed" if self.changed else ""
        self.query_one("#lines-head", Static).update(
            Content.assemble(
                (f" {self._view.passage.title}", "bold"), (f"   {count} lines{mark}", "$text-muted")
            )
        )
        text, row = self._text()
        self.query_one("#lines-text", Static).update(text)
        holder = self.query_one("#lines-holder", VerticalScroll)
        holder.scroll_to(y=max(0, row - holder.size.height // 2), animate=False)
        self.refresh_bindings()

    def _text(self) -> tuple[Content, int]:
        """The text with a cursor between two words, and the row of the cursor."""
        content, row, cursor = Content("   1  "), 0, 0
        line = 1
        last = len(self._words) - 1
        for at, word in enumerate(self._words):
            content = content.append(word)
            if at == self._at:
                content = content.append(Content.styled(self.riq.signs.between, "bold $accent"))
                cursor = row
            if at == last:
                break
            match self._breaks[at]:
                case 0:
                    content = content.append(" ")
                case kind:
                    line += 1
                    row += kind
                    number = Content.styled(f"{line:>4}  ", "$text-disabled")
                    content = content.append("\n" * kind).append(number)
        return content, cursor

    def _note(self, words: str, style: str = "$text-muted") -> None:
        self.query_one("#lines-note", Static).update(Content.styled(words, style))

    def tell_failure(self, words: str) -> None:
        self._note(words, "$error")

    # --- keys --------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "save":
            return self.changed
        return super().check_action(action, parameters)

    def action_move(self, by: int) -> None:
        self._at = min(max(0, self._at + by), max(0, len(self._words) - 2))
        self._paint()

    def action_line(self, by: int) -> None:
        """To the end of the next line, or of the one before."""
        ends = [at for at, kind in enumerate(self._breaks[:-1]) if kind]
        if by > 0:
            self._at = next((at for at in ends if at > self._at), max(0, len(self._words) - 2))
        else:
            self._at = next((at for at in reversed(ends) if at < self._at), 0)
        self._paint()

    def action_break_here(self, kind: int) -> None:
        if self._at < len(self._words) - 1:
            self._breaks[self._at] = 0 if self._breaks[self._at] == kind else kind
            self._paint()

    @work(group="save", exclusive=True, exit_on_error=False)
    async def action_save(self) -> None:
        runtime, stanzas = self.riq.runtime, self.stanzas

        def save() -> StoredPassage:
            return set_breaks(
                runtime.library, runtime.collection, runtime.paths.own_decks,
                self._view.stored, stanzas,
            )  # fmt: skip

        try:
            await runtime.db(save)
        except ImportFailedError as error:
            self._note(str(error), "$error")
            return
        self.dismiss("The lines are kept; so is what you know of them.")

    def action_leave(self) -> None:
        self.dismiss("")
