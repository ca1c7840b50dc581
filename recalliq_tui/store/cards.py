"""Single cards: their text, memory and flags, and what vanished from its deck."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from recalliq_tui.domain.cards import Card, CardId, DeckId
from recalliq_tui.domain.memory import Phase
from recalliq_tui.store.decks import assign_lanes
from recalliq_tui.store.errors import StoreCode, StoreError
from recalliq_tui.store.models import StoredCard
from recalliq_tui.store.rows import MEMORY_COLUMNS, card_from, memory_from, memory_values

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from recalliq_tui.domain.memory import Memory
    from recalliq_tui.store.outcomes import Candidate

_STATE_COLUMNS: Final = ", ".join(f"state.{name.strip()}" for name in MEMORY_COLUMNS.split(","))
STORED: Final = f"""
    SELECT card.card_id, card.note_id, deck.deck_id, slot.position, slot.content, slot.present,
        coalesce(flag.suspended, 0), coalesce(flag.buried_day, 0), coalesce(flag.marked, 0),
        {_STATE_COLUMNS}
    FROM slot
    JOIN card ON card.id = slot.card
    JOIN deck ON deck.id = slot.deck
    LEFT JOIN state ON state.card = slot.card
    LEFT JOIN flag ON flag.card = slot.card
"""  # noqa: S608
"""Gives rows for :func:`stored_from`; a WHERE says which."""

_ALIKE: Final = 0.6
_MOST_PAIRS: Final = 250_000
_MOST_CHARS: Final = 1000


def stored_from(row: tuple[Any, ...]) -> StoredCard:
    ident, note, deck, position, content, present, suspended, buried, marked, *memory = row
    return StoredCard(
        card=card_from(ident, note, content),
        deck_id=DeckId(deck),
        position=position,
        memory=memory_from(memory),
        suspended=bool(suspended),
        buried_day=buried,
        marked=bool(marked),
        present=bool(present),
    )


def card(conn: sqlite3.Connection, card_id: str, deck_id: str | None) -> StoredCard | None:
    """A card as it stands in ``deck_id``, else in any deck, rather one that still has it."""
    row = conn.execute(
        f"{STORED} WHERE card.card_id = ? ORDER BY deck.deck_id = ? DESC, slot.present DESC LIMIT 1",
        (card_id, deck_id),
    ).fetchone()
    return None if row is None else stored_from(row)


def card_key(conn: sqlite3.Connection, card_id: str) -> int:
    """Key of a card's row. Raises :class:`StoreError` (unknown card)."""
    row = conn.execute("SELECT id FROM card WHERE card_id = ?", (card_id,)).fetchone()
    if row is None:
        raise StoreError(StoreCode.UNKNOWN_CARD, f"no deck has the card {card_id}")
    return int(row[0])


def read_memory(conn: sqlite3.Connection, key: int) -> Memory | None:
    row = conn.execute(f"SELECT {MEMORY_COLUMNS} FROM state WHERE card = ?", (key,)).fetchone()  # noqa: S608
    return None if row is None else memory_from(row)


def write_memory(conn: sqlite3.Connection, key: int, memory: Memory) -> None:
    """Set a card's memory and move its slots to the lane this means; a new card has no row."""
    if memory.phase is Phase.NEW:
        conn.execute("DELETE FROM state WHERE card = ?", (key,))
    else:
        conn.execute(
            f"INSERT OR REPLACE INTO state (card, {MEMORY_COLUMNS})"  # noqa: S608
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (key, *memory_values(memory)),
        )
    assign_lanes(conn, key)


def set_flag(conn: sqlite3.Connection, card_id: str, *, name: str, value: int) -> None:
    """Set ``suspended``, ``buried_day`` or ``marked`` of a card."""
    key = card_key(conn, card_id)
    conn.execute(
        f"INSERT INTO flag (card, {name}) VALUES (?, ?)"  # noqa: S608
        f" ON CONFLICT (card) DO UPDATE SET {name} = excluded.{name}",
        (key, value),
    )
    assign_lanes(conn, key)


def vanished(conn: sqlite3.Connection, deck_id: str) -> list[StoredCard]:
    """Cards with progress that a deck's file had and that stand in no deck now."""
    rows = conn.execute(
        f"{STORED} WHERE deck.deck_id = ? AND NOT slot.present AND state.card IS NOT NULL"  # noqa: S608
        " AND NOT EXISTS (SELECT 1 FROM slot AS other JOIN deck AS home ON home.id = other.deck"
        " WHERE other.card = slot.card AND other.present AND home.present) ORDER BY slot.position",
        (deck_id,),
    )
    return [stored_from(row) for row in rows]


def unstudied(conn: sqlite3.Connection, deck_id: str) -> Iterator[StoredCard]:
    """Cards of a deck's file that were never answered."""
    rows = conn.execute(
        f"{STORED} WHERE deck.deck_id = ? AND slot.present AND state.card IS NULL"
        " ORDER BY slot.position",
        (deck_id,),
    )
    return (stored_from(row) for row in rows)


def pasts(new: Sequence[Card], old: Sequence[Card]) -> tuple[Candidate, ...]:
    """For each vanished card the new card that is most like it, each card once, best first.

    Cards of different kinds are never the same card. Nothing is offered when a file changed so
    much that there would be more than 250,000 pairs to compare.
    """
    if not new or not old or len(new) * len(old) > _MOST_PAIRS:
        return ()
    from rapidfuzz import fuzz  # noqa: PLC0415 (only an edited deck needs it)

    from recalliq_tui.store.outcomes import Candidate  # noqa: PLC0415

    pairs = []
    for past in old:
        text = _text(past)
        for each in new:
            if each.kind is past.kind:
                score = fuzz.ratio(text, _text(each), score_cutoff=_ALIKE * 100) / 100
                if score:
                    pairs.append(Candidate(each.id, past.id, score))
    pairs.sort(key=lambda pair: -pair.score)
    taken: set[CardId] = set()
    found = []
    for pair in pairs:
        if not taken & {pair.new, pair.old}:
            taken |= {pair.new, pair.old}
            found.append(pair)
    return tuple(found)


def _text(card: Card) -> str:
    return f"{card.front.text}\n{card.back.text}"[:_MOST_CHARS]
