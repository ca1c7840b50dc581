"""Approvals, phrases in other words, reports and fixes: kept, and as they were."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from recalliq_tui.domain.cards import CardId, DeckId, Side
from recalliq_tui.domain.clips import ClipSpec, text_sha256
from recalliq_tui.domain.reports import Change, Fix, Reason, Report, ReportState
from recalliq_tui.store.collection import Collection
from recalliq_tui.store.errors import StoreCode, StoreError
from tests.store.samples import SPANISH, START, card, deck, index, study

if TYPE_CHECKING:
    from pathlib import Path

    from tests.store.samples import Clock

SPEC = ClipSpec("ETag", "elevenlabs", "abc", settings={"stability": 0.5}, lang="en", seed=1)
REPORT = Report(
    card_id="c1",
    deck_id="spanish",
    side=Side.BACK,
    reason=Reason.MISPRONOUNCED,
    at=START,
    note="two\nlines",
    voice=SPEC.voice_name,
    clip_key=SPEC.key,
    spec=SPEC,
    lang="en",
)


def test_a_text_is_approved_once(collection: Collection) -> None:
    texts = {text_sha256(text): text for text in ("e.g. one", "3 perros")}

    assert collection.approve(texts) == 2
    assert collection.approve(texts) == 0
    assert collection.approved() == set(texts)
    assert collection.withdraw_approval(text_sha256("3 perros"))
    assert not collection.withdraw_approval(text_sha256("3 perros"))
    assert collection.approved() == {text_sha256("e.g. one")}


def test_phrases_stay_with_their_point(collection: Collection) -> None:
    index(collection, deck([card("c1")]))

    assert collection.add_alias("c1", point="releases  oxygen", phrase="gives off O2 ")
    assert collection.add_alias("c1", point="releases oxygen", phrase="lets oxygen out")
    assert not collection.add_alias("c1", point="releases oxygen", phrase="gives off O2")
    assert not collection.add_alias("c1", point="releases oxygen", phrase=" \n ")
    assert collection.aliases("c1") == {"releases oxygen": ("gives off O2", "lets oxygen out")}
    assert collection.aliases("nobody") == {}

    assert collection.remove_alias("c1", point="releases oxygen", phrase="gives off O2")
    assert not collection.remove_alias("c1", point="releases oxygen", phrase="gives off O2")
    assert collection.aliases("c1") == {"releases oxygen": ("lets oxygen out",)}


def test_what_acts_on_a_terminal_is_not_kept_in_a_phrase(collection: Collection) -> None:
    index(collection, deck([card("c1")]))
    collection.add_alias("c1", point="p", phrase="\x1b]52;c;ZXZpbA==\x07fine\u202e")
    assert collection.aliases("c1") == {"p": ("fine",)}


def test_a_phrase_of_no_card_is_refused(collection: Collection) -> None:
    with pytest.raises(StoreError) as caught:
        collection.add_alias("nobody", point="p", phrase="q")
    assert caught.value.code is StoreCode.UNKNOWN_CARD


def test_phrases_go_with_the_progress_of_an_edited_card(collection: Collection) -> None:
    index(collection, deck([card("old")]))
    study(collection, "old")
    collection.add_alias("old", point="p", phrase="in other words")
    index(collection, deck([card("new")]))

    assert collection.keep_progress(CardId("old"), CardId("new"), deck_id=DeckId(SPANISH))
    assert collection.aliases("new") == {"p": ("in other words",)}
    assert collection.aliases("old") == {}


def test_a_report_comes_back_as_it_was(collection: Collection, path: Path, clock: Clock) -> None:
    assert collection.add_report(REPORT) == 1
    assert collection.add_report(replace(REPORT, spec=None, clip_key=None, lang=None)) == 2
    collection.close()

    with Collection.open(path, clock=clock) as again:
        first, second = again.reports()
        assert first == replace(REPORT, id=1)
        assert first.spec is not None
        assert first.spec.key == SPEC.key
        assert second.spec is None
        assert again.report(1) == first
        assert again.report(7) is None


def test_a_settled_report_waits_no_more_and_its_fix_holds(collection: Collection) -> None:
    number = collection.add_report(REPORT)
    take = replace(SPEC, text="E tag")
    change = Change(say="E tag")
    trying = replace(REPORT, id=number, state=ReportState.TAKE, change=change, take=take)
    collection.decide(trying)
    assert collection.report(number) == trying
    assert collection.reports() == [trying]
    assert collection.fixes() == {}

    fixed = replace(trying, state=ReportState.FIXED, decided_at=START)
    fix = Fix("c1", Side.BACK, text_sha256("ETag"), change, take.voice_name)
    collection.decide(fixed, fix=fix)
    assert collection.reports() == []
    assert collection.reports(settled=True) == [fixed]
    assert collection.fixes() == {("c1", Side.BACK): fix}


def test_another_instance_reads_and_does_not_write(
    collection: Collection, path: Path, clock: Clock
) -> None:
    collection.add_report(REPORT)
    with Collection.open(path, clock=clock) as other:
        assert len(other.reports()) == 1
        with pytest.raises(StoreError) as caught:
            other.add_report(REPORT)
    assert caught.value.code is StoreCode.READ_ONLY
