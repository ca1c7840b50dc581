"""From a report to a take, and from an accepted take to the clip that plays."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from recalliq_tui.decks.speakable import spoken
from recalliq_tui.domain.cards import (
    Card,
    CardId,
    CardKind,
    Deck,
    DeckId,
    Face,
    NoteId,
    Passage,
    PassageId,
    Side,
)
from recalliq_tui.domain.reports import Change, Reason, Report, ReportState
from recalliq_tui.services.render_plan import RenderItem, card_item, passage_item
from recalliq_tui.services.reports import (
    ChangeCode,
    ChangeError,
    accepted,
    clips_in_question,
    closed,
    make_take,
    rejected,
    report_json,
    report_of,
    take_plan,
    tried,
)
from recalliq_tui.services.voices import VoiceWishes
from tests.clock import NOON

if TYPE_CHECKING:
    from recalliq_tui.domain.reports import Fixes

DECK = Deck(DeckId("d"), "D", lang="en")
CARD = Card(
    CardId("d#etag"),
    NoteId("d#etag"),
    CardKind.BASIC,
    front=Face("What is an ETag?"),
    back=Face("An ETag names a version."),
    front_lang="en",
    back_lang="en",
)
PAID = VoiceWishes(config="elevenlabs:abc@eleven_multilingual_v2")
LOCAL = VoiceWishes(wpm=150)


def item_of(wishes: VoiceWishes, card: Card = CARD, side: Side = Side.BACK) -> RenderItem:
    item = card_item(card, side, deck=DECK, said=spoken(card, side), wishes=wishes)
    assert item is not None
    return item


def report(wishes: VoiceWishes = PAID) -> Report:
    return replace(
        report_of(
            CARD,
            Side.BACK,
            deck_id=DECK.id,
            reason=Reason.MISPRONOUNCED,
            at=NOON,
            note="  it says \x1b[31mettag ",
            item=item_of(wishes),
        ),
        id=1,
    )


def accept(found: Report, change: Change, fixes: Fixes, wpm: int | None = None) -> Fixes:
    take = make_take(found, change, wpm=wpm)
    settled, fix = accepted(tried(found, change, take), fixes, at=NOON)
    assert settled.state is ReportState.FIXED
    return {**fixes, (fix.card_id, fix.side): fix}


def code(error: pytest.ExceptionInfo[ChangeError]) -> ChangeCode:
    assert error.value.recovery
    return error.value.code


def test_a_report_holds_what_was_heard() -> None:
    found = report()
    assert found.note == "it says ettag"
    assert found.clip_key == item_of(PAID).key
    assert found.voice == "elevenlabs:abc@eleven_multilingual_v2"
    assert found.lang == "en"
    assert report_json(found)["at"] == "2026-11-20T12:00:00Z"
    assert clips_in_question([found]) == {found.clip_key}


@pytest.mark.parametrize(
    ("wishes", "change"),
    [
        (PAID, Change(say="An E tag names a version.")),
        (PAID, Change(seed=7)),
        (PAID, Change(voice="elevenlabs:xyz", seed=3)),
        (PAID, Change(voice="espeak:auto")),
        (LOCAL, Change(voice="espeak:en-gb")),
        (LOCAL, Change(say="An E tag names a version.")),
        (LOCAL, Change(voice="openai:nova@tts-1", say="E tag")),
    ],
)
def test_an_accepted_take_is_the_clip_that_plays(wishes: VoiceWishes, change: Change) -> None:
    found = report(wishes)
    take = make_take(found, change, wpm=wishes.wpm)
    plan = take_plan(found, take, ())
    assert [item.key for item in plan.missing] == [take.key]
    assert plan.characters == len(take.text)
    assert take_plan(found, take, {take.key}).missing == ()

    fixes = accept(found, change, {}, wishes.wpm)
    assert item_of(replace(wishes, fixes=fixes)).key == take.key
    assert item_of(wishes).key == found.clip_key
    assert item_of(replace(wishes, fixes=fixes), side=Side.FRONT) == item_of(
        wishes, side=Side.FRONT
    )


def test_a_fix_ends_when_the_author_changes_the_text() -> None:
    fixes = accept(report(), Change(say="An E tag names a version."), {})
    edited = replace(CARD, back=Face("An ETag names a version of a resource."))
    assert item_of(replace(PAID, fixes=fixes), edited) == item_of(PAID, edited)


def test_a_seed_goes_with_the_voice_it_was_tried_with() -> None:
    fixes = accept(report(), Change(seed=7), {})
    other = VoiceWishes(config="elevenlabs:other")
    assert item_of(replace(other, fixes=fixes)) == item_of(other)


def test_a_fixed_clip_can_be_reported_and_fixed_again() -> None:
    fixes = accept(report(), Change(say="An E tag names a version."), {})
    heard = item_of(replace(PAID, fixes=fixes))
    second = replace(report(), clip_key=heard.key, spec=heard.spec)

    fixes = accept(second, Change(seed=9), fixes)

    now = item_of(replace(PAID, fixes=fixes)).spec
    assert (now.text, now.seed) == ("An E tag names a version.", 9)
    assert len(fixes) == 1


def test_a_passage_is_fixed_as_a_whole() -> None:
    passage = Passage(PassageId("d#p"), "P", (("Ave Maria",),), lang="la", say="Ave Maria")
    item = passage_item(passage, deck=DECK, wishes=PAID)
    assert item is not None
    found = replace(report(), card_id=passage.id, side=Side.WHOLE, spec=item.spec)
    fixes = accept(found, Change(say="Ah-veh Maria"), {})
    fixed = passage_item(passage, deck=DECK, wishes=replace(PAID, fixes=fixes))
    assert fixed is not None
    assert fixed.spec.text == "Ah-veh Maria"
    assert take_plan(found, fixed.spec, ()).missing[0].object_key == fixed.object_key


@pytest.mark.parametrize(
    ("wishes", "change", "expected"),
    [
        (PAID, Change(), ChangeCode.NOTHING),
        (PAID, Change(say=" \n "), ChangeCode.NOTHING),
        (PAID, Change(say="An ETag names a version."), ChangeCode.SAME),
        (PAID, Change(say="a" * 5001), ChangeCode.TOO_LONG),
        (PAID, Change(voice="nova"), ChangeCode.BAD_VOICE),
        (LOCAL, Change(seed=1), ChangeCode.NO_SEED),
        (LOCAL, Change(voice="espeak:en-us"), ChangeCode.SAME),
    ],
)
def test_a_take_that_makes_no_sense_is_refused(
    wishes: VoiceWishes, change: Change, expected: ChangeCode
) -> None:
    with pytest.raises(ChangeError) as caught:
        make_take(report(wishes), change)
    assert code(caught) is expected


def test_without_a_clip_there_is_nothing_to_take_again() -> None:
    bare = report_of(CARD, Side.BACK, deck_id=DECK.id, reason=Reason.OTHER, at=NOON)
    with pytest.raises(ChangeError) as caught:
        make_take(bare, Change(say="x"))
    assert code(caught) is ChangeCode.NO_CLIP


def test_rejecting_opens_again_and_closing_settles() -> None:
    found = report()
    change = Change(seed=2)
    trying = tried(found, change, make_take(found, change))
    assert len(clips_in_question([trying])) == 2
    assert rejected(trying) == found
    done = closed(trying, at=NOON)
    assert (done.state, done.take) == (ReportState.CLOSED, None)
    for settle in (lambda: rejected(found), lambda: accepted(found, {}, at=NOON)):
        with pytest.raises(ChangeError) as caught:
            settle()
        assert code(caught) is ChangeCode.NO_TAKE
    with pytest.raises(ChangeError) as caught:
        make_take(done, change)
    assert code(caught) is ChangeCode.SETTLED
