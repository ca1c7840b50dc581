"""A session: what is asked, what an answer does, what comes back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from recalliq_tui.domain.cards import Side
from recalliq_tui.domain.memory import Phase, Rating
from recalliq_tui.services.steps import Progress, Question, Summary, Waiting
from recalliq_tui.services.study import StudySession
from recalliq_tui.store.errors import StoreCode, StoreError
from tests.services.shelves import Place, asked, notes

if TYPE_CHECKING:
    from recalliq_tui.services.steps import Step

EASY, GOOD, HARD, AGAIN = Rating.EASY, Rating.GOOD, Rating.HARD, Rating.AGAIN


def answers(place: Place) -> list[tuple[str, Rating]]:
    """All answers that stand: the card's question and the rating."""
    found = []
    for logged in place.collection.history():
        stored = place.collection.card(logged.review.card_id)
        assert stored is not None
        found.append((stored.card.front.text, logged.review.rating))
    return found


def test_cards_come_in_the_order_of_the_file(place: Place) -> None:
    place.write("d.md", notes("a", "b", "c"))
    session = place.session()
    step: Step = session.begin()
    seen = []
    while isinstance(step, Question):
        seen.append(asked(step))
        step = session.rate(EASY)
    assert seen == ["a", "b", "c"]
    assert isinstance(step, Summary)
    assert answers(place) == [("a", EASY), ("b", EASY), ("c", EASY)]


def test_an_answer_is_stored_with_its_time_and_place(place: Place) -> None:
    place.write("d.md", notes("a"))
    session = place.session()
    session.begin()
    session.rate(GOOD, 2345)
    review = place.collection.history()[0].review
    assert (review.rating, review.duration_ms, review.deck_id) == (GOOD, 2345, "d")
    assert (review.reviewed_at, review.offset_minutes) == (place.clock.now, 0)


def test_progress_counts_each_card_once_however_often_it_comes(place: Place) -> None:
    place.write("d.md", notes("a", "b"))
    session = place.session()
    step: Step = session.begin()
    seen: list[Progress] = []
    for rating in (AGAIN, EASY, GOOD, GOOD):
        assert isinstance(step, Question)
        seen.append(step.progress)
        step = session.rate(rating)
        place.clock.forward(minutes=1)
    assert [(p.number, p.total, p.done) for p in seen] == [
        (1, 2, 0),
        (2, 2, 0),
        (2, 2, 1),
        (2, 2, 1),
    ]
    assert [(p.new, p.learning, p.due) for p in seen] == [
        (2, 0, 0),
        (1, 1, 0),
        (0, 1, 0),
        (0, 1, 0),
    ]
    assert isinstance(step, Summary)


def test_the_intervals_are_those_that_an_answer_gives(place: Place) -> None:
    place.write("d.md", notes("a"))
    session = place.session()
    step = session.begin()
    assert isinstance(step, Question)
    words = session.intervals(step)
    assert words[AGAIN] == "1 min"
    assert words[GOOD] == "10 min"
    session.rate(EASY)
    stored = place.collection.card(step.card.id)
    assert stored is not None
    assert words[EASY] == f"{stored.memory.interval_days} days"


def test_undo_gives_the_card_back_with_its_progress(place: Place) -> None:
    place.write("d.md", notes("a", "b"))
    session = place.session()
    first = session.begin()
    assert isinstance(first, Question)
    could = [session.can_undo]
    session.rate(EASY)
    could.append(session.can_undo)
    assert could == [False, True]
    back = session.undo()
    assert isinstance(back, Question)
    assert (asked(back), back.memory, back.progress) == ("a", first.memory, first.progress)
    assert answers(place) == []
    assert asked(session.rate(EASY)) == "b"
    assert answers(place) == [("a", EASY)]


def test_undo_takes_back_all_of_the_sitting_in_turn(place: Place) -> None:
    place.write("d.md", notes("a", "b", "c"))
    session = place.session()
    session.begin()
    for rating in (AGAIN, GOOD, EASY):
        session.rate(rating)
    assert [asked(session.undo()) for _ in range(3)] == ["c", "b", "a"]
    assert session.undo() is None
    assert not session.can_undo


def test_undo_after_a_restart(place: Place) -> None:
    place.write("d.md", notes("a", "b"))
    session = place.session()
    session.begin()
    session.rate(EASY)
    place.reopen()
    session = place.session()
    assert asked(session.begin()) == "b"
    assert session.can_undo
    assert asked(session.undo()) == "a"
    assert answers(place) == []
    assert asked(session.rate(GOOD)) == "b"


