"""Search over all cards: every word must occur, whatever its case and accents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recalliq_tui.store.cards import STORED, stored_from
from recalliq_tui.store.folding import fold

if TYPE_CHECKING:
    import sqlite3

    from recalliq_tui.store.models import StoredCard


def search(conn: sqlite3.Connection, text: str, *, limit: int) -> list[StoredCard]:
    """Cards of present decks in which all words of ``text`` occur, by deck and position.

    ``tag:name`` and ``deck:name`` narrow it down (a deck by its id or a part of its title),
    ``is:new``, ``is:due`` aside: ``is:marked`` and ``is:suspended`` show flagged cards. Text in
    quotes is one word.
    """
    where, values = [], list[str | int]()
    for word in _words(text):
        name, colon, rest = word.partition(":")
        match name, bool(colon and rest):
            case "tag", True:
                where.append("instr(slot.folded, ?)")
                values.append(f"#{rest}#")
            case "deck", True:
                where.append("slot.deck IN (SELECT id FROM deck WHERE folds(deck_id, title, ?))")
                values.append(rest)
            case "is", True if rest in ("marked", "suspended"):
                where.append(f"coalesce(flag.{rest}, 0)")
            case _:
                where.append("instr(slot.folded, ?)")
                values.append(word)
    if not where:
        return []
    conn.create_function("folds", 3, _names, deterministic=True)
    rows = conn.execute(
        f"{STORED} WHERE slot.present AND deck.present AND {' AND '.join(where)}"
        " ORDER BY slot.deck, slot.position LIMIT ?",
        (*values, limit),
    )
    return [stored_from(row) for row in rows]


def _names(deck_id: str, title: str, part: str) -> bool:
    return part in fold(deck_id) or part in fold(title)


def _words(text: str) -> list[str]:
    """Folded words; what stands in double quotes keeps its spaces."""
    found: list[str] = []
    for index, part in enumerate(fold(text).split('"')):
        quoted = index % 2 == 1
        if quoted and part:
            glued = bool(found) and found[-1].endswith(":")
            found[-1:] = [found[-1] + part] if glued else [*found[-1:], part]
        else:
            found += part.split()
    return found
