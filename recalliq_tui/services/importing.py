"""Takes texts of the learner's own from plain files, and sets where the lines of a text break.

Synchronous; on the collection's thread. A file is replaced whole or not at all.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from recalliq_tui.decks.editing import own_copy
from recalliq_tui.decks.markdown import parse_bytes
from recalliq_tui.domain.passages.breaks import Stanzas, propose
from recalliq_tui.store.models import Origin
from recalliq_tui.textsafe import clean, one_line, safe_name

if TYPE_CHECKING:
    from recalliq_tui.domain.cards import Passage, PassageId
    from recalliq_tui.services.library import Library
    from recalliq_tui.store.collection import Collection
    from recalliq_tui.store.passage_rows import StoredPassage

MAX_BYTES: Final = 200_000
OWN_FILE: Final = "My texts.md"
_HEAD: Final = '---\nid = "my-texts"\nname = "My texts"\npassages = true\n---\n'
_COMMENT: Final = re.compile("<(?=!--)")
_ID: Final = re.compile(r'\bid="([a-z0-9_-]+)"')


class ImportFailedError(Exception):
    """A text can't be taken or changed; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A text as it was read, to be looked at before it is kept."""

    title: str
    stanzas: Stanzas

    @property
    def lines(self) -> int:
        return sum(map(len, self.stanzas))


def read_draft(path: Path) -> Draft:
    """Read a plain text; a first line that stands alone is its title, else the file's name is.

    Raises :class:`ImportFailedError`.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ImportFailedError(f"{path} can't be read: {error.strerror or error}.") from error
    if len(data) > MAX_BYTES:
        raise ImportFailedError(f"The text is longer than {MAX_BYTES:,} bytes. Split it.")
    try:
        text = clean(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ImportFailedError("The file isn't UTF-8. Save it as UTF-8.") from error
    draft = draft_of(text, fallback=path.stem)
    if not draft.lines:
        raise ImportFailedError("There is no text in this file.")
    return draft


def draft_of(text: str, *, fallback: str) -> Draft:
    """A draft from plain text: see :func:`read_draft`."""
    stanzas = propose(text)
    if len(stanzas) > 1 and len(stanzas[0]) == 1:
        return Draft(_title(stanzas[0][0]), stanzas[1:])
    return Draft(_title(fallback), stanzas)


def _title(text: str) -> str:
    return one_line(text, max_chars=120).lstrip("#").strip() or "Untitled"


def add_text(
    library: Library, collection: Collection, own_root: Path, draft: Draft, *, lang: str | None
) -> StoredPassage:
    """Keep a text in the learner's own deck of texts; raises :class:`ImportFailedError`."""
    own_root.mkdir(parents=True, exist_ok=True)
    path = own_root / OWN_FILE
    try:
        before = path.read_bytes() if path.exists() else _HEAD.encode()
    except OSError as error:
        raise ImportFailedError(f"{path} can't be read: {error.strerror}.") from error
    ident = _free_id(before.decode("utf-8", "replace"), draft.title)
    after = before.rstrip() + b"\n\n" + _segment(draft, ident, lang).encode()
    _write(path, _checked(path, after, draft.stanzas, ident))
    library.refresh()
    deck = parse_bytes(after, path=str(path), deck_id="my-texts")
    stored = collection.passage(f"{deck.id}#{ident}")
    if stored is None:
        raise ImportFailedError(f"The text is in {path}, but its deck can't be read.")
    return stored


def _segment(draft: Draft, ident: str, lang: str | None) -> str:
    attributes = [f'id="{ident}"']
    if lang:
        attributes.append(f"lang={json.dumps(one_line(lang), ensure_ascii=False)}")
    body = _body(draft.stanzas)
    return f"P: {_inert(draft.title)}\n{body}\n<!-- riq {' '.join(attributes)} -->\n"


def _body(stanzas: Stanzas) -> str:
    """Lines as a deck file holds them: indented by a space, so that none of them is a tag."""
    return "\n\n".join("\n".join(f" {_inert(line)}" for line in stanza) for stanza in stanzas)


