"""Passages, their parts and their progress, as rows."""
# ruff: noqa: S608  (only constants are put into the statements)

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from recalliq_tui.domain.cards import CardId, DeckId, Passage, PassageId
from recalliq_tui.domain.memory import Memory, Rating
from recalliq_tui.domain.passages.breaks import moved_lines
from recalliq_tui.domain.passages.parts import TITLE, WHOLE, join_part, line_part, part_id, part_of
from recalliq_tui.domain.passages.progress import fingerprint
from recalliq_tui.domain.passages.rules import Recited
from recalliq_tui.store.cards import read_memory, write_memory
from recalliq_tui.store.reviews import ACTIVE, record
from recalliq_tui.store.rows import MEMORY_COLUMNS, memory_from, to_micros

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from recalliq_tui.domain.cards import Deck
    from recalliq_tui.domain.memory import Review
    from recalliq_tui.domain.passages.parts import Part


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage where it stands. ``retention`` is its deck's own, ``None`` where it says none."""

    passage: Passage
    deck_id: DeckId
    deck_title: str
    position: int
    retention: float | None = None
    present: bool = True


@dataclass(frozen=True, slots=True)
class PassageCount:
    """Passages of a deck, and those of them with a part that is due."""

    passages: int
    due: int


_FIELDS: Final = (
    "slug", "lang", "voice", "translation_of", "source_edition", "year", "license", "say",
)  # fmt: skip
_STORED: Final = (
    "SELECT passage.passage_id, passage.content, deck.deck_id, deck.title, passage.position,"
    " deck.retention, passage.present AND deck.present"
    " FROM passage JOIN deck ON deck.id = passage.deck"
)
_STATE: Final = ", ".join(f"state.{name.strip()}" for name in MEMORY_COLUMNS.split(","))


# --- the index ---------------------------------------------------------------------------------


def index_passages(conn: sqlite3.Connection, deck: Deck, *, now: datetime) -> None:
    """Take over the passages of a deck that was just indexed; lines that moved keep progress."""
    row = conn.execute("SELECT id FROM deck WHERE deck_id = ?", (deck.id,)).fetchone()
    known = {
        ident: (content, present)
        for ident, content, present in conn.execute(
            "SELECT passage_id, content, present FROM passage WHERE deck = ?", row
        )
    }
    seen: set[str] = set()
    for position, passage in enumerate(deck.passages):
        content = passage_json(passage)
        if passage.id in known and known[passage.id][0] != content:
            old = passage_from(passage.id, known[passage.id][0])
            _carry(conn, old, passage, deck_id=deck.id, now=now)
        conn.execute(
            "INSERT INTO passage (passage_id, deck, position, present, content)"
            " VALUES (?, ?, ?, 1, ?) ON CONFLICT (passage_id, deck) DO UPDATE"
            " SET position = excluded.position, present = 1, content = excluded.content",
            (passage.id, row[0], position, content),
        )
        seen.add(passage.id)
    gone = [(row[0], ident) for ident, (_, present) in known.items() if present]
    conn.executemany(
        "UPDATE passage SET present = 0 WHERE deck = ? AND passage_id = ?",
        [each for each in gone if each[1] not in seen],
    )


def passages(conn: sqlite3.Connection, *, deck_id: str | None) -> list[StoredPassage]:
    only = "" if deck_id is None else " AND deck.deck_id = ?"
    rows = conn.execute(
        f"{_STORED} WHERE passage.present AND deck.present{only}"
        " ORDER BY deck.title, deck.deck_id, passage.position",
        () if deck_id is None else (deck_id,),
    )
    found: dict[str, StoredPassage] = {}
    for each in map(_stored, rows):
        found.setdefault(each.passage.id, each)
    return list(found.values())


def passage(conn: sqlite3.Connection, passage_id: str) -> StoredPassage | None:
    row = conn.execute(
        f"{_STORED} WHERE passage.passage_id = ?"
        " ORDER BY passage.present AND deck.present DESC LIMIT 1",
        (passage_id,),
    ).fetchone()
    return None if row is None else _stored(row)


def passage_counts(conn: sqlite3.Connection, day: int) -> dict[DeckId, PassageCount]:
    rows = conn.execute(
        "SELECT deck.deck_id, count(*), sum(EXISTS (SELECT 1 FROM passage_part AS part"
        " JOIN state ON state.card = part.card WHERE part.passage_id = passage.passage_id"
        " AND state.due_day <= ?)) FROM passage JOIN deck ON deck.id = passage.deck"
        " WHERE passage.present AND deck.present GROUP BY deck.deck_id",
        (day,),
    )
    return {DeckId(deck_id): PassageCount(count, due or 0) for deck_id, count, due in rows}


def _stored(row: tuple[Any, ...]) -> StoredPassage:
    ident, content, deck_id, title, position, retention, present = row
    return StoredPassage(
        passage_from(ident, content), DeckId(deck_id), title, position, retention, bool(present)
    )


