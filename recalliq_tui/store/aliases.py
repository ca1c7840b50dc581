"""Phrases that a learner said for a key point, kept so that they count the next time.

A point is known by its text with white space collapsed, so that phrases stay with it when an
author puts the points of a card in another order.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from recalliq_tui.store.cards import card_key
from recalliq_tui.store.rows import to_micros
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

MAX_PHRASE: Final = 400
"""Longest phrase that is kept, in characters."""


def aliases(conn: sqlite3.Connection, card_id: str) -> dict[str, tuple[str, ...]]:
    """Phrases of a card by point, oldest first; empty for a card that is unknown."""
    rows = conn.execute(
        "SELECT point, phrase FROM alias JOIN card ON card.id = alias.card"
        " WHERE card.card_id = ? ORDER BY alias.id",
        (card_id,),
    )
    found: dict[str, tuple[str, ...]] = {}
    for point, phrase in rows:
        found[point] = (*found.get(point, ()), phrase)
    return found


def add_alias(
    conn: sqlite3.Connection, card_id: str, *, point: str, phrase: str, now: datetime
) -> bool:
    """Keep a phrase; ``False`` where it is kept already or empty. Raises (unknown card)."""
    said = _plain(phrase)
    if not said:
        return False
    found = conn.execute(
        "INSERT OR IGNORE INTO alias (card, point, phrase, at) VALUES (?, ?, ?, ?)",
        (card_key(conn, card_id), _plain(point), said, to_micros(now)),
    )
    return found.rowcount > 0


def remove_alias(conn: sqlite3.Connection, card_id: str, *, point: str, phrase: str) -> bool:
    """Forget a phrase; ``False`` where it wasn't kept."""
    found = conn.execute(
        "DELETE FROM alias WHERE card = (SELECT id FROM card WHERE card_id = ?)"
        " AND point = ? AND phrase = ?",
        (card_id, _plain(point), _plain(phrase)),
    )
    return found.rowcount > 0


def move_aliases(conn: sqlite3.Connection, old_key: int, new_key: int) -> None:
    """Give a card's phrases to the card that goes on with its progress."""
    conn.execute("UPDATE OR IGNORE alias SET card = ? WHERE card = ?", (new_key, old_key))


def _plain(text: str) -> str:
    return one_line(unicodedata.normalize("NFC", text), max_chars=MAX_PHRASE)
