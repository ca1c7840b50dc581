from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.speech.espeak.text import engine_text
from recalliq_tui.speech.espeak.words import END, WORD, tokens, word_times

event = st.tuples(
    st.sampled_from([WORD, END]),
    st.integers(-5, 200),
    st.integers(0, 50),
    st.integers(0, 20_000),
)


@given(st.text(max_size=120), st.lists(event, max_size=40), st.integers(0, 20_000))
def test_times_never_overlap_and_cover_every_word(
    text: str, events: list[tuple[int, int, int, int]], end_ms: int
) -> None:
    words = word_times(text, events, delay_ms=50, end_ms=end_ms)
    if any(kind == WORD for kind, *_ in events):
        assert [(w.char_from, w.char_to) for w in words] == tokens(text)
    times = [t for w in words for t in (w.ms_from, w.ms_to)]
    assert times == sorted(times)
    assert all(0 <= t <= end_ms for t in times)


def test_a_word_without_an_event_shares_the_time_of_the_one_before() -> None:
    words = word_times("of the cat", [(WORD, 1, 2, 0), (WORD, 8, 3, 500)], delay_ms=0, end_ms=800)
    assert [(w.ms_from, w.ms_to) for w in words] == [(0, 200), (200, 500), (500, 800)]


def test_a_pause_between_clauses_belongs_to_no_word() -> None:
    events = [(WORD, 1, 3, 0), (END, 5, 0, 400), (WORD, 6, 4, 700), (END, 9, 0, 1000)]
    words = word_times("One. Two.", events, delay_ms=50, end_ms=1200)
    assert [(w.ms_from, w.ms_to) for w in words] == [(50, 450), (750, 1050)]


def test_punctuation_alone_is_no_word_and_ideographs_are_words_of_their_own() -> None:
    assert tokens("a — b, 世界 x") == [(0, 1), (4, 6), (7, 8), (8, 9), (10, 11)]


@given(st.text(), st.booleans())
def test_text_for_the_engine_keeps_its_length_and_encodes(text: str, phonemes: bool) -> None:  # noqa: FBT001
    safe = engine_text(text, phonemes=phonemes)
    assert len(safe) == len(text)
    assert "\0" not in safe
    assert "\x01" not in safe
    assert safe.encode().decode() == safe
    assert phonemes or "[[" not in safe
