"""Makes every card's state again from the log, with the settings its deck is studied with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recalliq_tui.domain.cards import CardId
    from recalliq_tui.domain.schedule import Settings
    from recalliq_tui.services.settings import StudySettings
    from recalliq_tui.store.collection import Collection


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many cards have answers, whose state differed from the log, and whose still does."""

    cards: int
    differing: tuple[CardId, ...]
    left: tuple[CardId, ...]


def rebuild(collection: Collection, settings: StudySettings) -> Rebuilt:
    """Compare and mend; a collection that is read-only is compared only.

    Raises :class:`~recalliq_tui.store.errors.StoreError`.
    """
    each: dict[str, Settings] = {row.id: settings.schedule(row) for row in collection.decks()}
    may_write = not collection.read_only
    report = collection.rebuild(each, default=settings.base, write=may_write)
    if not report.changed or not may_write:
        return Rebuilt(report.cards, report.changed, report.changed)
    again = collection.rebuild(each, default=settings.base, write=False)
    return Rebuilt(report.cards, report.changed, again.changed)