def _inert(line: str) -> str:
    line = "\u2014" if line.strip() and not line.strip(" -") else line
    return _COMMENT.sub("< ", line).replace("```", "` ` `")


def _free_id(text: str, title: str) -> str:
    taken = set(_ID.findall(text))
    stem = safe_name(title, max_chars=48)
    names = (stem if n == 1 else f"{stem}-{n}" for n in range(1, 10_000))
    return next(name for name in names if name not in taken)


def _checked(path: Path, data: bytes, stanzas: Stanzas, ident: str) -> bytes:
    """The file's new bytes, if they hold the text as it is meant."""
    deck = parse_bytes(data, path=str(path), deck_id="check")
    found = next((each for each in deck.passages if each.id.endswith(f"#{ident}")), None)
    wanted = tuple(tuple(" ".join(_inert(line).split()) for line in each) for each in stanzas)
    if found is None or found.stanzas != wanted:
        raise ImportFailedError("This text can't be written into a deck file as it is.")
    return data


# --- where lines break -----------------------------------------------------------------------------


def set_breaks(
    library: Library,
    collection: Collection,
    own_root: Path,
    stored: StoredPassage,
    stanzas: Stanzas,
) -> StoredPassage:
    """Write a text with other breaks, the learner's own copy of a sample; progress is kept.

    Raises :class:`ImportFailedError`.
    """
    file = library.file(stored.deck_id)
    if file is None or not file.path.exists():
        raise ImportFailedError("The deck's file is gone. Press F5 on the home screen.")
    path = file.path
    try:
        if file.origin in {Origin.SAMPLE, Origin.LIBRARY}:
            path = own_copy(file, own_root)
        data = path.read_bytes()
    except OSError as error:
        raise ImportFailedError(f"{path} can't be changed: {error.strerror}.") from error
    deck = parse_bytes(data, path=str(path), deck_id=stored.deck_id)
    passage = next((each for each in deck.passages if each.id == stored.passage.id), None)
    if passage is None:
        raise ImportFailedError("The text has changed meanwhile. Open it again.")
    after = _with_stanzas(data, passage, stanzas)
    new = parse_bytes(after, path=str(path), deck_id=stored.deck_id)
    place = next(n for n, each in enumerate(deck.passages) if each.id == passage.id)
    if len(new.passages) != len(deck.passages) or new.passages[place].stanzas != stanzas:
        raise ImportFailedError("These lines can't be written into the deck file as they are.")
    _write(path, after)
    library.refresh()
    return _carried(collection, stored, new.passages[place].id)


def _carried(collection: Collection, old: StoredPassage, ident: PassageId) -> StoredPassage:
    if ident != old.passage.id:
        collection.carry_passage(old, ident)
    found = collection.passage(ident)
    if found is None:
        raise ImportFailedError("The text was written, but its deck can't be read.")
    return found


def _with_stanzas(data: bytes, passage: Passage, stanzas: Stanzas) -> bytes:
    """The file with other lines for one passage, all else as it was."""
    text = data.decode("utf-8-sig")
    bom = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    eol = "\r\n" if "\r\n" in text else "\n"
    rows = text.replace("\r\n", "\n").split("\n")
    first, end = passage.line, passage.end_line
    segment = "\n".join(rows[first:end])
    comments = "".join(f"{each}\n" for each in re.findall(r"<!--.*?-->", segment, re.DOTALL))
    body = f"{_body(stanzas)}\n{comments}".rstrip("\n")
    tail = rows[end:]
    new = [*rows[:first], *body.split("\n"), *([""] if tail and tail[0].strip() else []), *tail]
    return bom + eol.join(new).encode()


def _write(path: Path, data: bytes) -> None:
    """Replace a file: the whole new one, or the old one stays."""
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    except OSError as error:
        raise ImportFailedError(f"{path.parent} can't be written: {error.strerror}.") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as error:
        raise ImportFailedError(f"{path} can't be written: {error.strerror}.") from error
    finally:
        with contextlib.suppress(OSError):
            Path(temporary).unlink(missing_ok=True)
