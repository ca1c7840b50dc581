"""Makes the state of all cards again from the log, and says where it was not the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from recalliq_tui.domain.cards import CardId
from recalliq_tui.domain.memory import Memory, Phase, Rating
from recalliq_tui.domain.passages.rules import passage_settings
from recalliq_tui.domain.schedule import Settings, answer
from recalliq_tui.store.cards import write_memory
from recalliq_tui.store.decks import LANES
from recalliq_tui.store.outcomes import RebuildReport
from recalliq_tui.store.rows import MEMORY_COLUMNS, from_micros, memory_from

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping


def replay_log(
    conn: sqlite3.Connection, settings: Mapping[str, Settings], *, default: Settings
) -> dict[int, Memory]:
    """Memory of each card (by key) as the log tells it.

    Every answer that stands is scheduled again with its deck's settings. Its interval is the one
    that the log says, as that is what the learner was told, whatever the settings were then.
    """
    ids = dict(conn.execute("SELECT id, card_id FROM card WHERE id IN (SELECT card FROM log)"))
    undone = {row[0] for row in conn.execute("SELECT undoes FROM log WHERE kind = 'undo'")}
    parts = {row[0] for row in conn.execute("SELECT card FROM passage_part")}
    memories: dict[int, Memory] = {}
    rows = conn.execute(
        "SELECT id, kind, card, deck_id, at, day, rating, phase, interval_days, past FROM log"
        " WHERE kind <> 'undo' ORDER BY id"
    )
    for number, kind, card, deck_id, at, day, rating, phase, interval, past in rows:
        if number in undone:
            continue
        if kind == "keep":
            if past in memories:
                memories[card] = memories.pop(past)
            continue
        chosen = settings.get(deck_id, default)
        memory = answer(
            memories.get(card, Memory()),
            Rating(rating),
            now=from_micros(at),
            day=day,
            card_id=ids[card],
            settings=passage_settings(chosen) if card in parts else chosen,
        )
        if memory.phase is Phase.REVIEW and phase == Phase.REVIEW and interval:
            memory = replace(memory, interval_days=interval, due_day=day + interval)
        memories[card] = memory
    return memories


def rebuild(
    conn: sqlite3.Connection, settings: Mapping[str, Settings], *, default: Settings, write: bool
) -> RebuildReport:
    """Compare the state of all cards with their log and, with ``write``, mend what differs."""
    told = replay_log(conn, settings, default=default)
    ids = {
        key: CardId(ident)
        for key, ident in conn.execute(
            "SELECT id, card_id FROM card WHERE id IN (SELECT card FROM log)"
            " OR id IN (SELECT card FROM state)"
        )
    }
    kept = {
        row[0]: memory_from(row[1:])
        for row in conn.execute(f"SELECT card, {MEMORY_COLUMNS} FROM state")  # noqa: S608
    }
    wrong = [key for key in ids if told.get(key) != kept.get(key)]
    if write:
        for key in wrong:
            write_memory(conn, key, told.get(key, Memory()))
        conn.execute(f"{LANES} WHERE true")
    return RebuildReport(cards=len(told), changed=tuple(ids[key] for key in wrong))
