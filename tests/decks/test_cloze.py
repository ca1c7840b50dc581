"""Cloze notes: what is a hole, what isn't, and the faces of the cards."""

from __future__ import annotations

import pytest

from recalliq_tui.decks.markdown import parse_deck
from recalliq_tui.domain.cards import Card, Face
from tests.decks.names import short


def cards(text: str) -> list[Card]:
    deck = parse_deck(text, path="d")
    assert not deck.problems
    return list(deck.cards)


def shown(face: Face) -> list[str]:
    return [face.text[start:end] for start, end in face.marks]


def test_each_hole_is_a_card() -> None:
    first, second = cards("C: The [order] of a group is [its size].")
    assert first.front.text == "The […] of a group is its size."
    assert second.front.text == "The order of a group is […]."
    assert first.back.text == second.back.text == "The order of a group is its size."
    assert shown(first.front) == shown(second.front) == ["[…]"]
    assert shown(first.back) == ["order"]
    assert second.answer == "its size"
    assert (first.id[-3:], second.id[-3:]) == ("~c1", "~c2")


def test_groups_share_a_card_and_hints_show() -> None:
    deck = cards("C: [c1::Paris::city] and [c2::Rome] are [capitals], [c1::both].")
    assert [card.id[-2:] for card in deck] == ["c1", "c2", "c3"]
    assert deck[0].front.text == "[city] and Rome are capitals, […]."
    assert shown(deck[0].front) == ["[city]", "[…]"]
    assert deck[0].answer == "Paris both"
    assert deck[2].front.text == "Paris and Rome are […], both."


def test_groups_keep_their_number_whatever_their_order() -> None:
    assert [card.id[-2:] for card in cards("C: [c5::a] [c2::b]")] == ["c2", "c5"]


@pytest.mark.parametrize(
    ("text", "holes"),
    [
        ("`[a]` [b]", ["b"]),
        ("``[a] ` [c]`` [b]", ["b"]),
        ("$[A,B]$ is [the commutator]", ["the commutator"]),
        ("$$\n[A,B]\n$$\n[c]", ["c"]),
        ("[$A^T = -A$] iff [skew]", ["$A^T = -A$", "skew"]),
        ("[`ln`] makes links", ["`ln`"]),
        ("The notation [$n!$] means n factorial", ["$n!$"]),
        ("[`a[0]`]", ["`a[0]`"]),
        ("![alt](x.png) and [b]", ["b"]),
        ("[text](http://x.y/z) and [b]", ["b"]),
        ("[the [x] y](z) and [b]", ["b"]),
        ("[![a](b)](c) [d]", ["d"]),
        ("[text][ref] [b]\n\n[ref]: https://x.y", ["b"]),
        (r"\[no\] [yes]", ["yes"]),
        (r"[a \] b]", [r"a \] b"]),
        ("[arr[0]] = 1", ["arr[0]"]),
        ("[std::vector]", ["std::vector"]),
        ("[c1::`std::vector`::type]", ["`std::vector`"]),
        ("It costs $5, not [ten] or $6.", ["ten"]),
        ("~~~\n[a]\n~~~\n[b]", ["b"]),
        ("[sound:a.mp3] [b]", ["b"]),
        ("<a href='[x]'> [b]", ["b"]),
        ("Wow! [b]", ["b"]),
        ("pre[fix]es", ["fix"]),
        ("[over\ntwo lines]", ["over\ntwo lines"]),
        ("[[a]]", ["[a]"]),
        ("a ` [b] stray", ["b"]),
    ],
)
def test_what_is_a_hole(text: str, holes: list[str]) -> None:
    assert [card.answer for card in cards(f"C: {text}")] == holes


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("C: nothing", 1, "a cloze without a hole"),
        ("C:\n\na [b] \nc [d", 4, "a hole is never closed: “[d”"),
        ("C: a []", 1, "a hole with nothing in it"),
        ("C: [c1::]", 1, "a hole with nothing in it"),
        ("C:", 1, "an empty cloze"),
        ("C: " + "[a] " * 101, 1, "101 holes"),
        ("C: " + "[a] " * 50 + "x" * 50_000, 1, "50 holes"),
    ],
    ids=short,
)
def test_bad_holes_are_reported(text: str, line: int, found: str) -> None:
    deck = parse_deck(f"{text}\n\nC: [good]", path="d")
    assert [(p.line, found in p.found) for p in deck.problems] == [(line, True)]
    assert len(deck.notes) == 1


def test_other_holes_make_another_note() -> None:
    assert cards("C: [a] b")[0].note_id != cards("C: a [b]")[0].note_id
