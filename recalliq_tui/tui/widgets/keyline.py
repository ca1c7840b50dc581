"""The line of keys that do something now. Each is a button for the mouse too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from recalliq_tui.config.keys import ACTIONS

if TYPE_CHECKING:
    from textual.app import RenderResult
    from textual.binding import Binding
    from textual.screen import Screen

    from recalliq_tui.tui.signs import Signs

ORDER = {
    action.id: (action.where == "everywhere") * len(ACTIONS) + number
    for number, action in enumerate(ACTIONS)
}
"""What a screen is for comes first, what works everywhere last."""

_NAMES = {
    "question_mark": "?",
    "slash": "/",
    "minus": "-",
    "at": "@",
    "asterisk": "*",
    "exclamation_mark": "!",
    "escape": "esc",
    "plus": "+",
    "full_stop": ".",
    "comma": ",",
}


def key_name(key: str, signs: Signs) -> str:
    """A key as it is printed on the screen: ``?``, ``^p``, ``space``."""
    if key == "enter":
        return signs.enter
    if key.startswith("ctrl+"):
        return f"^{key[5:]}"
    return _NAMES.get(key, key)


class KeyLine(Widget):
    """Shows the shown, enabled bindings of the screen in their order."""

    def __init__(self, signs: Signs) -> None:
        super().__init__(id="keyline")
        self._signs = signs

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, _screen: Screen[object]) -> None:
        self.refresh()

    def render(self) -> RenderResult:
        line = Content(" ")
        for binding in self._shown_bindings():
            name = key_name(self._key(binding), self._signs)
            style = Style.from_meta({"@click": f"screen.run_binding({binding.id!r})"})
            piece = Content.assemble(
                (name, "bold $accent"), " ", (binding.description, "$text-muted")
            )
            piece = piece.stylize(style).append("   ")
            if line.cell_length + piece.cell_length - 3 > self.size.width:
                break
            line = line.append(piece)
        return line.rstrip()

    def _shown_bindings(self) -> list[Binding]:
        seen: set[str] = set()
        shown: list[Binding] = []
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if not (binding.show and active.enabled) or (binding.id or "") in seen:
                continue
            seen.add(binding.id or "")
            shown.append(binding)
        return sorted(shown, key=lambda binding: ORDER.get(binding.id or "", 0))

    def _key(self, binding: Binding) -> str:
        for key, active in self.screen.active_bindings.items():
            if active.binding.id == binding.id:
                return key
        return binding.key
