"""Intervals: the published figures, their order, and that buttons tell the truth."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import fsrs.scheduler
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recalliq_tui.domain.intervals import choose_days, fuzz_bounds, fuzz_fraction
from recalliq_tui.domain.memory import Memory, Phase, Rating
from recalliq_tui.domain.schedule import (
    DEFAULT,
    Settings,
    answer,
    preview,
    replay,
    retrievability,
)

START = datetime(2022, 11, 29, 12, 30, tzinfo=UTC)
DAY = START.toordinal()
EXACT = Settings(fuzz=False)
ratings = st.sampled_from(list(Rating))


def due(memory: Memory, moment: datetime) -> datetime:
    """When a card comes back that was answered at ``moment``."""
    return memory.due_at or moment + timedelta(days=memory.interval_days)


def studied(answers: list[tuple[Rating, int]], using: Settings = EXACT) -> Memory:
    """A card after answers that were each given some days late."""
    memory, now, day = Memory(), START, DAY
    for rating, late in answers:
        now += timedelta(days=late)
        day += late
        memory = answer(memory, rating, now=now, day=day, card_id="c", settings=using)
        if memory.due_day is not None:
            now += timedelta(days=memory.due_day - day)
            day = memory.due_day
    return memory


histories = st.lists(st.tuples(ratings, st.integers(0, 40)), max_size=12)


def test_default_parameters_are_those_of_the_library() -> None:
    assert tuple(fsrs.scheduler.DEFAULT_PARAMETERS) == DEFAULT


def test_published_intervals() -> None:
    history, intervals, now = [], [], START
    for rating in (3, 3, 3, 3, 3, 3, 1, 1, 3, 3, 3, 3, 3):
        history.append((now, rating))
        memory = replay(history)
        intervals.append(memory.interval_days)
        now = due(memory, now)
    assert intervals == [0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]


def test_published_memory_state() -> None:
    days = (0, 0, 1, 3, 8, 21)
    history, now = [], START
    for rating, after in zip((1, 3, 3, 3, 3, 3), days, strict=True):
        now += timedelta(days=after)
        history.append((rating, now))
    memory = replay(history)
    assert memory.stability == pytest.approx(53.62691, abs=1e-4)
    assert memory.difficulty == pytest.approx(6.3574867, abs=1e-4)


def test_learning_steps_are_minutes() -> None:
    shown = preview(Memory(), now=START, day=DAY, card_id="c", settings=EXACT)
    waits = {rating: (after.due_at or START) - START for rating, after in shown.items()}
    assert waits[Rating.AGAIN] == timedelta(minutes=1)
    assert waits[Rating.HARD] == timedelta(minutes=5.5)
    assert waits[Rating.GOOD] == timedelta(minutes=10)
    assert shown[Rating.EASY].phase is Phase.REVIEW
    assert shown[Rating.EASY].due_day == DAY + 8


def test_a_lapse_is_counted_and_relearnt() -> None:
    memory = studied([(Rating.EASY, 0), (Rating.AGAIN, 0)])
    assert (memory.phase, memory.lapses, memory.reps) == (Phase.RELEARNING, 1, 2)
    assert memory.interval_days == 0
    assert memory.due_day is None


def test_an_impossible_retention_is_refused() -> None:
    with pytest.raises(ValueError, match="retention"):
        Settings(desired_retention=1.0)


@given(answers=histories, fuzz=st.booleans(), card=st.text(max_size=5))
@settings(deadline=None, max_examples=60)
def test_buttons_tell_the_truth_and_keep_their_order(
    answers: list[tuple[Rating, int]], *, fuzz: bool, card: str
) -> None:
    using = Settings(fuzz=fuzz)
    memory = studied(answers, using)
    now = due(memory, START) + timedelta(days=1)
    day = (memory.due_day or memory.last_day or DAY) + 1
    shown = preview(memory, now=now, day=day, card_id=card, settings=using)
    for rating, after in shown.items():
        assert after == answer(memory, rating, now=now, day=day, card_id=card, settings=using)
        assert after.stability is not None
        assert after.stability > 0
        assert after.difficulty is not None
        assert 1 <= after.difficulty <= 10
        assert (after.due_at is None) == (after.phase is Phase.REVIEW)
    waits = [
        timedelta(days=after.interval_days) if after.due_at is None else after.due_at - now
        for after in (shown[Rating.HARD], shown[Rating.GOOD], shown[Rating.EASY])
    ]
    assert waits[0] < waits[1] < waits[2] or max(waits) >= timedelta(days=36500)


@given(answers=histories)
@settings(deadline=None, max_examples=60)
def test_a_replay_is_the_sum_of_its_answers(answers: list[tuple[Rating, int]]) -> None:
    memory, now, history = Memory(), START, []
    for rating, late in answers:
        now += timedelta(days=late, minutes=1)
        history.append({"rating": rating, "reviewed_at": now.isoformat()})
        day = (now - timedelta(hours=4)).toordinal()
        memory = answer(memory, rating, now=now, day=day, card_id="", settings=EXACT)
    assert replay(history) == memory
    assert replay(reversed(history)) == memory


@given(days=st.integers(1, 40000), reps=st.integers(0, 99), minimum=st.integers(1, 50))
def test_fuzz_stays_within_its_bounds(days: int, reps: int, minimum: int) -> None:
    low, high = fuzz_bounds(days, minimum=minimum, maximum=36500)
    fraction = fuzz_fraction("card", reps)
    chosen = choose_days(days, minimum=minimum, maximum=36500, fraction=fraction)
    assert minimum <= low <= chosen <= high <= 36500


def test_fuzz_differs_between_cards_and_repetitions_only() -> None:
    memory = studied([(Rating.EASY, 0), (Rating.EASY, 0)])
    using, day = Settings(), memory.due_day or 0
    found = {
        answer(memory, Rating.GOOD, now=START, day=day, card_id=f"{n}", settings=using).due_day
        for n in range(30)
    }
    assert len(found) > 3
    assert fuzz_fraction("a", 1) == fuzz_fraction("a", 1) != fuzz_fraction("a", 2)


def test_retrievability_is_the_retention_on_the_due_day() -> None:
    memory = studied([(Rating.EASY, 0), (Rating.GOOD, 0), (Rating.GOOD, 0)])
    assert memory.due_day is not None
    assert retrievability(memory, day=memory.due_day) == pytest.approx(0.9, abs=0.001)
    assert retrievability(memory, day=memory.last_day or 0) == 1.0
    assert retrievability(Memory(), day=DAY) == 0.0


def test_a_day_that_runs_backwards_counts_as_the_same_day() -> None:
    memory = studied([(Rating.EASY, 0)])
    last = memory.last_day or 0
    back = answer(memory, Rating.GOOD, now=START, day=last - 1, card_id="c", settings=EXACT)
    same = answer(memory, Rating.GOOD, now=START, day=last, card_id="c", settings=EXACT)
    assert back.stability == same.stability


def test_the_library_is_loaded_by_the_first_answer_only() -> None:
    code = (
        "import sys; import recalliq_tui.domain.schedule as s; import recalliq_tui.store.collection;"
        "assert not {'fsrs', 'rapidfuzz'} & set(sys.modules); s.replay([]);"
        "assert 'fsrs' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
