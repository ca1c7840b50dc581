"""Figures over the whole collection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.limits import Done
from recalliq_tui.store.due import done_today
from recalliq_tui.store.outcomes import Stats
from recalliq_tui.store.reviews import ACTIVE
from recalliq_tui.store.schema import Lane

if TYPE_CHECKING:
    import sqlite3

MATURE_DAYS: Final = 21
"""Interval from which on a card counts as mature."""


def stats(conn: sqlite3.Connection, *, day: int, days_ahead: int) -> Stats:
    reviews, passed = conn.execute(
        f"SELECT count(*), sum(log.rating > 1) FROM log WHERE {ACTIVE}"  # noqa: S608
        " AND log.day = ? AND log.phase_before = 2",
        (day,),
    ).fetchone()
    lanes = dict(
        conn.execute(
            "SELECT lane, count(DISTINCT slot.card) FROM slot"
            " JOIN deck ON deck.id = slot.deck WHERE deck.present GROUP BY lane"
        )
    )
    mature = _scalar(
        conn,
        "SELECT count(*) FROM state WHERE phase = 2 AND interval_days >= ? AND EXISTS"
        " (SELECT 1 FROM slot WHERE slot.card = state.card AND lane = 2)",
        MATURE_DAYS,
    )
    in_review = lanes.get(Lane.REVIEW, 0)
    suspended = _scalar(conn, "SELECT count(*) FROM flag WHERE suspended = ?", 1)
    return Stats(
        today=sum(done_today(conn, day).values(), Done()),
        recall=passed / reviews if reviews else None,
        streak=_streak(conn, day),
        cards=_scalar(conn, "SELECT count(DISTINCT card) FROM slot WHERE present = ?", 1),
        new=lanes.get(Lane.NEW, 0),
        learning=lanes.get(Lane.LEARNING, 0),
        young=max(0, in_review - mature),
        mature=mature,
        suspended=suspended,
        forecast=_forecast(conn, day, days_ahead),
    )


def _scalar(conn: sqlite3.Connection, query: str, value: int) -> int:
    return int(conn.execute(query, (value,)).fetchone()[0])


def _forecast(conn: sqlite3.Connection, day: int, days: int) -> tuple[int, ...]:
    found = [0] * days
    rows = conn.execute(
        "SELECT due, count(DISTINCT slot.card) FROM slot JOIN deck ON deck.id = slot.deck"
        " WHERE deck.present AND lane = ? AND due < ? GROUP BY due",
        (Lane.REVIEW, day + days),
    )
    for due, count in rows:
        found[max(0, due - day)] += count
    return tuple(found)


def _streak(conn: sqlite3.Connection, day: int) -> int:
    """Days in a row with an answer, ending today or, where today has none yet, yesterday."""
    length, expected = 0, day
    rows = conn.execute("SELECT DISTINCT day FROM log WHERE kind = 'answer' ORDER BY day DESC")
    for (studied,) in rows:
        if studied > expected:
            continue
        if studied == expected - 1 and length == 0 and expected == day:
            expected = studied
        if studied != expected:
            break
        length += 1
        expected -= 1
    return length
