"""What commands print: JSON that acts on no terminal, progress that suits where it is read."""

from __future__ import annotations

import io
import json
import re
from contextlib import redirect_stdout

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.cli.common import count, say_json
from recalliq_tui.cli.progress import Progress

ACTS = re.compile(r"[^\x20-\x7e\n\xa0-\ud7ff\ue000-\U0010ffff]")
TEXTS = st.text(st.characters(codec=None) | st.sampled_from('\x1b\x9b\u202e\ud800\x7f\U000e0041é"'))


class Stream(io.StringIO):
    """A text stream that may be a terminal."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


def printed(data: object, encoding: str) -> str:
    raw = io.BytesIO()
    with io.TextIOWrapper(raw, encoding=encoding) as out:
        with redirect_stdout(out):
            say_json(data)
        out.flush()
        return raw.getvalue().decode(encoding)


@given(
    st.dictionaries(TEXTS, TEXTS | st.lists(TEXTS)), st.sampled_from(["utf-8", "ascii", "cp1252"])
)
def test_json_says_exactly_the_data_and_acts_on_no_terminal(
    data: dict[str, object], encoding: str
) -> None:
    text = printed(data, encoding)
    assert json.loads(text) == data
    assert ACTS.search(text) is None
    assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\U000e0041")


def test_letters_stay_letters() -> None:
    assert "días" in printed({"text": "días"}, "utf-8")


class Seconds:
    """A clock in seconds that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_in_a_terminal_a_bar_is_drawn_over_itself_at_most_ten_times_a_second() -> None:
    stream, clock = Stream(terminal=True), Seconds()
    progress = Progress("clips", stream, clock=clock)
    for done in range(101):
        progress.show(done, 100, rate=4.0, left=(100 - done) / 4)
        clock.now += 0.0625
    progress.finish()

    drawn = stream.getvalue().split("\r")[1:]
    assert len(drawn) == pytest.approx(51, abs=1)
    assert drawn[0] == "[------------------------] 0 of 100 clips, 4.0 a second, 25 s left\x1b[K"
    assert drawn[-1] == "[########################] 100 of 100 clips, 4.0 a second\x1b[K\n"


def test_elsewhere_it_is_a_line_every_two_seconds_and_one_at_the_end() -> None:
    stream, clock = Stream(terminal=False), Seconds()
    progress = Progress("clips", stream, clock=clock)
    for done in range(51):
        progress.show(done, 50)
        clock.now += 0.125
    progress.finish()

    lines = stream.getvalue().splitlines()
    assert lines == [
        "16 of 50 clips, 8.0 a second, 4 s left",
        "32 of 50 clips, 8.0 a second, 2 s left",
        "48 of 50 clips, 8.0 a second, 0 s left",
        "50 of 50 clips, 8.0 a second",
    ]


def test_nothing_to_do_shows_nothing() -> None:
    stream = Stream(terminal=True)
    progress = Progress("clips", stream, clock=Seconds())
    progress.show(0, 0)
    progress.finish()
    assert stream.getvalue() == ""


@pytest.mark.parametrize(
    ("left", "words"), [(3.4, "3 s"), (59.4, "59 s"), (150, "2 min"), (3_900, "1 h 5 min")]
)
def test_the_time_left_is_said_in_whole_units(left: float, words: str) -> None:
    stream = Stream(terminal=True)
    Progress("clips", stream, clock=Seconds()).show(1, 2, rate=1, left=left)
    assert f"{words} left" in stream.getvalue()


def test_counts_agree_in_number() -> None:
    assert [count(n, "clip") for n in (0, 1, 1_200)] == ["0 clips", "1 clip", "1,200 clips"]
