"""Front matter, passages, and the bytes of a deck file."""

from __future__ import annotations

import hashlib

import pytest

from recalliq_tui.decks.markdown import MAX_BYTES, parse_bytes, parse_deck
from recalliq_tui.domain.cards import Severity
from tests.decks.names import short


def test_every_key_is_read() -> None:
    deck = parse_deck(
        "---\nid = 'es-1'\nname = 'Spanish'\nlang = 'es'\nfront_lang = 'en'\nvoice = 'espeak:es'\n"
        "tags = ['a']\ntyped = true\nretention = 0.92\npassages = true\nauthor = 'A'\n"
        "license = 'CC0'\nsource = 'S'\n---\nQ: a\nA: b\n",
        path="x/y.md",
    )
    assert not deck.problems
    assert (deck.id, deck.title, deck.lang) == ("es-1", "Spanish", "es")
    assert (deck.front_lang, deck.back_lang) == ("en", "es")
    assert (deck.retention, deck.has_passages, deck.typed) == (0.92, True, True)
    assert (deck.author, deck.license, deck.source) == ("A", "CC0", "S")


@pytest.mark.parametrize("front", ["", "---\n---\n", "---\nname = 'Medicine'\n---\n\n"])
def test_hashcards_front_matter_is_fine(front: str) -> None:
    deck = parse_deck(f"{front}Q: a\nA: b", path="folder/Ch 1.md", deck_id="folder/Ch 1.md")
    assert not deck.problems
    assert deck.title == ("Medicine" if "name" in front else "Ch 1")
    assert deck.id == "folder/Ch 1.md"
    assert len(deck.notes) == 1


@pytest.mark.parametrize(
    ("front", "line", "message"),
    [
        ("nam = 'x'", 2, "unknown key “nam” in the front matter; did you mean name?"),
        ("lang = 'es'\nname = Spanish", 3, "“name = Spanish” is not TOML"),
        ("name: Spanish", 2, "“name: Spanish” is not TOML; write name = “…”"),
        ("typed = 'yes'", 2, "typed is the text “yes”; expected true or false"),
        ("lang = 'Spanish'", 2, "lang is the text “Spanish”"),
        ("retention = 2.0", 2, "retention is the number 2.0"),
        ("tags = 'a'", 2, "tags is the text “a”"),
        ("name = 2026-01-01", 2, "name is a date or time"),
        ("x = " + "[" * 5_000, 2, "is not TOML"),
        ("x = " + "9" * 5_000, 2, "is not TOML"),
    ],
    ids=short,
)
def test_errors_in_front_matter_have_a_line_and_leave_the_rest(
    front: str, line: int, message: str
) -> None:
    deck = parse_deck(f"---\n{front}\nid = 'keep'\n---\nQ: a\nA: b", path="d.md")
    problem = deck.problems[0]
    assert problem.line == line
    assert message.replace("“…”", '"…"') in str(problem)
    assert deck.id == "keep"
    assert len(deck.notes) == 1


def test_front_matter_that_is_never_closed_ends_at_the_first_note() -> None:
    deck = parse_deck("---\nname = 'x'\n\nQ: a\nA: b\n---\nQ: c\nA: d", path="d.md")
    assert [problem.line for problem in deck.problems] == [1]
    assert deck.title == "x"
    assert [note.line for note in deck.notes] == [4, 7]


def test_a_separator_on_the_first_line_is_no_front_matter() -> None:
    deck = parse_deck("---\n\nQ: a\nA: b\n", path="d.md")
    assert not deck.problems
    assert deck.notes[0].line == 3


PRAYERS = """---
passages = true
lang = "en"
---
P: Our Father
Our Father, who art in heaven,
  hallowed be thy name;

thy kingdom come.
<!-- riq id="pater" slug="our-father" year=1789 variants=[["who", "which"], ["Amen", ""]] -->

P: Second
One line.
Q: a
A: b
"""


def test_passages_have_lines_in_stanzas() -> None:
    deck = parse_deck(PRAYERS, path="p.md")
    assert not deck.problems
    first, second = deck.passages
    assert first.title == "Our Father"
    assert first.stanzas == (
        ("Our Father, who art in heaven,", "hallowed be thy name;"),
        ("thy kingdom come.",),
    )
    assert (first.id, first.slug, first.year) == ("p.md#pater", "our-father", 1789)
    assert first.variants == (("who", "which"), ("Amen", ""))
    assert (first.line, second.line) == (5, 12)
    assert second.lang == "en"
    assert len(deck.notes) == 1


@pytest.mark.parametrize("text", ["P:\nline", "P: title", "P:", "P: t\n\n\n"])
def test_a_passage_needs_title_and_lines(text: str) -> None:
    deck = parse_deck(f"---\npassages = true\n---\n{text}", path="p.md")
    assert deck.problems[0].line == 4
    assert not deck.passages


def test_the_hash_is_of_the_bytes() -> None:
    data = "\ufeffQ: ä\r\nA: b".encode()
    deck = parse_bytes(data, path="d.md")
    assert deck.sha256 == hashlib.sha256(data).hexdigest()
    assert len(deck.notes) == 1
    assert not deck.problems


def test_lines_that_are_not_utf8_are_named_and_their_notes_left_out() -> None:
    data = b"Q: a\r\nA: b\r\n\r\nQ: caf\xe9\r\nA: c\r\n\r\nQ: d\r\nA: e\r\n"
    deck = parse_bytes(data, path="d.md")
    assert [(p.line, p.found) for p in deck.problems] == [(4, "byte 0xe9, which is not UTF-8")]
    assert [card.front.text for card in deck.cards] == ["a", "d"]


def test_many_bad_lines_are_counted_not_listed() -> None:
    deck = parse_bytes(b"\xff\n" * 5_000, path="d.md")
    assert len(deck.problems) == 21
    assert "4980 more lines" in deck.problems[-1].found


def test_nul_bytes_and_control_characters_are_reported() -> None:
    deck = parse_bytes(b"Q: a\0\nA: b\n\nQ: c\nA: \x1b[31md\n", path="d.md")
    assert [(p.line, p.severity) for p in deck.problems] == [
        (1, Severity.ERROR),
        (5, Severity.WARNING),
    ]
    assert [(card.front.text, card.back.text) for card in deck.cards] == [("c", "d")]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"x" * (MAX_BYTES + 1), "a file of 20.0 MB"),
        ("Q: a\nA: b".encode("utf-16"), "text in UTF-16"),
    ],
    ids=short,
)
def test_files_that_are_no_deck_are_one_problem(data: bytes, found: str) -> None:
    deck = parse_bytes(data, path="d.md", deck_id="id")
    assert [(p.line, p.found) for p in deck.problems] == [(1, found)]
    assert (deck.id, deck.notes) == ("id", ())