def passage_json(passage: Passage) -> str:
    """All of a passage but its id; what is empty is left out."""
    data: dict[str, Any] = {"title": passage.title, "stanzas": passage.stanzas}
    data |= {name: getattr(passage, name) for name in _FIELDS if getattr(passage, name) is not None}
    data |= {
        name: getattr(passage, name) for name in ("tags", "variants") if getattr(passage, name)
    }
    data |= {"line": passage.line, "end_line": passage.end_line}
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def passage_from(passage_id: str, content: str) -> Passage:
    data: dict[str, Any] = json.loads(content)
    return Passage(
        id=PassageId(passage_id),
        title=data["title"],
        stanzas=tuple(tuple(stanza) for stanza in data["stanzas"]),
        tags=tuple(data.get("tags", ())),
        variants=tuple(tuple(group) for group in data.get("variants", ())),
        line=data["line"],
        end_line=data["end_line"],
        **{name: data[name] for name in _FIELDS if name in data},
    )


# --- memories and the log ------------------------------------------------------------------------


def part_memories(
    conn: sqlite3.Connection, *, passage_id: str | None
) -> dict[str, dict[Part, Memory]]:
    only = "" if passage_id is None else " WHERE part.passage_id = ?"
    rows = conn.execute(
        f"SELECT part.passage_id, card.card_id, {_STATE} FROM passage_part AS part"
        f" JOIN card ON card.id = part.card JOIN state ON state.card = part.card{only}",
        () if passage_id is None else (passage_id,),
    )
    found: dict[str, dict[Part, Memory]] = {}
    for ident, card_id, *memory in rows:
        part = part_of(card_id)
        if part is not None:
            found.setdefault(ident, {})[part] = memory_from(memory)
    return found


def recitals(conn: sqlite3.Connection, *, passage_id: str | None) -> dict[str, list[Recited]]:
    """Where progress was moved to another line, its attempts are of that line from then on."""
    only = "" if passage_id is None else " AND part.passage_id = ?"
    rows = conn.execute(
        "SELECT part.passage_id, card.card_id, log.kind, log.day, log.rating, log.stability,"
        " past.card_id FROM log JOIN passage_part AS part ON part.card = log.card"
        " JOIN card ON card.id = log.card LEFT JOIN card AS past ON past.id = log.past"
        f" WHERE (({ACTIVE}) OR log.kind = 'keep'){only} ORDER BY log.id",
        () if passage_id is None else (passage_id,),
    )
    found: dict[str, list[tuple[str, Recited | None]]] = {}
    for ident, card_id, kind, day, rating, stability, past in rows:
        if kind == "keep":
            _relabel(found, past, card_id, ident)
            continue
        part = part_of(card_id)
        if part is not None:
            each = Recited(part, day, Rating(rating), stability or 0.0)
            found.setdefault(ident, []).append((card_id, each))
    return {
        ident: [each for _, each in history if each is not None] for ident, history in found.items()
    }


def _relabel(
    found: dict[str, list[tuple[str, Recited | None]]], past: str, card_id: str, ident: str
) -> None:
    """What was recited as ``past`` is now the past of ``card_id``, perhaps in another passage."""
    part = part_of(card_id)
    moved: list[tuple[str, Recited | None]] = []
    for name, history in list(found.items()):
        mine = [each for each in history if each[0] == past]
        moved += mine
        found[name] = [each for each in history if each[0] != past]
    known = found.setdefault(ident, [])
    for _, each in moved:
        known.append((card_id, None if each is None or part is None else replace(each, part=part)))


def record_recital(
    conn: sqlite3.Connection, passage_id: PassageId, parts: Iterable[tuple[Part, Review, Memory]]
) -> None:
    for part, review, after in parts:
        _part_key(conn, passage_id, part_id(passage_id, part))
        record(conn, review, after)


def undo_recital(
    conn: sqlite3.Connection, passage_id: str, *, since_day: int, now: datetime
) -> tuple[Part, ...]:
    """Take back all answers of the newest moment; none where progress was moved since."""
    newest = conn.execute(
        "SELECT log.at, log.kind, log.day FROM log JOIN passage_part AS part"
        f" ON part.card = log.card WHERE part.passage_id = ? AND (({ACTIVE}) OR log.kind = 'keep')"
        " ORDER BY log.id DESC LIMIT 1",
        (passage_id,),
    ).fetchone()
    if newest is None or newest[1] == "keep" or newest[2] < since_day:
        return ()
    rows = conn.execute(
        "SELECT log.id, log.card, log.deck_id, log.offset_minutes, log.day, log.before,"
        " card.card_id FROM log JOIN card ON card.id = log.card"
        " JOIN passage_part AS part ON part.card = log.card"
        f" WHERE part.passage_id = ? AND log.at = ? AND {ACTIVE} ORDER BY log.id DESC",
        (passage_id, newest[0]),
    ).fetchall()
    undone: list[Part] = []
    for number, key, deck_id, offset, day, before, card_id in rows:
        conn.execute(
            "INSERT INTO log (kind, card, deck_id, at, offset_minutes, day, undoes)"
            " VALUES ('undo', ?, ?, ?, ?, ?, ?)",
            (key, deck_id, to_micros(now), offset, day, number),
        )
        write_memory(conn, key, memory_from(json.loads(before)))
        part = part_of(card_id)
        undone += [] if part is None else [part]
    return tuple(reversed(undone))


