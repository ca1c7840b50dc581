"""Files and folders that the learner added from the screen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from recalliq_tui.services.library import Source

if TYPE_CHECKING:
    from collections.abc import Iterable


class AddedDecks:
    """Paths that the learner added from the screen, kept beside the collection as JSON."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def read(self) -> list[Path]:
        try:
            found = json.loads(self.file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []
        return (
            [Path(each) for each in found if isinstance(each, str)]
            if isinstance(found, list)
            else []
        )

    def add(self, path: Path) -> None:
        """Keep a path; raises :class:`OSError`."""
        paths = [*dict.fromkeys([*self.read(), path])]
        self.file.parent.mkdir(parents=True, exist_ok=True)
        draft = self.file.with_suffix(".new")
        draft.write_text(json.dumps([str(each) for each in paths], indent=1), encoding="utf-8")
        draft.replace(self.file)


def added_sources(added: AddedDecks) -> Iterable[Source]:
    """Sources for what was added from the screen."""
    return (Source(path, "folder") for path in added.read())
