"""The collection: everything the program knows of decks, cards and answers, in one place.

Modules that the first card doesn't need are imported where they are used: this one is on the way
to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from recalliq_tui.store import cards, decks, due, sessions
from recalliq_tui.store.errors import translated
from recalliq_tui.store.passages import Passages
from recalliq_tui.store.remarks import Remarks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from recalliq_tui.domain.cards import Card, CardId, Deck, DeckId
    from recalliq_tui.domain.limits import Counts, Done, Limits
    from recalliq_tui.domain.memory import Memory, Review
    from recalliq_tui.domain.queue import Entry
    from recalliq_tui.domain.schedule import Settings
    from recalliq_tui.store.backup import Backup
    from recalliq_tui.store.models import DeckRow, Origin, SessionState, StoredCard
    from recalliq_tui.store.outcomes import (
        Candidate,
        IndexChange,
        LoggedReview,
        RebuildReport,
        Stats,
        Undone,
    )


class Collection(Passages, Remarks):
    """An open collection. Made by :meth:`open`; may be used from any thread, one call at a time.

    Every method raises :class:`~recalliq_tui.store.errors.StoreError` when it can't do its work.
    What writes is on disk when it returns, or has changed nothing.
    """

    # Decks

    def index_deck(self, deck: Deck, *, origin: Origin, mtime_ns: int, size: int) -> IndexChange:
        """Take over a parsed deck file; cards that left it keep their progress in the log."""
        from recalliq_tui.store import indexing  # noqa: PLC0415

        with self._write() as conn:
            change = indexing.index_deck(conn, deck, origin=origin, mtime_ns=mtime_ns, size=size)
            indexing.index_passages(conn, deck, now=self._clock())
            return change

    def decks(self) -> list[DeckRow]:
        """All decks ever indexed, by title; ``present`` says whether the file is there."""
        with self._read() as conn:
            return decks.decks(conn)

    def deck(self, deck_id: str) -> DeckRow | None:
        with self._read() as conn:
            return decks.deck(conn, deck_id)

    def mark_absent(self, deck_id: str) -> None:
        """The deck's file is missing: no counts, but its cards can still be read."""
        with self._write() as conn:
            decks.mark_absent(conn, deck_id)

    def deck_cards(self, deck_id: str) -> list[Card]:
        """Cards of a deck in the order of its file."""
        with self._read() as conn:
            return list(decks.deck_cards(conn, deck_id))

    def vanished(self, deck_id: str) -> list[StoredCard]:
        """Cards with progress that left the deck's file and stand in no other deck."""
        with self._read() as conn:
            return cards.vanished(conn, deck_id)

    def candidates(self, deck_id: str) -> tuple[Candidate, ...]:
        """Vanished cards of a deck, each with the unstudied card that is most like it."""
        from recalliq_tui.store import indexing  # noqa: PLC0415

        with self._read() as conn:
            return indexing.candidates(conn, deck_id)

    def keep_progress(self, old: CardId, new: CardId, *, deck_id: DeckId) -> bool:
        """Make ``old`` the past of ``new``; ``False`` where there is nothing to keep."""
        from recalliq_tui.store import reviews  # noqa: PLC0415

        with self._write() as conn:
            return reviews.keep_progress(conn, old, new, now=self._clock(), deck_id=deck_id)

    # Studying

    def deck_counts(self, *, day: int, now: datetime, limits: Limits) -> dict[DeckId, Counts]:
        """What a session with each present deck alone would bring now (UTC)."""
        with self._read() as conn:
            return due.deck_counts(conn, day=day, now=now, limits=limits)

    def entries(self, deck_ids: Sequence[DeckId], *, day: int, limits: Limits) -> list[Entry]:
        """The cards of a session, for :func:`~recalliq_tui.domain.queue.build_queue`."""
        with self._read() as conn:
            return due.entries(conn, deck_ids, day=day, limits=limits)

    def entry(self, card_id: str, deck_id: str) -> Entry | None:
        """One card as an entry, due or not: to put it back after an undo or a restart."""
        with self._read() as conn:
            return due.entry(conn, card_id, deck_id)

    def done_today(self, day: int) -> dict[DeckId, Done]:
        with self._read() as conn:
            return due.done_today(conn, day)

    def card(self, card_id: str, deck_id: str | None = None) -> StoredCard | None:
        """A card as it stands in a deck, else in any; ``None`` where no deck ever had it."""
        with self._read() as conn:
            return cards.card(conn, card_id, deck_id)

    def record(self, review: Review, after: Memory, *, session: SessionState | None = None) -> int:
        """Log an answer, set the card's memory and keep the session, in one transaction.

        Returns the log's number of it. Raises :class:`StoreError` (unknown card) too.
        """
        from recalliq_tui.store import reviews  # noqa: PLC0415

        with self._write() as conn:
            number = reviews.record(conn, review, after)
            if session is not None:
                sessions.save_session(conn, session)
            return number

    def undo(self, *, since_day: int = 0, session: SessionState | None = None) -> Undone | None:
        """Take back the newest answer given on ``since_day`` or later; also after a restart."""
        from recalliq_tui.store import reviews  # noqa: PLC0415

        with self._write() as conn:
            undone = reviews.undo(conn, now=self._clock(), since_day=since_day)
            if undone is not None and session is not None:
                sessions.save_session(conn, session)
            return undone

    def bury(self, card_id: str, day: int) -> None:
        """Hide a card on a study day; 0 brings it back."""
        with self._write() as conn:
            cards.set_flag(conn, card_id, name="buried_day", value=day)

    def suspend(self, card_id: str, *, on: bool) -> None:
        with self._write() as conn:
            cards.set_flag(conn, card_id, name="suspended", value=on)

    def set_mark(self, card_id: str, *, on: bool) -> None:
        with self._write() as conn:
            cards.set_flag(conn, card_id, name="marked", value=on)

    def save_session(self, session: SessionState) -> None:
        """Keep where the learner is. It survives a kill of the program, if not of the machine."""
        with self._calls, translated(self.path):
            self._conn.execute("PRAGMA synchronous = NORMAL")
            try:
                with self._write() as conn:
                    sessions.save_session(conn, session)
            finally:
                self._conn.execute("PRAGMA synchronous = FULL")

    def load_session(self) -> SessionState | None:
        with self._read() as conn:
            return sessions.load_session(conn)

    def end_session(self) -> None:
        with self._write() as conn:
            sessions.end_session(conn)

    # Looking

    def history(self, card_id: str | None = None, deck_id: str | None = None) -> list[LoggedReview]:
        """Answers that stand, oldest first; those of a card include the past it was given."""
        from recalliq_tui.store import reviews  # noqa: PLC0415

        with self._read() as conn:
            return reviews.history(conn, card_id=card_id, deck_id=deck_id)

    def has_reviews(self) -> bool:
        """Whether anything was ever answered."""
        with self._read() as conn:
            row = conn.execute("SELECT EXISTS (SELECT 1 FROM log WHERE kind = 'answer')").fetchone()
            return bool(row[0])

    def search(self, text: str, limit: int = 200) -> list[StoredCard]:
        """Cards in which all words occur; see :func:`recalliq_tui.store.search.search`."""
        from recalliq_tui.store import search as searching  # noqa: PLC0415

        with self._read() as conn:
            return searching.search(conn, text, limit=limit)

    def stats(self, day: int, days_ahead: int = 30) -> Stats:
        from recalliq_tui.store import stats  # noqa: PLC0415

        with self._read() as conn:
            return stats.stats(conn, day=day, days_ahead=days_ahead)

    # Care

    def rebuild(
        self,
        settings: Mapping[str, Settings] | None = None,
        *,
        default: Settings | None = None,
        write: bool = True,
    ) -> RebuildReport:
        """Make card states again from the log; say which cards' states differed.

        ``settings`` are by deck id. Without ``write`` it only looks.
        """
        from recalliq_tui.domain.schedule import Settings  # noqa: PLC0415
        from recalliq_tui.store import rebuild  # noqa: PLC0415

        with self._write() if write else self._read() as conn:
            known = settings or {}
            return rebuild.rebuild(conn, known, default=default or Settings(), write=write)

    def check_integrity(self) -> list[str]:
        """What is wrong with the database file, in SQLite's words; empty when it is sound."""
        from recalliq_tui.store import care  # noqa: PLC0415

        with self._read() as conn:
            return care.problems(conn)

    def backup_daily(self) -> Backup | None:
        """Back up once a day (UTC) and drop backups that are too old; ``None`` when not due.

        Works on a connection of its own, so that it may run in a thread while others answer.
        """
        from recalliq_tui.store import care  # noqa: PLC0415
        from recalliq_tui.store.backup import daily_due  # noqa: PLC0415

        if self.read_only or not daily_due(self.path, self._clock()):
            return None
        with translated(self.path):
            return care.backup_now(self.path, kind="daily", now=self._clock())

    def backups(self) -> list[Backup]:
        """Backups, newest first."""
        from recalliq_tui.store.backup import list_backups  # noqa: PLC0415

        with translated(self.path):
            return list_backups(self.path)
