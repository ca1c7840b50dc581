"""Which card comes next.

Learning cards come first once they are due, then reviews and new cards, evenly mixed: reviews by
the day they were due, most overdue first, new cards in the order of their decks. When nothing
else is left, learning cards that are due within 20 minutes come early. Cards of one note keep
three other cards between them where there are any.

A :class:`Queue` is a value: each step gives a new one that shares the long parts with the old,
so a step costs the same with a hundred cards and with a hundred thousand.
"""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from heapq import merge
from typing import TYPE_CHECKING, Final
from zlib import crc32

from recalliq_tui.domain.cards import CardId
from recalliq_tui.domain.limits import Counts
from recalliq_tui.domain.memory import Phase

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from recalliq_tui.domain.cards import DeckId, NoteId
    from recalliq_tui.domain.memory import Memory

LEARN_AHEAD: Final = timedelta(minutes=20)
SIBLING_GAP: Final = 3
"""Other cards between two of the same note."""

_LOOK_FORWARD: Final = 200
"""How many cards are looked at for one that keeps the gap."""

_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """A card that waits in the queue. ``position`` is its place in its deck's file."""

    card_id: CardId
    deck_id: DeckId
    note_id: NoteId
    phase: Phase
    due_at: datetime | None = None
    due_day: int | None = None
    position: int = 0

    @property
    def learning(self) -> bool:
        return self.phase in (Phase.LEARNING, Phase.RELEARNING)


@dataclass(frozen=True, slots=True)
class Queue:
    """What is left of a session. Build it with :func:`build_queue`.

    ``main[head:]`` are reviews and new cards in order, ``held`` those of them that were passed
    over because a card of the same note had just been shown, ``steps`` learning cards by the time
    they are due, ``recent`` the cards shown last, newest last. ``next_up`` comes before all.
    """

    main: Sequence[Entry] = ()
    head: int = 0
    held: tuple[Entry, ...] = ()
    steps: tuple[Entry, ...] = ()
    recent: tuple[Entry, ...] = ()
    next_up: Entry | None = None
    new: int = 0
    due: int = 0

    @property
    def counts(self) -> Counts:
        """Cards left, the one that :meth:`put_back` returned included."""
        return Counts(
            new=self.new,
            learning=len(self.steps) + self._up_is_step(),
            due=self.due,
            total=len(self),
        )

    def __len__(self) -> int:
        return self.new + self.due + len(self.steps) + self._up_is_step()

    def _up_is_step(self) -> int:
        return int(self.next_up is not None and self.next_up.learning)

    @property
    def next_due_at(self) -> datetime | None:
        """When the next learning card is due (UTC); ``None`` when none waits."""
        return _due_at(self.steps[0]) if self.steps else None

    def take(self, now: datetime) -> tuple[Entry, Queue] | None:
        """The next card and the queue without it, or ``None`` when nothing may come now (UTC)."""
        picked = self._pick(now)
        if picked is None:
            return None
        entry, rest = picked
        return entry, replace(
            rest,
            recent=(*self.recent, entry)[-SIBLING_GAP:],
            new=self.new - (entry.phase is Phase.NEW),
            due=self.due - (entry.phase is Phase.REVIEW),
        )

    def answered(self, entry: Entry, after: Memory) -> Queue:
        """The queue after a card that was taken got its answer: it stays while it is learnt."""
        if after.phase not in (Phase.LEARNING, Phase.RELEARNING):
            return self
        steps = list(self.steps)
        waits = replace(entry, phase=after.phase, due_at=after.due_at, due_day=None)
        insort(steps, waits, key=_due_at)
        return replace(self, steps=tuple(steps))

    def put_back(self, entry: Entry) -> Queue:
        """The queue with ``entry`` as the next card: after an undo, or when a session goes on."""
        queue = self.without({entry.card_id})
        recent = tuple(each for each in queue.recent if each.card_id != entry.card_id)
        return replace(
            queue,
            next_up=entry,
            recent=recent,
            new=queue.new + (entry.phase is Phase.NEW),
            due=queue.due + (entry.phase is Phase.REVIEW),
        )

    def without(self, card_ids: Collection[CardId]) -> Queue:
        """The queue without some cards: buried, suspended, vanished. Reads the whole queue."""
        main = tuple(each for each in self.main[self.head :] if each.card_id not in card_ids)
        held = tuple(each for each in self.held if each.card_id not in card_ids)
        steps = tuple(each for each in self.steps if each.card_id not in card_ids)
        up = self.next_up if self.next_up and self.next_up.card_id not in card_ids else None
        waiting = (*main, *held, *((up,) if up else ()))
        return replace(
            self,
            main=main,
            head=0,
            held=held,
            steps=steps,
            next_up=up,
            new=sum(each.phase is Phase.NEW for each in waiting),
            due=sum(each.phase is Phase.REVIEW for each in waiting),
        )

    def waiting(self) -> Iterator[Entry]:
        """All entries that are left, in no order of time."""
        yield from (*self.main[self.head :], *self.held, *self.steps)
        if self.next_up is not None:
            yield self.next_up

    def peek(self, now: datetime, count: int = 3) -> list[Entry]:
        """The cards that come next if nothing is learnt again: to make their audio ready."""
        queue, found = self, list[Entry]()
        while len(found) < count and (taken := queue.take(now)) is not None:
            entry, queue = taken
            found.append(entry)
        return found

    def _apart(self, entries: Iterable[Entry]) -> Entry | None:
        """The first that is neither the card just shown nor too near to one of its note."""
        last = self.recent[-1].card_id if self.recent else None
        near = {(each.note_id, each.card_id) for each in self.recent}
        for entry in entries:
            siblings = (note == entry.note_id and card != entry.card_id for note, card in near)
            if entry.card_id != last and not any(siblings):
                return entry
        return None

    def _pick(self, now: datetime) -> tuple[Entry, Queue] | None:
        if self.next_up is not None:
            return self.next_up, replace(self, next_up=None)
        due = list(_until(self.steps, now))
        apart = self._apart(due)
        if apart is not None:
            return self._step(apart)
        picked = self._from_main()
        if picked is not None:
            return picked
        if due:
            return self._step(due[0])
        if self.held or self.head < len(self.main):
            return self._from_main_anyway()
        ahead = list(_until(self.steps, now + LEARN_AHEAD))
        return self._step(self._apart(ahead) or ahead[0]) if ahead else None

    def _step(self, entry: Entry) -> tuple[Entry, Queue]:
        return entry, replace(self, steps=tuple(e for e in self.steps if e is not entry))

    def _from_main(self) -> tuple[Entry, Queue] | None:
        found = self._apart(self.held)
        if found is not None:
            return found, replace(self, held=tuple(e for e in self.held if e is not found))
        passed = list(self.held)
        stop = min(len(self.main), self.head + max(0, _LOOK_FORWARD - len(passed)))
        for index in range(self.head, stop):
            entry = self.main[index]
            if self._apart((entry,)) is not None:
                return entry, replace(self, head=index + 1, held=tuple(passed))
            passed.append(entry)
        return None

    def _from_main_anyway(self) -> tuple[Entry, Queue]:
        if self.held:
            return self.held[0], replace(self, held=self.held[1:])
        return self.main[self.head], replace(self, head=self.head + 1)


