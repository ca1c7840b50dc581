"""Asks whether edited cards keep their progress."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from recalliq_tui.domain.wording import plural
from recalliq_tui.textsafe import one_line
from recalliq_tui.tui.screens.dialogs import Ask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recalliq_tui.services.shelf import Kept

_MOST: Final = 6


def kept_question(kept: Sequence[Kept]) -> Ask:
    """One question for all pairs of an edit."""
    lines = []
    for each in kept[:_MOST]:
        lines.append(
            Content.assemble(("was  ", "$foreground-muted"), one_line(each.old_text, max_chars=60))
        )
        lines.append(
            Content.assemble(("now  ", "$foreground-muted"), one_line(each.new_text, max_chars=60))
        )
        lines.append(Content(""))
    if len(kept) > _MOST:
        lines.append(Content(f"and {len(kept) - _MOST} more\n"))
    words = f"{plural(len(kept), 'card')} looked changed rather than new:"
    return Ask(
        "Keep progress?",
        Content.assemble(words, "\n\n", Content("\n").join(lines)),
        yes="keep it",
        no="start anew",
    )
