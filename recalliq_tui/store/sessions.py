"""The one open session: kept so that a start after a kill goes on where the learner was."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from recalliq_tui.domain.cards import CardId, DeckId, Side
from recalliq_tui.store.models import SessionState

if TYPE_CHECKING:
    import sqlite3


def save_session(conn: sqlite3.Connection, session: SessionState) -> None:
    body = {name: getattr(session, name) for name in SessionState.__slots__}
    body |= {"started": session.started.isoformat(), "side": session.side.value}
    conn.execute(
        "INSERT OR REPLACE INTO session (id, body) VALUES (1, ?)",
        (json.dumps(body, ensure_ascii=False, separators=(",", ":")),),
    )


def load_session(conn: sqlite3.Connection) -> SessionState | None:
    """The session that was open; ``None`` without one, or when this version can't read it."""
    row = conn.execute("SELECT body FROM session WHERE id = 1").fetchone()
    if row is None:
        return None
    try:
        body = json.loads(row[0])
        current, deck = body["current"], body["current_deck"]
        return SessionState(
            deck_ids=tuple(DeckId(each) for each in body["deck_ids"]),
            started=datetime.fromisoformat(body["started"]),
            day=body["day"],
            current=None if current is None else CardId(current),
            current_deck=None if deck is None else DeckId(deck),
            side=Side(body["side"]),
            answered=body["answered"],
            again=body["again"],
            new_done=body["new_done"],
            reviews_done=body["reviews_done"],
            muted=body["muted"],
            typed=body["typed"],
        )
    except (KeyError, TypeError, ValueError):
        return None


def end_session(conn: sqlite3.Connection) -> None:
    conn.execute("DELETE FROM session")