def test_undo_stops_at_yesterdays_answers(place: Place) -> None:
    place.write("d.md", notes("a", "b"))
    session = place.session()
    session.begin()
    session.rate(EASY)
    place.clock.forward(days=1)
    session = place.session()
    session.begin()
    assert not session.can_undo
    assert session.undo() is None
    assert answers(place) == [("a", EASY)]


def test_undo_of_an_answer_in_another_deck_asks_it_here(place: Place) -> None:
    place.write("one.md", notes("a", deck="one"))
    place.write("two.md", notes("b", deck="two"))
    session = place.session("one")  # type: ignore[arg-type]
    session.begin()
    session.rate(EASY)
    session = place.session("two")  # type: ignore[arg-type]
    assert asked(session.begin()) == "b"
    assert asked(session.undo()) == "a"
    assert asked(session.rate(EASY)) == "b"


def test_a_buried_card_is_back_tomorrow(place: Place) -> None:
    place.write("d.md", notes("a", "b"))
    session = place.session()
    session.begin()
    assert asked(session.bury()) == "b"
    assert asked(place.session().begin()) == "b"
    place.clock.forward(days=1)
    assert asked(place.session().begin()) == "a"


def test_a_suspended_card_is_back_when_the_learner_says_so(place: Place) -> None:
    place.write("d.md", notes("a", "b"))
    session = place.session()
    first = session.begin()
    assert isinstance(first, Question)
    assert asked(session.suspend()) == "b"
    place.clock.forward(days=3)
    assert asked(place.session().begin()) == "b"
    place.collection.suspend(first.card.id, on=False)
    assert asked(place.session().begin()) == "a"


def test_burying_the_last_card_ends_the_session(place: Place) -> None:
    place.write("d.md", notes("a"))
    session = place.session()
    session.begin()
    step = session.bury()
    assert isinstance(step, Summary)
    assert step.answered == 0


def test_marking(place: Place) -> None:
    place.write("d.md", notes("a"))
    session = place.session()
    session.begin()
    assert session.toggle_mark()
    assert session.step_in_sight(Side.FRONT).marked
    assert not session.toggle_mark()


@pytest.mark.parametrize("side", [Side.FRONT, Side.BACK])
def test_a_killed_session_goes_on_at_the_same_card_and_side(place: Place, side: Side) -> None:
    place.write("d.md", notes("a", "b", "c"))
    session = place.session()
    session.begin()
    session.rate(AGAIN)
    session.remember_side(side)
    place.reopen()
    state = place.collection.load_session()
    assert state is not None
    assert state.answered == 1
    step = place.session().begin(resume=state)
    assert isinstance(step, Question)
    assert (asked(step), step.side) == ("b", side)


def test_a_session_over_a_card_that_vanished_goes_on_with_another(place: Place) -> None:
    place.write("d.md", notes("a", "b"))
    session = place.session()
    session.begin()
    state = place.collection.load_session()
    place.write("d.md", notes("b"))
    session = place.session()
    step = session.begin(resume=state)
    assert isinstance(step, Question)
    assert (asked(step), step.side) == ("b", Side.FRONT)


def test_a_session_that_ended_leaves_nothing_open(place: Place) -> None:
    place.write("d.md", notes("a", "b"))
    session = place.session()
    session.begin()
    assert place.collection.load_session() is not None
    session.stop()
    assert place.collection.load_session() is None


def test_waiting_for_a_card_that_is_being_learnt(place: Place) -> None:
    place.values["study.learning_steps"] = ["30m"]
    place.write("d.md", notes("a"))
    session = place.session()
    session.begin()
    step = session.rate(AGAIN)
    assert isinstance(step, Waiting)
    assert (step.until - place.clock.now).total_seconds() == 600
    assert (step.progress.learning, step.progress.total) == (1, 1)
    assert isinstance(session.go_on(), Waiting)
    place.clock.now = step.until
    assert asked(session.go_on()) == "a"


def test_a_card_that_comes_back_much_later_ends_the_session(place: Place) -> None:
    place.values["study.learning_steps"] = ["3h"]
    place.write("d.md", notes("a"))
    session = place.session()
    session.begin()
    step = session.rate(GOOD)
    assert isinstance(step, Summary)


