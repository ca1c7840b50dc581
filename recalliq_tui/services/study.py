"""A study session: which card is asked, what an answer does, what is left.

Everything here is synchronous. What touches the collection runs on the collection's own thread
and screens await it; a rating is on disk when :meth:`StudySession.rate` returns.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.cards import Side
from recalliq_tui.domain.memory import Phase, Rating, Review, ReviewKind
from recalliq_tui.domain.wording import short_days, short_span
from recalliq_tui.services.sitting import Sitting
from recalliq_tui.services.steps import Question

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from recalliq_tui.domain.cards import Card, DeckId
    from recalliq_tui.domain.memory import Memory
    from recalliq_tui.services.calendar import Calendar
    from recalliq_tui.services.settings import StudySettings
    from recalliq_tui.services.steps import Step, Summary
    from recalliq_tui.store.collection import Collection
    from recalliq_tui.store.models import SessionState

_KINDS: Final = {
    Phase.NEW: ReviewKind.LEARN,
    Phase.LEARNING: ReviewKind.LEARN,
    Phase.REVIEW: ReviewKind.REVIEW,
    Phase.RELEARNING: ReviewKind.RELEARN,
}


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
        self._at = Sitting(collection, calendar, settings, deck_ids, title=title)
        done = collection.done_today(self._at.today)
        self._undoable = not collection.read_only and any(each.answers for each in done.values())

    # --- beginning and going on ------------------------------------------------------------

    def begin(self, *, resume: SessionState | None = None) -> Step:
        """Build the queue and take the first card; with ``resume`` the very card of before."""
        first = None
        side = Side.FRONT
        if resume is not None:
            self._at.state = resume
            if resume.current is not None and resume.current_deck is not None:
                first, side = (resume.current, resume.current_deck), resume.side
        self._at.rebuild(first=first)
        if self._at.stored is not None:
            self._at.state = replace(self._at.state, side=side)
            return self.step_in_sight(side)
        return self._at.take()

    def step_in_sight(self, side: Side) -> Question:
        """The card in sight as a question, its flags fresh. Only while there is one."""
        return self._at.question(side)

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
            settings=self._settings.schedule(self._at.rows.get(question.deck_id)),
        )
        return {rating: _interval_words(memory, now) for rating, memory in memories.items()}

    def warm(self) -> None:
        """Load the scheduler and what stores an answer before the first answer needs them."""
        from recalliq_tui.store import reviews  # noqa: F401, PLC0415

        if self._at.stored is not None:
            self.intervals(self.step_in_sight(Side.FRONT))

    def rate(self, rating: Rating, milliseconds: int = 0) -> Step:
        """Store the answer for the card in sight, then give what comes next.

        The answer, the card's new state and the next card of the session are one transaction that
        is on disk when this returns.
        """
        entry, stored = self._at.entry, self._at.stored
        if entry is None or stored is None:
            return self._at.take()
        from recalliq_tui.domain import schedule  # noqa: PLC0415

        now = self._calendar.now()
        after = schedule.answer(
            stored.memory,
            rating,
            now=now,
            day=self._calendar.day(now),
            card_id=stored.card.id,
            settings=self._settings.schedule(self._at.rows.get(entry.deck_id)),
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
        before = (self._at.queue, self._at.entry, self._at.stored, self._at.state)
        self._at.count(entry, rating, after)
        stored_it = False
        try:
            step = self._at.advance()
            if isinstance(step, Question) and step.card.id == review.card_id:
                # Its only card comes again at once: with the memory that is being stored.
                self._at.stored = replace(stored, memory=after)
                step = self.step_in_sight(Side.FRONT)
            self._collection.record(review, after, session=self._at.state)
            stored_it = True
        finally:
            if not stored_it:
                self._at.queue, self._at.entry, self._at.stored, self._at.state = before
                self._at.take_back()
        self._undoable = True
        return self._at.finish() if step is None else step

    def go_on(self) -> Step:
        """Take the next card after a wait."""
        return self._at.take()

    @property
    def deck_ids(self) -> tuple[DeckId, ...]:
        """The decks of this session."""
        return self._at.deck_ids

    @property
    def can_undo(self) -> bool:
        """Whether an answer can be taken back; those of earlier sittings can be too."""
        return self._undoable

    def undo(self) -> Step | None:
        """Take the last answer back and ask its card again; ``None`` when there is none."""
        undone = self._collection.undo(since_day=self._at.today)
        if undone is None:
            self._undoable = False
            return None
        self._at.return_to(undone.card_id, undone.deck_id)
        return self.step_in_sight(Side.FRONT) if self._at.stored else self._at.take()

    # --- other things to do with the card in sight -----------------------------------------

    def bury(self) -> Step:
        """Leave the card out until tomorrow."""
        if self._at.entry is not None:
            self._collection.bury(self._at.entry.card_id, self._calendar.day(self._calendar.now()))
        return self._at.take()

    def suspend(self) -> Step:
        """Leave the card out until the learner brings it back."""
        if self._at.entry is not None:
            self._collection.suspend(self._at.entry.card_id, on=True)
        return self._at.take()

    def toggle_mark(self) -> bool:
        """Mark or unmark the card; returns whether it is marked now."""
        stored = self._at.stored
        if stored is None:
            return False
        self._collection.set_mark(stored.card.id, on=not stored.marked)
        self._at.stored = replace(stored, marked=not stored.marked)
        return self._at.stored.marked

    def reload(self, side: Side) -> Step:
        """Read the card in sight again after its file changed.

        If the change made it another card, that one is asked; if it is gone, the next.
        """
        entry = self._at.entry
        self._at.read_rows()
        stored = self._collection.card(entry.card_id, entry.deck_id) if entry else None
        if entry is not None and stored is not None and stored.present:
            self._at.stored = stored
            return self.step_in_sight(side)
        self._at.rebuild(first=self._at.heir(entry) if entry is not None else None)
        if self._at.stored is None:
            return self._at.take()
        self._at.state = replace(self._at.state, current=self._at.stored.card.id, side=side)
        self._at.save()
        return self.step_in_sight(side)

    def remember_side(self, side: Side) -> None:
        """Keep the side in sight, so that a kill comes back to it."""
        self._at.state = replace(self._at.state, side=side)
        self._at.save()

    def upcoming(self, count: int) -> list[Card]:
        """The cards that probably come next, to make their audio ready."""
        entries = self._at.queue.peek(self._calendar.now(), count)
        stored = (self._collection.card(entry.card_id, entry.deck_id) for entry in entries)
        return [each.card for each in stored if each is not None]

    def study_order(self, most: int) -> list[Card]:
        """Up to ``most`` cards in the order in which they will probably be asked: those of today,
        then the rest of the decks, huge ones left out: they would not fit into memory."""
        cards = [self._at.stored.card] if self._at.stored else []
        cards += self.upcoming(most)
        seen = {card.id for card in cards}
        for deck_id in self._at.deck_ids:
            row = self._at.rows.get(deck_id)
            if row is None or len(cards) + row.cards > 2 * most:
                continue
            cards += [card for card in self._collection.deck_cards(deck_id) if card.id not in seen]
        return cards[:most]

    def stop(self) -> Summary:
        """End the session; what was answered is stored already."""
        return self._at.finish()


def _interval_words(memory: Memory, now: datetime) -> str:
    if memory.due_at is not None:
        return short_span(memory.due_at - now)
    return short_days(memory.interval_days)
