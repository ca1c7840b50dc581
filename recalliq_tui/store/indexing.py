"""Takes parsed deck files into the index, and finds the past of cards whose text was edited."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from recalliq_tui.store import cards, mirror

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

    from recalliq_tui.domain.cards import Deck
    from recalliq_tui.store.models import Origin
    from recalliq_tui.store.outcomes import Candidate, IndexChange


def index_deck(
    conn: sqlite3.Connection, deck: Deck, *, origin: Origin, mtime_ns: int, size: int
) -> IndexChange:
    """Index a deck; where cards were added, offer them vanished ones as their past."""
    change = mirror.index_deck(conn, deck, origin=origin, mtime_ns=mtime_ns, size=size)
    if not change.added:
        return change
    added = set(change.added)
    past = [each.card for each in cards.vanished(conn, deck.id)]
    new = [card for card in deck.cards if card.id in added] if past else []
    new = [card for card in new if _unstudied(conn, card.id)]
    return replace(change, candidates=cards.pasts(new, past))


def index_passages(conn: sqlite3.Connection, deck: Deck, *, now: datetime) -> None:
    """Index the passages of a deck that was just indexed."""
    if not deck.passages:
        conn.execute(
            "UPDATE passage SET present = 0"
            " WHERE deck = (SELECT id FROM deck WHERE deck_id = ?) AND present",
            (deck.id,),
        )
        return
    from recalliq_tui.store import passage_rows  # noqa: PLC0415  (most decks have none)

    passage_rows.index_passages(conn, deck, now=now)


def candidates(conn: sqlite3.Connection, deck_id: str) -> tuple[Candidate, ...]:
    """All pairs of a vanished card with progress and an unstudied one that is like it."""
    past = [each.card for each in cards.vanished(conn, deck_id)]
    if not past:
        return ()
    return cards.pasts([each.card for each in cards.unstudied(conn, deck_id)], past)


def _unstudied(conn: sqlite3.Connection, card_id: str) -> bool:
    return cards.read_memory(conn, cards.card_key(conn, card_id)) is None
