"""Texts that a person looked at and found right for the voice, by their hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recalliq_tui.store.rows import to_micros

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from datetime import datetime


def approve(conn: sqlite3.Connection, texts: Mapping[str, str], *, now: datetime) -> int:
    """Approve texts by their SHA-256; returns how many weren't yet."""
    before = conn.total_changes
    conn.executemany(
        "INSERT OR IGNORE INTO approval (text_sha256, text, at) VALUES (?, ?, ?)",
        [(digest, text, to_micros(now)) for digest, text in texts.items()],
    )
    return conn.total_changes - before


def approved(conn: sqlite3.Connection) -> frozenset[str]:
    """Hashes of all approved texts."""
    return frozenset(row[0] for row in conn.execute("SELECT text_sha256 FROM approval"))


def withdraw(conn: sqlite3.Connection, text_sha256: str) -> bool:
    """Take an approval back; ``False`` where there was none."""
    found = conn.execute("DELETE FROM approval WHERE text_sha256 = ?", (text_sha256,))
    return found.rowcount > 0
