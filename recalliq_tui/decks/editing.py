"""Creates deck files and the learner's own copies of decks; never overwrites anything."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from recalliq_tui.decks.markdown import parse_bytes
from recalliq_tui.textsafe import one_line, safe_name

if TYPE_CHECKING:
    from recalliq_tui.decks.tree import DeckFile
    from recalliq_tui.domain.cards import Card

_FIRST_NOTE: Final = """
Q: Write a question here
A: and its answer here

C: Or a sentence with a [hole] in it
"""
_MAX_TRIES: Final = 1_000


def new_deck_text(name: str, lang: str | None = None) -> str:
    """Return the text of a new deck: front matter, and two notes that show how it goes."""
    lines = [f"name = {_toml(one_line(name) or 'New deck')}"]
    if lang:
        lines.append(f"lang = {_toml(one_line(lang))}")
    return "\n".join(("---", *lines, "---", _FIRST_NOTE))


def create_deck(folder: Path, name: str, *, lang: str | None = None) -> Path:
    """Write a new deck into ``folder`` and return its path; raises ``OSError``.

    A name that is taken gets a number. Words of any script stay in the file's name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return _write_new(folder, _file_stem(name), new_deck_text(name, lang).encode())


def own_copy(deck_file: DeckFile, own_root: Path) -> Path:
    """Copy a sample or synced deck into the learner's folder; return the copy's path.

    The copy keeps the deck's id, written into its front matter where it isn't there, so that
    progress is kept. A copy made before is returned as it is. Raises ``OSError``.
    """
    data = deck_file.path.read_bytes()
    deck = parse_bytes(data, path=str(deck_file.path), deck_id=deck_file.default_id)
    relative = Path(*deck_file.folders) if deck_file.folders else Path()
    target = own_root / relative / deck_file.path.name
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        present = target.read_bytes()
    except FileNotFoundError:
        pass
    else:
        if parse_bytes(present, path=str(target), deck_id="").id == deck.id:
            return target
    return _write_new(target.parent, target.stem, _with_id(data, deck.id))


def note_line(path: Path, card: Card) -> int:
    """Return the line on which a card's note begins in the file as it is now.

    Falls back to the line known from the last load when the note isn't there any more.
    """
    try:
        data = path.read_bytes()
    except OSError:
        return max(card.line, 1)
    deck_id, sign, _ = card.note_id.rpartition("#")
    deck = parse_bytes(data, path=str(path), deck_id=deck_id if sign else None)
    lines = [note.line for note in deck.notes if note.id == card.note_id]
    return lines[0] if lines else max(card.line, 1)


def _with_id(data: bytes, deck_id: str) -> bytes:
    """Return the file with its id in front matter, all else byte for byte as it was."""
    without = parse_bytes(data, path="deck", deck_id="\0")
    if without.id != "\0":
        return data
    bom = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    body = data.removeprefix(bom)
    eol = b"\r\n" if b"\r\n" in body[:4_000] else b"\n"
    line = b"id = " + _toml(deck_id).encode() + eol
    opened = _has_front_matter(body)
    if opened:
        cut = body.index(b"\n") + 1
        return bom + body[:cut] + line + body[cut:]
    return bom + b"---" + eol + line + b"---" + eol + body


def _has_front_matter(body: bytes) -> bool:
    """Whether a ``---`` on the first line opens front matter rather than separating nothing."""
    first, _, rest = body.partition(b"\n")
    if first.strip() != b"---":
        return False
    for raw in rest.split(b"\n"):
        if raw.strip() == b"---":
            return True
        if raw[:2] in {b"Q:", b"A:", b"C:", b"P:"}:
            return False
    return False


def _toml(text: str) -> str:
    """Return ``text`` as a TOML string; JSON's escapes are TOML's."""
    return json.dumps(text, ensure_ascii=False)


def _file_stem(name: str) -> str:
    """Return a file name that every system takes, with the letters of the deck's name."""
    kept = "".join(c if c.isalnum() or c in " _-" else " " for c in one_line(name, max_chars=60))
    stem = " ".join(kept.split()).strip("-_ ")
    reserved = {"con", "prn", "aux", "nul"}
    if not stem or stem.lower() in reserved or len(stem.encode()) > 200:  # noqa: PLR2004
        stem = safe_name(name, max_chars=40)
    return stem if stem.lower() not in reserved else f"{stem}-deck"


def _write_new(folder: Path, stem: str, data: bytes) -> Path:
    """Write a file under a name that is free; the whole file appears at once or not at all."""
    descriptor, temporary = tempfile.mkstemp(prefix=".new-", dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        for number in range(1, _MAX_TRIES):
            target = folder / (f"{stem}.md" if number == 1 else f"{stem} {number}.md")
            if _link(Path(temporary), target):
                return target
    finally:
        Path(temporary).unlink(missing_ok=True)
    raise FileExistsError(f"{folder / stem}.md and {_MAX_TRIES} numbered names are taken")


def _link(source: Path, target: Path) -> bool:
    """Give ``source`` the name ``target`` unless it is taken; return whether it was free."""
    try:
        os.link(source, target)
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        try:
            with target.open("xb") as file:
                file.write(source.read_bytes())
        except FileExistsError:
            return False
    return True
