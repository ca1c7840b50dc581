"""Points, aliases, flags and sentences; and that nothing breaks the grader."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.decks.markdown import parse_bytes
from recalliq_tui.domain.cards import CardKind
from recalliq_tui.domain.grading import (
    CheckKind,
    KeyPoint,
    Verdict,
    credit,
    grade,
    sentences,
    split_points,
)
from recalliq_tui.domain.grading.numbers import plain_number
from recalliq_tui.domain.grading.text import read

DECKS = Path(__file__).parents[3] / "sample_decks"


def test_a_reference_is_split_at_sentences_lines_and_long_clauses() -> None:
    reference = (
        "Yes. The block spans 16 addresses, from .64 to .79; version 1.3 too.\n\n"
        "- It pumps blood through the body, and valves keep blood from flowing back\n- Four chambers"
    )
    assert [point.text for point in split_points(reference)] == [
        "Yes: The block spans 16 addresses, from .64 to .79",
        "version 1.3 too",
        "It pumps blood through the body",
        "and valves keep blood from flowing back",
        "Four chambers",
    ]


@pytest.mark.parametrize("reference", ["", "...", "the of", "//", "\x00"])
def test_a_reference_without_words_is_one_point(reference: str) -> None:
    assert len(split_points(reference)) == 1
    grade(question="?", reference=reference, answer=reference or "x")


@pytest.mark.parametrize(
    ("answer", "covered"), [("Madrid", True), ("It's Madrid.", True), ("Paris", False)]
)
def test_a_short_answer(answer: str, covered: bool) -> None:  # noqa: FBT001
    grading = grade(question="Capital of Spain?", reference="Madrid", answer=answer)
    assert (grading.verdict is Verdict.COVERED) is covered


def test_a_choice_that_the_question_offers_is_no_echo() -> None:
    grading = grade(question="Which is larger, Mars or Venus?", reference="Venus", answer="Venus")
    assert grading.verdict is Verdict.COVERED


def test_a_list_of_names_is_no_stuffing_where_the_reference_is_one() -> None:
    planets = "Mercury, Venus, Earth, Mars, Jupiter, Saturn, Uranus, Neptune"
    grading = grade(question="Name the planets.", reference=planets, answer=planets.lower())
    assert grading.verdict is Verdict.COVERED


@pytest.mark.parametrize(
    ("reference", "answer", "covered"),
    [
        ("Napoleon lost at Waterloo", "napoleon lost at waterloo", True),
        ("It was Napoleon at Waterloo", "It was Napoleno at Waterloo", False),
        ("a cat sat there", "a rat sat there", False),
    ],
)
def test_names_and_short_words_are_spelled_exactly(
    reference: str,
    answer: str,
    covered: bool,  # noqa: FBT001
) -> None:
    grading = grade(question="What?", reference=reference, answer=answer)
    assert (grading.verdict is Verdict.COVERED) is covered


@pytest.mark.parametrize(
    ("one", "other", "lang"),
    [
        ("300,000", "300000", "en"),
        ("300 000", "300,000", "en"),
        ("500.000", "500000", "de"),
        ("3,14", "3,140", "de"),
        ("3,14", "3.14", "en"),
        ("1.5 million", "1500000", "en"),
        ("3 · 10^8", "300,000,000", "en"),
        ("3 x 10⁸", "300000000", "en"),
        ("twenty-one", "21", "en"),
        ("one hundred and five", "105", "en"),
        ("three thousand two hundred", "3200", "en"),
        ("treinta y uno", "31", "es"),
        ("einundzwanzig", "21", "de"),
        ("quatre-vingt-dix-neuf", "99", "fr"),
        ("triginta", "30", "la"),
        ("007", "7", "en"),
    ],
)
def test_numbers_are_equal_however_written(one: str, other: str, lang: str) -> None:
    assert [t.number for t in read(one, lang)] == [t.number for t in read(other, lang)]
    assert len(read(one, lang)) == 1


def test_addresses_and_versions_stay_as_they_are() -> None:
    assert plain_number("10.0.0.8", "en") == "10.0.0.8"
    assert plain_number("1.3", "en") != plain_number("13", "en")


@pytest.mark.parametrize(
    "answer",
    [
        "The lower part isn't dead.",
        "It isn't dead, it is alive.",
        "It is not only alive, it grows.",
    ],
)
def test_denying_the_opposite_is_no_contradiction(answer: str) -> None:
    grading = grade(question="How is it?", reference="It is alive.", answer=answer)
    assert CheckKind.POLARITY not in {check.kind for check in grading.checks}


def test_in_other_words_is_credited_from_then_on() -> None:
    point = KeyPoint("lost segments are retransmitted")
    answer = "whatever went astray is dispatched once more"
    question, reference = "What does TCP add?", point.text
    before = grade(question=question, reference=reference, answer=answer, points=[point])
    kept = credit(point, answer)
    after = grade(question=question, reference=reference, answer=answer, points=[kept])
    denied = grade(
        question=question,
        reference=reference,
        answer="whatever went astray isn't dispatched once more",
        points=[kept],
    )
    assert (before.verdict, after.verdict) == (Verdict.MISSING, Verdict.COVERED)
    assert after.covered == (point.text,)
    assert denied.verdict is Verdict.CHECK
    assert credit(kept, answer) == kept
    assert credit(kept, "  ") == kept


def test_the_sentences_name_what_was_covered_first() -> None:
    grading = grade(
        question="What does insulin do?",
        reference="",
        answer="It is made in the pancreas and it lowers the blood sugar.",
        points=["it is made in the pancreas", "it lowers blood sugar", "cells take up glucose"],
    )
    assert sentences(grading) == (
        "You covered it is made in the pancreas and it lowers blood sugar.",
        "I didn't find cells take up glucose.",
    )


def test_a_flag_is_said_with_the_word_that_was_written() -> None:
    grading = grade(
        question="Is it hot?", reference="It is hot there.", answer="It isn't hot there."
    )
    assert [check.message for check in grading.checks] == ["check: you wrote *not*"]
    assert sentences(grading) == ("Check this: you wrote \u201cnot\u201d.",)


def test_the_sample_decks_own_answers_pass() -> None:
    """What an author wrote as the answer is covered by its own clauses, and hardly ever flagged."""
    flagged = with_points = 0
    for path in sorted(DECKS.glob("*/*.md")):
        deck = parse_bytes(path.read_bytes(), path=path.name)
        for card in deck.cards:
            if card.kind is CardKind.CLOZE:
                continue  # its front holds its answer
            question, back = card.front.text, card.back.text
            own = grade(
                question=question, reference=back, answer=back, lang=card.back_lang or deck.lang
            )
            assert not own.checks, card.id
            assert not own.missing, card.id
            if card.points:
                with_points += 1
                by_points = grade(
                    question=question,
                    reference=back,
                    answer=back,
                    points=card.points,
                    lang=deck.lang,
                )
                assert not by_points.gated, card.id
                flagged += bool(by_points.checks)
    assert with_points
    assert flagged <= 0.1 * with_points


def test_an_answer_takes_less_than_five_milliseconds() -> None:
    deck = parse_bytes((DECKS / "Computing" / "networks.md").read_bytes(), path="networks.md")
    spent: list[float] = []
    for card in deck.cards:
        if card.points:
            start = time.process_time()
            grade(
                question=card.front.text,
                reference=card.back.text,
                answer=card.back.text,
                points=card.points,
                lang="en",
            )
            spent.append(time.process_time() - start)
    assert sorted(spent)[len(spent) // 2] < 0.005


@given(
    st.text(max_size=80),
    st.text(max_size=120),
    st.text(max_size=120),
    st.sampled_from(["en", "es", "de", "fr", "la", "he", "ja", "", "x-y", "EN_gb"]),
)
def test_any_unicode_is_graded_within_bounds(
    question: str, reference: str, answer: str, lang: str
) -> None:
    grading = grade(question=question, reference=reference, answer=answer, lang=lang)
    assert 0 <= grading.score <= 1
    assert grading.points
    assert len(grading.covered) + len(grading.half) + len(grading.missing) == len(grading.points)
    assert all(check.message for check in grading.checks)
    sentences(grading)


@given(st.text(alphabet="0123456789.,' \u00a0-xe^⁸²%", max_size=40))
def test_any_figures_are_read(text: str) -> None:
    for lang in ("en", "de"):
        assert all(token.key for token in read(text, lang))
