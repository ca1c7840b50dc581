"""The index of deck files: which decks there are, and which cards stand where in them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from recalliq_tui.domain.cards import Card, CardId, DeckId
from recalliq_tui.store.folding import fold
from recalliq_tui.store.models import DeckRow, Origin
from recalliq_tui.store.rows import card_from, card_json
from recalliq_tui.store.schema import Lane

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from recalliq_tui.domain.cards import Deck
    from recalliq_tui.store.outcomes import IndexChange

_DECK_COLUMNS: Final = (
    "deck_id, title, path, origin, lang, front_lang, back_lang, voice, typed, retention, tags,"
    " has_passages, author, license, source, mtime_ns, size, sha256, present, cards"
)


def decks(conn: sqlite3.Connection) -> list[DeckRow]:
    """All decks ever indexed, by title; absent ones too."""
    rows = conn.execute(f"SELECT {_DECK_COLUMNS} FROM deck ORDER BY title, deck_id")  # noqa: S608
    return [_deck_row(row) for row in rows]


def deck(conn: sqlite3.Connection, deck_id: str) -> DeckRow | None:
    row = conn.execute(
        f"SELECT {_DECK_COLUMNS} FROM deck WHERE deck_id = ?",  # noqa: S608
        (deck_id,),
    ).fetchone()
    return None if row is None else _deck_row(row)


def _deck_row(row: tuple[Any, ...]) -> DeckRow:
    ident, title, path, origin, lang, front, back, voice, typed, retention, tags, *rest = row
    passages, author, licence, source, mtime_ns, size, sha256, present, cards = rest
    return DeckRow(
        id=DeckId(ident),
        title=title,
        path=path,
        origin=Origin(origin),
        lang=lang,
        front_lang=front,
        back_lang=back,
        voice=voice,
        typed=None if typed is None else bool(typed),
        retention=retention,
        tags=tuple(json.loads(tags)),
        has_passages=bool(passages),
        author=author,
        license=licence,
        source=source,
        mtime_ns=mtime_ns,
        size=size,
        sha256=sha256,
        present=bool(present),
        cards=cards,
    )


def mark_absent(conn: sqlite3.Connection, deck_id: str) -> None:
    """The deck's file is missing. Its cards stay, and can still be studied from the index."""
    conn.execute("UPDATE deck SET present = 0 WHERE deck_id = ?", (deck_id,))


def deck_cards(conn: sqlite3.Connection, deck_id: str) -> Iterator[Card]:
    """The deck's cards in the order of its file."""
    rows = conn.execute(
        "SELECT card.card_id, card.note_id, slot.content FROM slot"
        " JOIN deck ON deck.id = slot.deck JOIN card ON card.id = slot.card"
        " WHERE deck.deck_id = ? AND slot.present ORDER BY slot.position",
        (deck_id,),
    )
    return (card_from(*row) for row in rows)


def index_deck(
    conn: sqlite3.Connection, deck: Deck, *, origin: Origin, mtime_ns: int, size: int
) -> IndexChange:
    """Take over a parsed file: within one transaction of the caller's.

    Only what differs is written. ``candidates`` are left to the caller.
    """
    from recalliq_tui.store.outcomes import IndexChange  # noqa: PLC0415  (a known deck needs none)

    cards = list({card.id: card for card in deck.cards}.values())
    key = _write_deck(conn, deck, origin=origin, mtime_ns=mtime_ns, size=size, count=len(cards))
    known = _slots(conn, key)
    added: list[tuple[int, Card, str]] = []
    moved: list[tuple[int, int]] = []
    changed: list[tuple[Card, str, int]] = []
    for position, card in enumerate(cards):
        content = card_json(card)
        slot = known.pop(card.id, None)
        if slot is None:
            added.append((position, card, content))
            continue
        slot_id, was_at, present, had = slot
        if was_at != position or not present:
            moved.append((position, slot_id))
        if had != content:
            changed.append((card, content, slot_id))
    gone = [(slot_id, ident) for ident, (slot_id, _, present, _) in known.items() if present]
    _insert(conn, key, added)
    conn.executemany("UPDATE slot SET position = ?, present = 1 WHERE id = ?", moved)
    conn.executemany(
        "UPDATE slot SET content = ?, folded = ? WHERE id = ?",
        ((content, _folded(card), slot_id) for card, content, slot_id in changed),
    )
    conn.executemany("UPDATE slot SET present = 0 WHERE id = ?", ((slot,) for slot, _ in gone))
    _assign_lanes(conn, key, everything=bool(moved or gone))
    return IndexChange(
        added=tuple(card.id for _, card, _ in added),
        kept=len(cards) - len(added),
        changed=tuple(card.id for card, _, _ in changed),
        vanished=tuple(ident for _, ident in gone),
    )


