"""``history``: the answers that stand, newest last, for programs that go on with them."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from recalliq_tui.domain.memory import Rating
from recalliq_tui.store.collection import Collection
from tests.store.samples import START, Clock, study

if TYPE_CHECKING:
    from tests.cli.conftest import Recalliq


@pytest.fixture
def answered(quick: Recalliq, small: Path) -> list[str]:
    """Three answers to the two cards of the small deck, the last one undone; the cards' ids."""
    quick("decks")
    clock = Clock()
    path = Path(os.environ["RECALLIQ_DATA_DIR"]) / "collection.db"
    with Collection.open(path, clock=clock) as collection:
        cards = [card.id for card in collection.deck_cards("small")]
        study(collection, cards[0], Rating.AGAIN, now=clock.now, deck_id="small")
        study(collection, cards[1], now=clock.forward(seconds=2.5), deck_id="small")
        study(collection, cards[1], now=clock.forward(minutes=11), deck_id="small")
        collection.undo()
    return [str(card) for card in cards]


def test_the_answers_that_stand_newest_last(recalliq: Recalliq, answered: list[str]) -> None:
    first, second = recalliq("history", "--json").json

    assert list(first) == [
        *("card", "deck", "rating", "reviewed_at", "kind", "stability", "difficulty"),
        "interval_days",
    ]
    assert [first["card"], second["card"]] == answered
    assert (first["deck"], first["rating"], second["rating"]) == ("small", 1, 3)
    assert first["reviewed_at"] == "2026-05-01T12:00:00Z"
    assert second["reviewed_at"] == "2026-05-01T12:00:02.500000Z"
    assert datetime.fromisoformat(first["reviewed_at"]).astimezone(UTC) == START
    assert first["kind"] == "learn"
    assert first["stability"] > 0


def test_only_of_a_card_or_a_deck(quick: Recalliq, answered: list[str], small: Path) -> None:
    by_card = quick("history", "--card", answered[1], "--json").json
    assert [each["card"] for each in by_card] == [answered[1]]
    for name in ("small", "Small", str(small), str(small.parent)):
        assert len(quick("history", "--deck", name, "--json").json) == 2
    assert quick("history", "--deck", "networks", "--json").json == []


def test_a_deck_whose_file_is_gone_keeps_its_history(
    quick: Recalliq, answered: list[str], small: Path
) -> None:
    small.unlink()
    quick("decks")
    assert len(quick("history", "--deck", "small", "--json").json) == 2


def test_for_people_a_line_each(quick: Recalliq, answered: list[str]) -> None:
    ran = quick("history")
    assert ran.out.splitlines()[0].split() == [
        *("2026-05-01T12:00:00Z", "Again", "learn", "0", "d", "small", answered[0])
    ]
    assert ran.err.strip() == "2 answers"


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [("--deck", "smal", "did you mean small?"), ("--card", "none", "no card 'none'")],
)
def test_what_is_unknown_is_a_usage_error(
    quick: Recalliq, small: Path, option: str, value: str, words: str
) -> None:
    quick("decks")
    ran = quick("history", option, value, "--json")
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err
