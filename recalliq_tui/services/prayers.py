"""Texts by heart: which there are and how they stand, acquiring them, reciting them.

Synchronous, and on the collection's thread. A recital is on disk when :meth:`Prayers.settle`
returns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zlib import crc32

from recalliq_tui.domain import schedule
from recalliq_tui.domain.memory import Memory, Phase, Rating, Review, ReviewKind
from recalliq_tui.domain.passages import progress
from recalliq_tui.domain.passages.acquire import LineState
from recalliq_tui.domain.passages.asking import Asked, ask, due_parts, parts_to_ask
from recalliq_tui.domain.passages.parts import (
    WHOLE,
    has_line_cards,
    line_part,
    part_id,
)
from recalliq_tui.domain.passages.rules import (
    Standing,
    counts,
    passage_settings,
    standing_of,
)
from recalliq_tui.domain.passages.strip import line_level
from recalliq_tui.services.judging import ratings_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from recalliq_tui.domain.cards import DeckId, Passage, PassageId
    from recalliq_tui.domain.passages.acquire import Acquire
    from recalliq_tui.domain.passages.parts import Part
    from recalliq_tui.domain.passages.rules import Recited
    from recalliq_tui.services.calendar import Calendar
    from recalliq_tui.services.judging import Judged
    from recalliq_tui.services.library import Library
    from recalliq_tui.services.settings import StudySettings
    from recalliq_tui.store.collection import Collection
    from recalliq_tui.store.passage_rows import StoredPassage

ORDER: Final = {
    Standing.LAPSED: 0,
    Standing.ACQUIRING: 1,
    Standing.LEARNING: 2,
    Standing.NEW: 3,
    Standing.BY_HEART: 4,
}
"""How a list by state is sorted: what needs the learner first."""

_KINDS: Final = {
    Phase.NEW: ReviewKind.LEARN,
    Phase.LEARNING: ReviewKind.LEARN,
    Phase.REVIEW: ReviewKind.REVIEW,
    Phase.RELEARNING: ReviewKind.RELEARN,
}


class UnknownPassageError(LookupError):
    """No passage has that id, slug or title; ``near`` names the nearest titles."""

    def __init__(self, wanted: str, near: Sequence[str]) -> None:
        self.wanted = wanted
        self.near = tuple(near)
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        super().__init__(f"no prayer or text {wanted!r}{hint}")


@dataclass(frozen=True, slots=True)
class PassageView:
    """A text as a list shows it. ``levels`` are of its lines, 0 to 7; ``due`` its parts due now,
    ``next_day`` the study day of the next one; ``translations`` the same text in other languages.
    """

    stored: StoredPassage
    standing: Standing
    levels: tuple[int, ...]
    due: tuple[Part, ...] = ()
    next_day: int | None = None
    translations: tuple[PassageId, ...] = ()

    @property
    def passage(self) -> Passage:
        return self.stored.passage

    @property
    def deck_id(self) -> DeckId:
        return self.stored.deck_id

    @property
    def lang(self) -> str:
        return self.passage.lang or ""


@dataclass(frozen=True, slots=True)
class Settled:
    """What a recital led to. ``rated`` are the parts that counted, with their new memories."""

    rated: Mapping[Part, Rating]
    memories: Mapping[Part, Memory]
    standing: Standing
    before: Standing


@dataclass(frozen=True, slots=True)
class Praying:
    """What ``pray`` opens with: all texts or those of some decks, and perhaps one at once."""

    deck_ids: tuple[DeckId, ...] | None = None
    first: PassageId | None = None


class Prayers:
    """The texts of one collection."""

    def __init__(
        self,
        collection: Collection,
        calendar: Calendar,
        settings: StudySettings,
        *,
        titles: bool = False,
    ) -> None:
        self._collection = collection
        self._calendar = calendar
        self._settings = settings
        self._titles = titles

    # --- looking -----------------------------------------------------------------------------

    def shelf(self, deck_ids: Iterable[str] | None = None) -> list[PassageView]:
        """All texts (or those of some decks) in the order of their decks."""
        stored = self._collection.passages()
        wanted = None if deck_ids is None else frozenset(deck_ids)
        memories = self._collection.part_memories()
        recitals = self._collection.recitals()
        acquired = self._collection.acquired()
        groups = _translations(stored)
        return [
            self._view(
                each,
                memories.get(each.passage.id, {}),
                recitals.get(each.passage.id, ()),
                acquired.get(each.passage.id),
                groups.get(each.passage.id, ()),
            )
            for each in stored
            if wanted is None or each.deck_id in wanted
        ]

    def view(self, passage_id: str) -> PassageView:
        """One text; raises :class:`UnknownPassageError`."""
        found = [each for each in self.shelf() if each.passage.id == passage_id]
        if not found:
            raise UnknownPassageError(passage_id, ())
        return found[0]

    def find(self, wanted: str) -> PassageView:
        """The text of that id, slug or title; raises :class:`UnknownPassageError`."""
        views = self.shelf()
        key = wanted.casefold()
        for name in (_ids, _slugs, _titles):
            found = [view for view in views if key in name(view)]
            if found:
                return found[0]
        from difflib import get_close_matches  # noqa: PLC0415  (only on the way to an error)

        titles = {view.passage.title.casefold(): view.passage.title for view in views}
        near = get_close_matches(key, titles, n=3)
        raise UnknownPassageError(wanted, [titles[each] for each in near])

    def _view(
        self,
        stored: StoredPassage,
        memories: Mapping[Part, Memory],
        recited: Sequence[Recited],
        acquired: object,
        translations: tuple[PassageId, ...],
    ) -> PassageView:
        passage = stored.passage
        size = len(passage.lines)
        state = None if acquired is None else self._restored(passage, acquired)
        best = [None if state is None else each.best for each in _lines(state, size)]
        days = [memory.due_day for memory in memories.values() if memory.due_day is not None]
        whole = memories.get(WHOLE)
        return PassageView(
            stored,
            standing_of(size, recited, begun=state is not None and state.begun),
            tuple(
                line_level(memories.get(line_part(n)) if has_line_cards(size) else whole, best[n])
                for n in range(size)
            ),
            due_parts(memories, self._today()),
            min(days, default=None),
            translations,
        )

    # --- acquiring ---------------------------------------------------------------------------

    def acquire(self, passage: Passage) -> Acquire:
        """Where the learner stands in acquiring a text; a new one begins at listening."""
        data = self._collection.acquired(passage.id).get(passage.id)
        return self._restored(passage, data)

    def keep(self, passage: Passage, state: Acquire) -> None:
        """Keep progress in acquiring; writes no review."""
        data = progress.to_data(state, passage.lines)
        self._collection.save_acquired(passage.id, data)

    @staticmethod
    def _restored(passage: Passage, data: object) -> Acquire:
        return progress.from_data(data, passage.stanzas, seed=crc32(passage.id.encode()))

    # --- reciting ----------------------------------------------------------------------------

    def to_recite(self, passage: Passage, *, whole: bool = False) -> list[Asked]:
        """What to ask of a text now; see :func:`parts_to_ask`. With ``whole`` that alone."""
        if whole:
            return [Asked(WHOLE, (), passage.lines)]
        memories = self._collection.part_memories(passage.id).get(passage.id, {})
        acquired = self._collection.acquired(passage.id).get(passage.id)
        best = [] if acquired is None else [e.best for e in self._restored(passage, acquired).lines]
        parts = parts_to_ask(
            len(passage.lines), memories, day=self._today(), best=best, titles=self._titles
        )
        return [asked for part in parts if (asked := ask(passage, part)) is not None]

    def counting(self, passage: Passage, part: Part) -> bool:
        """Whether an attempt now is the day's first and counts."""
        memories = self._collection.part_memories(passage.id).get(passage.id, {})
        return counts(memories.get(part, Memory()), self._today())

    def settle(
        self,
        stored: StoredPassage,
        judged: Judged,
        rating: Rating,
        *,
        milliseconds: int = 0,
    ) -> Settled:
        """Store what a recital says of each part, the whole's as the learner rated it.

        Parts that were attempted today already are left as they are.
        """
        passage = stored.passage
        memories = self._collection.part_memories(passage.id).get(passage.id, {})
        before = self.view(passage.id).standing
        now = self._calendar.now()
        day = self._calendar.day(now)
        chosen = passage_settings(self._settings.base, retention=stored.retention)
        rated: dict[Part, Rating] = {}
        after: dict[Part, Memory] = {}
        rows: list[tuple[Part, Review, Memory]] = []
        for part, each in ratings_of(passage, judged, rating, memories).items():
            memory = memories.get(part, Memory())
            if not counts(memory, day):
                continue
            ident = part_id(passage.id, part)
            new = schedule.answer(memory, each, now=now, day=day, card_id=ident, settings=chosen)
            review = Review(
                card_id=ident,
                deck_id=stored.deck_id,
                rating=each,
                reviewed_at=now,
                offset_minutes=self._calendar.offset_minutes(now),
                kind=_KINDS[memory.phase],
                duration_ms=max(0, milliseconds) if part == judged.asked.part else 0,
                stability=new.stability,
                difficulty=new.difficulty,
                interval_days=new.interval_days,
            )
            rated[part], after[part] = each, new
            rows.append((part, review, new))
        if rows:
            self._collection.record_recital(passage.id, rows)
        return Settled(rated, {**memories, **after}, self.view(passage.id).standing, before)

    def undo(self, passage: Passage) -> tuple[Part, ...]:
        """Take back today's newest recital of a text; the parts it had rated."""
        return self._collection.undo_recital(passage.id, since_day=self._today())

    def intervals(self, stored: StoredPassage, part: Part) -> dict[Rating, int]:
        """Days until a part comes back, for each rating."""
        memories = self._collection.part_memories(stored.passage.id).get(stored.passage.id, {})
        now = self._calendar.now()
        found = schedule.preview(
            memories.get(part, Memory()),
            now=now,
            day=self._calendar.day(now),
            card_id=part_id(stored.passage.id, part),
            settings=passage_settings(self._settings.base, retention=stored.retention),
        )
        return {rating: memory.interval_days for rating, memory in found.items()}

    def _today(self) -> int:
        return self._calendar.day(self._calendar.now())


