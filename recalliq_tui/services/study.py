"""A study session: which card is asked, what an answer does, what is left.

Everything here is synchronous. What touches the collection runs on the collection's own thread
and screens await it; a rating is on disk when :meth:`StudySession.rate` returns.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.cards import CardId, Side
from recalliq_tui.domain.memory import Phase, Rating, Review, ReviewKind
from recalliq_tui.domain.queue import LEARN_AHEAD, Entry, Queue, build_queue
from recalliq_tui.domain.wording import short_days, short_span
from recalliq_tui.store.models import SessionState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from recalliq_tui.domain.cards import Card, DeckId
    from recalliq_tui.domain.memory import Memory
    from recalliq_tui.services.calendar import Calendar
    from recalliq_tui.services.settings import StudySettings
    from recalliq_tui.store.collection import Collection
    from recalliq_tui.store.models import StoredCard

_KINDS: Final = {
    Phase.NEW: ReviewKind.LEARN,
    Phase.LEARNING: ReviewKind.LEARN,
    Phase.REVIEW: ReviewKind.REVIEW,
    Phase.RELEARNING: ReviewKind.RELEARN,
}


@dataclass(frozen=True, slots=True)
class Progress:
    """Place in the session: cards met and cards there are, each counted once however often it
    comes back; how many of them are done with; and what kinds are left."""

    number: int = 1
    total: int = 0
    done: int = 0
    new: int = 0
    learning: int = 0
    due: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """A card being asked, with all that its screen shows."""

    card: Card
    deck_id: DeckId
    deck_title: str
    memory: Memory
    marked: bool
    typed: bool
    progress: Progress
    side: Side = Side.FRONT


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing to ask now; :meth:`StudySession.go_on` has a learning card at ``until`` (UTC)."""

    until: datetime
    progress: Progress


@dataclass(frozen=True, slots=True)
class Summary:
    """What a session did, and what comes next. ``next_learning`` is UTC."""

    title: str
    answered: int = 0
    ratings: Mapping[Rating, int] | None = None
    new_cards: int = 0
    seconds: int = 0
    left: int = 0
    due_tomorrow: int = 0
    next_learning: datetime | None = None


Step = Question | Waiting | Summary


@dataclass(frozen=True, slots=True)
class _Past:
    """An answer of this sitting, with the queue from which its card had been taken."""

    rating: Rating
    entry: Entry
    queue: Queue


