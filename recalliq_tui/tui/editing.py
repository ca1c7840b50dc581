"""Opens deck files in the learner's editor and shows the change at once."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import subprocess
from typing import TYPE_CHECKING, Final

from textual.app import SuspendNotSupported

from recalliq_tui.domain.wording import plural
from recalliq_tui.services.editing import NotEditableError
from recalliq_tui.tui.words import shown_path

if TYPE_CHECKING:
    from pathlib import Path

    from recalliq_tui.domain.cards import Card, DeckId
    from recalliq_tui.tui.app import RecallApp

_EDITORS: Final = ("nano", "vim", "vi", "notepad")
_GOES_TO_LINE: Final = frozenset(
    {"nano", "vi", "vim", "nvim", "emacs", "micro", "kak", "joe", "ne"}
)


def editor_command() -> list[str] | None:
    """The learner's editor as a command: ``$VISUAL``, ``$EDITOR``, else one that is there."""
    for name in ("VISUAL", "EDITOR"):
        if given := os.environ.get(name, "").strip():
            return shlex.split(given)
    found = next((name for name in _EDITORS if shutil.which(name)), None)
    return [found] if found else None


def with_line(command: list[str], path: Path, line: int) -> list[str]:
    """The command for a file at a line, where the editor is known to take one."""
    name = os.path.basename(command[0]).lower().removesuffix(".exe")  # noqa: PTH119
    at = [f"+{line}"] if name in _GOES_TO_LINE and line > 1 else []
    return [*command, *at, str(path)]


async def edit_note(app: RecallApp, deck_id: DeckId, card: Card) -> str:
    """Open the card's note in the editor, then read the deck again.

    A sample is copied to the learner's own decks first. Returns words on what came of it.
    """
    try:
        editable = await app.runtime.decks.editable(deck_id, card)
    except NotEditableError as error:
        return str(error)
    path = editable.path
    said = await edit_file(app, path, editable.line)
    problems = await app.runtime.decks.reread(path)
    own = " Your own copy is studied from now on." if editable.copied else ""
    if said:
        return f"{said}{own}"
    if problems:
        first = problems[0]
        count = plural(len(problems), "problem")
        return f"{path.name} has {count}; line {first.line}: {first.found}.{own}"
    return f"Read again.{own}"


async def edit_file(app: RecallApp, path: Path, line: int = 1) -> str:
    """Run the editor on a file while the screens step aside; words if that failed."""
    command = editor_command()
    if command is None:
        return f"No editor found. Set EDITOR, then press e again; the file is {shown_path(path)}"
    app.sound.stop()
    try:
        # What changes meanwhile must not be painted over the editor.
        with app.batch_update(), app.suspend():
            code = await asyncio.to_thread(_run, with_line(command, path, line))
    except SuspendNotSupported:
        return f"This terminal can't hand over to an editor; the file is {shown_path(path)}"
    app.refresh()
    if code is None:
        where = shown_path(path)
        return f"{command[0]} can't be started. Set EDITOR to your editor; the file is {where}."
    return "" if code == 0 else f"{command[0]} ended with code {code}; the file was read again."


def _run(command: list[str]) -> int | None:
    try:
        return subprocess.run(command, check=False).returncode
    except OSError:
        return None
