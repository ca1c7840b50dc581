"""Answers, taking them back, limits, and that the log is the truth."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recalliq_tui.domain.cards import CardId, DeckId, Side
from recalliq_tui.domain.limits import Counts, Limits
from recalliq_tui.domain.memory import Memory, Phase, Rating, ReviewKind
from recalliq_tui.domain.schedule import Settings
from recalliq_tui.store.collection import Collection
from recalliq_tui.store.models import SessionState
from tests.store.samples import (
    DAY,
    SPANISH,
    START,
    Clock,
    card,
    deck,
    index,
    memory_of,
    names,
    study,
)

if TYPE_CHECKING:
    from pathlib import Path

LIMITS = Limits()
OTHER = DeckId("other")


def counts(collection: Collection, clock: Clock, limits: Limits = LIMITS) -> Counts:
    return collection.deck_counts(day=clock.day, now=clock.now, limits=limits)[SPANISH]


def test_an_answer_is_kept_over_a_restart(path: Path, clock: Clock) -> None:
    with Collection.open(path, clock=clock) as first:
        index(first, deck(names(2)))
        after = study(first, "c0", Rating.EASY, offset=-300)
    with Collection.open(path, clock=clock) as again:
        assert memory_of(again, "c0") == after
        (logged,) = again.history()
        assert logged.review.rating is Rating.EASY
        assert logged.review.reviewed_at == START
        assert logged.review.offset_minutes == -300
        assert logged.review.kind is ReviewKind.LEARN
        assert logged.review.duration_ms == 1500
        assert logged.review.stability == after.stability
        assert logged.review.interval_days == after.interval_days
        assert (logged.phase, logged.day) == (Phase.REVIEW, DAY)


def test_undo_restores_exactly_and_goes_on_after_a_restart(path: Path, clock: Clock) -> None:
    with Collection.open(path, clock=clock) as first:
        index(first, deck(names(2)))
        learnt = study(first, "c0")
        study(first, "c1", Rating.AGAIN)
        study(first, "c0", Rating.EASY)
    with Collection.open(path, clock=clock) as again:
        undone = again.undo()
        assert undone is not None
        assert (undone.card_id, undone.deck_id, undone.memory) == ("c0", SPANISH, learnt)
        assert memory_of(again, "c0") == learnt
        assert [each.review.card_id for each in again.history()] == ["c0", "c1"]
        second = again.undo()
        assert second is not None
        assert second.card_id == "c1"
        assert memory_of(again, "c1") == Memory()
        assert again.done_today(DAY)[SPANISH].new == 1
        assert again.undo() is not None
        assert again.undo() is None
        assert again.history() == []
        assert again.rebuild(write=False).changed == ()
        study(again, "c0")
        assert len(again.history("c0")) == 1


def test_undo_stays_within_the_days_it_is_given(collection: Collection, clock: Clock) -> None:
    index(collection, deck(names(1)))
    study(collection, "c0")
    clock.forward(days=3)
    assert collection.undo(since_day=clock.day) is None
    assert collection.undo(since_day=DAY) is not None


def test_undo_stops_at_progress_that_moved(collection: Collection) -> None:
    index(collection, deck(names(2)))
    study(collection, "c0")
    collection.keep_progress(CardId("c0"), CardId("c1"), deck_id=SPANISH)
    assert collection.undo() is None


def test_the_log_can_only_grow(collection: Collection) -> None:
    index(collection, deck(names(1)))
    study(collection, "c0")
    for statement in (
        "UPDATE log SET rating = 4",
        "DELETE FROM log",
        "REPLACE INTO log SELECT * FROM log",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            collection._conn.execute(statement)
    assert len(collection.history()) == 1


def test_counts_follow_what_was_done(collection: Collection, clock: Clock) -> None:
    index(collection, deck(names(30)))
    assert counts(collection, clock) == Counts(new=20, learning=0, due=0, total=30)
    study(collection, "c0", Rating.EASY)
    study(collection, "c1")
    assert counts(collection, clock) == Counts(new=18, learning=1, due=0, total=30)
    clock.forward(days=30)
    assert counts(collection, clock) == Counts(new=20, learning=1, due=1, total=30)
    study(collection, "c0", now=clock.now)
    limit = Limits(new=5, reviews=1)
    assert counts(collection, clock, limit) == Counts(new=5, learning=1, due=0, total=30)


def test_overall_limits(collection: Collection) -> None:
    index(collection, deck(names(9)), deck(names(9, "o"), OTHER, "Other"))
    limits = Limits(new=5, reviews=5, overall_new=7)
    both = [SPANISH, OTHER]
    found = collection.entries(both, day=DAY, limits=limits)
    assert [each.card_id for each in found] == ["c0", "c1", "c2", "c3", "c4", "o0", "o1"]
    study(collection, "c0", Rating.EASY)
    study(collection, "c1", Rating.EASY)
    study(collection, "o0", Rating.EASY, deck_id=OTHER)
    found = collection.entries(both, day=DAY, limits=limits)
    assert [each.card_id for each in found] == ["c2", "c3", "c4", "o1"]
    counted = collection.deck_counts(day=DAY, now=START, limits=limits)
    assert (counted[SPANISH].new, counted[OTHER].new) == (3, 4)
    reviews = Limits(overall_reviews=2)
    late = collection.entries(both, day=DAY + 99, limits=reviews)
    assert sum(each.phase is Phase.REVIEW for each in late) == 2


def test_flags_take_cards_out_and_bring_them_back(collection: Collection) -> None:
    index(collection, deck(names(3)))

    def waiting(day: int) -> list[str]:
        return [each.card_id for each in collection.entries([SPANISH], day=day, limits=LIMITS)]

    collection.bury("c0", DAY)
    collection.suspend("c1", on=True)
    collection.set_mark("c2", on=True)
    assert waiting(DAY) == ["c2"]
    assert waiting(DAY + 1) == ["c0", "c2"]
    stored = collection.card("c2")
    assert stored is not None
    assert stored.marked
    index(collection, deck([card("c3"), *names(3)]))
    assert waiting(DAY) == ["c3", "c2"]
    collection.suspend("c1", on=False)
    collection.bury("c0", 0)
    assert waiting(DAY) == ["c3", "c0", "c1", "c2"]


def test_an_entry_for_any_card(collection: Collection) -> None:
    index(collection, deck(names(2)))
    after = study(collection, "c0")
    found = collection.entry("c0", SPANISH)
    assert found is not None
    assert (found.phase, found.due_at) == (Phase.LEARNING, after.due_at)
    fresh = collection.entry("c1", SPANISH)
    assert fresh is not None
    assert (fresh.phase, fresh.due_at, fresh.due_day) == (Phase.NEW, None, None)
    assert collection.entry("c1", "other") is None


def test_a_session_is_kept_with_the_answer(path: Path, clock: Clock) -> None:
    state = SessionState(
        deck_ids=(SPANISH,),
        started=START,
        day=DAY,
        current=CardId("c1"),
        current_deck=SPANISH,
        side=Side.BACK,
        answered=1,
        again=0,
        muted=True,
        typed="¿qué?",
    )
    with Collection.open(path, clock=clock) as first:
        index(first, deck(names(2)))
        assert first.load_session() is None
        study(first, "c0", session=state)
        assert first.load_session() == state
    with Collection.open(path, clock=clock) as again:
        assert again.load_session() == state
        plain = SessionState(deck_ids=(SPANISH,), started=START, day=DAY)
        again.save_session(plain)
        assert again.load_session() == plain
        assert again._conn.execute("PRAGMA synchronous").fetchone()[0] == 2
        again._conn.execute("UPDATE session SET body = '{\"deck_ids\": 3}'")
        assert again.load_session() is None
        again.end_session()
        assert again._conn.execute("SELECT count(*) FROM session").fetchone() == (0,)


def test_rebuild_mends_what_was_broken(collection: Collection, clock: Clock) -> None:
    index(collection, deck(names(5)))
    right = {}
    for number in range(4):
        for rating in (Rating.GOOD, Rating.GOOD, Rating.EASY):
            right[f"c{number}"] = study(collection, f"c{number}", rating, now=clock.now)
            clock.forward(days=4)
    assert collection.rebuild(write=False).changed == ()
    collection._conn.execute("UPDATE state SET stability = 99 WHERE card = 1")
    collection._conn.execute("DELETE FROM state WHERE card = 2")
    collection._conn.execute("INSERT INTO state SELECT 5, 2, 0,1,1,1,1,1,1,1,1,1")
    assert collection.rebuild(write=False).changed == ("c0", "c1", "c4")
    assert memory_of(collection, "c1") == Memory()
    report = collection.rebuild()
    assert (report.cards, report.changed) == (4, ("c0", "c1", "c4"))
    for name, memory in right.items():
        assert memory_of(collection, name) == memory
    assert collection.rebuild().changed == ()


def test_rebuild_keeps_intervals_that_were_promised(collection: Collection) -> None:
    index(collection, deck(names(1)))
    promised = study(collection, "c0", Rating.EASY)
    collection.rebuild({SPANISH: Settings(desired_retention=0.7)})
    assert memory_of(collection, "c0") == promised


def test_figures(collection: Collection, clock: Clock) -> None:
    index(collection, deck(names(6)))
    study(collection, "c0", Rating.EASY)
    study(collection, "c1")
    clock.forward(days=1)
    assert collection.stats(clock.day).streak == 1
    clock.forward(days=19)
    study(collection, "c0", Rating.EASY, now=clock.now)
    collection.suspend("c5", on=True)
    figures = collection.stats(clock.day, days_ahead=400)
    assert (figures.cards, figures.new, figures.learning, figures.suspended) == (6, 3, 1, 1)
    assert (figures.mature, figures.young, figures.streak, figures.recall) == (1, 0, 1, 1.0)
    assert figures.today.reviews == 1
    assert sum(figures.forecast) == 1
    assert collection.stats(clock.day + 5).streak == 0


actions = st.one_of(
    st.tuples(st.integers(0, 4), st.sampled_from(list(Rating)), st.integers(0, 60 * 24 * 20)),
    st.just("undo"),
    st.tuples(st.just("keep"), st.integers(0, 4), st.integers(0, 4)),
)


@given(steps=st.lists(actions, max_size=25))
@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_state_is_what_the_log_tells(
    tmp_path_factory: pytest.TempPathFactory, steps: list[object]
) -> None:
    clock = Clock()
    path = tmp_path_factory.mktemp("log") / "c.db"
    with Collection.open(path, clock=clock) as collection:
        index(collection, deck(names(5)))
        for step in steps:
            match step:
                case "undo":
                    collection.undo()
                case ("keep", old, new):
                    collection.keep_progress(CardId(f"c{old}"), CardId(f"c{new}"), deck_id=SPANISH)
                case (int() as number, Rating() as rating, int() as minutes):
                    study(collection, f"c{number}", rating, now=clock.forward(minutes=minutes))
        assert collection.rebuild(write=False).changed == ()
        assert collection.check_integrity() == []
        standing = [each.id for each in collection.history()]
        by_card = [each.id for n in range(5) for each in collection.history(f"c{n}")]
        assert sorted(by_card) == standing
