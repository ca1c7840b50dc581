"""Writes a parsed deck file into the index: what is new, moved, changed and gone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from recalliq_tui.domain.cards import CardId
from recalliq_tui.store.decks import DECK_COLUMNS, assign_deck_lanes
from recalliq_tui.store.folding import fold
from recalliq_tui.store.outcomes import IndexChange
from recalliq_tui.store.rows import card_json
from recalliq_tui.store.schema import Lane

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

    from recalliq_tui.domain.cards import Card, Deck
    from recalliq_tui.store.models import Origin

_BATCH: Final = 500
"""So many cards are compared with the index at once."""


def index_deck(
    conn: sqlite3.Connection, deck: Deck, *, origin: Origin, mtime_ns: int, size: int
) -> IndexChange:
    """Take over a parsed file: within one transaction of the caller's.

    Only what differs is written, some hundred cards at a time: a deck of 100,000 is in memory
    once already. ``candidates`` are left to the caller.
    """
    seen = {card.id for card in deck.cards}
    key = _write_deck(conn, deck, origin=origin, mtime_ns=mtime_ns, size=size, count=len(seen))
    gone = [slot for slot in _present(conn, key) if slot[1] not in seen]
    added: list[CardId] = []
    changed: list[CardId] = []
    moved = False
    for batch in _batches(deck.cards):
        differing = _Differing.of(batch, _slots(conn, key, [card.id for _, card in batch]))
        differing.write(conn, key)
        added += (card.id for _, card, _ in differing.added)
        changed += (card.id for card, _, _ in differing.changed)
        moved = moved or bool(differing.moved)
    conn.executemany("UPDATE slot SET present = 0 WHERE id = ?", ((slot,) for slot, _ in gone))
    assign_deck_lanes(conn, key, everything=moved or bool(gone))
    return IndexChange(
        added=tuple(added),
        kept=len(seen) - len(added),
        changed=tuple(changed),
        vanished=tuple(ident for _, ident in gone),
    )


def _batches(cards: Iterable[Card]) -> Iterator[list[tuple[int, Card]]]:
    """Cards with their positions, each id once, in pieces."""
    seen: set[CardId] = set()
    batch: list[tuple[int, Card]] = []
    for card in cards:
        if card.id in seen:
            continue
        batch.append((len(seen), card))
        seen.add(card.id)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch


class _Differing(NamedTuple):
    """What some cards of a file differ in from their slots."""

    added: list[tuple[int, Card, str]]
    moved: list[tuple[int, int]]
    changed: list[tuple[Card, str, int]]

    @classmethod
    def of(
        cls, cards: Iterable[tuple[int, Card]], known: dict[CardId, tuple[int, int, int, str]]
    ) -> _Differing:
        found = cls([], [], [])
        for position, card in cards:
            content = card_json(card)
            slot = known.get(card.id)
            if slot is None:
                found.added.append((position, card, content))
                continue
            slot_id, was_at, present, had = slot
            if was_at != position or not present:
                found.moved.append((position, slot_id))
            if had != content:
                found.changed.append((card, content, slot_id))
        return found

    def write(self, conn: sqlite3.Connection, deck: int) -> None:
        _insert(conn, deck, self.added)
        conn.executemany("UPDATE slot SET position = ?, present = 1 WHERE id = ?", self.moved)
        conn.executemany(
            "UPDATE slot SET content = ?, folded = ? WHERE id = ?",
            ((content, _folded(card), slot_id) for card, content, slot_id in self.changed),
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
    names = DECK_COLUMNS.split(", ")
    updates = ", ".join(f"{name.strip()} = excluded.{name.strip()}" for name in names[1:])
    marks = ", ".join("?" * len(values))
    row = conn.execute(
        f"INSERT INTO deck ({DECK_COLUMNS}) VALUES ({marks})"  # noqa: S608
        f" ON CONFLICT (deck_id) DO UPDATE SET {updates} RETURNING id",
        values,
    ).fetchone()
    return int(row[0])


def _present(conn: sqlite3.Connection, deck: int) -> Iterator[tuple[int, CardId]]:
    """Slots of a deck that its file had, with their cards."""
    rows = conn.execute(
        "SELECT slot.id, card.card_id FROM slot JOIN card ON card.id = slot.card"
        " WHERE slot.deck = ? AND slot.present",
        (deck,),
    )
    return ((slot, CardId(ident)) for slot, ident in rows)


def _slots(
    conn: sqlite3.Connection, deck: int, cards: Sequence[CardId]
) -> dict[CardId, tuple[int, int, int, str]]:
    """Id, position, presence and content of the slots that some cards have in a deck."""
    marks = ", ".join("?" * len(cards))
    rows = conn.execute(
        "SELECT card.card_id, slot.id, slot.position, slot.present, slot.content"  # noqa: S608
        f" FROM card JOIN slot ON slot.card = card.id WHERE card.card_id IN ({marks})"
        " AND slot.deck = ?",
        (*cards, deck),
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
