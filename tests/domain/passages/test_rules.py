"""Ratings, by heart, what is asked, strips and breaks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.domain.cards import Passage, PassageId
from recalliq_tui.domain.memory import Memory, Phase, Rating
from recalliq_tui.domain.passages.acquire import Rung
from recalliq_tui.domain.passages.asking import ask, line_verdicts, part_ratings, parts_to_ask
from recalliq_tui.domain.passages.breaks import (
    broken,
    joined,
    moved_lines,
    propose,
    words_and_breaks,
)
from recalliq_tui.domain.passages.parts import (
    TITLE,
    WHOLE,
    Part,
    fixed_parts,
    join_part,
    line_part,
    part_id,
    part_of,
)
from recalliq_tui.domain.passages.rules import (
    Recited,
    Standing,
    counts,
    is_by_heart,
    standing_of,
    suggested_rating,
)
from recalliq_tui.domain.passages.strip import line_level, squeezed
from recalliq_tui.domain.recitation import recite

HAIL = Passage(
    PassageId("d#hail"),
    "The Hail Mary",
    (
        ("Hail Mary, full of grace!", "the Lord is with thee:", "blessed art thou amongst women,"),
        ("Holy Mary, Mother of God,", "pray for us sinners."),
    ),
    lang="en",
)


@pytest.mark.parametrize(
    ("score", "shown", "hints", "rating"),
    [
        (1.0, False, 0, Rating.GOOD), (0.95, False, 0, Rating.GOOD), (0.949, False, 0, Rating.HARD),
        (1.0, False, 1, Rating.HARD), (0.80, False, 0, Rating.HARD), (0.79, False, 0, Rating.AGAIN),
        (1.0, True, 0, Rating.AGAIN),
    ],
)  # fmt: skip
def test_ratings(score: float, shown: bool, hints: int, rating: Rating) -> None:  # noqa: FBT001
    assert suggested_rating(score, shown=shown, hints=hints) is rating


@given(st.floats(0, 1), st.booleans(), st.integers(0, 5))
def test_easy_is_never_suggested(score: float, shown: bool, hints: int) -> None:  # noqa: FBT001
    assert suggested_rating(score, shown=shown, hints=hints) < Rating.EASY


def test_the_first_attempt_of_a_day_counts() -> None:
    assert counts(Memory(), 5)
    assert counts(Memory(phase=Phase.REVIEW, last_day=4), 5)
    assert not counts(Memory(phase=Phase.REVIEW, last_day=5), 5)


def firm(
    day: int, *, rating: Rating = Rating.GOOD, stability: float = 30, lines: int = 4
) -> list[Recited]:
    parts = [*(line_part(n) for n in range(lines)), WHOLE]
    return [Recited(part, day, rating, stability) for part in parts]


def test_by_heart_needs_firm_lines_and_two_clean_recitals_on_two_days() -> None:
    assert is_by_heart(4, firm(1)) == (False, False)
    assert is_by_heart(4, [*firm(1), *firm(1)]) == (False, False)
    assert is_by_heart(4, [*firm(1), *firm(9)]) == (True, True)
    assert is_by_heart(4, [*firm(1), *firm(9, stability=20.9)]) == (False, False)
    assert is_by_heart(4, [*firm(1), *firm(9)[1:]]) == (True, True)
    assert is_by_heart(4, [*firm(1)[1:], *firm(9)[1:]]) == (False, False)


def test_by_heart_lapses() -> None:
    known = [*firm(1), *firm(9)]
    assert standing_of(4, known, begun=False) is Standing.BY_HEART
    weak_line = [*known, Recited(line_part(2), 30, Rating.AGAIN, 3.0)]
    assert standing_of(4, weak_line, begun=False) is Standing.LAPSED
    failed = [*known, Recited(WHOLE, 30, Rating.AGAIN, 30.0)]
    assert standing_of(4, failed, begun=False) is Standing.LAPSED
    back = [*failed, Recited(WHOLE, 31, Rating.GOOD, 30.0), Recited(WHOLE, 40, Rating.EASY, 30.0)]
    assert standing_of(4, back, begun=False) is Standing.BY_HEART


def test_a_short_text_has_the_whole_only() -> None:
    assert fixed_parts(3) == (WHOLE,)
    assert fixed_parts(4) == (*(line_part(n) for n in range(4)), WHOLE)
    assert fixed_parts(3, titles=True) == (TITLE, WHOLE)
    whole = [Recited(WHOLE, day, Rating.GOOD, 25.0) for day in (1, 9)]
    assert is_by_heart(3, whole) == (True, True)


def test_states_before_a_review() -> None:
    assert standing_of(4, [], begun=False) is Standing.NEW
    assert standing_of(4, [], begun=True) is Standing.ACQUIRING
    assert standing_of(4, firm(1)[:1], begun=True) is Standing.LEARNING


@pytest.mark.parametrize("part", [line_part(0), line_part(41), join_part(2), WHOLE, TITLE])
def test_ids_name_their_part(part: Part) -> None:
    assert part_of(part_id("deck#id", part)) == part


def test_ids_as_others_see_them() -> None:
    assert part_id("p", line_part(2)) == "p~l3"
    assert part_id("p", join_part(2)) == "p~j3"
    assert part_id("p", WHOLE) == "p~whole"
    assert [part_of(each) for each in ("p", "p~c1", "p~r", "p~l0", "p~l1x")] == [None] * 5


def due(day: int) -> Memory:
    return Memory(phase=Phase.REVIEW, due_day=day, last_day=1)


def test_what_is_asked() -> None:
    known = {line_part(0): due(5), line_part(2): due(5), join_part(0): due(5), WHOLE: due(9)}
    assert parts_to_ask(5, known, day=5) == (line_part(0), join_part(0), line_part(2))
    assert parts_to_ask(5, known, day=9) == (WHOLE,), "it rates each line too"
    assert parts_to_ask(5, known, day=4) == (WHOLE,), "a recital at any time"
    assert parts_to_ask(3, {}, day=1) == (WHOLE,)
    assert parts_to_ask(3, {}, day=1, titles=True) == (TITLE, WHOLE)
    half = [Rung.RECITE, Rung.RECITE, None, None, None]
    assert parts_to_ask(5, {}, day=1, best=half) == (line_part(0), line_part(1))
    assert parts_to_ask(5, {}, day=1, best=[Rung.RECITE] * 5) == (WHOLE,)


def test_how_parts_are_asked() -> None:
    line = ask(HAIL, line_part(3))
    assert line is not None
    assert (line.context, line.wanted) == (HAIL.lines[1:3], HAIL.lines[3:4])
    join = ask(HAIL, join_part(2))
    assert join is not None
    assert join.context == ("… art thou amongst women,",)
    assert join.text == "Holy Mary, Mother of"
    assert ask(HAIL, line_part(5)) is None
    assert ask(HAIL, join_part(4)) is None
    title = ask(HAIL, TITLE)
    assert title is not None
    assert title.text == "The Hail Mary"


def whole_ratings(said: str, **more: object) -> dict[Part, Rating]:
    asked = ask(HAIL, WHOLE)
    assert asked is not None
    recital = recite(asked.text, said, lang="en")
    return part_ratings(asked, recital, lang="en", rating=Rating.GOOD, **more)  # type: ignore[arg-type]


def test_a_recital_of_the_whole_rates_each_line() -> None:
    assert set(whole_ratings(HAIL.text).values()) == {Rating.GOOD}
    dropped = HAIL.text.replace("the Lord is with thee:", "")
    rated = whole_ratings(dropped)
    assert rated[line_part(1)] is Rating.AGAIN
    assert rated[line_part(0)] is rated[line_part(2)] is Rating.GOOD
    assert rated[WHOLE] is Rating.GOOD, "as the learner said"


def test_a_join_that_failed_gets_a_card() -> None:
    rated = whole_ratings(HAIL.text.replace("Holy Mary", "Mary"))
    assert rated[join_part(2)] is Rating.AGAIN
    assert join_part(0) not in rated
    known = whole_ratings(HAIL.text, joins=[join_part(2)])
    assert known[join_part(2)] is Rating.GOOD


def test_a_line_that_was_shown_is_again() -> None:
    assert whole_ratings(HAIL.text, shown_lines={3})[line_part(3)] is Rating.AGAIN


def test_extra_words_belong_to_the_line_before() -> None:
    asked = ask(HAIL, WHOLE)
    assert asked is not None
    said = HAIL.text.replace("of grace!", "of grace dear dear")
    verdicts = line_verdicts(asked, recite(asked.text, said, lang="en"), lang="en")
    assert [verdict.score for verdict in verdicts] == [0.8, 1.0, 1.0, 1.0, 1.0]


def test_levels_of_lines() -> None:
    assert line_level(None, None) == 0
    assert line_level(None, Rung.FADE_50) < line_level(None, Rung.RECITE)
    levels = [line_level(Memory(stability=days), None) for days in (0.2, 1, 4, 10, 21)]
    assert levels == [3, 4, 5, 6, 7]


@given(st.lists(st.integers(0, 7), max_size=60), st.integers(0, 40))
def test_a_strip_fits_and_shows_the_weakest(levels: list[int], width: int) -> None:
    strip = squeezed(levels, width)
    assert len(strip) == min(len(levels), width)
    if strip:
        assert min(strip) == min(levels)


def test_long_lines_are_broken_where_one_breathes() -> None:
    line = "Hail Mary, full of grace, the Lord is with thee; blessed art thou amongst women."
    assert broken(line) == [
        "Hail Mary, full of grace,", "the Lord is with thee;", "blessed art thou amongst women.",
    ]  # fmt: skip
    assert broken("short line") == ["short line"]
    assert propose("a b\n\n\nc\nd") == (("a b",), ("c", "d"))


@given(st.text(alphabet="ab ,.\n", max_size=200))
def test_breaking_loses_no_word(text: str) -> None:
    stanzas = propose(text)
    words, breaks = words_and_breaks(stanzas)
    assert list(words) == text.split()
    assert joined(words, breaks) == stanzas


def test_lines_that_moved() -> None:
    assert moved_lines(["a", "b", "c"], ["x", "a", "b", "c"]) == ((2, 3), (1, 2), (0, 1))
    assert moved_lines(["a", "b", "c"], ["a", "c"]) == ((2, 1),)
    assert moved_lines(["a", "b"], ["a", "b"]) == ()
    assert moved_lines(["a", "b"], ["b", "a"]) == (), "a ring stays"


@given(st.lists(st.sampled_from("abcd"), max_size=8), st.lists(st.sampled_from("abcd"), max_size=8))
def test_moves_never_meet(old: list[str], new: list[str]) -> None:
    places = set(range(len(old)))
    for source, target in moved_lines(old, new):
        assert old[source] == new[target]
        places.discard(source)
        assert target not in {a for a, _ in moved_lines(old, new)} or target not in places
