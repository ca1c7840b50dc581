"""Following the keys."""

from __future__ import annotations

import time
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.domain.recitation import Label, Level, LiveLine, Partial


def labels(line: LiveLine, typed: str) -> list[str]:
    return [word.label.value for word in line.update(typed).words]


def test_the_word_under_the_cursor_is_judged_by_its_beginning() -> None:
    line = LiveLine("Hail Mary, full of grace", lang="en")
    assert line.update("").partial is Partial.NONE
    assert line.update("Ha").partial is Partial.FITS
    assert line.update("Hx").partial is Partial.WRONG
    view = line.update("Hail ma")
    assert (view.position, view.partial, view.unfinished) == (1, Partial.FITS, "ma")
    assert line.update("Hail mary").position == 2


def test_a_variant_may_begin_too() -> None:
    line = LiveLine("who art in heaven", lang="en")
    assert line.update("wh").partial is Partial.FITS
    assert line.update("whi").partial is Partial.FITS
    assert line.update("which art ").position == 2
    assert LiveLine("who art", lang="en", level=Level.EXACT).update("whi").partial is Partial.WRONG


def test_what_isn_t_typed_yet_is_not_missing() -> None:
    line = LiveLine("Hail Mary, full of grace", lang="en")
    view = line.update("hail mary full ")
    assert [word.label for word in view.words] == [Label.OK] * 3
    assert (view.position, view.of, view.finished) == (3, 5, False)
    assert line.update("hail mary full of grace").finished


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("hail full ", ["ok", "missing", "ok"]),
        ("hail mary maria full ", ["ok", "ok", "extra", "ok"]),
        ("hail anna full ", ["ok", "substituted", "ok"]),
        ("hail mary ful of grcae ", ["ok", "ok", "typo", "ok", "typo"]),
    ],
)
def test_one_error_does_not_throw_the_rest_off(typed: str, expected: list[str]) -> None:
    line = LiveLine("Hail Mary, full of grace", lang="en")
    assert labels(line, typed) == expected


@given(st.lists(st.text(alphabet="ab ct", max_size=12), max_size=6))
def test_the_answer_does_not_depend_on_what_was_typed_before(typings: list[str]) -> None:
    line = LiveLine("a bat at a cat act", lang="en")
    for typed in typings:
        assert line.update(typed) == LiveLine("a bat at a cat act", lang="en").update(typed)


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_unicode_is_followed(text: str, typed: str) -> None:
    view = LiveLine(text, lang="en").update(typed)
    assert 0 <= view.position <= view.of


def test_a_key_takes_less_than_five_milliseconds_at_300_words() -> None:
    rnd = Random(1)
    words = ["".join(rnd.choices("abcdeilmnorstu", k=rnd.randint(2, 9))) for _ in range(300)]
    text = " ".join(words)
    line = LiveLine(text, lang="en")
    spent: list[float] = []
    for end in range(len(text) - 200, len(text) + 1):
        start = time.process_time()
        view = line.update(text[:end])
        spent.append(time.process_time() - start)
    assert view.finished
    assert sorted(spent)[len(spent) * 9 // 10] < 0.005
