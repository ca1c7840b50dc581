"""Other words of a learner: which they were, and that they count afterwards."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.domain.grading import (
    KeyPoint,
    Verdict,
    credit,
    credited,
    grade,
    own_words,
    points_of,
)
from recalliq_tui.domain.memory import Rating

QUESTION = "What does photosynthesis do?"
REFERENCE = "It takes in light energy, makes glucose, and releases oxygen."
WORDS = "it drinks the sun and puffs out what we breathe not 7 . , oxygen light never sugar"
POINTS = tuple(
    KeyPoint(text)
    for text in ("it takes in light energy", "it makes glucose", "it releases oxygen")
)


@pytest.mark.parametrize(
    ("answer", "at", "words"),
    [
        ("It takes in light energy. It puffs out what we breathe.", 2, "It puffs out what we breathe"),
        ("It takes in light energy; sweet stuff is cooked!", 1, "sweet stuff is cooked"),
        ("It drinks the sun", 0, "It drinks the sun"),
        ("It takes in light energy. It makes glucose.", 2, "It takes in light energy. It makes glucose."),
        ("What does photosynthesis do? It puffs out what we breathe.", 2, "It puffs out what we breathe"),
    ],
)  # fmt: skip
def test_the_words_that_say_no_other_point(answer: str, at: int, words: str) -> None:
    found = own_words(answer, at, question=QUESTION, reference=REFERENCE, points=POINTS)
    assert found == words


@given(
    st.lists(
        st.sampled_from(WORDS.split()),
        min_size=2,
        max_size=14,
    ).map(" ".join),
    st.integers(0, 2),
)
def test_a_credited_point_is_covered_in_the_end(answer: str, at: int) -> None:
    words = own_words(answer, at, question=QUESTION, reference=REFERENCE, points=POINTS)
    points = [credit(p, words) if n == at else p for n, p in enumerate(POINTS)]
    graded = grade(question=QUESTION, reference=REFERENCE, answer=answer, points=points)
    shown = credited(graded, {at})
    if not graded.gated:
        assert shown.points[at].text in shown.covered
        assert all(check.point != at for check in shown.checks)
        assert shown.score >= graded.score or graded.checks


def test_all_points_credited_are_a_good_answer() -> None:
    graded = grade(
        question=QUESTION,
        reference=REFERENCE,
        answer="it eats the sun and burps air",
        points=POINTS,
    )
    assert graded.verdict is Verdict.MISSING
    shown = credited(graded, {0, 1, 2})
    assert (shown.verdict, shown.score, shown.rating) == (Verdict.COVERED, 1.0, Rating.GOOD)
    assert credited(graded, ()) is graded


def test_a_gated_answer_gets_no_credit() -> None:
    graded = grade(question=QUESTION, reference=REFERENCE, answer="", points=POINTS)
    assert credited(graded, {0}) is graded


def test_clauses_of_a_reference_can_be_credited_too() -> None:
    points = points_of(REFERENCE)
    words = own_words("It burps air", 0, question=QUESTION, reference=REFERENCE, points=points)
    assert words == "It burps air"
