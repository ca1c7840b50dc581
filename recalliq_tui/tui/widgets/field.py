"""A line to type in that takes pasted text harmlessly: what is pasted, others may have written."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.widgets import Input

from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType


class Field(Input):
    """Textual's input without the control characters and overrides of pasted text."""

    def on_paste(self, event: events.Paste) -> None:
        lines = event.text.splitlines()
        self.insert_text_at_cursor(one_line(lines[0]) if lines else "")
        event.prevent_default()
        event.stop()


class AnswerField(Field):
    """Where an answer is typed; its own keys stand in the key line while it has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "compare", id="field.submit"),
        Binding("escape", "screen.leave_field", "leave", id="field.leave"),
    ]
