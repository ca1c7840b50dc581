"""Typed answers: what counts, what doesn't, and what the learner is shown."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recalliq_tui.domain.answers import Label, compare, is_typo
from recalliq_tui.domain.answerwords import fold, plain_text, words_of


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("la ventana", "la ventana"),
        ("LA VENTANA!", "la ventana"),
        ("la ventna", "la ventana"),
        ("fotosíntesis", "Fotosintesis"),
        ("nino", "niño"),
        ("strasse", "Straße"),
        ("oeuvre", "œuvre"),
        ("well known", "well-known"),
        ("ice cream", "icecream"),
        ("dont", "don't"),
        ("3,14", "3.14"),
        ("1000000", "1,000,000"),
        ("bold code", "**bold** `code`"),
        ("the docs", "[the docs](https://x.y)"),
        ("one two", "- one\n- two"),
        ("שלום", "שָׁלוֹם"),
        ("東京", "東京"),
        ("//", "`//`"),
        ("5 < 6", "5 &lt; 6"),
        ("", ""),
    ],
)
def test_right_answers(typed: str, expected: str) -> None:
    check = compare(typed, expected)
    assert check.correct
    assert not check.near
    assert {word.label for word in check.words} <= {Label.OK, Label.TYPO}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", "la ventana"),
        ("el perro", "la ventana"),
        ("cat", "car"),
        ("1944", "1945"),
        ("-5", "5"),
        ("c++", "C#"),
        ("か", "が"),
        ("\\", "//"),
        ("not red", "red"),
    ],
)
def test_wrong_answers(typed: str, expected: str) -> None:
    assert not compare(typed, expected).correct


def test_a_nearly_right_answer_is_said_to_be_near() -> None:
    assert compare("ventana", "la ventana").near
    assert compare("photosynth", "photosynthesis").near
    assert not compare("puerta", "ventana").near


def test_differences_are_shown_word_by_word() -> None:
    check = compare(
        "the quikc fox jumps over lazy red cat", "The quick brown fox jumps over the lazy dog"
    )
    assert [(w.label.value, w.expected, w.typed) for w in check.words] == [
        ("ok", "The", "the"),
        ("typo", "quick", "quikc"),
        ("missing", "brown", ""),
        ("ok", "fox", "fox"),
        ("ok", "jumps", "jumps"),
        ("ok", "over", "over"),
        ("missing", "the", ""),
        ("ok", "lazy", "lazy"),
        ("extra", "", "red"),
        ("substituted", "dog", "cat"),
    ]


def test_the_best_of_several_answers_counts() -> None:
    check = compare("Lisboa", "Lisbon, Portugal", ("Lisboa", "Olisipo"))
    assert check.correct
    assert check.best == "Lisboa"


def test_exact_mode_forgives_no_accent_and_no_typo() -> None:
    assert not compare("nino", "niño", exact=True).correct
    assert not compare("la ventna", "la ventana", exact=True).correct
    assert compare("Niño.", "niño", exact=True).correct


def test_latin_letters_are_one() -> None:
    assert compare("iesus uenit", "Jesus venit", lang="la").correct
    assert not compare("uia", "via", lang="it").correct


@pytest.mark.parametrize(
    ("typed", "expected", "typo"),
    [
        ("cat", "car", False),
        ("hosue", "house", True),
        ("huose", "house", True),
        ("hxxse", "house", False),
        ("ventnaa", "ventana", True),
        ("elefnate", "elefante", True),
        ("elefxnxte", "elefante", True),
        ("lfnt", "elefante", False),
        ("house1", "house", False),
    ],
)
def test_typos(typed: str, expected: str, *, typo: bool) -> None:
    assert is_typo(typed, expected) is typo


TEXT = st.text(max_size=60)


@given(TEXT)
@settings(max_examples=200, deadline=None)
def test_an_answer_is_right_to_itself(text: str) -> None:
    assert compare(text, text).correct


@given(TEXT, TEXT)
@settings(max_examples=200, deadline=None)
def test_the_words_shown_are_those_of_both_texts(typed: str, expected: str) -> None:
    check = compare(typed, expected)
    assert 0 <= check.score <= 1
    assert not (check.correct and check.near)
    wrong = {Label.MISSING, Label.EXTRA, Label.SUBSTITUTED}
    assert check.correct is not any(word.label in wrong for word in check.words)
    for word in check.words:
        assert bool(word.expected) is (word.label is not Label.EXTRA)
        assert bool(word.typed) is (word.label is not Label.MISSING)


@given(TEXT)
@settings(max_examples=200, deadline=None)
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert all(word.folded for word in words_of(plain_text(text)))


def test_long_answers_are_compared_soon() -> None:
    text = " ".join(f"word{i}" for i in range(4_000))
    start = time.process_time()
    check = compare(text.replace("word2000", "other"), text)
    assert time.process_time() - start < 3
    assert [w.label for w in check.words if w.label is not Label.OK] == [Label.SUBSTITUTED]
