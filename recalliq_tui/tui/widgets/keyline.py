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
    "left_square_bracket": "[",
    "right_square_bracket": "]",
}


_GAP = 3
_LAST_TO_GO = "app.help"
"""Where the line is too short for all, the way to the others stays."""


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
        shown = [(binding.id, self._piece(key, binding)) for key, binding in self._shown_bindings()]
        room = self.size.width - 1
        room -= sum(piece.cell_length + _GAP for name, piece in shown if name == _LAST_TO_GO)
        kept: list[Content] = []
        for name, piece in shown:
            if name == _LAST_TO_GO:
                kept.append(piece)
            elif room >= 0:
                room -= piece.cell_length + (_GAP if kept else 0)
                if room >= 0:
                    kept.append(piece)
        return Content(" ").append(Content(" " * _GAP).join(kept))

    def _piece(self, key: str, binding: Binding) -> Content:
        style = Style.from_meta({"@click": f"screen.run_binding({binding.id!r})"})
        name = key_name(key, self._signs)
        return Content.assemble(
            (name, "bold $accent"), " ", (binding.description, "$foreground-muted")
        ).stylize(style)

    def _shown_bindings(self) -> list[tuple[str, Binding]]:
        """Bindings to show, each once, with the first key that leads to it.

        Textual works ``active_bindings`` out anew at each look, so one look has to do.
        """
        keys: dict[str, str] = {}
        shown: dict[str, Binding] = {}
        for key, active in self.screen.active_bindings.items():
            name = active.binding.id or ""
            keys.setdefault(name, key)
            if active.binding.show and active.enabled:
                shown.setdefault(name, active.binding)
        return [(keys[name], shown[name]) for name in sorted(shown, key=lambda n: ORDER.get(n, 0))]