def _write_deck(
    conn: sqlite3.Connection, deck: Deck, *, origin: Origin, mtime_ns: int, size: int, count: int
) -> int:
    values = (
        *(deck.id, deck.title, deck.path, origin.value, deck.lang, deck.front_lang),
        *(deck.back_lang, deck.voice, deck.typed, deck.retention, json.dumps(deck.tags)),
        *(deck.has_passages, deck.author, deck.license, deck.source, mtime_ns, size),
        *(deck.sha256, True, count),
    )
    names = _DECK_COLUMNS.split(", ")
    updates = ", ".join(f"{name.strip()} = excluded.{name.strip()}" for name in names[1:])
    marks = ", ".join("?" * len(values))
    row = conn.execute(
        f"INSERT INTO deck ({_DECK_COLUMNS}) VALUES ({marks})"  # noqa: S608
        f" ON CONFLICT (deck_id) DO UPDATE SET {updates} RETURNING id",
        values,
    ).fetchone()
    return int(row[0])


def _slots(conn: sqlite3.Connection, deck: int) -> dict[CardId, tuple[int, int, int, str]]:
    rows = conn.execute(
        "SELECT card.card_id, slot.id, slot.position, slot.present, slot.content"
        " FROM slot JOIN card ON card.id = slot.card WHERE slot.deck = ?",
        (deck,),
    )
    return {CardId(ident): (slot, at, present, text) for ident, slot, at, present, text in rows}


def _insert(conn: sqlite3.Connection, deck: int, added: list[tuple[int, Card, str]]) -> None:
    conn.executemany(
        "INSERT INTO card (card_id, note_id) VALUES (?, ?) ON CONFLICT (card_id) DO NOTHING",
        ((card.id, card.note_id) for _, card, _ in added),
    )
    conn.executemany(
        "INSERT INTO slot (deck, card, position, present, lane, due, content, folded)"
        " SELECT ?, id, ?, 1, ?, ?, ?, ? FROM card WHERE card_id = ?",
        (
            (deck, position, Lane.NEW.value, position, content, _folded(card), card.id)
            for position, card, content in added
        ),
    )


def _folded(card: Card) -> str:
    words = (card.front.text, card.back.text, *card.accept, *(f"#{tag}#" for tag in card.tags))
    return fold("\n".join(words))


LANES: Final = f"""
    UPDATE slot SET (lane, due, buried_day) = (
        SELECT
            CASE
                WHEN NOT slot.present OR coalesce(flag.suspended, 0) THEN {Lane.OUT.value}
                WHEN state.phase IS NULL OR state.phase = 0 THEN {Lane.NEW.value}
                WHEN state.phase = 2 THEN {Lane.REVIEW.value}
                ELSE {Lane.LEARNING.value}
            END,
            CASE
                WHEN state.phase IS NULL OR state.phase = 0 THEN slot.position
                WHEN state.phase = 2 THEN coalesce(state.due_day, 0)
                ELSE coalesce(state.due_at, 0)
            END,
            coalesce(flag.buried_day, 0)
        FROM (SELECT slot.card AS card) AS this
        LEFT JOIN state ON state.card = this.card
        LEFT JOIN flag ON flag.card = this.card
    )
"""  # noqa: S608
"""Puts slots into the lane that state and flags say; a WHERE says which slots."""


def assign_lanes(conn: sqlite3.Connection, card: int) -> None:
    conn.execute(f"{LANES} WHERE card = ?", (card,))


def _assign_lanes(conn: sqlite3.Connection, deck: int, *, everything: bool) -> None:
    studied = (
        "" if everything else (" AND card IN (SELECT card FROM state UNION SELECT card FROM flag)")
    )
    conn.execute(f"{LANES} WHERE deck = ?{studied}", (deck,))


def touched_lanes(conn: sqlite3.Connection, cards: Iterable[int]) -> None:
    """Assign the lanes of many cards."""
    conn.executemany(f"{LANES} WHERE card = ?", ((card,) for card in cards))