class StudySession:
    """One sitting over some decks. Make it with :meth:`begin`; it goes on where a kill left it."""

    def __init__(
        self,
        collection: Collection,
        calendar: Calendar,
        settings: StudySettings,
        deck_ids: Sequence[DeckId],
        *,
        title: str,
    ) -> None:
        self._collection = collection
        self._calendar = calendar
        self._settings = settings
        self._deck_ids = tuple(deck_ids)
        self._title = title
        self._titles = {row.id: row for row in collection.decks()}
        self._queue = Queue()
        self._entry: Entry | None = None
        self._stored: StoredCard | None = None
        self._past: list[_Past] = []
        self._met = Counter[CardId]()
        self._begun = calendar.now()
        self._today = calendar.day(self._begun)
        self._state = SessionState(deck_ids=self._deck_ids, started=self._begun, day=self._today)
        done = collection.done_today(self._today)
        self._undoable = not collection.read_only and any(each.answers for each in done.values())

    # --- beginning and going on ------------------------------------------------------------

    def begin(self, *, resume: SessionState | None = None) -> Step:
        """Build the queue and take the first card; with ``resume`` the very card of before."""
        first = None
        side = Side.FRONT
        if resume is not None:
            self._state = resume
            if resume.current is not None and resume.current_deck is not None:
                first, side = (resume.current, resume.current_deck), resume.side
        self._rebuild(first=first)
        if self._stored is not None:
            self._state = replace(self._state, side=side)
            return self.step_in_sight(side)
        return self._take()

    def _take(self) -> Step:
        """Take the next card from the queue and remember it as the one in sight."""
        step = self._advance()
        if step is None:
            return self._finish()
        self._save()
        return step

    def _advance(self) -> Question | Waiting | None:
        """The next card put in sight, or a wait for one, or ``None`` at the session's end."""
        while (taken := self._queue.take(self._calendar.now())) is not None:
            entry, self._queue = taken
            stored = self._collection.card(entry.card_id, entry.deck_id)
            if stored is None or stored.suspended or not stored.present:
                continue
            self._entry, self._stored = entry, stored
            self._state = replace(
                self._state,
                current=entry.card_id,
                current_deck=entry.deck_id,
                side=Side.FRONT,
            )
            return self.step_in_sight(Side.FRONT)
        self._entry = self._stored = None
        self._state = replace(self._state, current=None, current_deck=None, side=Side.FRONT)
        until = self._queue.next_due_at
        if until is not None and until - self._calendar.now() < timedelta(hours=1):
            return Waiting(until - LEARN_AHEAD, self._progress())
        return None

    def step_in_sight(self, side: Side) -> Question:
        """The card in sight as a question, its flags fresh. Only while there is one."""
        stored, entry = self._stored, self._entry
        if stored is None or entry is None:
            raise LookupError("no card is being asked")
        row = self._titles.get(entry.deck_id)
        return Question(
            card=stored.card,
            deck_id=entry.deck_id,
            deck_title=row.title if row else self._title,
            memory=stored.memory,
            marked=stored.marked,
            typed=self._settings.typed(stored.card),
            progress=self._progress(),
            side=side,
        )

    def _progress(self) -> Progress:
        counts = self._queue.counts
        asked = self._entry
        phase = asked.phase if asked else None
        here = {asked.card_id} if asked else set[CardId]()
        back = {each.card_id for each in self._queue.steps}
        number = len(self._met) + len(here - self._met.keys())
        return Progress(
            number=number,
            total=number + len(self._queue) - len(back & here | back & self._met.keys()),
            done=len(self._met) - len((back | here) & self._met.keys()),
            new=counts.new + (phase is Phase.NEW),
            learning=counts.learning + (phase in {Phase.LEARNING, Phase.RELEARNING}),
            due=counts.due + (phase is Phase.REVIEW),
        )

    # --- answering -------------------------------------------------------------------------

    def intervals(self, question: Question) -> dict[Rating, str]:
        """Words for when each rating brings the card back. Pure; may run anywhere."""
        from recalliq_tui.domain import schedule  # noqa: PLC0415  (the first front needs none)

        now = self._calendar.now()
        memories = schedule.preview(
            question.memory,
            now=now,
            day=self._calendar.day(now),
            card_id=question.card.id,
            settings=self._settings.schedule(self._titles.get(question.deck_id)),
        )
        return {rating: _interval_words(memory, now) for rating, memory in memories.items()}

    def warm(self) -> None:
        """Load the scheduler and what stores an answer before the first answer needs them."""
        from recalliq_tui.store import reviews  # noqa: F401, PLC0415

        if self._stored is not None:
            self.intervals(self.step_in_sight(Side.FRONT))

    def rate(self, rating: Rating, milliseconds: int = 0) -> Step:
        """Store the answer for the card in sight, then give what comes next.

        The answer, the card's new state and the next card of the session are one transaction that
        is on disk when this returns.
        """
        entry, stored = self._entry, self._stored
        if entry is None or stored is None:
            return self._take()
        from recalliq_tui.domain import schedule  # noqa: PLC0415

        now = self._calendar.now()
        after = schedule.answer(
            stored.memory,
            rating,
            now=now,
            day=self._calendar.day(now),
            card_id=stored.card.id,
            settings=self._settings.schedule(self._titles.get(entry.deck_id)),
        )
        review = Review(
            card_id=stored.card.id,
            deck_id=entry.deck_id,
            rating=rating,
            reviewed_at=now,
            offset_minutes=self._calendar.offset_minutes(now),
            kind=_KINDS[stored.memory.phase],
            duration_ms=max(0, milliseconds),
            stability=after.stability,
            difficulty=after.difficulty,
            interval_days=after.interval_days,
        )
        before = (self._queue, self._entry, self._stored, self._state)
        self._past.append(_Past(rating=rating, entry=entry, queue=self._queue))
        self._met[entry.card_id] += 1
        self._queue = self._queue.answered(entry, after)
        self._state = replace(
            self._state,
            answered=self._state.answered + 1,
            again=self._state.again + (rating is Rating.AGAIN),
        )
        stored_it = False
        try:
            step = self._advance()
            if isinstance(step, Question) and step.card.id == review.card_id:
                # Its only card comes again at once: with the memory that is being stored.
                self._stored = replace(stored, memory=after)
                step = self.step_in_sight(Side.FRONT)
            self._collection.record(review, after, session=self._state)
            stored_it = True
        finally:
            if not stored_it:
                self._queue, self._entry, self._stored, self._state = before
                self._take_back()
        self._undoable = True
        return self._finish() if step is None else step

    def go_on(self) -> Step:
        """Take the next card after a wait."""
        return self._take()

    @property
    def can_undo(self) -> bool:
        """Whether an answer can be taken back; those of earlier sittings can be too."""
        return self._undoable

    def undo(self) -> Step | None:
        """Take the last answer back and ask its card again; ``None`` when there is none."""
        undone = self._collection.undo(since_day=self._today)
        if undone is None:
            self._undoable = False
            return None
        if self._past and self._past[-1].entry.card_id == undone.card_id:
            past = self._take_back()
            self._queue, self._entry = past.queue, past.entry
            self._stored = self._collection.card(undone.card_id, past.entry.deck_id)
        else:
            self._past.clear()
            self._met.clear()
            self._rebuild(first=(undone.card_id, undone.deck_id))
        self._state = replace(
            self._state,
            current=undone.card_id,
            current_deck=undone.deck_id,
            side=Side.FRONT,
            answered=max(0, self._state.answered - 1),
        )
        self._save()
        return self.step_in_sight(Side.FRONT) if self._stored else self._take()

    # --- other things to do with the card in sight -----------------------------------------

    def bury(self) -> Step:
        """Leave the card out until tomorrow."""
        if self._entry is not None:
            self._collection.bury(self._entry.card_id, self._calendar.day(self._calendar.now()))
        return self._take()

    def suspend(self) -> Step:
        """Leave the card out until the learner brings it back."""
        if self._entry is not None:
            self._collection.suspend(self._entry.card_id, on=True)
        return self._take()

    def toggle_mark(self) -> bool:
        """Mark or unmark the card; returns whether it is marked now."""
        stored = self._stored
        if stored is None:
            return False
        self._collection.set_mark(stored.card.id, on=not stored.marked)
        self._stored = replace(stored, marked=not stored.marked)
        return self._stored.marked

    def reload(self, side: Side) -> Step:
        """Read the card in sight again after its file changed.

        If the change made it another card, that one is asked; if it is gone, the next.
        """
        entry = self._entry
        self._titles = {row.id: row for row in self._collection.decks()}
        stored = self._collection.card(entry.card_id, entry.deck_id) if entry else None
        if entry is not None and stored is not None and stored.present:
            self._stored = stored
            return self.step_in_sight(side)
        heir = self._heir(entry) if entry is not None else None
        self._rebuild(first=heir)
        if self._stored is None:
            return self._take()
        self._state = replace(self._state, current=self._stored.card.id, side=side)
        self._save()
        return self.step_in_sight(side)

    def _heir(self, entry: Entry) -> tuple[CardId, DeckId] | None:
        """The card that stands where a vanished one stood, unless this session knows it."""
        cards = self._collection.deck_cards(entry.deck_id)[entry.position : entry.position + 1]
        known = {each.card_id for each in self._queue.waiting()}
        known |= self._met.keys()
        return next(((card.id, entry.deck_id) for card in cards if card.id not in known), None)

    def remember_side(self, side: Side) -> None:
        """Keep the side in sight, so that a kill comes back to it."""
        self._state = replace(self._state, side=side)
        self._save()

    def upcoming(self, count: int) -> list[Card]:
        """The cards that probably come next, to make their audio ready."""
        entries = self._queue.peek(self._calendar.now(), count)
        stored = (self._collection.card(entry.card_id, entry.deck_id) for entry in entries)
        return [each.card for each in stored if each is not None]

    def study_order(self, most: int) -> list[Card]:
        """Up to ``most`` cards in the order in which they will probably be asked: those of today,
        then the rest of the decks, huge ones left out: they would not fit into memory."""
        cards = [self._stored.card] if self._stored else []
        cards += self.upcoming(most)
        seen = {card.id for card in cards}
        for deck_id in self._deck_ids:
            row = self._titles.get(deck_id)
            if row is None or len(cards) + row.cards > 2 * most:
                continue
            cards += [card for card in self._collection.deck_cards(deck_id) if card.id not in seen]
        return cards[:most]

    def stop(self) -> Summary:
        """End the session; what was answered is stored already."""
        return self._finish()

    # --- inside ----------------------------------------------------------------------------

    def _rebuild(self, *, first: tuple[CardId, DeckId] | None = None) -> None:
        """Build the queue from the collection; with ``first``, put that card in sight."""
        now = self._calendar.now()
        self._today = self._calendar.day(now)
        entries = self._collection.entries(
            self._deck_ids, day=self._today, limits=self._settings.limits
        )
        self._queue = build_queue(entries, day=self._today)
        self._entry = self._stored = None
        entry = self._collection.entry(*first) if first is not None else None
        if entry is None:
            return
        taken = self._queue.put_back(entry).take(now)
        if taken is not None:
            stored = self._collection.card(entry.card_id, entry.deck_id)
            if stored is None or not stored.present:
                return
            self._entry, self._queue = taken
            self._stored = stored

    def _take_back(self) -> _Past:
        """Forget the last answer of this sitting."""
        past = self._past.pop()
        self._met.subtract({past.entry.card_id: 1})
        self._met += Counter()  # drops what is met no more
        return past

    def _save(self) -> None:
        if not self._collection.read_only:
            self._collection.save_session(self._state)

    def _finish(self) -> Summary:
        if not self._collection.read_only:
            self._collection.end_session()
        now = self._calendar.now()
        ratings = Counter(past.rating for past in self._past)
        return Summary(
            title=self._title,
            answered=len(self._past),
            ratings=dict(ratings),
            new_cards=sum(past.entry.phase is Phase.NEW for past in self._past),
            seconds=round((now - self._begun).total_seconds()),
            left=len(self._queue) + (self._entry is not None),
            due_tomorrow=self._collection.stats(self._calendar.day(now), 2).forecast[1],
            next_learning=self._queue.next_due_at,
        )


def _interval_words(memory: Memory, now: datetime) -> str:
    if memory.due_at is not None:
        return short_span(memory.due_at - now)
    return short_days(memory.interval_days)
