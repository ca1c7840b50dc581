"""Times of a text, their checks, and what is played in which order."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.domain.passages.plans import (
    LoopWish,
    Plan,
    chain_plan,
    chain_windows,
    echo_plan,
    listen_plan,
    loop_plan,
)
from recalliq_tui.domain.passages.timing import Precision, TimedWord, Timing, make_timing, untimed

SIZES = (2, 2, 1)


def words(*spans: tuple[int, int]) -> list[TimedWord | None]:
    places = [(line, n) for line, size in enumerate(SIZES) for n in range(size)]
    return [TimedWord(*place, *span) for place, span in zip(places, spans, strict=True)]


GOOD = words((50, 400), (400, 900), (1200, 1500), (1500, 2000), (2000, 2600))


def timing() -> Timing:
    return make_timing(GOOD, sizes=SIZES, duration_ms=2700)


def test_good_times_are_kept_to_the_word() -> None:
    found = timing()
    assert found.precision is Precision.WORD
    assert found.lines == ((50, 900), (1200, 2000), (2000, 2600))


def test_slices_are_early_and_late_but_never_in_a_neighbour() -> None:
    found = timing()
    assert found.slice_of(0) == (10, 1020)
    assert found.slice_of(1) == (1160, 2000)
    assert found.slice_of(2) == (2000, 2700)
    assert found.slice_of(0, 2) == (10, 2700)


def test_the_word_that_sounds() -> None:
    found = timing()
    assert found.word_at(0) is None
    assert found.word_at(450) == TimedWord(0, 1, 400, 900)
    assert found.word_at(1010) == TimedWord(0, 1, 400, 900), "the last of a line rings on"
    assert found.word_at(1100) is None
    assert found.line_at(1100) == 0
    assert found.next_change(450) == 1200


@pytest.mark.parametrize(
    ("bad", "precision", "why"),
    [
        (words((50, 400), (390, 380), (1200, 1500), (1500, 2000), (2000, 2600)), Precision.LINE, "before it begins"),
        (words((400, 800), (50, 900), (1200, 1500), (1500, 2000), (2000, 2600)), Precision.LINE, "go back"),
        ([*GOOD[:1], None, *GOOD[2:]], Precision.LINE, "cover"),
        (words((50, 400), (400, 400), (400, 400), (400, 2000), (2000, 2600)), Precision.LINE, "without length"),
        ([*GOOD[:4], None], Precision.NONE, "cover"),
        (words((50, 50), (50, 50), (1200, 1500), (1500, 2000), (2000, 2600)), Precision.NONE, "without length"),
        (words((50, 400), (400, 900), (1200, 1500), (1500, 2000), (2000, 3000)), Precision.NONE, "after the sound"),
        ([None] * 5, Precision.NONE, "no times"),
        ([], Precision.NONE, "no times"),
    ],
)  # fmt: skip
def test_times_that_fail_degrade(
    bad: list[TimedWord | None], precision: Precision, why: str
) -> None:
    found = make_timing(bad, sizes=SIZES, duration_ms=2700)
    assert found.precision is precision
    assert why in found.why
    if precision is Precision.NONE:
        assert found.slice_of(1) == (0, 2700)


@given(st.lists(st.tuples(st.integers(-50, 3000), st.integers(-50, 3000)), min_size=5, max_size=5))
def test_whatever_is_kept_can_be_played(spans: list[tuple[int, int]]) -> None:
    found = make_timing(words(*spans), sizes=SIZES, duration_ms=2700)
    ends = [found.slice_of(n) for n in range(len(SIZES))]
    assert all(0 <= a <= b <= 2700 for a, b in ends)
    if found.precision is not Precision.NONE:
        assert all(a[1] <= b[0] + 160 for a, b in pairwise(ends))
        plan = loop_plan(found, LoopWish(0, 2, repeats=2, step_up=True))
        check(plan)


def check(plan: Plan) -> None:
    assert list(plan.ends) == sorted(plan.ends)
    assert plan.locate(plan.length_ms) is None
    for number in range(len(plan.pieces)):
        place = plan.locate(plan.start_of(number))
        assert place is not None
        assert (place.number, place.into_ms) == (number, 0)


def shape(plan: Plan) -> list[tuple[int, int, bool]]:
    return [(piece.first, piece.last, piece.gap) for piece in plan.pieces]


def test_listening_is_one_piece() -> None:
    assert shape(listen_plan(timing(), 0, 3)) == [(0, 2, False)]


def test_an_echo_leaves_one_and_a_half_times_the_line() -> None:
    plan = echo_plan(timing(), 0, 2)
    assert shape(plan) == [(0, 0, False), (0, 0, True), (1, 1, False), (1, 1, True)]
    assert plan.pieces[1].length_ms == round(1.5 * plan.pieces[0].length_ms)


def test_the_chain_grows_and_then_slides() -> None:
    assert chain_windows(0, 5) == ((0, 0), (0, 1), (0, 2), (1, 3), (2, 4))
    assert shape(chain_plan(timing(), 0, 2))[::2] == [(0, 0, False), (0, 1, False)]


def test_a_loop_repeats_each_line_and_ends_with_the_whole() -> None:
    plan = loop_plan(timing(), LoopWish(0, 1, repeats=2, gap=1.0))
    line = [(0, 0, False), (0, 0, True)]
    other = [(1, 1, False), (1, 1, True)]
    assert shape(plan) == [*line, *line, *other, *other, (0, 1, False), (0, 1, True)]
    assert [(p.turn, p.of) for p in plan.pieces[:4]] == [(1, 2), (1, 2), (2, 2), (2, 2)]


def test_step_up_says_all_lines_so_far() -> None:
    plan = loop_plan(timing(), LoopWish(0, 2, repeats=1, gap=0, step_up=True))
    assert shape(plan) == [
        (0, 0, False), (1, 1, False), (0, 1, False), (2, 2, False), (0, 2, False),
    ]  # fmt: skip


def test_without_times_the_whole_text_is_repeated() -> None:
    plan = loop_plan(untimed(2700, "none"), LoopWish(0, 2, repeats=2, gap=0))
    assert [(p.start_ms, p.length_ms) for p in plan.pieces] == [(0, 2700), (0, 2700)]


def test_a_wish_fits_the_text() -> None:
    wish = LoopWish(5, 2, repeats=99, gap=-1).fitted(4)
    assert (wish.first, wish.last, wish.repeats, wish.gap) == (3, 3, 9, 0.0)
