"""The part of a collection that keeps texts to learn by heart.

What it is made of is imported where it is used: this is on the way to the first card.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recalliq_tui.store.handle import Handle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recalliq_tui.domain.cards import DeckId, PassageId
    from recalliq_tui.domain.memory import Memory, Review
    from recalliq_tui.domain.passages.parts import Part
    from recalliq_tui.domain.passages.rules import Recited
    from recalliq_tui.store.passage_rows import PassageCount, StoredPassage


class Passages(Handle):
    """What :class:`~recalliq_tui.store.collection.Collection` knows of passages.

    A passage's parts are cards without a slot: they are in the log and have a memory, but no deck
    asks them in its quiz.
    """

    def passages(self, deck_id: str | None = None) -> list[StoredPassage]:
        """Passages of all decks that are there (or of one), in the order of their files."""
        from recalliq_tui.store import passage_rows  # noqa: PLC0415

        with self._read() as conn:
            return passage_rows.passages(conn, deck_id=deck_id)

    def passage(self, passage_id: str) -> StoredPassage | None:
        """A passage as it stands in a deck that is there, else as it was last."""
        from recalliq_tui.store import passage_rows  # noqa: PLC0415

        with self._read() as conn:
            return passage_rows.passage(conn, passage_id)

    def passage_counts(self, day: int) -> dict[DeckId, PassageCount]:
        """How many passages each deck has, and how many of them have something due."""
        from recalliq_tui.store import passage_rows  # noqa: PLC0415

        with self._read() as conn:
            return passage_rows.passage_counts(conn, day)

    def part_memories(self, passage_id: str | None = None) -> dict[str, dict[Part, Memory]]:
        """Memories of the parts that were ever recited, by passage."""
        from recalliq_tui.store import passage_rows  # noqa: PLC0415

        with self._read() as conn:
            return passage_rows.part_memories(conn, passage_id=passage_id)

    def recitals(self, passage_id: str | None = None) -> dict[str, list[Recited]]:
        """Attempts that count and stand, oldest first, by passage."""
        from recalliq_tui.store import passage_rows  # noqa: PLC0415

        with self._read() as conn:
            return passage_rows.recitals(conn, passage_id=passage_id)

    def record_recital(
        self, passage_id: PassageId, parts: Sequence[tuple[Part, Review, Memory]]
    ) -> None:
        """Log the ratings of one recital and set what they led to, all or nothing."""
        from recalliq_tui.store import passage_rows  # noqa: PLC0415

        with self._write() as conn:
            passage_rows.record_recital(conn, passage_id, parts)

    def undo_recital(self, passage_id: str, *, since_day: int = 0) -> tuple[Part, ...]:
        """Take back the newest recital of a passage, all its ratings; empty where there is none."""
        from recalliq_tui.store import passage_rows  # noqa: PLC0415

        with self._write() as conn:
            return passage_rows.undo_recital(
                conn, passage_id, since_day=since_day, now=self._clock()
            )

    def acquired(self, passage_id: str | None = None) -> dict[str, Any]:
        """Progress in acquiring, as JSON data, by passage."""
        from recalliq_tui.store import passage_rows  # noqa: PLC0415

        with self._read() as conn:
            return passage_rows.acquired(conn, passage_id=passage_id)

    def save_acquired(self, passage_id: str, data: Any) -> None:
        """Keep progress in acquiring; ``None`` forgets it."""
        from recalliq_tui.store import passage_rows  # noqa: PLC0415

        with self._write() as conn:
            passage_rows.save_acquired(conn, passage_id, data, now=self._clock())

    def carry_passage(self, old: StoredPassage, new: PassageId) -> None:
        """Let a passage that an edit gave a new id go on with the progress of its old one."""
        from recalliq_tui.store import passage_rows  # noqa: PLC0415

        with self._write() as conn:
            passage_rows.carry_passage(conn, old, new, now=self._clock())
