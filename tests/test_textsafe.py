"""Nothing that acts on a terminal survives, and nothing else is lost."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.textsafe import StreamCleaner, clean, one_line, redact_url, safe_name

FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_NASTY = st.sampled_from(
    [
        "\x1b", "\x1b[", "\x1b]", "\x1b]52;c;", "\x07", "\x1b\\", "\x9b", "\x9d", "\x9c", "\x90",
        "31m", "[2J", "\r", "\n", "\r\n", "\t", "\u202e", "\u2066", "\u2028", "\ud800", "\udfff",
        "\x00", "\x7f", "\ufff9", "\U000e0041", "é", "\u200d", "שלום", "a", ";", "?", "0",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(st.characters(), max_size=60), st.lists(_NASTY, max_size=20).map("".join))


@given(TEXTS)
def test_nothing_that_acts_survives(text: str) -> None:
    assert not FORBIDDEN.search(clean(text))
    assert not FORBIDDEN.search(one_line(text))
    assert "\n" not in one_line(text)


@given(TEXTS)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert one_line(one_line(text)) == one_line(text)


@given(st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp")), max_size=60))
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


@given(TEXTS, st.lists(st.integers(0, 200), max_size=6))
def test_a_stream_in_any_pieces_is_the_whole(text: str, cuts: list[int]) -> None:
    edges = sorted({0, *(min(cut, len(text)) for cut in cuts), len(text)})
    cleaner = StreamCleaner()
    pieces = [cleaner.feed(text[a:b]) for a, b in pairwise(edges)]
    assert "".join([*pieces, cleaner.finish()]) == clean(text)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("\x1b]52;c;aGFja2Vk\x07after", "after"),
        ("\x1b]52;c;aGFja2Vk\x1b\\after", "after"),
        ("\x9d52;c;aGFja2Vk\x9cafter", "after"),
        ("\x1b]0;title\nnext line", "\nnext line"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x9b31mred", "red"),
        ("\x1bPq#0;2;0;0;0\x1b\\x", "x"),
        ("\x1b(0x", "x"),
        ("\x1bcx", "x"),
        ("a\u202eb\u202c", "ab"),
        ("a\r\nb\rc\u2028d\u2029e", "a\nb\nc\nd\ne"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("👩\u200d🚀 שלום مرحبا", "👩\u200d🚀 שלום مرحبا"),
        ("a\ud800b", "ab"),
        ("🏴\U000e0067\U000e007f", "🏴"),
    ],
)
def test_what_is_left(text: str, left: str) -> None:
    assert clean(text) == left


def test_an_unfinished_sequence_in_a_stream_gives_nothing() -> None:
    cleaner = StreamCleaner()
    assert cleaner.feed("text\x1b]52;c;aGFj") == "text"
    assert cleaner.feed("a2Vk") == ""
    assert cleaner.finish() == ""


def test_a_sequence_that_never_ends_is_not_held_for_ever() -> None:
    cleaner = StreamCleaner()
    shown = cleaner.feed("\x1b]52;c;") + cleaner.feed("x" * 10_000) + cleaner.feed("\nafter")
    assert "\x1b" not in shown
    assert shown.endswith("\nafter")


def test_long_text_is_cut_and_says_so() -> None:
    assert clean("x" * 11, max_chars=10) == "x" * 9 + "…"
    assert one_line("a b " * 300) == ("a b " * 300)[:399] + "…"
    assert one_line("  a \n\t b  ") == "a b"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://u:p@host:8080/a/b?X-Amz-Signature=s#f", "https://host:8080/a/b"),
        ("https://host/a?token=1", "https://host/a"),
        ("https://[bad/a?x=1", "(unreadable address)"),
        ("https://host:port/", "(unreadable address)"),
        ("", ""),
    ],
)
def test_addresses_are_shown_without_secrets(url: str, shown: str) -> None:
    assert redact_url(url) == shown


@given(TEXTS)
def test_a_safe_name_is_safe_on_every_system(text: str) -> None:
    assert re.fullmatch("[a-z0-9_-]{1,64}", safe_name(text))


def test_a_safe_name_stays_readable() -> None:
    assert safe_name("Ave María, gratia plena!") == "ave-maria-gratia-plena"
    assert safe_name("../../etc/passwd") == "etc-passwd"
    assert safe_name("שלום") == "unnamed"
    assert unicodedata.is_normalized("NFC", safe_name("é"))
