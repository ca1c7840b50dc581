"""Checks deck files for authors: every problem, and how much is fine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from recalliq_tui.decks.check import check_paths
from recalliq_tui.decks.tree import deck_files, load
from recalliq_tui.domain.cards import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Checked:
    """What was read, and what is wrong with it. Counts are of what could be used."""

    files: int
    notes: int
    cards: int
    passages: int
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that aren't warnings."""
        return tuple(each for each in self.problems if each.severity is Severity.ERROR)


def check(paths: Sequence[Path]) -> Checked:
    """Check files and folder trees; a path that can't be read is a problem of its own."""
    files = {
        file.path.resolve(): file for path in paths for file in deck_files(path, origin="path")
    }
    decks = [load(file) for file in files.values()]
    return Checked(
        files=len(decks),
        notes=sum(len(deck.notes) for deck in decks),
        cards=sum(len(note.cards) for deck in decks for note in deck.notes),
        passages=sum(len(deck.passages) for deck in decks),
        problems=tuple(check_paths(paths)),
    )
