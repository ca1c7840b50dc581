"""The review log: answers, undoing them, and keeping progress when a card's text changes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from recalliq_tui.domain.cards import CardId, DeckId
from recalliq_tui.domain.memory import Memory, Phase, Rating, Review, ReviewKind
from recalliq_tui.store.aliases import move_aliases
from recalliq_tui.store.cards import card_key, read_memory, write_memory
from recalliq_tui.store.outcomes import LoggedReview, Undone
from recalliq_tui.store.rows import from_micros, memory_from, memory_json, to_micros

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

ACTIVE: Final = (
    "log.kind = 'answer' AND NOT EXISTS (SELECT 1 FROM log AS undo WHERE undo.undoes = log.id)"
)
"""SQL that holds for answers that weren't undone."""

_ANSWER: Final = (
    "SELECT log.id, card.card_id, log.deck_id, log.rating, log.at, log.offset_minutes,"
    " log.review_kind, log.duration_ms, log.stability, log.difficulty, log.interval_days,"
    " log.day, log.phase FROM log JOIN card ON card.id = log.card"
)


def record(conn: sqlite3.Connection, review: Review, after: Memory) -> int:
    """Log an answer and set the memory it led to; return the log's number of it.

    Within one transaction of the caller's. ``after.last_day`` is the study day of the answer.
    """
    key = card_key(conn, review.card_id)
    before = read_memory(conn, key) or Memory()
    cursor = conn.execute(
        "INSERT INTO log (kind, card, deck_id, at, offset_minutes, day, rating, review_kind,"
        " duration_ms, phase_before, phase, stability, difficulty, interval_days, before)"
        " VALUES ('answer', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(key, review.deck_id, to_micros(review.reviewed_at), review.offset_minutes),
            *(after.last_day or 0, review.rating.value, review.kind.value, review.duration_ms),
            *(before.phase.value, after.phase.value, after.stability, after.difficulty),
            *(after.interval_days, memory_json(before)),
        ),
    )
    write_memory(conn, key, after)
    return int(cursor.lastrowid or 0)


def undo(conn: sqlite3.Connection, *, now: datetime, since_day: int) -> Undone | None:
    """Take back the newest answer to a card that stands, given on ``since_day`` or later.

    ``None`` when there is none, or when progress was moved to another card after it.
    """
    row = conn.execute(
        f"SELECT log.id, log.kind, log.card, log.day, log.before FROM log WHERE ({ACTIVE}"  # noqa: S608
        " OR log.kind = 'keep') AND log.card NOT IN (SELECT card FROM passage_part)"
        " ORDER BY log.id DESC LIMIT 1"
    ).fetchone()
    if row is None or row[1] == "keep" or row[3] < since_day:
        return None
    number, _, key, day, before = row
    logged = _logged(conn.execute(f"{_ANSWER} WHERE log.id = ?", (number,)).fetchone())
    memory = memory_from(json.loads(before))
    conn.execute(
        "INSERT INTO log (kind, card, deck_id, at, offset_minutes, day, undoes)"
        " VALUES ('undo', ?, ?, ?, ?, ?, ?)",
        (key, logged.review.deck_id, to_micros(now), logged.review.offset_minutes, day, number),
    )
    write_memory(conn, key, memory)
    return Undone(logged.review.card_id, logged.review.deck_id, logged.review, memory)


def keep_progress(
    conn: sqlite3.Connection, old: CardId, new: CardId, *, now: datetime, deck_id: str
) -> bool:
    """Make ``old`` the past of ``new``: its memory moves, and the log says so.

    ``False``, and nothing happens, where ``old`` has no progress or ``new`` has some of its own.
    Flags and kept phrases move too: a card that was suspended stays so.
    """
    old_key, new_key = card_key(conn, old), card_key(conn, new)
    memory = read_memory(conn, old_key)
    if memory is None or read_memory(conn, new_key) is not None:
        return False
    conn.execute(
        "INSERT INTO log (kind, card, deck_id, at, offset_minutes, day, past)"
        " VALUES ('keep', ?, ?, ?, 0, ?, ?)",
        (new_key, deck_id, to_micros(now), memory.last_day or 0, old_key),
    )
    conn.execute(
        "INSERT OR REPLACE INTO flag (card, suspended, buried_day, marked)"
        " SELECT ?, suspended, buried_day, marked FROM flag WHERE card = ?",
        (new_key, old_key),
    )
    conn.execute("DELETE FROM flag WHERE card = ?", (old_key,))
    move_aliases(conn, old_key, new_key)
    write_memory(conn, old_key, Memory())
    write_memory(conn, new_key, memory)
    return True


def history(
    conn: sqlite3.Connection, *, card_id: str | None, deck_id: str | None
) -> list[LoggedReview]:
    """Answers that stand, oldest first: of one card with its past, of one deck, or all."""
    if card_id is not None:
        found = _card_history(conn, card_key(conn, card_id))
        return [each for each in found if deck_id in (None, each.review.deck_id)]
    only = "" if deck_id is None else " AND log.deck_id = ?"
    values = () if deck_id is None else (deck_id,)
    rows = conn.execute(f"{_ANSWER} WHERE {ACTIVE}{only} ORDER BY log.id", values)
    return [_logged(row) for row in rows]


def _card_history(conn: sqlite3.Connection, key: int) -> list[LoggedReview]:
    """A card's answers. Progress it was given counts, progress it gave away doesn't."""
    found: list[LoggedReview] = []
    spans = [(key, 2**62)]
    while spans:
        card, until = spans.pop()
        gave = conn.execute(
            "SELECT max(id) FROM log WHERE kind = 'keep' AND past = ? AND id < ?", (card, until)
        ).fetchone()[0]
        start = gave or 0
        rows = conn.execute(
            f"{_ANSWER} WHERE log.card = ? AND log.id > ? AND log.id < ? AND {ACTIVE}",
            (card, start, until),
        )
        found += [_logged(row) for row in rows]
        took = conn.execute(
            "SELECT id, past FROM log WHERE kind = 'keep' AND card = ? AND id > ? AND id < ?",
            (card, start, until),
        )
        spans += [(past, number) for number, past in took]
    return sorted(found, key=lambda each: each.id)


def _logged(row: tuple[Any, ...]) -> LoggedReview:
    number, card, deck, rating, at, offset, kind, duration, stability, difficulty, *rest = row
    interval, day, phase = rest
    review = Review(
        card_id=CardId(card),
        deck_id=DeckId(deck),
        rating=Rating(rating),
        reviewed_at=from_micros(at),
        offset_minutes=offset,
        kind=ReviewKind(kind),
        duration_ms=duration,
        stability=stability,
        difficulty=difficulty,
        interval_days=interval,
    )
    return LoggedReview(number, review, day, Phase(phase))
