"""Bindings from the table of key actions, so that every one can be remapped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from recalliq_tui.config.keys import BY_ID

if TYPE_CHECKING:
    from collections.abc import Mapping


def bind(action_id: str, action: str, *, show: bool = True, label: str | None = None) -> Binding:
    """Return the binding of an action id of :data:`recalliq_tui.config.keys.ACTIONS`."""
    entry = BY_ID[action_id]
    return Binding(
        entry.keys, action, label or entry.label, id=action_id, show=show, tooltip=entry.help
    )


def first_key(action_id: str, keymap: Mapping[str, str]) -> str:
    """The key to name for an action: the learner's own, else the usual one."""
    return keymap.get(action_id, BY_ID[action_id].keys).split(",")[0]