def _part_key(conn: sqlite3.Connection, passage_id: str, card_id: str) -> int:
    """Key of a part's card, made where it is new."""
    conn.execute(
        "INSERT INTO card (card_id, note_id) VALUES (?, ?) ON CONFLICT (card_id) DO NOTHING",
        (card_id, passage_id),
    )
    key = int(conn.execute("SELECT id FROM card WHERE card_id = ?", (card_id,)).fetchone()[0])
    conn.execute(
        "INSERT INTO passage_part (card, passage_id) VALUES (?, ?) ON CONFLICT (card) DO NOTHING",
        (key, passage_id),
    )
    return key


# --- acquiring -----------------------------------------------------------------------------------


def acquired(conn: sqlite3.Connection, *, passage_id: str | None) -> dict[str, Any]:
    only = "" if passage_id is None else " WHERE passage_id = ?"
    rows = conn.execute(
        f"SELECT passage_id, body FROM acquiring{only}",
        () if passage_id is None else (passage_id,),
    )
    return {ident: json.loads(body) for ident, body in rows}


def save_acquired(conn: sqlite3.Connection, passage_id: str, data: Any, *, now: datetime) -> None:
    if data is None:
        conn.execute("DELETE FROM acquiring WHERE passage_id = ?", (passage_id,))
        return
    conn.execute(
        "INSERT OR REPLACE INTO acquiring (passage_id, body, at) VALUES (?, ?, ?)",
        (passage_id, json.dumps(data, ensure_ascii=False, separators=(",", ":")), to_micros(now)),
    )


# --- progress after an edit ----------------------------------------------------------------------


def carry_passage(
    conn: sqlite3.Connection, old: StoredPassage, new: PassageId, *, now: datetime
) -> None:
    stored = passage(conn, new)
    if stored is None or stored.passage.id == old.passage.id:
        return
    _carry(conn, old.passage, stored.passage, deck_id=stored.deck_id, now=now)
    body = acquired(conn, passage_id=old.passage.id).get(old.passage.id)
    if body is not None and not acquired(conn, passage_id=new):
        save_acquired(conn, new, body, now=now)
        save_acquired(conn, old.passage.id, None, now=now)


def _carry(
    conn: sqlite3.Connection, old: Passage, new: Passage, *, deck_id: DeckId, now: datetime
) -> None:
    """Move the progress of lines and joins to where their words stand now."""
    renamed = old.id != new.id
    moves: list[tuple[Part, Part]] = []
    for make, before, after in (
        (line_part, list(old.lines), list(new.lines)),
        (join_part, _joins(old.lines), _joins(new.lines)),
    ):
        places = list(moved_lines(before, after))
        if renamed:
            still = {source for source, _ in places}
            same = [at for at in range(min(len(before), len(after))) if at not in still]
            places += [(at, at) for at in same if fingerprint(before[at]) == fingerprint(after[at])]
        moves += [(make(a), make(b)) for a, b in places]
    if renamed:
        moves += [(WHOLE, WHOLE), (TITLE, TITLE)]
    for source, target in moves:
        was = part_id(old.id, source)
        if _memory(conn, was) is None:
            continue
        becomes = part_id(new.id, target)
        if _memory(conn, becomes) is not None:
            _move(conn, becomes, _parked(new, becomes), new.id, deck_id=deck_id, now=now)
        _move(conn, was, becomes, new.id, deck_id=deck_id, now=now)


def _joins(lines: Sequence[str]) -> list[str]:
    return [f"{a} {b}" for a, b in pairwise(lines)]


def _parked(new: Passage, card_id: CardId) -> CardId:
    """Where the progress of a line that is no more stays, out of the way."""
    digest = blake2b(f"{card_id}/{new.text}".encode(), digest_size=6).hexdigest()
    return CardId(f"{new.id}~was-{digest}")


def _memory(conn: sqlite3.Connection, card_id: CardId) -> Memory | None:
    row = conn.execute("SELECT id FROM card WHERE card_id = ?", (card_id,)).fetchone()
    return None if row is None else read_memory(conn, row[0])


def _move(
    conn: sqlite3.Connection,
    old: CardId,
    new: CardId,
    passage_id: PassageId,
    *,
    deck_id: DeckId,
    now: datetime,
) -> None:
    """Make ``old`` the past of ``new``, as for a card whose text was edited."""
    key = _part_key(conn, passage_id, new)
    past = int(conn.execute("SELECT id FROM card WHERE card_id = ?", (old,)).fetchone()[0])
    memory = read_memory(conn, past)
    if memory is None or read_memory(conn, key) is not None:
        return
    conn.execute(
        "INSERT INTO log (kind, card, deck_id, at, offset_minutes, day, past)"
        " VALUES ('keep', ?, ?, ?, 0, ?, ?)",
        (key, deck_id, to_micros(now), memory.last_day or 0, past),
    )
    write_memory(conn, past, Memory())
    write_memory(conn, key, memory)
