"""The index of deck files: which decks there are, and which cards stand where in them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from recalliq_tui.domain.cards import DeckId
from recalliq_tui.store.models import DeckRow, Origin
from recalliq_tui.store.rows import card_from
from recalliq_tui.store.schema import Lane

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from recalliq_tui.domain.cards import Card


DECK_COLUMNS: Final = (
    "deck_id, title, path, origin, lang, front_lang, back_lang, voice, typed, retention, tags,"
    " has_passages, author, license, source, mtime_ns, size, sha256, present, cards"
)


def decks(conn: sqlite3.Connection) -> list[DeckRow]:
    """All decks ever indexed, by title; absent ones too."""
    rows = conn.execute(f"SELECT {DECK_COLUMNS} FROM deck ORDER BY title, deck_id")  # noqa: S608
    return [_deck_row(row) for row in rows]


def deck(conn: sqlite3.Connection, deck_id: str) -> DeckRow | None:
    row = conn.execute(
        f"SELECT {DECK_COLUMNS} FROM deck WHERE deck_id = ?",  # noqa: S608
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


def assign_deck_lanes(conn: sqlite3.Connection, deck: int, *, everything: bool) -> None:
    """Assign the lanes of a deck: of all its slots, or of those whose cards have state or flags."""
    studied = (
        "" if everything else (" AND card IN (SELECT card FROM state UNION SELECT card FROM flag)")
    )
    conn.execute(f"{LANES} WHERE deck = ?{studied}", (deck,))


def touched_lanes(conn: sqlite3.Connection, cards: Iterable[int]) -> None:
    """Assign the lanes of many cards."""
    conn.executemany(f"{LANES} WHERE card = ?", ((card,) for card in cards))
