"""Word times are taken from a provider only where they can be right."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.speech.alignment import word_times

TEXT = "Ave Maria, gratia plena."


def even(text: str, seconds: float) -> dict[str, object]:
    share = seconds / len(text)
    return {
        "characters": list(text),
        "character_start_times_seconds": [i * share for i in range(len(text))],
        "character_end_times_seconds": [(i + 1) * share for i in range(len(text))],
    }


def test_words_take_their_time_from_their_characters() -> None:
    words = word_times(even(TEXT, 2.4), TEXT, duration_ms=2400)
    assert [TEXT[w.char_from : w.char_to] for w in words] == TEXT.split()
    assert (words[1].ms_from, words[1].ms_to) == (400, 1000)


def test_the_end_may_be_a_quarter_of_a_second_late_but_no_more() -> None:
    assert word_times(even(TEXT, 2.6), TEXT, duration_ms=2400)[-1].ms_to == 2400
    assert word_times(even(TEXT, 2.7), TEXT, duration_ms=2400) == ()


def test_a_word_without_length_spoils_all() -> None:
    times = even("a b", 0.3)
    times["character_start_times_seconds"] = [0.0, 0.1, 0.2]
    times["character_end_times_seconds"] = [0.0, 0.1, 0.3]
    assert word_times(times, "a b", duration_ms=300) == ()


def test_characters_of_several_code_points_are_counted_as_what_they_are() -> None:
    text = "e\u0301t\u00e9 \U0001f600 ok"
    times = even("xxxxxxxx", 0.8)
    times["characters"] = ["e\u0301", "t", "\u00e9", " ", "\U0001f600", " ", "o", "k"]
    words = word_times(times, text, duration_ms=800)
    assert [text[w.char_from : w.char_to] for w in words] == ["e\u0301t\u00e9", "ok"]
    assert words[1].ms_from == 600


numbers = st.floats(-1, 5) | st.integers() | st.none() | st.booleans()


@given(
    st.text(max_size=8),
    st.fixed_dictionaries(
        {},
        optional={
            "characters": st.lists(st.text(max_size=2) | st.none(), max_size=8),
            "character_start_times_seconds": st.lists(numbers, max_size=8),
            "character_end_times_seconds": st.lists(numbers, max_size=8),
        },
    )
    | st.none()
    | st.integers(),
    st.integers(0, 5000),
)
def test_odd_alignments_give_no_words_or_good_ones(
    text: str, raw: object, duration_ms: int
) -> None:
    words = word_times(raw, text, duration_ms=duration_ms)
    flat = [t for w in words for t in (w.ms_from, w.ms_to)]
    assert flat == sorted(flat)
    assert all(0 <= t <= duration_ms for t in flat)


@given(
    st.lists(
        st.tuples(st.text(min_size=1, max_size=2), st.floats(0, 1), st.floats(0, 1)), max_size=8
    )
)
def test_whatever_is_accepted_is_in_order(pieces: list[tuple[str, float, float]]) -> None:
    text = "".join(piece for piece, _, _ in pieces)
    raw = {
        "characters": [piece for piece, _, _ in pieces],
        "character_start_times_seconds": [start for _, start, _ in pieces],
        "character_end_times_seconds": [end for _, _, end in pieces],
    }
    flat = [t for w in word_times(raw, text, duration_ms=1000) for t in (w.ms_from, w.ms_to)]
    assert flat == sorted(flat)