def build_queue(entries: Iterable[Entry], *, day: int) -> Queue:
    """The queue of a session on study day ``day``.

    New cards keep the order of ``entries``; reviews of the same due day come in an order that
    differs from day to day. A card that is given twice comes once.
    """
    first = dict[CardId, Entry]()
    for entry in entries:
        first.setdefault(entry.card_id, entry)
    unique = first.values()
    new = [entry for entry in unique if entry.phase is Phase.NEW]
    due = [entry for entry in unique if entry.phase is Phase.REVIEW]
    due.sort(key=lambda each: (each.due_day or 0, crc32(f"{day}{each.card_id}".encode())))
    steps = sorted((entry for entry in unique if entry.learning), key=_due_at)
    return Queue(main=tuple(_mixed(due, new)), steps=tuple(steps), new=len(new), due=len(due))


def _mixed(first: Sequence[Entry], second: Sequence[Entry]) -> Iterator[Entry]:
    """Both in their order, each spread evenly over the whole."""
    ranked = (
        [((index + 1) / (len(part) + 1), side, entry) for index, entry in enumerate(part)]
        for side, part in enumerate((first, second))
    )
    return (entry for _, _, entry in merge(*ranked, key=lambda item: item[:2]))


def _until(steps: Iterable[Entry], moment: datetime) -> Iterator[Entry]:
    for step in steps:
        if _due_at(step) > moment:
            return
        yield step


def _due_at(entry: Entry) -> datetime:
    return entry.due_at or _LONG_AGO
