"""Where a session stands: its queue, the card in sight, and what was answered in this sitting.

Synchronous, and on the collection's thread.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from recalliq_tui.domain.cards import CardId, Side
from recalliq_tui.domain.memory import Phase, Rating
from recalliq_tui.domain.queue import LEARN_AHEAD, Entry, Queue, build_queue
from recalliq_tui.services.steps import Progress, Question, Summary, Waiting
from recalliq_tui.store.models import SessionState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recalliq_tui.domain.cards import DeckId
    from recalliq_tui.domain.memory import Memory
    from recalliq_tui.services.calendar import Calendar
    from recalliq_tui.services.settings import StudySettings
    from recalliq_tui.services.steps import Step
    from recalliq_tui.store.collection import Collection
    from recalliq_tui.store.models import StoredCard

_LOOK_AHEAD_DAYS: Final = 60


class Past(NamedTuple):
    """An answer of this sitting, with the queue from which its card had been taken."""

    rating: Rating
    entry: Entry
    queue: Queue


class Sitting:
    """The place of one session, and the row of the collection that remembers it."""

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
        self._title = title
        self._begun = calendar.now()
        self.today = calendar.day(self._begun)
        self.deck_ids = tuple(deck_ids)
        self.rows = {row.id: row for row in collection.decks()}
        self.queue = Queue()
        self.entry: Entry | None = None
        self.stored: StoredCard | None = None
        """The card in sight; ``None`` together with ``entry``, or where it can't be read."""
        self.past: list[Past] = []
        self.met = Counter[CardId]()
        self.state = SessionState(deck_ids=self.deck_ids, started=self._begun, day=self.today)

    def read_rows(self) -> None:
        """Read the decks' rows again after a file changed."""
        self.rows = {row.id: row for row in self._collection.decks()}

    # --- taking cards ------------------------------------------------------------------------

    def rebuild(self, *, first: tuple[CardId, DeckId] | None = None) -> None:
        """Build the queue from the collection; with ``first``, put that card in sight."""
        now = self._calendar.now()
        self.today = self._calendar.day(now)
        entries = self._collection.entries(
            self.deck_ids, day=self.today, limits=self._settings.limits
        )
        self.queue = build_queue(entries, day=self.today)
        self.entry = self.stored = None
        entry = self._collection.entry(*first) if first is not None else None
        if entry is None:
            return
        taken = self.queue.put_back(entry).take(now)
        if taken is not None:
            stored = self._collection.card(entry.card_id, entry.deck_id)
            if stored is None or not stored.present:
                return
            self.entry, self.queue = taken
            self.stored = stored

    def take(self) -> Step:
        """Take the next card from the queue and remember it as the one in sight."""
        step = self.advance()
        if step is None:
            return self.finish()
        self.save()
        return step

    def advance(self) -> Question | Waiting | None:
        """The next card put in sight, or a wait for one, or ``None`` at the session's end."""
        while (taken := self.queue.take(self._calendar.now())) is not None:
            entry, self.queue = taken
            stored = self._collection.card(entry.card_id, entry.deck_id)
            if stored is None or stored.suspended or not stored.present:
                continue
            self.entry, self.stored = entry, stored
            self.state = replace(
                self.state,
                current=entry.card_id,
                current_deck=entry.deck_id,
                side=Side.FRONT,
            )
            return self.question(Side.FRONT)
        self.entry = self.stored = None
        self.state = replace(self.state, current=None, current_deck=None, side=Side.FRONT)
        until = self.queue.next_due_at
        if until is not None and until - self._calendar.now() < timedelta(hours=1):
            return Waiting(until - LEARN_AHEAD, self._progress())
        return None

    def heir(self, entry: Entry) -> tuple[CardId, DeckId] | None:
        """The card that stands where a vanished one stood, unless this session knows it."""
        cards = self._collection.deck_cards(entry.deck_id)[entry.position : entry.position + 1]
        known = {each.card_id for each in self.queue.waiting()}
        known |= self.met.keys()
        return next(((card.id, entry.deck_id) for card in cards if card.id not in known), None)

    # --- what is shown of it -----------------------------------------------------------------

    def question(self, side: Side) -> Question:
        """The card in sight as a question, its flags fresh. Only while there is one."""
        stored, entry = self.stored, self.entry
        if stored is None or entry is None:
            raise LookupError("no card is being asked")
        row = self.rows.get(entry.deck_id)
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
        counts = self.queue.counts
        asked = self.entry
        phase = asked.phase if asked else None
        here = {asked.card_id} if asked else set[CardId]()
        back = {each.card_id for each in self.queue.steps}
        number = len(self.met) + len(here - self.met.keys())
        return Progress(
            number=number,
            total=number + len(self.queue) - len(back & here | back & self.met.keys()),
            done=len(self.met) - len((back | here) & self.met.keys()),
            new=counts.new + (phase is Phase.NEW),
            learning=counts.learning + (phase in {Phase.LEARNING, Phase.RELEARNING}),
            due=counts.due + (phase is Phase.REVIEW),
        )

    # --- what was answered -------------------------------------------------------------------

    def count(self, entry: Entry, rating: Rating, after: Memory) -> None:
        """Note an answer to the card of ``entry``, which the queue may bring back."""
        self.past.append(Past(rating=rating, entry=entry, queue=self.queue))
        self.met[entry.card_id] += 1
        self.queue = self.queue.answered(entry, after)
        self.state = replace(
            self.state,
            answered=self.state.answered + 1,
            again=self.state.again + (rating is Rating.AGAIN),
        )

    def take_back(self) -> Past:
        """Forget the last answer of this sitting."""
        past = self.past.pop()
        self.met.subtract({past.entry.card_id: 1})
        self.met += Counter()  # drops what is met no more
        return past

    def return_to(self, card_id: CardId, deck_id: DeckId) -> None:
        """Put the card of an answer that was taken back in sight again."""
        if self.past and self.past[-1].entry.card_id == card_id:
            past = self.take_back()
            self.queue, self.entry = past.queue, past.entry
            self.stored = self._collection.card(card_id, past.entry.deck_id)
        else:
            self.past.clear()
            self.met.clear()
            self.rebuild(first=(card_id, deck_id))
        self.state = replace(
            self.state,
            current=card_id,
            current_deck=deck_id,
            side=Side.FRONT,
            answered=max(0, self.state.answered - 1),
        )
        self.save()

    # --- keeping it --------------------------------------------------------------------------

    def save(self) -> None:
        if not self._collection.read_only:
            self._collection.save_session(self.state)

    def finish(self) -> Summary:
        """End the session; what was answered is stored already."""
        if not self._collection.read_only:
            self._collection.end_session()
        now = self._calendar.now()
        ratings = Counter(past.rating for past in self.past)
        forecast = self._collection.stats(self._calendar.day(now), _LOOK_AHEAD_DAYS).forecast
        later = ((days, count) for days, count in enumerate(forecast) if days > 1 and count)
        return Summary(
            title=self._title,
            answered=len(self.past),
            ratings=dict(ratings),
            new_cards=sum(past.entry.phase is Phase.NEW for past in self.past),
            seconds=round((now - self._begun).total_seconds()),
            left=len(self.queue) + (self.entry is not None),
            due_tomorrow=forecast[1],
            next_due=next(later, None),
            next_learning=self.queue.next_due_at,
        )
