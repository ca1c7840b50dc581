"""Whatever a deck file holds, parsing ends soon, raises nothing and gives harmless text."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recalliq_tui.decks.markdown import parse_bytes, parse_deck
from recalliq_tui.decks.spans import spans
from recalliq_tui.decks.speakable import MAX_SPOKEN, spoken, spoken_text
from recalliq_tui.domain.cards import Deck, Side
from tests.decks.names import short

PIECES = st.sampled_from([
    "Q: ", "A: ", "C: ", "P: ", "---", "\n", "\n\n", "\r\n", "[", "]", "[a]", "![", "](x)", "```",
    "~~~", "`", "``", "$", "$$", "\\", "<!--", "-->", '<!-- riq id="a" -->', "<!-- riq x=1 -->",
    "c1::", "::", "# h", "x = 1", "name = 'n'", "passages = true", "word", " ", "\x1b]52;c;aa\x07",
    "\u202e", "\0", "\ud800", "\u2028", "\ufeff", "é", "<b>", "&#27;", "&lt;", "*", "_", "- ", "|",
    "\ue000", "\ue001", "http://a.b/c", "[r]: http://x",
])  # fmt: skip
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=60).map("".join))


def assert_harmless(text: str) -> None:
    bad = [c for c in text if unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t"]
    assert not bad
    assert not set(text) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068")


def assert_sound(deck: Deck, lines: int) -> None:
    ids = [card.id for card in deck.cards]
    assert len(ids) == len(set(ids))
    for problem in deck.problems:
        assert 1 <= problem.line <= lines
        assert problem.found
        assert problem.expected
        assert "\n" not in str(problem)
        assert_harmless(str(problem))
    last = 0
    for note in deck.notes:
        assert last < note.line <= note.end_line <= lines
        last = note.line
    for card in deck.cards:
        for face in (card.front, card.back):
            assert face.text.strip()
            assert_harmless(face.text)
            assert all(0 <= a < b <= len(face.text) for a, b in face.marks)
        for side in (Side.FRONT, Side.BACK):
            said = spoken(card, side)
            assert_harmless(said)
            assert said == " ".join(said.split())


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_any_text_parses(text: str) -> None:
    lines = 1 + text.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    assert_sound(parse_deck(text, path="d.md"), lines)


@given(st.one_of(st.binary(), TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass"))))
@settings(max_examples=150, deadline=None)
def test_any_bytes_parse(data: bytes) -> None:
    lines = 1 + data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n")
    assert_sound(parse_bytes(data, path="d.md"), lines)


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_speech_is_words_only(text: str) -> None:
    said = spoken_text(text, lang="en")
    assert_harmless(said)
    assert len(said) <= MAX_SPOKEN
    assert said == " ".join(said.split())
    assert said == unicodedata.normalize("NFC", said)
    assert "`" not in said


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_spans_are_in_order_and_apart(text: str) -> None:
    last = 0
    for span in spans(text):
        assert last <= span.start < span.end <= len(text)
        last = span.end


WORDS = st.text(alphabet=st.characters(categories=["L", "Nd"]), min_size=1, max_size=8)


@given(st.lists(st.tuples(WORDS, WORDS), max_size=20, unique=True))
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_what_is_read(pairs: list[tuple[str, str]]) -> None:
    text = "\n\n".join(f"Q: {front}\nA: {back}" for front, back in pairs)
    deck = parse_deck(text, path="d.md")
    got = {(card.front.text, card.back.text) for card in deck.cards}
    nfc = {tuple(unicodedata.normalize("NFC", part) for part in pair) for pair in pairs}
    assert {tuple(unicodedata.normalize("NFC", part) for part in pair) for pair in got} == nfc


@pytest.mark.parametrize(
    "text",
    [
        "```x\n" * 100_000,
        "```x\nQ: a\n" * 50_000,
        "`" * 50_000 + "a" + "``" * 20_000,
        "Q: a\nA: " + "".join("`" * n + " " for n in range(1, 400)) + "<!-- x -->",
        "C: " + "[" * 90_000,
        "C: " + "](" * 45_000 + "[a]",
        "C: " + "$a" * 45_000 + " [a]",
        "C: " + "<!--" * 20_000 + "[a]",
        "C: " + "[a](" * 20_000,
        "C: [c1::" + "`::` " * 15_000 + "]",
        "C: " + "[a]: /x\n" * 10_000,
        "<!--\n" * 200_000,
        "---\n" * 200_000,
        "---\n" + "x\n" * 100_000 + "---\n",
        "Q: a\nA: " + "<!-- riq a=1 -->" * 5_000,
        "# \n" * 200_000,
    ],
    ids=short,
)
def test_hostile_text_takes_no_long_time(text: str) -> None:
    start = time.process_time()
    assert parse_deck(text, path="d.md").problems is not None
    assert time.process_time() - start < 5


def test_a_hundred_thousand_notes_parse_fast() -> None:
    text = "".join(f"Q: What is word {i}?\nA: palabra {i}\n\n" for i in range(100_000))
    start = time.process_time()
    deck = parse_deck(text, path="d.md")
    assert time.process_time() - start < 5
    assert len(deck.notes) == 100_000
    assert not deck.problems
