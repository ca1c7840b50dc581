"""A pad that takes single letters while it has the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message
from textual.widgets import Static

if TYPE_CHECKING:
    from textual import events


class LettersPad(Static, can_focus=True):
    """Takes letters and figures; every other key goes on to the screen."""

    class Typed(Message):
        """A letter was typed."""

        def __init__(self, character: str) -> None:
            super().__init__()
            self.character = character

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__("first letters: type here, esc leaves", id=id, markup=False)

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Letters are for this widget: no binding of the screen shows or takes them."""
        return _is_letter(key, character)

    def on_key(self, event: events.Key) -> None:
        if _is_letter(event.key, event.character) and event.character is not None:
            event.stop()
            event.prevent_default()
            self.post_message(self.Typed(event.character))


def _is_letter(key: str, character: str | None) -> bool:
    return character is not None and len(character) == 1 and character.isalnum() and "+" not in key
