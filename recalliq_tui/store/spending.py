"""Rows of paid calls and of what the cache saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from recalliq_tui.domain.clips import ClipKey
from recalliq_tui.domain.ledger import Call, Entry, Outcome, Purpose, Saved, Settled, Spent
from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.store.rows import from_micros, to_micros

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

_COLUMNS: Final = (
    "id, at, day, purpose, deck_id, provider, voice, model, clip_key, characters, counted,"
    " credits_estimated, credits, outcome, request_id, discarded"
)
_CREDITS: Final = (
    "CASE WHEN credits IS NOT NULL THEN credits WHEN counted > 0 THEN credits_estimated"
    " ELSE credits_estimated * 0 END"
)
"""The provider's figure, else the estimate for what counts; null where neither is known."""


def used(conn: sqlite3.Connection, day: str) -> int:
    """Characters that count in the month of ``day`` (``YYYY-MM-DD``)."""
    row = conn.execute(
        "SELECT coalesce(sum(counted), 0) FROM spending WHERE day BETWEEN ? AND ?",
        (f"{day[:7]}-01", f"{day[:7]}-31"),
    ).fetchone()
    return int(row[0])


def insert(conn: sqlite3.Connection, call: Call, *, process: int) -> int:
    """Add a call that is about to be made by a process; return its number."""
    added = conn.execute(
        "INSERT INTO spending (at, day, purpose, deck_id, provider, voice, model, clip_key,"
        " characters, counted, credits_estimated, process)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            to_micros(call.at),
            call.day,
            call.purpose.value,
            call.deck,
            call.provider,
            call.voice,
            call.model,
            call.clip_key,
            call.characters,
            call.characters,
            call.credits,
            process,
        ),
    )
    return int(added.lastrowid or 0)


def complete(conn: sqlite3.Connection, number: int, settled: Settled) -> None:
    """Say what came of a call, unless that has been said."""
    conn.execute(
        "UPDATE spending SET outcome = ?, counted = ?, credits = ?, request_id = ?"
        " WHERE id = ? AND outcome IN ('pending', 'unknown')",
        (settled.outcome.value, settled.counted, settled.credits, settled.request_id, number),
    )


def entries(conn: sqlite3.Connection) -> list[Entry]:
    rows = conn.execute(f"SELECT {_COLUMNS} FROM spending ORDER BY id")  # noqa: S608
    return [_entry(row) for row in rows]


def spent(conn: sqlite3.Connection) -> list[Spent]:
    rows = conn.execute(
        "SELECT day, purpose, deck_id, provider, model, discarded, outcome, count(*),"  # noqa: S608
        f" sum(counted), sum({_CREDITS}) FROM spending"
        " GROUP BY day, purpose, deck_id, provider, model, discarded, outcome ORDER BY day"
    )
    return [
        Spent(
            day=day,
            purpose=Purpose(purpose),
            deck=deck,
            provider=provider,
            model=model,
            discarded=bool(discarded),
            outcome=outcome,
            calls=calls,
            characters=characters,
            credits=credits_,
        )
        for (
            day, purpose, deck, provider, model, discarded, outcome, calls, characters, credits_,
        ) in rows
    ]  # fmt: skip


def add_plays(conn: sqlite3.Connection, plays: Iterable[Saved]) -> None:
    conn.executemany(
        "INSERT INTO saving (day, deck_id, provider, model, plays, characters)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
        " plays = plays + excluded.plays, characters = characters + excluded.characters",
        [
            (each.day, each.deck, each.provider, each.model or "", each.plays, each.characters)
            for each in plays
        ],
    )


def saved(conn: sqlite3.Connection) -> list[Saved]:
    rows = conn.execute(
        "SELECT day, deck_id, provider, model, plays, characters FROM saving ORDER BY day"
    )
    return [Saved(d, deck, p, m or None, plays, n) for d, deck, p, m, plays, n in rows]


def _entry(row: tuple[Any, ...]) -> Entry:
    (number, at, day, purpose, deck, provider, voice, model, key, characters, counted, estimated,
     charged, outcome, request_id, discarded) = row  # fmt: skip
    call = Call(
        at=from_micros(at),
        day=day,
        purpose=Purpose(purpose),
        provider=provider,
        voice=voice,
        model=model,
        clip_key=ClipKey(key),
        characters=characters,
        credits=estimated,
        deck=deck,
    )
    settled = Settled(_outcome(outcome), counted, charged, request_id)
    return Entry(number, call, settled, discarded=bool(discarded))


def _outcome(text: str) -> Outcome | SpeechCode:
    return Outcome(text) if text in {each.value for each in Outcome} else SpeechCode(text)
