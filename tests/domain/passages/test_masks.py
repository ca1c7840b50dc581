"""Masks, first letters and where words stand."""

# ruff: noqa: RUF001  (Hebrew is meant)
from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.domain.passages.letters import NEIGHBOURS, begin_letters, press
from recalliq_tui.domain.passages.masks import SHARES, choose_mask, is_content_word, masked
from recalliq_tui.domain.passages.words import spots

LINE = "and blessed is the fruit of thy womb, Jesus."


def folded(line: str, lang: str = "en") -> list[str]:
    return [spot.folded for spot in spots(line, lang=lang)]


def test_words_stand_where_they_are_without_their_stops() -> None:
    assert [LINE[a:b] for a, b, _ in spots(LINE, lang="en")][-2:] == ["womb", "Jesus"]
    assert [f for _, _, f in spots("“Ecce—ancilla” …", lang="la")] == ["ecce", "ancilla"]


def test_content_words_are_hidden_first() -> None:
    words = folded(LINE)
    mask = choose_mask(words, share=0.5, seed=1, turn=1, lang="en")
    assert {words[n] for n in mask} == {"blessed", "fruit", "womb", "jesus"}


def test_each_share_hides_that_part_of_the_words() -> None:
    words = folded(LINE)
    sizes = [len(choose_mask(words, share=share, seed=1, turn=1, lang="en")) for share in SHARES]
    assert sizes == [2, 4, 7, 9]


def test_function_words_are_known_in_four_languages() -> None:
    assert not is_content_word("of", lang="en")
    assert not is_content_word("et", lang="la")
    assert not is_content_word("el", lang="es")
    assert is_content_word("gratia", lang="la")
    assert not is_content_word("und", lang="de")


WORDS = st.lists(st.sampled_from(["of", "the", "grace", "mary", "hail", "full"]), max_size=12)


@given(
    WORDS,
    st.sampled_from(SHARES),
    st.integers(),
    st.integers(0, 99),
    st.frozensets(st.integers(0, 11)),
)
def test_masks_hold(
    words: list[str], share: float, seed: int, turn: int, missed: frozenset[int]
) -> None:
    missed = frozenset(n for n in missed if n < len(words))
    mask = choose_mask(words, share=share, seed=seed, turn=turn, lang="en", missed=missed)
    assert mask == choose_mask(words, share=share, seed=seed, turn=turn, lang="en", missed=missed)
    assert all(0 <= n < len(words) for n in mask)
    assert bool(mask) == bool(words)
    assert missed <= mask or mask <= missed
    other = choose_mask(
        words, share=share, seed=seed, turn=turn, lang="en", missed=missed, last=mask
    )
    assert other != mask or len(mask) == len(words)


@given(st.text(max_size=80))
def test_any_line_can_be_masked(line: str) -> None:
    ranges = [(spot.start, spot.end) for spot in spots(line)]
    assert all(0 <= a < b <= len(line) for a, b in ranges)
    assert len(masked(line, ranges)) == len(line)


def test_a_wrong_letter_shows_the_word_and_moves_on() -> None:
    state = begin_letters(["hail", "mary", "full"])
    state = press(press(press(state, "h"), "x"), "F")
    assert state.done
    assert state.missed == {1}


def test_a_neighbouring_key_is_forgiven() -> None:
    state = press(begin_letters(["mary"]), "n")
    assert state.done
    assert not state.missed
    assert "q" not in NEIGHBOURS["p"]


def test_spaces_and_stops_are_no_letters() -> None:
    state = begin_letters(["hail"])
    assert press(press(state, " "), ",") is state


def test_hebrew_letters_fold_too() -> None:
    words = folded("שְׁמַע יִשְׂרָאֵל", "he")
    state = press(press(begin_letters(words), "ש", lang="he"), "י", lang="he")
    assert state.done
    assert not state.missed


@given(st.lists(st.sampled_from(["hail", "mary", "gratia"]), max_size=6), st.text(max_size=30))
def test_letters_never_go_back(words: list[str], keys: str) -> None:
    state = begin_letters(words)
    for key in keys:
        after = press(state, key)
        assert state.at <= after.at <= len(words)
        assert state.missed <= after.missed
        state = after
