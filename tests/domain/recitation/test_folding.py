"""What a reciter need not type."""

# ruff: noqa: RUF001  (signs and letters of other scripts are meant)
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.domain.recitation import fold, words_of

LANGS = st.sampled_from([None, "en", "la", "es", "he", "x"])


@pytest.mark.parametrize(
    ("typed", "text", "lang"),
    [
        ("hallowed", "“Hallowed,”", "en"),
        ("praeclara", "præclara", "la"),
        ("coelum", "cœlum", "la"),
        ("Iesus", "Jesus", "la"),
        ("uenit", "venit", "la"),
        ("manana", "mañana", "es"),
        ("espiritu", "¡Espíritu!", "es"),
        ("שמע", "שְׁמַ֖ע", "he"),
        ("אלוהים", "אֱלוֹהִים׃", "he"),
        ("strasse", "Straße", "de"),
        ("oer", "o’er", "en"),
        ("amen", "¶ Amen.", "en"),
    ],
)
def test_these_are_the_same(typed: str, text: str, lang: str) -> None:
    assert [w.folded for w in words_of(typed, lang=lang)] == [
        w.folded for w in words_of(text, lang=lang)
    ]


def test_j_and_v_are_letters_outside_latin() -> None:
    assert fold("jest", lang="en") != fold("iest", lang="en")


def test_n_tilde_is_a_letter_in_exact_only() -> None:
    assert fold("año", lang="es") == fold("ano", lang="es")
    assert fold("año", lang="es", exact=True) != fold("ano", lang="es", exact=True)
    assert fold("están", lang="es", exact=True) == fold("estan", lang="es", exact=True)


def test_dashes_part_words_and_the_shown_form_stays() -> None:
    assert [w.shown for w in words_of("God—light-bearer — ¶ „Ave,“ כׇּל־לְבָבְךָ")] == [
        *("God", "light", "bearer", "„Ave,“", "כׇּל", "לְבָבְךָ"),
    ]


def test_scripts_without_spaces_give_a_word_a_character() -> None:
    assert [w.shown for w in words_of("天にまします、ガ")] == [*"天にまします", "ガ"]
    assert fold("が") != fold("か")


@given(st.text(), LANGS, st.booleans())
def test_folding_is_idempotent(text: str, lang: str | None, exact: bool) -> None:  # noqa: FBT001
    once = fold(text, lang=lang, exact=exact)
    assert fold(once, lang=lang, exact=exact) == once


@given(st.text(), LANGS)
def test_each_word_has_something_to_compare(text: str, lang: str | None) -> None:
    assert all(word.shown and word.folded for word in words_of(text, lang=lang))