def test_the_summary(place: Place) -> None:
    place.write("d.md", notes("a", "b", "c"))
    session = place.session(title="My deck")
    session.begin()
    session.rate(EASY)
    place.clock.forward(seconds=90)
    session.rate(AGAIN)
    summary = session.stop()
    assert (summary.title, summary.answered, summary.new_cards) == ("My deck", 2, 2)
    assert summary.ratings == {EASY: 1, AGAIN: 1}
    assert (summary.seconds, summary.left) == (90, 2)


def test_a_new_card_that_was_asked_twice_is_met_once(place: Place) -> None:
    place.write("d.md", notes("a"))
    session = place.session()
    session.begin()
    session.rate(AGAIN)
    place.clock.forward(minutes=1)
    session.rate(GOOD)
    place.clock.forward(minutes=10)
    summary = session.rate(GOOD)
    assert isinstance(summary, Summary)
    assert (summary.answered, summary.new_cards) == (3, 1)


def test_the_summary_tells_what_is_due_tomorrow(place: Place) -> None:
    place.write("d.md", notes("a"))
    session = place.session()
    session.begin()
    session.rate(GOOD)
    place.clock.forward(minutes=10)
    step = session.rate(HARD)
    place.clock.forward(minutes=10)
    if isinstance(step, Question):
        step = session.rate(GOOD)
    assert isinstance(step, Summary)
    stored = place.collection.card(place.collection.history()[0].review.card_id)
    assert stored is not None
    assert step.due_tomorrow == (stored.memory.interval_days == 1)


def test_limits_hold_for_each_deck_and_over_all(place: Place) -> None:
    place.values["study.new_per_day"] = 2
    place.write("one.md", notes("a", "b", "c", deck="one"))
    place.write("two.md", notes("d", "e", "f", deck="two"))
    step = place.session().begin()
    assert isinstance(step, Question)
    assert step.progress.total == 4
    place.values["study.total_new_per_day"] = 3
    step = place.session().begin()
    assert isinstance(step, Question)
    assert step.progress.total == 3
    session = place.session()
    session.begin()
    session.rate(EASY)
    session.rate(EASY)
    step = place.session().begin()
    assert isinstance(step, Question)
    assert step.progress.total == 1


def test_a_deck_without_cards_due_gives_a_summary_at_once(place: Place) -> None:
    place.values["study.new_per_day"] = 0
    place.write("d.md", notes("a"))
    assert isinstance(place.session().begin(), Summary)


@pytest.mark.parametrize(
    ("setting", "head", "typed"),
    [
        ("deck", "", False),
        ("deck", "typed = true\n", True),
        ("always", "", True),
        ("never", "typed = true\n", False),
    ],
)
def test_whether_answers_are_typed(place: Place, setting: str, head: str, *, typed: bool) -> None:
    place.values["study.typed"] = setting
    place.write("d.md", notes("a", head=head))
    step = place.session().begin()
    assert isinstance(step, Question)
    assert step.typed is typed


def test_a_decks_own_retention_shortens_its_intervals(place: Place) -> None:
    place.write("low.md", notes("a", deck="low", head="retention = 0.75\n"))
    place.write("high.md", notes("b", deck="high", head="retention = 0.97\n"))
    days = {}
    for deck in ("low", "high"):
        session = place.session(deck)  # type: ignore[arg-type]
        step = session.begin()
        assert isinstance(step, Question)
        session.rate(EASY)
        stored = place.collection.card(step.card.id)
        assert stored is not None
        days[deck] = stored.memory.interval_days
    assert days["low"] > days["high"]


def test_an_edited_answer_shows_at_once(place: Place) -> None:
    path = place.write("d.md", notes("a", "b", "c"))
    session = place.session()
    session.begin()
    session.rate(EASY)
    path.write_text(notes("a", "b", "c").replace("A of b", "changed"), encoding="utf-8")
    place.library().refresh()
    step = session.reload(Side.BACK)
    assert isinstance(step, Question)
    assert (asked(step), step.side, step.card.back.text) == ("b", Side.BACK, "changed")
    assert asked(session.rate(EASY)) == "c"


def test_a_card_edited_in_the_midst_of_reviews_stays_in_sight(place: Place) -> None:
    path = place.write("d.md", notes("a", "b", "c", "d"))
    session = place.session()
    session.begin()
    for _ in range(4):
        session.rate(EASY)
    place.clock.forward(days=60)
    session = place.session()
    now = asked(session.begin())
    path.write_text(notes("a", "b", "c", "d").replace(f"A of {now}", "other"), encoding="utf-8")
    place.library().refresh()
    step = session.reload(Side.FRONT)
    assert isinstance(step, Question)
    assert (asked(step), step.card.back.text) == (now, "other")


