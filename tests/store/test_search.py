"""Finding cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.store.samples import card, deck, index

if TYPE_CHECKING:
    from recalliq_tui.store.collection import Collection


@pytest.fixture
def filled(collection: Collection) -> Collection:
    spanish = [
        card("casa", "the house", "la casa", tags=("nouns", "home")),
        card("ecole", "die Schule", "l'École ß Straße"),
        card("percent", "100% sure_ 'x'", 'quote " here'),
    ]
    index(collection, deck(spanish), deck([card("other", "a house")], "geo", "Géographie"))
    return collection


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("house", ["casa", "other"]),
        ("HOUSE casa", ["casa"]),
        ("ecole", ["ecole"]),
        ("ÉCOLE strasse", ["ecole"]),
        ("tag:nouns", ["casa"]),
        ("tag:noun", []),
        ("tag:NOUNS house", ["casa"]),
        ("deck:geographie house", ["other"]),
        ("deck:span house", ["casa"]),
        ('"the house"', ["casa"]),
        ('deck:"geo" house', ["other"]),
        ("100% sure_", ["percent"]),
        ("%", ["percent"]),
        ("'", ["ecole", "percent"]),
        ("nowhere", []),
        ("", []),
        ('"', []),
    ],
)
def test_every_word_must_occur(filled: Collection, text: str, found: list[str]) -> None:
    assert [each.card.id for each in filled.search(text)] == found


def test_flags_and_limits(filled: Collection) -> None:
    filled.set_mark("other", on=True)
    filled.suspend("casa", on=True)
    assert [each.card.id for each in filled.search("is:marked")] == ["other"]
    assert [each.card.id for each in filled.search("is:suspended house")] == ["casa"]
    assert len(filled.search("e", limit=2)) == 2
    filled.mark_absent("geo")
    assert [each.card.id for each in filled.search("house")] == ["casa"]
