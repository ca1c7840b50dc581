"""Acquiring, as a state machine: what moves the learner, and what is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.domain.passages.acquire import (
    Acquire,
    Rung,
    Step,
    attempted,
    begin,
    go,
    go_step,
    mask_line,
    move,
    next_section,
    rise,
    sections_of,
    sink,
)
from recalliq_tui.domain.passages.progress import from_data, to_data

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
WORDS = ["hail", "mary", "full", "of", "grace"]


def at(rung: Rung, *, lines: int = 4) -> Acquire:
    return go(begin([lines], seed=7), rung, at=NOW)


def test_a_new_text_begins_with_listening_to_its_first_section() -> None:
    state = begin([4, 3], seed=1)
    assert (state.rung, state.line, state.bounds) == (Rung.LISTEN, 0, (0, 4))
    assert not state.begun


def test_long_stanzas_are_learnt_in_even_parts() -> None:
    assert sections_of([4, 13, 1]) == ((0, 4), (4, 8), (8, 12), (12, 17), (17, 18))


def test_two_clean_lines_move_up_one_rung() -> None:
    state = attempted(at(Rung.FADE_25), (), at=NOW)
    assert (state.rung, state.line, state.clean) == (Rung.FADE_25, 1, 1)
    state = attempted(state, (), at=NOW)
    assert (state.rung, state.line, state.clean) == (Rung.FADE_50, 2, 0)


def test_one_failure_moves_down_and_asks_the_line_again() -> None:
    state = attempted(at(Rung.FADE_75), {2}, at=NOW)
    assert (state.rung, state.line) == (Rung.FADE_50, 0)
    assert state.lines[0].missed == {2}


def test_a_failure_between_clean_lines_breaks_the_row() -> None:
    state = attempted(at(Rung.FADE_50), (), at=NOW)
    state = attempted(state, {0}, at=NOW)
    assert (state.rung, state.clean) == (Rung.FADE_25, 0)
    state = attempted(state, (), at=NOW)
    assert state.rung is Rung.FADE_25


def test_the_lowest_judged_rung_stays() -> None:
    assert attempted(at(Rung.FADE_25), {0}, at=NOW).rung is Rung.FADE_25


def test_hearing_is_not_judged() -> None:
    with pytest.raises(ValueError, match="listen"):
        attempted(at(Rung.LISTEN), (), at=NOW)


def test_the_learner_goes_where_they_like() -> None:
    state = at(Rung.LISTEN)
    assert rise(state, at=NOW).rung is Rung.ECHO
    assert sink(state, at=NOW).rung is Rung.LISTEN
    assert go_step(state, Step.LETTERS, at=NOW).rung is Rung.LETTERS
    assert move(state, 99, at=NOW).line == 3
    assert move(state, -1, at=NOW).line == 0


def test_missed_words_are_masked_first_next_time() -> None:
    state = attempted(at(Rung.FADE_50), {3}, at=NOW)
    state = mask_line(state, WORDS, lang="en")
    assert 3 in state.lines[0].mask


def test_the_same_mask_never_comes_twice_running() -> None:
    state, before = at(Rung.FADE_25), frozenset[int]()
    for _ in range(50):
        state = mask_line(state, WORDS, lang="en")
        assert state.lines[0].mask != before
        before = state.lines[0].mask


def test_a_section_is_done_when_each_line_was_clean_with_nothing_to_see() -> None:
    state = at(Rung.RECITE, lines=3)
    for line in (0, 1, 2):
        assert state.line == line
        assert not state.section_done
        state = attempted(state, (), at=NOW)
    assert state.section_done
    assert state.done


def test_on_the_last_rung_lines_that_are_known_are_left_out() -> None:
    state = attempted(at(Rung.RECITE, lines=3), (), at=NOW)
    state = attempted(go(state, Rung.RECITE, at=NOW), {0}, at=NOW)
    state = attempted(go(state, Rung.RECITE, at=NOW), (), at=NOW)
    assert state.line == 2


def test_the_next_section_is_one_that_is_not_done() -> None:
    state = go(begin([1, 1, 1], seed=1), Rung.RECITE, at=NOW)
    state = next_section(attempted(state, (), at=NOW), at=NOW)
    assert (state.section, state.rung, state.line) == (1, Rung.LISTEN, 1)
    state = attempted(go(state, Rung.RECITE, at=NOW), (), at=NOW)
    state = attempted(go(next_section(state, at=NOW), Rung.RECITE, at=NOW), (), at=NOW)
    assert state.done
    assert next_section(state, at=NOW) == state


def test_a_line_that_fails_later_is_no_longer_done() -> None:
    state = attempted(at(Rung.RECITE, lines=1), (), at=NOW)
    assert state.done
    assert not attempted(state, {0}, at=NOW).done


def test_glory_be_from_nothing_to_the_end() -> None:
    """The way a learner goes: hear, echo, chain, then lines, with one slip."""
    state = begin([4], seed=3)
    for _ in range(3):
        state = rise(state, at=NOW)
    slips = 0
    for _ in range(60):
        if state.done:
            break
        if state.rung.step is Step.FADE:
            state = mask_line(state, WORDS, lang="en")
        slip = state.rung is Rung.LETTERS and not slips
        slips += slip
        state = attempted(state, {1} if slip else (), at=NOW)
    assert state.done


EVENTS = st.lists(
    st.one_of(
        st.sampled_from(["rise", "sink", "next", "section"]),
        st.frozensets(st.integers(0, 4), max_size=3),
    ),
    max_size=40,
)


def play(state: Acquire, events: list[str | frozenset[int]]) -> Acquire:
    for number, event in enumerate(events):
        now = NOW + timedelta(seconds=number)
        match event:
            case "rise":
                state = rise(state, at=now)
            case "sink":
                state = sink(state, at=now)
            case "next":
                state = move(state, 1, at=now)
            case "section":
                state = next_section(state, at=now)
            case frozenset() if state.rung.judged:
                state = attempted(mask_line(state, WORDS, lang="en"), event, at=now)
            case _:
                pass
    return state


@given(st.lists(st.integers(1, 9), min_size=1, max_size=4), EVENTS, st.integers(0, 2**32))
def test_whatever_happens_the_learner_stands_in_the_text(
    sizes: list[int], events: list[str | frozenset[int]], seed: int
) -> None:
    state = play(begin(sizes, seed=seed), events)
    first, end = state.bounds
    assert first <= state.line < end
    assert len(state.lines) == sum(sizes)
    assert play(begin(sizes, seed=seed), events) == state, "seed and clock decide all"


@given(st.lists(st.integers(1, 5), min_size=1, max_size=3), EVENTS)
def test_progress_survives_a_restart(sizes: list[int], events: list[str | frozenset[int]]) -> None:
    stanzas = [[f"line {n} of {size}" for n in range(size)] for size in sizes]
    stanzas = [[f"{line} stanza {k}" for line in lines] for k, lines in enumerate(stanzas)]
    texts = [line for lines in stanzas for line in lines]
    state = play(begin(sizes, seed=5), events)
    assert from_data(to_data(state, texts), stanzas, seed=9) == state


def test_progress_follows_its_lines_when_the_breaks_change() -> None:
    state = attempted(go(begin([2], seed=1), Rung.RECITE, at=NOW), (), at=NOW)
    data = to_data(state, ["one two", "three four"])
    again = from_data(data, [["zero"], ["one two", "three", "four"]], seed=1)
    assert [each.best for each in again.lines] == [None, Rung.RECITE, None, None]
    assert again.rung is Rung.LISTEN


@pytest.mark.parametrize("data", [None, 3, {}, {"v": 1}, {"v": 1, "lines": [{"text": "a"}]}, []])
def test_what_can_not_be_read_begins_anew(data: object) -> None:
    assert from_data(data, [["a b"]], seed=1) == begin([1], seed=1)
