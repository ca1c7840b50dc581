"""Which clip a side needs, and what is known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from recalliq_tui.audio.memory import MemoryCache
from recalliq_tui.audio.reports import ClipState
from recalliq_tui.domain.cards import Side
from recalliq_tui.services.clipwork import ClipWork
from recalliq_tui.services.voices import VoiceWishes
from recalliq_tui.speech.errors import SpeechError
from tests.audio.clips import a_clip
from tests.services.test_speaking import a_card

if TYPE_CHECKING:
    from recalliq_tui.domain.cards import Card


@pytest.fixture
def work() -> ClipWork:
    return ClipWork(MemoryCache(), VoiceWishes())


def test_an_item_is_made_once_for_each_version_of_a_card(work: ClipWork) -> None:
    card = a_card("one")
    assert not work.is_known(card, Side.FRONT)
    item = work.item(card, Side.FRONT)
    assert item is not None
    assert work.known_item(card, Side.FRONT) is item
    assert work.item(card, Side.FRONT) is item
    changed = a_card("one", "other words")
    assert not work.is_known(changed, Side.FRONT)
    assert work.known_item(changed, Side.FRONT) is None
    other = work.item(changed, Side.FRONT)
    assert other is not None
    assert other.key != item.key


def test_a_clip_that_isnt_there_is_absent_and_one_that_is_no_sound_damaged(work: ClipWork) -> None:
    item = work.item(a_card("one"), Side.FRONT)
    assert item is not None
    assert work.load(item) is None
    assert work.state(item.key) is ClipState.ABSENT
    _, audio, info = a_clip("noise")
    work.clips.put(item.key, audio, info)
    assert work.load(item) is None
    assert work.state(item.key) is ClipState.DAMAGED
    work.look([item.key])
    assert work.ready(item.key) is None


def test_a_plan_holds_what_is_missing_and_what_is_refused(work: ClipWork) -> None:
    cards: list[Card] = [a_card("one"), a_card("two"), a_card("bad", voice="nonsense")]
    first = work.item(cards[0], Side.FRONT)
    assert first is not None
    _, audio, info = a_clip("x")
    work.clips.put(first.key, audio, info)
    plan, items = work.plan("deck", cards)
    assert (plan.needed, plan.present, len(plan.missing)) == (4, 1, 3)
    assert [failure.card_id for failure in plan.refused] == ["bad", "bad"]
    assert work.share(items) == (1, 4)
    work.note_rendered(plan.missing[0].key)
    assert work.share(items) == (2, 4)


def test_a_voice_that_cant_be_is_an_error_with_words(work: ClipWork) -> None:
    with pytest.raises(SpeechError, match="nonsense"):
        work.item(a_card("bad", voice="nonsense"), Side.FRONT)
