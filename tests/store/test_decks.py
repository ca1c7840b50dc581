"""Deck files in the index: what was added, kept and lost, and where progress goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from recalliq_tui.domain.cards import Card, CardId, CardKind, DeckId, Face, NoteId
from recalliq_tui.domain.limits import Counts, Limits
from recalliq_tui.domain.memory import Memory, Rating
from recalliq_tui.store.errors import StoreCode, StoreError
from recalliq_tui.store.models import Origin
from tests.store.samples import DAY, SPANISH, START, card, deck, index, memory_of, names, study

if TYPE_CHECKING:
    from recalliq_tui.store.collection import Collection

LIMITS = Limits()


def test_a_card_comes_back_as_it_was(collection: Collection) -> None:
    whole = Card(
        id=CardId("x#a~2"),
        note_id=NoteId("x#a"),
        kind=CardKind.CLOZE,
        front=Face("The […] is «here»", ((4, 7),)),
        back=Face("The cat is «here»", ((4, 7),)),
        front_lang="en",
        back_lang="es",
        voice="espeak:es",
        say_front="the blank",
        say_back="the cat",
        accept=("a cat", "gato"),
        points=("cat",),
        typed=False,
        tags=("animals", "año"),
        line=12,
    )
    index(collection, deck([whole, card("plain")]))
    assert collection.deck_cards(SPANISH) == [whole, card("plain")]
    stored = collection.card(whole.id)
    assert stored is not None
    assert (stored.card, stored.deck_id, stored.memory) == (whole, SPANISH, Memory())


def test_a_deck_row_says_what_the_file_says(collection: Collection) -> None:
    index(collection, deck(names(3)))
    (row,) = collection.decks()
    assert (row.id, row.title, row.origin, row.cards) == (SPANISH, "Spanish", Origin.OWN, 3)
    assert (row.mtime_ns, row.size, row.sha256, row.present) == (1, 2, "5a", True)
    assert collection.deck(SPANISH) == row
    assert collection.deck("nowhere") is None
    collection.mark_absent(SPANISH)
    assert [each.present for each in collection.decks()] == [False]
    assert collection.deck_counts(day=DAY, now=START, limits=LIMITS) == {}
    assert len(collection.deck_cards(SPANISH)) == 3


def test_changes_of_a_file(collection: Collection) -> None:
    first = index(collection, deck(names(4)))
    assert (len(first.added), first.kept, first.vanished) == (4, 0, ())
    second = index(collection, deck([card("c3"), card("c0", "new text"), card("c9"), card("c1")]))
    assert second.added == ("c9",)
    assert second.changed == ("c0",)
    assert second.vanished == ("c2",)
    assert second.kept == 3
    assert [each.id for each in collection.deck_cards(SPANISH)] == ["c3", "c0", "c9", "c1"]
    order = [each.card_id for each in collection.entries([SPANISH], day=DAY, limits=LIMITS)]
    assert order == ["c3", "c0", "c9", "c1"]
    third = index(collection, deck(names(4)))
    assert third.added == ()
    assert third.vanished == ("c9",)


def test_progress_waits_for_a_card_that_went_and_came(collection: Collection) -> None:
    index(collection, deck(names(2)))
    after = study(collection, "c1")
    index(collection, deck(names(1)))
    counts = collection.deck_counts(day=DAY, now=START, limits=LIMITS)[SPANISH]
    assert counts == Counts(new=1, learning=0, due=0, total=1)
    assert [each.card.id for each in collection.vanished(SPANISH)] == ["c1"]
    index(collection, deck(names(2)))
    assert memory_of(collection, "c1") == after
    assert collection.vanished(SPANISH) == []


def test_an_edited_card_is_offered_its_past(collection: Collection) -> None:
    index(collection, deck([card("old", "the house", "la casa"), card("far", "zzz", "qqq")]))
    after = study(collection, "old")
    study(collection, "far")
    change = index(collection, deck([card("new", "the house", "la casa (f)")]))
    assert [(each.new, each.old) for each in change.candidates] == [("new", "old")]
    assert change.candidates[0].score > 0.8
    assert collection.candidates(SPANISH) == change.candidates
    assert memory_of(collection, "new") == Memory()

    assert collection.keep_progress(CardId("old"), CardId("new"), deck_id=SPANISH)
    assert memory_of(collection, "new") == after
    assert memory_of(collection, "old") == Memory()
    assert [each.review.card_id for each in collection.history("new")] == ["old"]
    assert collection.history("old") == []
    assert collection.rebuild(write=False).changed == ()
    assert not collection.keep_progress(CardId("old"), CardId("new"), deck_id=SPANISH)


def test_progress_is_never_put_over_other_progress(collection: Collection) -> None:
    index(collection, deck(names(2)))
    study(collection, "c0")
    kept = study(collection, "c1", Rating.EASY)
    assert not collection.keep_progress(CardId("c0"), CardId("c1"), deck_id=SPANISH)
    assert memory_of(collection, "c1") == kept


def test_one_card_in_two_decks_has_one_memory(collection: Collection) -> None:
    shared = card("same")
    index(collection, deck([shared]), deck([shared, card("more")], "other", "Other"))
    study(collection, "same", Rating.EASY)
    counts = collection.deck_counts(day=DAY, now=START, limits=LIMITS)
    assert counts[SPANISH].new == 0
    assert counts[DeckId("other")].new == 1
    both = collection.entries([SPANISH, DeckId("other")], day=DAY + 30, limits=LIMITS)
    assert [each.card_id for each in both] == ["same", "more"]


def test_a_card_that_only_an_absent_deck_still_has_has_vanished(collection: Collection) -> None:
    shared = card("same")
    index(collection, deck([shared]), deck([shared], "other", "Other"))
    study(collection, "same")
    index(collection, deck([]))
    assert collection.vanished(SPANISH) == []
    collection.mark_absent("other")
    assert [each.card.id for each in collection.vanished(SPANISH)] == ["same"]


def test_a_card_given_twice_counts_once(collection: Collection) -> None:
    assert len(index(collection, deck([card("a"), card("a")])).added) == 1
    assert collection.decks()[0].cards == 1


def test_unknown_cards_are_refused(collection: Collection) -> None:
    assert collection.card("nobody") is None
    for refused in (
        lambda: collection.suspend("nobody", on=True),
        lambda: collection.history("nobody"),
    ):
        with pytest.raises(StoreError) as caught:
            refused()
        assert caught.value.code is StoreCode.UNKNOWN_CARD