def test_a_card_of_the_session_that_is_edited_away_is_not_asked(place: Place) -> None:
    path = place.write("d.md", notes("a", "b", "c"))
    session = place.session()
    session.begin()
    path.write_text(notes("a", "c"), encoding="utf-8")
    place.library().refresh()
    assert asked(session.reload(Side.FRONT)) == "a"
    assert asked(session.rate(EASY)) == "c"


def test_a_card_suspended_elsewhere_is_not_asked(place: Place) -> None:
    place.write("d.md", notes("a", "b", "c"))
    session = place.session()
    session.begin()
    place.collection.suspend(session.upcoming(1)[0].id, on=True)
    assert asked(session.rate(EASY)) == "c"


def test_the_last_card_that_comes_again_at_once_builds_on_its_answer(place: Place) -> None:
    place.write("d.md", notes("a"))
    session = place.session()
    session.begin()
    step = session.rate(AGAIN)
    assert isinstance(step, Question)
    stored = place.collection.card(step.card.id)
    assert stored is not None
    assert step.memory == stored.memory
    assert step.memory.phase is Phase.LEARNING


def test_a_card_that_was_edited_away_gives_way_to_the_next(place: Place) -> None:
    path = place.write("d.md", notes("a", "b"))
    session = place.session()
    session.begin()
    path.write_text(notes("b"), encoding="utf-8")
    place.library().refresh()
    assert asked(session.reload(Side.FRONT)) == "b"


def test_upcoming_cards_are_those_that_come(place: Place) -> None:
    place.write("d.md", notes("a", "b", "c"))
    session = place.session()
    session.begin()
    assert [card.front.text for card in session.upcoming(2)] == ["b", "c"]
    assert [card.front.text for card in session.study_order(10)] == ["a", "b", "c"]
    assert asked(session.rate(EASY)) == "b"


def test_study_order_holds_each_card_once_and_those_of_today_first(place: Place) -> None:
    place.values["study.new_per_day"] = 1
    place.write("one.md", notes("a", "b", deck="one"))
    place.write("two.md", notes("c", "d", deck="two"))
    session = place.session()
    session.begin()
    order = [card.front.text for card in session.study_order(10)]
    assert order[:2] == ["a", "c"]
    assert sorted(order) == ["a", "b", "c", "d"]
    assert len(session.study_order(3)) == 3


def test_a_rating_that_cant_be_stored_leaves_the_card_where_it_is(place: Place) -> None:
    place.write("d.md", notes("a", "b"))
    session = place.session()
    step = session.begin()
    assert isinstance(step, Question)
    full = _FullDisk(place, session)
    with pytest.raises(StoreError):
        session.rate(EASY)
    full.end()
    assert asked(session.step_in_sight(Side.BACK)) == "a"
    assert session.step_in_sight(Side.FRONT).progress == step.progress
    assert asked(session.rate(EASY)) == "b"
    assert answers(place) == [("a", EASY)]


class _FullDisk:
    """Lets the collection refuse what a session records."""

    def __init__(self, place: Place, session: StudySession) -> None:
        self._collection = place.collection
        self._collection.record = self._refuse  # type: ignore[method-assign]

    def _refuse(self, *_given: object, **_named: object) -> int:
        raise StoreError(StoreCode.DISK_FULL, "no space left")

    def end(self) -> None:
        del self._collection.record


def test_a_second_instance_looks_and_writes_nothing(place: Place) -> None:
    place.write("d.md", notes("a", "b"))
    place.session().begin()
    second = replace_opened(place)
    session = second.session()
    assert asked(session.begin()) == "a"
    with pytest.raises(StoreError) as raised:
        session.rate(EASY)
    assert raised.value.code is StoreCode.READ_ONLY
    assert isinstance(session.stop(), Summary)
    second.close()


def replace_opened(place: Place) -> Place:
    return replace(place, opened=[])


def test_relearning_is_counted_as_learning(place: Place) -> None:
    place.write("d.md", notes("a"))
    session = place.session()
    session.begin()
    session.rate(EASY)
    place.clock.forward(days=30)
    session = place.session()
    step = session.begin()
    assert isinstance(step, Question)
    assert (step.memory.phase, step.progress.due) == (Phase.REVIEW, 1)
    after = session.rate(AGAIN)
    assert isinstance(after, Question)
    assert (after.memory.phase, after.progress.learning) == (Phase.RELEARNING, 1)
