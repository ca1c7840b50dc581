"""Reports of clips that sound wrong, and the fixes that were accepted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from recalliq_tui.domain.cards import Side
from recalliq_tui.domain.reports import (
    Fix,
    Reason,
    Report,
    ReportState,
    change_from,
    change_json,
    spec_data,
    spec_from,
)
from recalliq_tui.store.rows import from_micros, to_micros

if TYPE_CHECKING:
    import sqlite3

    from recalliq_tui.domain.clips import ClipSpec

_COLUMNS: Final = (
    "id, card_id, deck_id, side, reason, note, at, voice, clip_key, spec, lang, state, change,"
    " take, decided_at"
)
_UNSETTLED: Final = (ReportState.OPEN.value, ReportState.TAKE.value)


def add_report(conn: sqlite3.Connection, report: Report) -> int:
    """Keep a new report; returns its number."""
    found = conn.execute(
        "INSERT INTO report (card_id, deck_id, side, reason, note, at, voice, clip_key, spec, lang,"
        " state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            report.card_id,
            report.deck_id,
            report.side.value,
            report.reason.value,
            report.note,
            to_micros(report.at),
            report.voice,
            report.clip_key,
            _spec_json(report.spec),
            report.lang,
            report.state.value,
        ),
    )
    return int(found.lastrowid or 0)


def reports(conn: sqlite3.Connection, *, settled: bool) -> list[Report]:
    """Reports, oldest first; without ``settled`` only those that wait for something."""
    only = "" if settled else " WHERE state IN (?, ?)"
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM report{only} ORDER BY id",  # noqa: S608
        () if settled else _UNSETTLED,
    )
    return [_report(row) for row in rows]


def report(conn: sqlite3.Connection, number: int) -> Report | None:
    row = conn.execute(f"SELECT {_COLUMNS} FROM report WHERE id = ?", (number,)).fetchone()  # noqa: S608
    return None if row is None else _report(row)


def set_state(conn: sqlite3.Connection, report: Report) -> None:
    """Store a report's state, change, take and time of decision."""
    conn.execute(
        "UPDATE report SET state = ?, change = ?, take = ?, decided_at = ? WHERE id = ?",
        (
            report.state.value,
            None if report.change is None else change_json(report.change),
            _spec_json(report.take),
            None if report.decided_at is None else to_micros(report.decided_at),
            report.id,
        ),
    )


def set_fix(conn: sqlite3.Connection, fix: Fix, *, at: int) -> None:
    """Let a fix hold from now on, in place of an earlier one of the same side."""
    conn.execute(
        "INSERT OR REPLACE INTO fix (card_id, side, text_sha256, change, voice, at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (fix.card_id, fix.side.value, fix.text_sha256, change_json(fix.change), fix.voice, at),
    )


def fixes(conn: sqlite3.Connection) -> dict[tuple[str, Side], Fix]:
    """All fixes, by card and side."""
    rows = conn.execute("SELECT card_id, side, text_sha256, change, voice FROM fix")
    return {
        (card_id, Side(side)): Fix(card_id, Side(side), digest, change_from(change), voice)
        for card_id, side, digest, change, voice in rows
    }


def _spec_json(spec: ClipSpec | None) -> str | None:
    # Floats stay floats here, so that a take can be rendered from the spec again.
    return None if spec is None else json.dumps(spec_data(spec), ensure_ascii=False, sort_keys=True)


def _spec(text: str | None) -> ClipSpec | None:
    return None if text is None else spec_from(json.loads(text))


def _report(row: tuple[Any, ...]) -> Report:
    (number, card_id, deck_id, side, reason, note, at, voice, clip_key, spec, lang, state, change,
     take, decided_at) = row  # fmt: skip
    return Report(
        id=number,
        card_id=card_id,
        deck_id=deck_id,
        side=Side(side),
        reason=Reason(reason),
        note=note,
        at=from_micros(at),
        voice=voice,
        clip_key=clip_key,
        spec=_spec(spec),
        lang=lang,
        state=ReportState(state),
        change=None if change is None else change_from(change),
        take=_spec(take),
        decided_at=None if decided_at is None else from_micros(decided_at),
    )
