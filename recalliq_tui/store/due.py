"""What is due: counts for each deck, and the cards of a session. Reads one covering index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recalliq_tui.domain.cards import CardId, DeckId, NoteId
from recalliq_tui.domain.limits import Counts, Done, room
from recalliq_tui.domain.memory import Phase
from recalliq_tui.domain.queue import LEARN_AHEAD, Entry
from recalliq_tui.store.rows import from_micros, to_micros
from recalliq_tui.store.schema import Lane

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from recalliq_tui.domain.limits import Limits

_COUNT = (
    "SELECT count(*) FROM (SELECT 1 FROM slot WHERE deck = ? AND lane = ? AND due <= ?"
    " AND buried_day <> ? LIMIT ?)"
)
_ENTRIES = (
    "SELECT card.card_id, card.note_id, slot.position, slot.due, state.phase"
    " FROM slot JOIN card ON card.id = slot.card LEFT JOIN state ON state.card = slot.card"
    " WHERE slot.deck = ? AND slot.lane = ? AND slot.due <= ? AND slot.buried_day <> ?"
    " ORDER BY slot.due LIMIT ?"
)
_FOREVER = 2**62


def done_today(conn: sqlite3.Connection, day: int) -> dict[DeckId, Done]:
    """What study day ``day`` has brought, by deck; answers that were undone don't count.

    Recitals count as answers, but take nothing of the limits on new cards and reviews.
    """
    rows = conn.execute(
        "SELECT deck_id, sum(phase_before = 0 AND part.card IS NULL),"
        " sum(phase_before = 2 AND part.card IS NULL), count(*), sum(duration_ms)"
        " FROM log LEFT JOIN passage_part AS part ON part.card = log.card"
        " WHERE kind = 'answer' AND day = ?"
        " AND NOT EXISTS (SELECT 1 FROM log AS undo WHERE undo.undoes = log.id)"
        " GROUP BY deck_id",
        (day,),
    )
    return {DeckId(deck_id): Done(*counts) for deck_id, *counts in rows}


def deck_counts(
    conn: sqlite3.Connection, *, day: int, now: datetime, limits: Limits
) -> dict[DeckId, Counts]:
    """For each present deck what a session with it alone would bring."""
    rooms = _Rooms(conn, day=day, limits=limits)
    soon = to_micros(now + LEARN_AHEAD)
    found = {}
    rows = conn.execute("SELECT id, deck_id, cards FROM deck WHERE present").fetchall()
    for key, deck_id, total in rows:
        new, reviews = rooms.of(deck_id)
        found[DeckId(deck_id)] = Counts(
            new=_count(conn, (key, Lane.NEW, _FOREVER, day, new)),
            learning=_count(conn, (key, Lane.LEARNING, soon, day, _FOREVER)),
            due=_count(conn, (key, Lane.REVIEW, day, day, reviews)),
            total=total,
        )
    return found


def _count(conn: sqlite3.Connection, values: tuple[int, ...]) -> int:
    return int(conn.execute(_COUNT, values).fetchone()[0])


def entries(
    conn: sqlite3.Connection,
    deck_ids: Sequence[DeckId],
    *,
    day: int,
    limits: Limits,
) -> list[Entry]:
    """The cards of a session: learning ones, then reviews by due day, then new ones by deck.

    Limits hold for each deck and, where set, over all; cards in learning steps are free of them,
    and all of them are given, however late they are due.
    """
    rooms = _Rooms(conn, day=day, limits=limits)
    steps: list[Entry] = []
    due: list[Entry] = []
    new: list[Entry] = []
    for deck_id in dict.fromkeys(deck_ids):
        row = conn.execute("SELECT id FROM deck WHERE deck_id = ?", (deck_id,)).fetchone()
        if row is None:
            continue
        key = int(row[0])
        new_room, review_room = rooms.of(deck_id)
        steps += _read(conn, deck_id, (key, Lane.LEARNING, _FOREVER, day, _FOREVER))
        due += _read(conn, deck_id, (key, Lane.REVIEW, day, day, review_room))
        new += _read(conn, deck_id, (key, Lane.NEW, _FOREVER, day, new_room))
    due.sort(key=lambda entry: entry.due_day or 0)
    return [
        *_distinct(steps),
        *_distinct(due)[: rooms.overall_reviews],
        *_distinct(new)[: rooms.overall_new],
    ]


def entry(conn: sqlite3.Connection, card_id: str, deck_id: str) -> Entry | None:
    """One card as an entry, whether it is due or not; ``None`` where the deck hasn't got it."""
    row = conn.execute(
        "SELECT card.card_id, card.note_id, slot.position,"
        " CASE WHEN state.phase = 2 THEN state.due_day ELSE state.due_at END, state.phase"
        " FROM card JOIN slot ON slot.card = card.id JOIN deck ON deck.id = slot.deck"
        " LEFT JOIN state ON state.card = card.id WHERE card.card_id = ? AND deck.deck_id = ?",
        (card_id, deck_id),
    ).fetchone()
    return None if row is None else _entry(DeckId(deck_id), row)


class _Rooms:
    """How many new cards and reviews each deck, and all together, may still bring today."""

    def __init__(self, conn: sqlite3.Connection, *, day: int, limits: Limits) -> None:
        self._limits = limits
        self._done = done_today(conn, day)
        self._all = sum(self._done.values(), Done())
        self.overall_new = self._left(limits.overall_new, self._all.new)
        self.overall_reviews = self._left(limits.overall_reviews, self._all.reviews)

    @staticmethod
    def _left(limit: int | None, done: int) -> int | None:
        return None if limit is None else max(0, limit - done)

    def of(self, deck_id: str) -> tuple[int, int]:
        limits, done = self._limits, self._done.get(DeckId(deck_id), Done())
        new = room(
            limits.new, done=done.new, overall=limits.overall_new, overall_done=self._all.new
        )
        reviews = room(
            limits.reviews,
            done=done.reviews,
            overall=limits.overall_reviews,
            overall_done=self._all.reviews,
        )
        return new, reviews


def _read(conn: sqlite3.Connection, deck_id: DeckId, values: tuple[int, ...]) -> list[Entry]:
    return [_entry(deck_id, row) for row in conn.execute(_ENTRIES, values)]


def _entry(deck_id: DeckId, row: tuple[Any, ...]) -> Entry:
    card_id, note_id, position, due, phase = row
    phase = Phase(phase or 0)
    learning = phase in (Phase.LEARNING, Phase.RELEARNING)
    return Entry(
        card_id=CardId(card_id),
        deck_id=deck_id,
        note_id=NoteId(note_id),
        phase=phase,
        due_at=from_micros(due or 0) if learning else None,
        due_day=due if phase is Phase.REVIEW else None,
        position=position,
    )


def _distinct(found: Iterable[Entry]) -> list[Entry]:
    first = dict[CardId, Entry]()
    for each in found:
        first.setdefault(each.card_id, each)
    return list(first.values())
