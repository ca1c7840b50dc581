"""Checks deck files for authors: every problem of every file, and of the files together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recalliq_tui.decks.report import quote, shown_path
from recalliq_tui.decks.tree import deck_files, load, unreadable
from recalliq_tui.domain.cards import Deck, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def check_paths(paths: Sequence[Path]) -> list[Problem]:
    """Return the problems of the decks at ``paths`` (files and folder trees), file by file."""
    problems: list[Problem] = []
    seen: set[Path] = set()
    decks: list[Deck] = []
    for path in paths:
        files = deck_files(path, origin="path")
        if not files:
            problems.append(_nothing_at(path))
        for deck_file in files:
            real = deck_file.path.resolve()
            if real in seen:
                continue
            seen.add(real)
            deck = load(deck_file)
            decks.append(deck)
            problems.extend(deck.problems)
            if not deck.notes and not deck.passages and not deck.problems:
                problems.append(
                    Problem(
                        shown_path(deck.path), 1, "no notes", "write Q: and A:, or C: with a [hole]"
                    )
                )
    return problems + same_ids(decks)


def same_ids(decks: Sequence[Deck]) -> list[Problem]:
    """Return a problem for each deck whose id an earlier one has."""
    first: dict[str, str] = {}
    problems: list[Problem] = []
    for deck in decks:
        other = first.setdefault(deck.id, deck.path)
        if other != deck.path:
            found = f"the deck id {quote(deck.id)} is that of {shown_path(other)} too"
            problems.append(
                Problem(shown_path(deck.path), 1, found, 'write another id = "…" in front matter')
            )
    return problems


def _nothing_at(path: Path) -> Problem:
    try:
        path.stat()
    except OSError as error:
        return unreadable(path, error)
    return Problem(
        shown_path(str(path)), 1, "a folder without decks", "Markdown files with notes in them"
    )
