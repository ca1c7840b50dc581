"""Decks in a folder, a collection beside them, and a clock: for tests of the services."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING

from recalliq_tui.config import Config
from recalliq_tui.services.calendar import Calendar
from recalliq_tui.services.library import Library, Source
from recalliq_tui.services.settings import StudySettings
from recalliq_tui.services.steps import Question, Step
from recalliq_tui.services.study import StudySession
from recalliq_tui.store.collection import Collection
from tests.clock import Clock

if TYPE_CHECKING:
    from pathlib import Path

    from recalliq_tui.domain.cards import DeckId


def notes(*fronts: str, deck: str = "d", name: str = "Deck", head: str = "") -> str:
    """A deck file with a note for each front; the answer to ``a`` is ``A of a``."""
    front = f'---\nid = "{deck}"\nname = "{name}"\nlang = "en"\n{head}---\n'
    return front + "\n".join(f"Q: {each}\nA: A of {each}\n" for each in fronts)


@dataclass
class Place:
    """A folder with decks and the collection over it."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    values: dict[str, object] = field(default_factory=dict)
    opened: list[Collection] = field(default_factory=list)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / "decks" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    @property
    def collection(self) -> Collection:
        if not self.opened:
            self.opened.append(
                Collection.open(self.folder / "data" / "collection.db", clock=self.clock)
            )
        return self.opened[0]

    def reopen(self) -> None:
        """End the program and start it again."""
        self.close()

    def close(self) -> None:
        for each in self.opened:
            each.close()
        self.opened.clear()

    @property
    def calendar(self) -> Calendar:
        return Calendar(self.clock, UTC)

    @property
    def settings(self) -> StudySettings:
        return StudySettings.from_config(Config(self.values))

    def library(self, *more: Source) -> Library:
        sources = [Source(self.folder / "decks", "own"), *more]
        return Library(self.collection, sources, self.calendar, self.settings)

    def session(self, *deck_ids: DeckId, title: str = "Deck") -> StudySession:
        """A session over decks, all of them without any named."""
        library = self.library()
        library.refresh()
        ids = deck_ids or tuple(row.id for row in library.rows())
        return StudySession(self.collection, self.calendar, self.settings, ids, title=title)


def asked(step: Step | None) -> str:
    """What a step asks."""
    assert isinstance(step, Question), step
    return step.card.front.text
