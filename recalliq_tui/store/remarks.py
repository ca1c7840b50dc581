"""The part of a collection that learners and authors say themselves: approvals, phrases, reports.

What they are made of is imported where it is used: this is on the way to the first card.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from recalliq_tui.store.handle import Handle
from recalliq_tui.store.rows import to_micros

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recalliq_tui.domain.cards import Side
    from recalliq_tui.domain.reports import Fix, Report


class Remarks(Handle):
    """What :class:`~recalliq_tui.store.collection.Collection` keeps beside cards and answers."""

    # Texts for the voice

    def approve(self, texts: Mapping[str, str]) -> int:
        """Approve texts (SHA-256 of each as spoken, and the text); returns how many are new."""
        from recalliq_tui.store import approvals  # noqa: PLC0415

        with self._write() as conn:
            return approvals.approve(conn, texts, now=self._clock())

    def approved(self) -> frozenset[str]:
        """SHA-256 of each approved text."""
        from recalliq_tui.store import approvals  # noqa: PLC0415

        with self._read() as conn:
            return approvals.approved(conn)

    def withdraw_approval(self, text_sha256: str) -> bool:
        from recalliq_tui.store import approvals  # noqa: PLC0415

        with self._write() as conn:
            return approvals.withdraw(conn, text_sha256)

    # What a learner said in other words

    def aliases(self, card_id: str) -> dict[str, tuple[str, ...]]:
        """Phrases that count for a card's points, by point, oldest first."""
        from recalliq_tui.store import aliases  # noqa: PLC0415

        with self._read() as conn:
            return aliases.aliases(conn, card_id)

    def add_alias(self, card_id: str, *, point: str, phrase: str) -> bool:
        """Keep a phrase for a point; ``False`` where it was kept or is empty."""
        from recalliq_tui.store import aliases  # noqa: PLC0415

        with self._write() as conn:
            return aliases.add_alias(conn, card_id, point=point, phrase=phrase, now=self._clock())

    def remove_alias(self, card_id: str, *, point: str, phrase: str) -> bool:
        from recalliq_tui.store import aliases  # noqa: PLC0415

        with self._write() as conn:
            return aliases.remove_alias(conn, card_id, point=point, phrase=phrase)

    # Clips that sound wrong

    def add_report(self, report: Report) -> int:
        """Keep a report; returns its number."""
        from recalliq_tui.store import reports  # noqa: PLC0415

        with self._write() as conn:
            return reports.add_report(conn, report)

    def reports(self, *, settled: bool = False) -> list[Report]:
        """Reports that wait for something, oldest first; with ``settled`` all of them."""
        from recalliq_tui.store import reports  # noqa: PLC0415

        with self._read() as conn:
            return reports.reports(conn, settled=settled)

    def report(self, number: int) -> Report | None:
        from recalliq_tui.store import reports  # noqa: PLC0415

        with self._read() as conn:
            return reports.report(conn, number)

    def decide(self, report: Report, *, fix: Fix | None = None) -> None:
        """Store a report's new state and, in the same transaction, the fix that came of it."""
        from recalliq_tui.store import reports  # noqa: PLC0415

        with self._write() as conn:
            reports.set_state(conn, report)
            if fix is not None:
                reports.set_fix(conn, fix, at=to_micros(self._clock()))

    def fixes(self) -> dict[tuple[str, Side], Fix]:
        """Accepted changes, by card (or passage) id and side."""
        from recalliq_tui.store import reports  # noqa: PLC0415

        with self._read() as conn:
            return reports.fixes(conn)
