"""The grader on cases that were written before it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from recalliq_tui.domain.grading import CheckKind, Verdict, sentences
from recalliq_tui.domain.memory import Rating
from tests.domain.grading.cases import CASES, Case, of_kind

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = (
    *("paraphrase", "negation", "antonym", "stuffing", "echo", "numbers", "typos", "empty"),
    "languages",
)


def test_there_are_ten_cases_of_each_kind() -> None:
    counts = Counter(case.kind for case in CASES)
    assert {kind: counts[kind] for kind in KINDS if counts[kind] < 10} == {}


@pytest.mark.parametrize("case", of_kind("right", "typos"), ids=str)
def test_a_right_answer_is_covered_without_a_flag(case: Case) -> None:
    grading = case.grade()
    assert grading.verdict is Verdict.COVERED
    assert grading.rating is Rating.GOOD
    assert grading.checks == ()
    assert grading.missing == grading.half == ()


@pytest.mark.parametrize("case", of_kind("wrong"), ids=str)
def test_an_answer_to_something_else_covers_nothing(case: Case) -> None:
    grading = case.grade()
    assert grading.verdict is Verdict.MISSING
    assert grading.score < 0.3


@pytest.mark.parametrize(
    ("kind", "flag"),
    [
        ("negation", CheckKind.POLARITY),
        ("antonym", CheckKind.ANTONYM),
        ("numbers", CheckKind.NUMBER),
    ],
)
def test_a_contradiction_is_flagged_and_never_counts_as_covered(kind: str, flag: CheckKind) -> None:
    for case in of_kind(kind):
        grading = case.grade()
        assert flag in {check.kind for check in grading.checks}, case.answer
        assert grading.verdict is Verdict.CHECK
        assert grading.rating <= Rating.HARD
        flagged = {grading.points[check.point].text for check in grading.checks}
        assert not flagged & set(grading.covered)
        assert any(sentence.startswith("Check this") for sentence in sentences(grading))


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [("empty", Verdict.EMPTY), ("echo", Verdict.ECHO), ("stuffing", Verdict.STUFFED)],
)
def test_what_is_no_answer_is_gated(kind: str, verdict: Verdict) -> None:
    for case in of_kind(kind):
        grading = case.grade()
        assert grading.verdict is verdict, case.answer
        assert grading.gated
        assert grading.score == 0
        assert grading.covered == ()
        assert len(sentences(grading)) == 1


@pytest.mark.parametrize("case", of_kind("languages"), ids=str)
def test_other_languages(case: Case) -> None:
    grading = case.grade()
    assert case.expect in {grading.verdict.value, *(check.kind.value for check in grading.checks)}


def test_paraphrases_are_never_gated_and_their_recall_is_what_it_is(
    record_property: Callable[[str, object], None],
) -> None:
    """Lexical recall misses good paraphrases; "I said it in other words" is for these."""
    gradings = [case.grade() for case in of_kind("paraphrase")]
    points = sum(len(grading.points) for grading in gradings)
    covered = sum(len(grading.covered) for grading in gradings)
    half = sum(len(grading.half) for grading in gradings)
    record_property("paraphrase_points_covered", f"{covered}/{points}")
    record_property("paraphrase_points_half", f"{half}/{points}")
    assert not any(grading.gated for grading in gradings)
    assert (covered + half) / points > 0.5
