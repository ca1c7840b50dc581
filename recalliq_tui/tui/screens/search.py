"""Search over all cards."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from recalliq_tui.domain.wording import plural
from recalliq_tui.tui.screens.base import RiqScreen
from recalliq_tui.tui.widgets.field import Field

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from recalliq_tui.services.views import Found
    from recalliq_tui.tui.signs import Signs

_HINT = "All words must occur; tag:verbs and deck:spanish narrow the search."
_MOST = 200


class SearchScreen(RiqScreen[None]):
    """Words above, cards below; Enter shows a card's history."""

    CSS_PATH = "search.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "back", id="search.close"),
        Binding("down", "to_list", "to the cards", id="search.down"),
        Binding("at", "suspend", "suspend or bring back", id="search.suspend"),
        Binding("asterisk", "mark", "mark", id="search.mark"),
    ]

    AUTO_FOCUS: ClassVar[str | None] = "#query"

    def __init__(self) -> None:
        super().__init__()
        self._found: list[Found] = []

    def compose_body(self) -> ComposeResult:
        yield Field(placeholder="search the cards", id="query")
        yield OptionList(id="found", markup=False)
        yield Static(_HINT, id="found-note", markup=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._search(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_to_list()

    @work(group="search", exclusive=True, exit_on_error=False)
    async def _search(self, text: str) -> None:
        self._found = await self.riq.runtime.decks.search(text, _MOST) if text.strip() else []
        self._show(text)

    def _show(self, text: str) -> None:
        options = self.query_one("#found", OptionList)
        at = options.highlighted
        options.clear_options()
        options.add_options(
            Option(found_content(found, self.riq.signs, self.size.width - 8))
            for found in self._found
        )
        if at is not None and at < len(self._found):
            options.highlighted = at
        note = _HINT
        if text.strip() and not self._found:
            note = f"No card has all of these words. {_HINT}"
        elif self._found:
            more = " or more" if len(self._found) == _MOST else ""
            note = f"{plural(len(self._found), 'card')}{more}. Enter shows a card's history."
        self.query_one("#found-note", Static).update(Content(note))
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in {"suspend", "mark"}:
            return self.query_one("#found", OptionList).has_focus and self._current is not None
        return super().check_action(action, parameters)

    @property
    def _current(self) -> Found | None:
        at = self.query_one("#found", OptionList).highlighted
        return self._found[at] if at is not None and at < len(self._found) else None

    def action_to_list(self) -> None:
        options = self.query_one("#found", OptionList)
        if self._found:
            options.focus()
            options.highlighted = options.highlighted or 0
            self.refresh_bindings()

    @work(group="card", exclusive=True, exit_on_error=False)
    async def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if (found := self._current) is not None:
            await self.riq.show_card_info(found.stored.card.id)

    @work(group="card", exclusive=True, exit_on_error=False)
    async def action_suspend(self) -> None:
        if (found := self._current) is not None:
            await self.riq.runtime.decks.suspend(
                found.stored.card.id, on=not found.stored.suspended
            )
            self._search(self.query_one("#query", Input).value)

    @work(group="card", exclusive=True, exit_on_error=False)
    async def action_mark(self) -> None:
        if (found := self._current) is not None:
            await self.riq.runtime.decks.mark(found.stored.card.id, on=not found.stored.marked)
            self._search(self.query_one("#query", Input).value)

    def action_close(self) -> None:
        self.dismiss(None)


def found_content(found: Found, signs: Signs, width: int) -> Content:
    """One line: flags, front, back, deck."""
    stored = found.stored
    flags = (signs.star if stored.marked else "") + ("@" if stored.suspended else "")
    front = " ".join(stored.card.front.text.split())
    back = " ".join(stored.card.back.text.split())
    text = Content.assemble(
        (f"{flags} " if flags else "", "$warning"),
        (front, "bold"),
        (f" {signs.dot} {back}", ""),
        (f"   {found.deck_title}", "$foreground-muted"),
    )
    return text.truncate(max(20, width), ellipsis=True)
