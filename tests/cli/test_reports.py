"""``reports``: a clip that sounded wrong, from the report to the clip that plays instead."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from recalliq_tui.audio.cache import ClipCache
from recalliq_tui.decks.tree import deck_files, load
from recalliq_tui.domain.cards import Side
from recalliq_tui.domain.reports import Reason
from recalliq_tui.services.deckclips import wanted_clips
from recalliq_tui.services.reports import report_of
from recalliq_tui.services.voices import VoiceWishes
from recalliq_tui.store.collection import Collection
from tests.clock import NOON

if TYPE_CHECKING:
    from tests.cli.conftest import Recalliq
    from tests.soundcard import SoundCard


def clips() -> ClipCache:
    return ClipCache.open(Path(os.environ["RECALLIQ_CACHE_DIR"]) / "clips")


def present(*keys: str) -> set[str]:
    with_clips = clips()
    try:
        return with_clips.present(keys)
    finally:
        with_clips.close()


def collection() -> Collection:
    path = Path(os.environ["RECALLIQ_DATA_DIR"]) / "collection.db"
    return Collection.open(path, clock=lambda: datetime.now(UTC))


@pytest.fixture
def reported(quick: Recalliq, small: Path) -> dict[str, Any]:
    """A rendered deck whose first card's back was reported; the report as JSON."""
    assert quick("render", "small").code == 0
    (file,) = deck_files(small, origin="own")
    deck = load(file)
    card = next(deck.cards)
    wishes = VoiceWishes(wpm=None)
    rows = wanted_clips([deck], wishes).items
    item = next(each for each in rows if (each.card_id, each.side) == (card.id, Side.BACK))
    assert present(item.key), "the fixture's clip is the one that was rendered"
    with collection() as opened:
        opened.add_report(
            report_of(
                card,
                Side.BACK,
                deck_id=deck.id,
                reason=Reason.MISPRONOUNCED,
                at=NOON,
                note="oo-no",
                item=item,
            )
        )
    (found,) = quick("reports", "list", "--json").json
    return dict(found)


def test_no_reports_say_how_to_make_one(quick: Recalliq) -> None:
    ran = quick("reports", "list")
    assert (ran.code, ran.out) == (0, "")
    assert "press !" in ran.err
    assert quick("reports", "list", "--json").json == []


def test_a_report_is_listed_and_shown(quick: Recalliq, reported: dict[str, Any]) -> None:
    assert list(reported) == [
        *("id", "state", "reason", "note", "card", "deck", "side", "lang", "voice", "at"),
        *("clip_key", "spec", "change", "take_key", "take", "decided_at"),
    ]
    assert (reported["id"], reported["state"], reported["reason"]) == (1, "open", "mispronounced")
    assert reported["spec"]["text"] == "uno"
    assert "oo-no" in quick("reports", "list").out
    ran = quick("reports", "show", "1")
    assert "old: espeak:" in ran.out
    assert "reports resolve 1 --say" in ran.err


def test_another_take_is_heard_accepted_and_plays(
    recalliq: Recalliq, quick: Recalliq, reported: dict[str, Any]
) -> None:
    old = reported["clip_key"]
    ran = recalliq("reports", "resolve", "1", "--say", "oo no", "--json")
    assert ran.code == 0, ran.err
    taken = ran.json
    assert (taken["state"], taken["take"]["text"]) == ("take", "oo no")
    new = taken["take_key"]
    assert present(old, new) == {old, new}
    assert quick("render", "small", "--dry-run", "--json").json["present"] == 4
    quick("cache", "prune", "--yes")
    assert present(old, new) == {old, new}, "both are kept until somebody decided"

    done = quick("reports", "resolve", "1", "--accept", "--json")
    assert (done.code, done.json["state"]) == (0, "fixed")
    plan = quick("render", "small", "--dry-run", "--json").json
    assert (plan["needed"], plan["present"]) == (4, 4), "the new clip is the one that is needed"
    quick("cache", "prune", "--yes")
    assert present(old, new) == {new}
    assert quick("reports", "list", "--json").json == []
    assert len(quick("reports", "list", "--all", "--json").json) == 1
    again = quick("reports", "resolve", "1", "--reject")
    assert again.code == 2
    assert "is fixed" in again.err


def test_a_rejected_take_leaves_the_old_clip(quick: Recalliq, reported: dict[str, Any]) -> None:
    new = quick("reports", "resolve", "1", "--say", "oo no", "--json").json["take_key"]
    after = quick("reports", "resolve", "1", "--reject", "--json").json
    assert (after["state"], after["take"]) == ("open", None)
    quick("cache", "prune", "--yes")
    assert present(reported["clip_key"], new) == {reported["clip_key"]}
    assert quick("reports", "resolve", "1", "--close", "--json").json["state"] == "closed"


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (("show", "9"), 2, "no report 9"),
        (("resolve", "1"), 2, "give --say"),
        (("resolve", "1", "--accept", "--reject"), 2, "give --say"),
        (("resolve", "1", "--accept"), 2, "has no take yet"),
        (("resolve", "1", "--seed", "4"), 2, "no seed"),
        (("resolve", "1", "--say", "uno"), 2, "the same clip"),
        (("resolve", "1", "--voice", "nova"), 2, "provider:voice"),
        (("resolve", "1", "--voice", "elevenlabs:abc"), 1, "--yes"),
        (("show", "1", "--play", "new"), 1, "no new clip"),
    ],
)
def test_what_can_not_be_done_says_why(
    quick: Recalliq, reported: dict[str, Any], args: tuple[str, ...], code: int, words: str
) -> None:
    ran = quick("reports", *args)
    assert (ran.code, words in ran.err) == (code, True), ran.err


def test_while_the_screens_are_open_nothing_is_decided(
    quick: Recalliq, reported: dict[str, Any]
) -> None:
    with collection():
        assert quick("reports", "list", "--json").json
        ran = quick("reports", "resolve", "1", "--close")
    assert ran.code == 1
    assert "open elsewhere" in ran.err


def test_without_a_device_playing_says_so(quick: Recalliq, reported: dict[str, Any]) -> None:
    ran = quick("reports", "show", "1", "--play", "old")
    assert ran.code == 1
    assert "no_device" in ran.err


@pytest.mark.real_audio
def test_the_old_clip_is_heard(
    recalliq: Recalliq, reported: dict[str, Any], sound_card: SoundCard
) -> None:
    ran = recalliq("reports", "show", "1", "--play", "old", **sound_card.env)
    assert ran.code == 0, ran.err
    assert "played the old clip" in ran.err
