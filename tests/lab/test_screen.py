"""The lab reads a terminal as a person does."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.lab.screen import Screen


def shown(data: str, columns: int = 20, rows: int = 4) -> Screen:
    screen = Screen(columns, rows)
    screen.feed(data.encode())
    return screen


def test_text_lands_where_the_cursor_is() -> None:
    screen = shown("\x1b[2J\x1b[2;3Hhello\x1b[1;1Hat the top\x1b[4;18Hend")
    assert screen.lines == ["at the top", "  hello", "", "                 end"]
    assert screen.words == "at the top hello end"
    assert screen.foot == "at the top hello end"


def test_colours_titles_and_modes_leave_no_text() -> None:
    assert shown("\x1b[?1049h\x1b]0;title\x07\x1b[1;38;5;9mred\x1b[0m\x1b[>1u!").words == "red!"


def test_lines_are_erased_and_scrolled() -> None:
    assert shown("one\r\ntwo\x1b[1;3H\x1b[K").lines[:2] == ["on", "two"]
    assert shown("1\r\n2\r\n3\r\n4\r\n5").lines == ["2", "3", "4", "5"]
    assert shown("one\r\ntwo\x1b[1;2H\x1b[J").lines == ["o", "", "", ""]


def test_wide_and_joining_characters_take_their_room() -> None:
    assert shown("日本\x1b[1;5Hx").lines[0] == "日本x"
    assert shown("e\u0301x").lines[0] == "e\u0301x"


PIECES = st.lists(
    st.sampled_from(
        ["a", "é", "日", "\x1b[2;3H", "\x1b[1m", "\x1b[K", "\x1b[2J", "\r\n", "\x1b]0;t\x07", "\x1b[A",
         "\x1b[?2026h", "\x1b", "[", "\t", "\b", "\x1b7"]
    ),
    max_size=30,
).map("".join)  # fmt: skip


@given(PIECES, st.lists(st.integers(0, 120), max_size=4))
def test_it_doesnt_matter_where_the_bytes_are_cut(text: str, cuts: list[int]) -> None:
    data = text.encode()
    whole, cut = Screen(10, 3), Screen(10, 3)
    whole.feed(data)
    places = [0, *sorted(min(each, len(data)) for each in cuts), len(data)]
    for start, end in pairwise(places):
        cut.feed(data[start:end])
    assert cut.text == whole.text


@given(st.binary(max_size=200))
def test_no_bytes_break_it(data: bytes) -> None:
    screen = Screen(7, 3)
    screen.feed(data)
    assert len(screen.lines) == 3
