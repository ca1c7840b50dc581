"""Finds the deck files in a folder tree and loads them; what can't be read is a problem."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from pathlib import Path

    from recalliq_tui.domain.cards import Deck, Problem

_SUFFIXES: Final = frozenset({".md", ".markdown"})
_NOT_DECKS: Final = frozenset({"readme.md", "sources.md", "license.md", "changelog.md"})
_NOTE: Final = re.compile(rb"^(?:[QC]:|P:)", re.MULTILINE)
_MAX_DEPTH: Final = 16
_MAX_FILES: Final = 20_000
_DIGITS: Final = re.compile(r"(\d+)")


class DeckFile(NamedTuple):
    """A deck's file. ``root`` is the folder its default id is relative to.

    ``origin`` says where it came from, in a word of the caller's: samples, own, path, library.
    """

    path: Path
    root: Path
    origin: str

    @property
    def default_id(self) -> str:
        """Path relative to the root with ``/``, NFC: the deck's id if it names none itself."""
        try:
            relative = self.path.relative_to(self.root)
        except ValueError:
            relative = self.path.relative_to(self.path.parent)
        return one_line(unicodedata.normalize("NFC", relative.as_posix()))

    @property
    def folders(self) -> tuple[str, ...]:
        """Names of the folders between the root and the file, for showing decks as a tree."""
        return tuple(self.default_id.split("/")[:-1])


def deck_files(root: Path, *, origin: str) -> list[DeckFile]:
    """Return the deck files at ``root``: itself if it is a file, else those in its tree.

    Hidden files and folders, links that lead back up, and files such as a README without a note
    are left out. Sorted as people count: ``2`` before ``10``. What can't be listed is left out.
    """
    if not root.is_dir():
        return [DeckFile(root, root.parent, origin)] if _is_there(root) else []
    found: list[Path] = []
    _collect(root, found, parents=frozenset(), depth=0)
    found.sort(key=lambda path: _natural(path.relative_to(root).as_posix()))
    return [DeckFile(path, root, origin) for path in found]


def load(deck_file: DeckFile) -> Deck:
    """Read and parse a deck file. A file that vanished or can't be read is a deck of one problem."""
    from recalliq_tui.decks.markdown import parse_bytes  # noqa: PLC0415  (a known deck needs none)

    path = str(deck_file.path)
    try:
        # The bytes have no name here, so that the parser can let go of them.
        return parse_bytes(_read(deck_file.path), path=path, deck_id=deck_file.default_id)
    except OSError as error:
        return _unreadable(deck_file, error)


def unreadable(path: Path, error: OSError) -> Problem:
    """Say why a file could not be read, and what to do."""
    from recalliq_tui.decks.report import shown_path  # noqa: PLC0415
    from recalliq_tui.domain.cards import Problem  # noqa: PLC0415

    name = shown_path(str(path))
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return Problem(name, 1, "no such file", "check the name, or add the deck again")
        case PermissionError():
            return Problem(
                name, 1, "the file may not be read", "give yourself the right to read it"
            )
        case IsADirectoryError():
            return Problem(name, 1, "a folder", "a Markdown file")
        case _:
            reason = one_line(error.strerror or type(error).__name__, max_chars=200)
            return Problem(name, 1, f"can't be read ({reason})", "a regular Markdown file")


def _read(path: Path) -> bytes:
    """Read a regular file, one byte over the limit at most; a pipe or device is refused."""
    from recalliq_tui.decks.markdown import MAX_BYTES  # noqa: PLC0415

    descriptor = os.open(
        path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(None, "not a regular file")
        return file.read(MAX_BYTES + 1)


def _unreadable(deck_file: DeckFile, error: OSError) -> Deck:
    from recalliq_tui.domain.cards import Deck, DeckId  # noqa: PLC0415

    problem = unreadable(deck_file.path, error)
    title = one_line(deck_file.path.stem) or "deck"
    return Deck(DeckId(deck_file.default_id), title, str(deck_file.path), problems=(problem,))


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def _collect(
    folder: Path, found: list[Path], *, parents: frozenset[tuple[int, int]], depth: int
) -> None:
    try:
        status = folder.stat()
        identity = (status.st_dev, status.st_ino)
        if identity in parents or depth > _MAX_DEPTH:
            return
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(".") or len(found) >= _MAX_FILES:
            continue
        path = folder / entry.name
        try:
            is_folder = entry.is_dir()
        except OSError:
            continue
        if is_folder:
            _collect(path, found, parents=parents | {identity}, depth=depth + 1)
        elif path.suffix.lower() in _SUFFIXES and not _is_about_decks(path):
            found.append(path)


def _is_about_decks(path: Path) -> bool:
    """Whether a file is a README or the like without any note in it."""
    if path.name.lower() not in _NOT_DECKS:
        return False
    try:
        return _NOTE.search(_read(path)) is None
    except OSError:
        return True


def _natural(text: str) -> list[tuple[int, str]]:
    """Sort key under which ``Chapter 2`` comes before ``Chapter 10``."""
    parts = _DIGITS.split(unicodedata.normalize("NFKD", text).casefold())
    return [
        (int(part[:18]) if part.isascii() and part.isdigit() else -1, part)
        for part in parts
        if part
    ]
