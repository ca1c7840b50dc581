"""Texts of the learner's own, and where lines break."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.decks.markdown import parse_bytes
from recalliq_tui.domain.memory import Rating
from recalliq_tui.domain.passages.asking import ask
from recalliq_tui.domain.passages.parts import WHOLE, line_part
from recalliq_tui.services.importing import (
    Draft,
    ImportFailedError,
    _segment,
    add_text,
    draft_of,
    read_draft,
    set_breaks,
)
from recalliq_tui.services.judging import Attempt, judge
from recalliq_tui.services.library import Source
from recalliq_tui.services.prayers import Prayers

if TYPE_CHECKING:
    from pathlib import Path

    from tests.services.shelves import Place

POEM = "The Tyger\n\nTyger Tyger, burning bright,\nIn the forests of the night;\n\nWhat immortal hand\n"


@pytest.fixture
def own(place: Place) -> Path:
    return place.folder / "decks"


def test_a_first_line_alone_is_the_title(tmp_path: Path) -> None:
    path = tmp_path / "tyger.txt"
    path.write_text("\ufeff" + POEM, encoding="utf-8")
    draft = read_draft(path)
    assert draft.title == "The Tyger"
    assert draft.stanzas == (
        ("Tyger Tyger, burning bright,", "In the forests of the night;"), ("What immortal hand",),
    )  # fmt: skip
    assert draft_of("one\ntwo", fallback="file name").title == "file name"


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"\xff\xfe", "UTF-8"), (b" \n\n", "no text"), (b"a" * 300_000, "longer")],
)
def test_what_can_not_be_taken_is_said(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes(data)
    with pytest.raises(ImportFailedError, match=words):
        read_draft(path)
    with pytest.raises(ImportFailedError, match="can't be read"):
        read_draft(tmp_path / "missing")


def test_texts_are_kept_in_a_deck_of_ones_own(place: Place, own: Path) -> None:
    library = place.library()
    draft = draft_of(POEM, fallback="x")
    first = add_text(library, place.collection, own, draft, lang="en")
    second = add_text(library, place.collection, own, draft, lang=None)
    assert first.passage.stanzas == second.passage.stanzas == draft.stanzas
    assert first.passage.id != second.passage.id
    assert (first.passage.lang, second.passage.lang) == ("en", None)
    views = Prayers(place.collection, place.calendar, place.settings).shelf()
    assert [view.passage.title for view in views] == ["The Tyger", "The Tyger"]


@given(st.lists(st.text(max_size=30), min_size=1, max_size=6), st.text(max_size=20))
def test_whatever_is_imported_stays_a_text(lines: list[str], title: str) -> None:
    draft = draft_of("\n".join(lines), fallback=title or "t")
    if not draft.lines:
        return
    data = '---\nid = "d"\npassages = true\n---\n' + _segment(draft, "x", None)
    deck = parse_bytes(data.encode("utf-8", "replace"), path="d.md")
    assert not deck.notes
    assert len(deck.passages) <= 1


@pytest.mark.parametrize(
    "line",
    [
        "Q: a question?",
        "A: an answer",
        "P: a passage",
        "---",
        "C: a [hole]",
        "```",
        "<!-- riq id=1 -->",
    ],
)
def test_lines_that_look_like_tags_stay_lines(place: Place, own: Path, line: str) -> None:
    draft = Draft("T", (("before", line, "after"),))
    stored = add_text(place.library(), place.collection, own, draft, lang=None)
    assert len(stored.passage.lines) == 3
    assert stored.passage.lines[0] == "before"


def recite_whole(prayers: Prayers, ident: str) -> None:
    view = prayers.view(ident)
    asked = ask(view.passage, WHOLE)
    assert asked is not None
    judged = judge(view.passage, asked, Attempt(asked.text), counting=True)
    prayers.settle(view.stored, judged, Rating.GOOD)


TEXT = '---\nid = "d"\nname = "D"\npassages = true\n---\nP: T\na b\nc d\n\ne f\ng h\n{attr}\nQ: x\nA: y\n'


@pytest.mark.parametrize("attr", ['<!-- riq id="t" lang="en" -->\n', ""], ids=["id", "no id"])
@pytest.mark.parametrize("eol", ["\n", "\r\n"])
def test_other_breaks_keep_progress(place: Place, own: Path, attr: str, eol: str) -> None:
    path = own / "d.md"
    own.mkdir(parents=True, exist_ok=True)
    path.write_bytes(TEXT.format(attr=attr).replace("\n", eol).encode())
    library = place.library()
    library.refresh()
    prayers = Prayers(place.collection, place.calendar, place.settings)
    (view,) = prayers.shelf()
    recite_whole(prayers, view.passage.id)
    before = place.collection.part_memories(view.passage.id)[view.passage.id]
    stanzas = (("a", "b", "c d"), ("e f g h",))
    stored = set_breaks(library, place.collection, own, view.stored, stanzas)
    assert stored.passage.stanzas == stanzas
    assert stored.passage.lang == view.passage.lang
    after = place.collection.part_memories(stored.passage.id)[stored.passage.id]
    assert after[line_part(2)] == before[line_part(1)], "c d moved"
    assert after[WHOLE] == before[WHOLE]
    deck = parse_bytes(path.read_bytes(), path="d.md")
    assert not deck.problems
    assert [note.cards[0].front.text for note in deck.notes] == ["x"]
    assert (b"\r\n" in path.read_bytes()) == (eol == "\r\n")


def test_a_sample_is_copied_before_its_lines_change(
    place: Place, own: Path, tmp_path: Path
) -> None:
    samples = tmp_path / "samples"
    samples.mkdir()
    original = TEXT.format(attr='<!-- riq id="t" -->\n')
    (samples / "d.md").write_text(original, encoding="utf-8")
    own.mkdir(parents=True, exist_ok=True)
    library = place.library(Source(samples, "sample"))
    library.refresh()
    (view,) = Prayers(place.collection, place.calendar, place.settings).shelf()
    set_breaks(library, place.collection, own, view.stored, (("a b c d e f g h",),))
    assert (samples / "d.md").read_text(encoding="utf-8") == original
    (again,) = Prayers(place.collection, place.calendar, place.settings).shelf()
    assert again.passage.lines == ("a b c d e f g h",)
    assert again.passage.id == view.passage.id