def choose_prayers(prayers: Prayers, library: Library, wanted: str | None) -> Praying:
    """The texts that a word of the learner's names: one, or a deck's; all without a word.

    Raises :class:`UnknownPassageError`.
    """
    from recalliq_tui.services.library import UnknownDeckError  # noqa: PLC0415

    library.refresh()
    if wanted is None:
        return Praying()
    try:
        view = prayers.find(wanted)
    except UnknownPassageError as unknown:
        try:
            deck_ids, _ = library.resolve(wanted)
        except UnknownDeckError:
            raise unknown from None
        if not prayers.shelf(deck_ids):
            raise
        return Praying(tuple(deck_ids))
    return Praying(first=view.passage.id)


def _lines(state: Acquire | None, size: int) -> Sequence[LineState]:
    return (LineState(),) * size if state is None else state.lines


def _ids(view: PassageView) -> set[str]:
    return {view.passage.id.casefold(), view.passage.id.rpartition("#")[2].casefold()}


def _slugs(view: PassageView) -> set[str]:
    return {(view.passage.slug or "").casefold()}


def _titles(view: PassageView) -> set[str]:
    return {view.passage.title.casefold()}


def _translations(stored: Sequence[StoredPassage]) -> dict[str, tuple[PassageId, ...]]:
    """Texts that are translations of each other, each with the others in other languages.

    ``translation_of`` names the slug, or the id, of another text; texts that name the same one
    belong together.
    """
    names: dict[str, list[StoredPassage]] = {}
    for each in stored:
        passage = each.passage
        own = passage.slug or passage.id.rpartition("#")[2]
        for name in {own, passage.translation_of or own}:
            names.setdefault(name, []).append(each)
    found: dict[str, tuple[PassageId, ...]] = {}
    for each in stored:
        passage = each.passage
        own = passage.slug or passage.id.rpartition("#")[2]
        others = dict.fromkeys(
            other.passage.id
            for name in (own, passage.translation_of or own)
            for other in names[name]
            if other.passage.id != passage.id and other.passage.lang != passage.lang
        )
        found[passage.id] = tuple(others)
    return found
