"""The shipped decks: they parse, say where they come from, and hold the wording that was compared."""

from __future__ import annotations

import hashlib
import re
import tomllib
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from recalliq_tui.decks.markdown import parse_deck

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recalliq_tui.domain.cards import Deck, Passage

SAMPLES: Final = Path(__file__).resolve().parents[2] / "sample_decks"
SOURCES: Final = SAMPLES / "SOURCES.md"
RECORD: Final = Path(__file__).with_name("passages.toml")

DECK_FILES: Final = tuple(
    sorted(path.relative_to(SAMPLES).as_posix() for path in SAMPLES.glob("*/*.md"))
)
TEXT_FILES: Final = (*DECK_FILES, SOURCES.name)
MOST_WORDS_IN_A_LINE: Final = 11

_FRONT: Final = re.compile(r"\A---\n.*?^---\n", re.DOTALL | re.MULTILINE)
_ATTRIBUTES: Final = re.compile(r"<!--.*?-->")
_FENCE: Final = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_CODE: Final = re.compile(r"`[^`\n]*`|<https?://[^>\s]*>")
_MATH: Final = re.compile(r"\$[^$\n]+\$")
_TITLE: Final = re.compile(r"^P: .*$", re.MULTILINE)
_DOUBLED: Final = re.compile(r"\b([^\W\d_]{2,})\s+\1\b", re.IGNORECASE)
_PAIRS: Final = {"(": ")", "[": "]", "{": "}", "“": "”", "«": "»", "¿": "?", "¡": "!"}
_ALWAYS_CLOSING: Final = frozenset(")]}”»")


def read(name: str) -> str:
    return (SAMPLES / name).read_bytes().decode("utf-8")


def load(name: str) -> Deck:
    return parse_deck(read(name), path=name)


def passages() -> Iterator[tuple[str, Passage]]:
    for name in DECK_FILES:
        for passage in load(name).passages:
            yield name, passage


def wording(passage: Passage) -> str:
    return "\n\n".join("\n".join(stanza) for stanza in passage.stanzas)


def digest(text: str) -> str:
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode("utf-8")).hexdigest()


def record() -> dict[str, dict[str, object]]:
    entries: dict[str, dict[str, object]] = tomllib.loads(RECORD.read_text(encoding="utf-8"))
    return entries


def prose(text: str) -> str:
    """Return what a learner reads as sentences: without code, formulas, links, titles, attributes."""
    text = _FRONT.sub("", text)
    for pattern, left in (
        (_FENCE, ""),
        (_ATTRIBUTES, ""),
        (_CODE, "code"),
        (_MATH, "formula"),
        (_TITLE, ""),
    ):
        text = pattern.sub(left, text)
    return text


def attribute_texts(text: str) -> Iterator[str]:
    """Yield the quoted texts in attribute lines: answers, key points and what the voice says."""
    for attributes in _ATTRIBUTES.findall(text):
        yield from re.findall(r'"((?:[^"\\]|\\.)*)"', attributes)


def unbalanced(text: str) -> str | None:
    """Return the first bracket or quotation mark without its partner, or ``None``.

    A question or exclamation mark may stand alone, as it does outside Spanish; an opening one may
    not.
    """
    waiting: list[str] = []
    for char in text:
        if char in _PAIRS:
            waiting.append(char)
        elif waiting and char == _PAIRS[waiting[-1]]:
            waiting.pop()
        elif char in _ALWAYS_CLOSING:
            return char
    if waiting:
        return waiting[-1]
    return '"' if text.count('"') % 2 else None


def faults(text: str) -> list[str]:
    """Return what a proof-reader would mark in a deck file or in the page on sources."""
    found = [
        f"line {number}: blanks at the end"
        for number, line in enumerate(text.split("\n"), 1)
        if line != line.rstrip()
    ]
    if "\t" in text or "\r" in text:
        found.append("a tab or carriage return")
    if not text.endswith("\n") or text.endswith("\n\n"):
        found.append("the file does not end with one line feed")
    if text != unicodedata.normalize("NFC", text):
        found.append("text that is not in NFC")
    sentences = prose(text)
    for part in (sentences, *attribute_texts(text)):
        found += [f"doubled: {match[0]!r}" for match in _DOUBLED.finditer(part)]
    for paragraph in sentences.split("\n\n"):
        char = unbalanced(paragraph)
        if char is not None:
            found.append(f"{char} without its partner: {paragraph.strip()[:60]!r}")
    return found


def test_the_samples_are_where_the_program_looks_for_them() -> None:
    folders = {name.split("/")[0] for name in DECK_FILES}
    assert {"Computing", "Languages", "Prayers", "Science"} <= folders


@pytest.mark.parametrize("name", DECK_FILES)
def test_a_sample_deck_parses_without_problems(name: str) -> None:
    deck = load(name)
    assert [str(problem) for problem in deck.problems] == []
    assert deck.notes or deck.passages


