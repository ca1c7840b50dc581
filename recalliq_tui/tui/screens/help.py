"""Help: the keys that work on the screen in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.content import Content

from recalliq_tui.config.keys import ACTIONS
from recalliq_tui.tui.screens.dialogs import Page
from recalliq_tui.tui.widgets.keyline import ORDER, key_name

if TYPE_CHECKING:
    from textual.screen import Screen

    from recalliq_tui.tui.signs import Signs

_FOOT = """
Keys can be changed under [keys] in the config file; `recalliq config path` says where it is.
While an answer is typed, single keys write; Alt+R, Alt+V and F1 work there too, Esc leaves."""


def help_page(screen: Screen[Any], signs: Signs) -> Page:
    """All keys of ``screen``, those that do nothing now included."""
    keys: dict[str, list[str]] = {}
    for _node, bindings in screen._binding_chain:  # noqa: SLF001  (the public view hides disabled keys)
        for key, binding in bindings:
            if binding.id:
                names = keys.setdefault(binding.id, [])
                if key_name(key, signs) not in names:
                    names.append(key_name(key, signs))
    lines = [
        Content.assemble((" ".join(keys[action.id]).ljust(14), "bold $accent"), " ", action.help)
        for action in sorted(ACTIONS, key=lambda action: ORDER[action.id])
        if action.id in keys
    ]
    return Page("Keys", Content("\n").join([*lines, Content.styled(_FOOT, "$foreground-muted")]))
