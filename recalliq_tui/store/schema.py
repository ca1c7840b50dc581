"""The tables of a collection, version 1.

``card``, ``log``, ``flag``, ``spending``, ``saving`` and ``meta`` are the truth. ``deck`` and
``slot`` mirror deck files, ``state`` and the ``lane``, ``due`` and ``buried_day`` of a slot follow
from the log; all of these can be made again. Times are integers, microseconds since 1970 UTC; days are study days.

A *slot* is a card's place in a deck: one card may stand in several decks. Its ``lane`` says which
queue it waits in (see :class:`Lane`), and ``due`` its place there: the position in the file for a
new card, the time for a learning card, the day for a review. The index over these answers what a
session needs without reading other cards.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

SCHEMA_VERSION: Final = 1
APPLICATION_ID: Final = 0x52_49_51_31
"""Marks the file as a RecallIQ collection (`RIQ1`)."""


class Lane(IntEnum):
    """Where a slot waits; the numbers are stored."""

    NEW = 0
    LEARNING = 1
    REVIEW = 2
    OUT = 9
    """Suspended, or no longer in the file."""


SCHEMA: Final = (
    """
    CREATE TABLE deck (
        id INTEGER PRIMARY KEY,
        deck_id TEXT NOT NULL UNIQUE,
        title TEXT NOT NULL,
        path TEXT NOT NULL,
        origin TEXT NOT NULL,
        lang TEXT,
        front_lang TEXT,
        back_lang TEXT,
        voice TEXT,
        typed INTEGER,
        retention REAL,
        tags TEXT NOT NULL,
        has_passages INTEGER NOT NULL,
        author TEXT,
        license TEXT,
        source TEXT,
        mtime_ns INTEGER NOT NULL,
        size INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        present INTEGER NOT NULL,
        cards INTEGER NOT NULL
    )""",
    "CREATE INDEX deck_path ON deck (path)",
    """
    CREATE TABLE card (
        id INTEGER PRIMARY KEY,
        card_id TEXT NOT NULL UNIQUE,
        note_id TEXT NOT NULL
    )""",
    """
    CREATE TABLE slot (
        id INTEGER PRIMARY KEY,
        deck INTEGER NOT NULL REFERENCES deck (id),
        card INTEGER NOT NULL REFERENCES card (id),
        position INTEGER NOT NULL,
        present INTEGER NOT NULL,
        lane INTEGER NOT NULL,
        due INTEGER NOT NULL,
        buried_day INTEGER NOT NULL DEFAULT 0,
        content TEXT NOT NULL,
        folded TEXT NOT NULL,
        UNIQUE (card, deck)
    )""",
    "CREATE INDEX slot_lane ON slot (deck, lane, due, buried_day, card, position)",
    """
    CREATE TABLE state (
        card INTEGER PRIMARY KEY REFERENCES card (id),
        phase INTEGER NOT NULL,
        step INTEGER,
        stability REAL,
        difficulty REAL,
        due_at INTEGER,
        due_day INTEGER,
        last_review INTEGER,
        last_day INTEGER,
        interval_days INTEGER NOT NULL,
        reps INTEGER NOT NULL,
        lapses INTEGER NOT NULL
    )""",
    """
    CREATE TABLE flag (
        card INTEGER PRIMARY KEY REFERENCES card (id),
        suspended INTEGER NOT NULL DEFAULT 0,
        buried_day INTEGER NOT NULL DEFAULT 0,
        marked INTEGER NOT NULL DEFAULT 0
    )""",
    """
    CREATE TABLE log (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL CHECK (kind IN ('answer', 'undo', 'keep')),
        card INTEGER NOT NULL REFERENCES card (id),
        deck_id TEXT NOT NULL,
        at INTEGER NOT NULL,
        offset_minutes INTEGER NOT NULL,
        day INTEGER NOT NULL,
        rating INTEGER,
        review_kind TEXT,
        duration_ms INTEGER,
        phase_before INTEGER,
        phase INTEGER,
        stability REAL,
        difficulty REAL,
        interval_days INTEGER,
        before TEXT,
        undoes INTEGER UNIQUE REFERENCES log (id),
        past INTEGER REFERENCES card (id),
        CHECK (kind <> 'answer' OR rating BETWEEN 1 AND 4),
        CHECK ((kind = 'undo') = (undoes IS NOT NULL)),
        CHECK ((kind = 'keep') = (past IS NOT NULL))
    )""",
    "CREATE INDEX log_card ON log (card)",
    "CREATE INDEX log_day ON log (day) WHERE kind = 'answer'",
    "CREATE INDEX log_deck ON log (deck_id) WHERE kind = 'answer'",
    """
    CREATE TRIGGER log_is_never_changed BEFORE UPDATE ON log
    BEGIN SELECT RAISE(ABORT, 'the review log is append-only'); END""",
    """
    CREATE TRIGGER log_is_never_shortened BEFORE DELETE ON log
    BEGIN SELECT RAISE(ABORT, 'the review log is append-only'); END""",
    "CREATE TABLE session (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL)",
    """
    CREATE TABLE spending (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        day TEXT NOT NULL,
        purpose TEXT NOT NULL,
        deck_id TEXT,
        provider TEXT NOT NULL,
        voice TEXT NOT NULL,
        model TEXT,
        clip_key TEXT NOT NULL,
        characters INTEGER NOT NULL,
        counted INTEGER NOT NULL,
        credits_estimated REAL,
        credits REAL,
        outcome TEXT NOT NULL DEFAULT 'pending',
        request_id TEXT,
        discarded INTEGER NOT NULL DEFAULT 0,
        process INTEGER NOT NULL
    )""",
    "CREATE INDEX spending_day ON spending (day, counted)",
    "CREATE INDEX spending_clip ON spending (clip_key)",
    "CREATE INDEX spending_open ON spending (id) WHERE outcome = 'pending'",
    """
    CREATE TABLE saving (
        day TEXT NOT NULL,
        deck_id TEXT NOT NULL,
        provider TEXT NOT NULL,
        model TEXT NOT NULL,
        plays INTEGER NOT NULL,
        characters INTEGER NOT NULL,
        PRIMARY KEY (day, deck_id, provider, model)
    ) WITHOUT ROWID""",
    """
    CREATE TABLE alias (
        id INTEGER PRIMARY KEY,
        card INTEGER NOT NULL REFERENCES card (id),
        point TEXT NOT NULL,
        phrase TEXT NOT NULL,
        at INTEGER NOT NULL,
        UNIQUE (card, point, phrase)
    )""",
    """
    CREATE TABLE approval (
        text_sha256 TEXT PRIMARY KEY,
        text TEXT NOT NULL,
        at INTEGER NOT NULL
    ) WITHOUT ROWID""",
    """
    CREATE TABLE report (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        card_id TEXT NOT NULL,
        deck_id TEXT NOT NULL,
        side TEXT NOT NULL,
        reason TEXT NOT NULL,
        note TEXT NOT NULL,
        at INTEGER NOT NULL,
        voice TEXT NOT NULL,
        clip_key TEXT,
        spec TEXT,
        lang TEXT,
        state TEXT NOT NULL CHECK (state IN ('open', 'take', 'fixed', 'closed')),
        change TEXT,
        take TEXT,
        decided_at INTEGER,
        CHECK (state <> 'take' OR take IS NOT NULL)
    )""",
    """
    CREATE TABLE fix (
        card_id TEXT NOT NULL,
        side TEXT NOT NULL,
        text_sha256 TEXT NOT NULL,
        change TEXT NOT NULL,
        voice TEXT NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (card_id, side)
    ) WITHOUT ROWID""",
    """
    CREATE TABLE passage (
        id INTEGER PRIMARY KEY,
        passage_id TEXT NOT NULL,
        deck INTEGER NOT NULL REFERENCES deck (id),
        position INTEGER NOT NULL,
        present INTEGER NOT NULL,
        content TEXT NOT NULL,
        UNIQUE (passage_id, deck)
    )""",
    """
    CREATE TABLE passage_part (
        card INTEGER PRIMARY KEY REFERENCES card (id),
        passage_id TEXT NOT NULL
    )""",
    "CREATE INDEX passage_part_of ON passage_part (passage_id)",
    """
    CREATE TABLE acquiring (
        passage_id TEXT PRIMARY KEY,
        body TEXT NOT NULL,
        at INTEGER NOT NULL
    ) WITHOUT ROWID""",
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)