@pytest.mark.parametrize("name", DECK_FILES)
def test_a_sample_deck_says_who_wrote_it_and_from_what(name: str) -> None:
    deck = load(name)
    assert deck.title
    assert deck.lang
    assert deck.author == "RecallIQ contributors"
    assert deck.license == "CC0-1.0"
    assert deck.source


def test_deck_ids_are_unique() -> None:
    ids = [load(name).id for name in DECK_FILES]
    assert len(set(ids)) == len(ids)


def test_note_ids_are_unique_and_each_note_has_a_card() -> None:
    notes = [note for name in DECK_FILES for note in load(name).notes]
    assert len({note.id for note in notes}) == len(notes)
    assert all(note.cards for note in notes)


def test_there_are_more_than_a_hundred_notes() -> None:
    assert sum(len(load(name).notes) for name in DECK_FILES) >= 100


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("Languages/spanish-first-words.md", 45),
        ("Computing/networks.md", 35),
        ("Science/earth-and-sky.md", 35),
    ],
)
def test_each_deck_is_worth_a_week(name: str, least: int) -> None:
    assert len(load(name).notes) >= least


def test_the_computing_deck_has_free_recall_with_key_points() -> None:
    counts = [len(note.points) for note in load("Computing/networks.md").notes if note.points]
    assert len(counts) >= 15
    assert all(3 <= count <= 5 for count in counts)


@pytest.mark.parametrize("name", DECK_FILES)
def test_every_note_and_passage_has_an_id_of_its_own(name: str) -> None:
    text = read(name)
    deck = load(name)
    ids = re.findall(r'<!-- riq id="([a-z0-9_-]{1,64})"', text)
    assert len(ids) == len(deck.notes) + len(deck.passages)
    assert len(set(ids)) == len(ids)


def test_every_passage_keeps_the_wording_that_was_compared() -> None:
    found = {passage.slug: digest(wording(passage)) for _, passage in passages()}
    assert found == {slug: entry["sha256"] for slug, entry in record().items()}


def test_every_passage_was_compared_with_two_different_sources() -> None:
    for slug, entry in record().items():
        sources = entry["sources"]
        assert isinstance(sources, list), slug
        assert len(set(sources)) >= 2, slug
        assert all(source.startswith(("http", "GitHub ")) for source in sources), slug


def test_the_page_on_sources_names_each_passage_with_its_sources() -> None:
    page = SOURCES.read_text(encoding="utf-8")
    for slug, entry in record().items():
        section = re.search(
            rf"^### {re.escape(slug)}\n(.*?)(?=^##|\Z)", page, re.DOTALL | re.MULTILINE
        )
        assert section, slug
        sources = entry["sources"]
        assert isinstance(sources, list)
        for source in sources:
            assert source.split(": ")[-1] in section[1], f"{slug}: {source}"


def test_every_passage_is_complete() -> None:
    for name, passage in passages():
        where = f"{name}: {passage.title}"
        assert passage.slug, where
        assert passage.lang in {"en", "la"}, where
        assert passage.source_edition, where
        assert isinstance(passage.year, int), where
        assert 1500 <= passage.year < 1930, where
        assert passage.license == "Public domain", where
        assert passage.stanzas, where


def test_slugs_are_unique_and_translations_name_an_original() -> None:
    shipped = [passage for _, passage in passages()]
    by_slug = {passage.slug: passage for passage in shipped}
    assert len(by_slug) == len(shipped)
    for passage in shipped:
        if passage.translation_of is not None:
            original = by_slug[passage.translation_of]
            assert original.lang != passage.lang
            assert original.translation_of is None


def test_lines_to_learn_are_short() -> None:
    for name, passage in passages():
        for line in (line for stanza in passage.stanzas for line in stanza):
            assert line == line.strip(), f"{name}: {line}"
            assert 1 <= len(line.split()) <= MOST_WORDS_IN_A_LINE, f"{name}: {line}"


def test_the_page_on_sources_is_not_a_deck() -> None:
    text = SOURCES.read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert not re.search(r"^[QACP]:", text, re.MULTILINE)
    deck = parse_deck(text, path=SOURCES.name)
    assert not deck.notes
    assert not deck.passages


@pytest.mark.parametrize("name", TEXT_FILES)
def test_the_text_is_proof_read(name: str) -> None:
    assert faults(read(name)) == []


@pytest.mark.parametrize("text", ["Q: ¿Qué hora es?\nA: late (very)\n", 'C: "is" «es» [hole]!\n'])
def test_the_proof_reader_lets_good_text_pass(text: str) -> None:
    assert faults(text) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("the the end\n", "doubled"),
        ("Der\nder Fluss\n", "doubled"),
        ('<!-- riq points=["to to do"] -->\n', "doubled"),
        ("end \n", "blanks"),
        ("a\tb\n", "tab"),
        ("no end", "line feed"),
        ("Espan\u0303a\n", "NFC"),
        ("an (open bracket\n", "partner"),
        ("a closed] bracket\n", "partner"),
        ("¿Qué\n", "partner"),
        ('one " mark\n', "partner"),
    ],
)
def test_the_proof_reader_finds_faults(text: str, fault: str) -> None:
    assert any(fault in found for found in faults(text))
