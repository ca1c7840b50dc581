"""Take a text of the learner's own from a plain file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from recalliq_tui.domain.wording import plural
from recalliq_tui.services.importing import ImportFailedError, add_text, read_draft
from recalliq_tui.store.passage_rows import StoredPassage
from recalliq_tui.tui.widgets.field import Field

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widgets import Input

    from recalliq_tui.services.importing import Draft
    from recalliq_tui.services.runtime import Runtime

_WORDS: Final = """\
A plain text file, UTF-8: one line of it is one line to learn, a blank line ends a stanza. A first
line that stands alone is the title. Long lines are broken where one breathes; l changes that."""
_LINES_SHOWN: Final = 6


class ImportScreen(ModalScreen["StoredPassage | None"]):
    """Path, title, language; then the text is there. Ends with it, or with nothing."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "cancel")]

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()
        self._runtime = runtime
        self._draft: Draft | None = None

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="page"):
            yield Static(Content.styled("Import a text", "bold $accent"), classes="page-title")
            yield Static(Content(_WORDS), classes="page-body")
            yield Field(placeholder="path of the file", id="import-path")
            yield Static("", id="import-shown", markup=False)
            yield Field(placeholder="title", id="import-title")
            yield Field(placeholder="language, such as en or la; empty is none", id="import-lang")
            yield Static("", id="deck-error", markup=False)
            yield Static(
                Content.styled("enter goes on   esc leaves", "$text-muted"), classes="page-foot"
            )

    def on_mount(self) -> None:
        self._show_rest(shown=False)
        self.query_one("#import-path").focus()

    def _show_rest(self, *, shown: bool) -> None:
        for name in ("#import-shown", "#import-title", "#import-lang"):
            self.query_one(name).display = shown

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._say("")
        match event.input.id:
            case "import-path":
                await self._read(event.value.strip())
            case "import-title":
                self.query_one("#import-lang").focus()
            case "import-lang":
                await self._keep()

    async def _read(self, text: str) -> None:
        if not text:
            return
        try:
            draft = await self._runtime.db(lambda: read_draft(Path(text).expanduser()))
        except ImportFailedError as error:
            self._say(str(error))
            return
        self._draft = draft
        lines = [line for stanza in draft.stanzas for line in stanza]
        shown = "\n".join(f"  {line}" for line in lines[:_LINES_SHOWN])
        more = f"\n  and {len(lines) - _LINES_SHOWN} more" if len(lines) > _LINES_SHOWN else ""
        self.query_one("#import-shown", Static).update(
            Content(f"{plural(len(lines), 'line')}:\n{shown}{more}")
        )
        self.query_one("#import-title", Field).value = draft.title
        self._show_rest(shown=True)
        self.query_one("#import-title").focus()

    async def _keep(self) -> None:
        if self._draft is None:
            return
        from dataclasses import replace  # noqa: PLC0415

        title = self.query_one("#import-title", Field).value.strip() or self._draft.title
        lang = self.query_one("#import-lang", Field).value.strip() or None
        draft = replace(self._draft, title=title)
        runtime = self._runtime

        def add() -> StoredPassage:
            return add_text(
                runtime.library, runtime.collection, runtime.paths.own_decks, draft, lang=lang
            )

        try:
            stored = await runtime.db(add)
        except ImportFailedError as error:
            self._say(str(error))
            return
        self.dismiss(stored)

    def _say(self, words: str) -> None:
        self.query_one("#deck-error", Static).update(Content.styled(words, "$error"))

    def action_close(self) -> None:
        self.dismiss(None)
