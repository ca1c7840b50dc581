"""Rendering a deck: what is planned, in which order it comes, and what goes wrong."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import miniaudio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.audio.cache import ClipCache
from recalliq_tui.audio.errors import CacheCode, CacheError
from recalliq_tui.domain.cards import (
    Card,
    CardId,
    CardKind,
    Deck,
    DeckId,
    Face,
    Note,
    NoteId,
    Passage,
    PassageId,
    Side,
)
from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.services.render_plan import RenderPlan, deck_items, make_plan, plan_against
from recalliq_tui.services.render_report import RenderProgress, dry_run
from recalliq_tui.services.rendering import Renderer
from recalliq_tui.services.voices import VoiceWishes
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.espeak.provider import EspeakProvider
from recalliq_tui.speech.protocol import Rendered

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
    from pathlib import Path

    from recalliq_tui.audio.clip import ClipInfo
    from recalliq_tui.domain.clips import ClipSpec
    from recalliq_tui.speech.protocol import Provider, VoiceInfo

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def card(name: str, front: str, back: str, *, voice: str | None = None) -> Card:
    return Card(
        CardId(name), NoteId(name), CardKind.BASIC, Face(front), Face(back), voice=voice
    )  # fmt: skip


def deck(*cards: Card, voice: str | None = None, passages: tuple[Passage, ...] = ()) -> Deck:
    note = Note(NoteId("n"), CardKind.BASIC, cards, 1, 1)
    return Deck(DeckId("d"), "D", lang="en", voice=voice, notes=(note,), passages=passages)


def said(of: Card, side: Side) -> str:
    return of.front.text if side is Side.FRONT else of.back.text


def plan(of: Deck, *, present: Sequence[str] = ()) -> RenderPlan:
    return make_plan("d", deck_items(of, said=said, wishes=VoiceWishes()), present)


def numbered(count: int) -> Deck:
    return deck(*(card(f"c{i}", f"question {i}", f"answer {i}") for i in range(count)))


class Shelf:
    """A store in memory that can be full."""

    def __init__(self, *, room: int = 10_000) -> None:
        self.clips: dict[str, tuple[bytes, ClipInfo]] = {}
        self.room = room

    def present(self, keys: Iterable[str]) -> set[str]:
        return self.clips.keys() & set(keys)

    def pin(self, keys: Iterable[str]) -> set[str]:
        return self.present(keys)

    def put(self, key: str, audio: bytes, info: ClipInfo, *, pinned: bool = True) -> None:
        assert pinned
        if len(self.clips) >= self.room:
            raise CacheError(CacheCode.FULL, "no space left on device")
        self.clips[key] = (audio, info)


@dataclass
class Voice:
    """A provider that says what it is told: errors by text, once each or always."""

    name: str = "espeak"
    errors: dict[str, list[SpeechError]] = field(default_factory=dict)
    always: dict[str, SpeechError] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    gate: asyncio.Event | None = None
    busy: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while the gate holds two requests back."""
    credits: float | None = 0.0

    async def render(self, spec: ClipSpec, *, urgent: bool = False) -> Rendered:
        self.asked.append(spec.text)
        if self.gate is not None:
            if len(self.asked) == 2:
                self.busy.set()
            await self.gate.wait()
        if self.errors.get(spec.text):
            raise self.errors[spec.text].pop()
        if spec.text in self.always:
            raise self.always[spec.text]
        return Rendered(b"audio of " + spec.text.encode(), 1000, len(spec.text), (), self.credits)

    async def stream(self, spec: ClipSpec) -> AsyncGenerator[bytes]:
        yield (await self.render(spec)).audio

    async def voices(self) -> Sequence[VoiceInfo]:
        return ()

    async def account(self) -> None:
        return None

    async def aclose(self) -> None:
        return None


def renderer(voice: Provider, store: Shelf | ClipCache) -> Renderer:
    ticks = itertools.count()
    return Renderer(
        {voice.name: voice}, store, now=lambda: NOW, monotonic=lambda: float(next(ticks))
    )


def broken(code: SpeechCode = SpeechCode.PROVIDER_ERROR) -> SpeechError:
    return SpeechError(code, "broken")


# What is planned.


def test_what_two_cards_share_is_one_clip_and_blank_sides_are_none() -> None:
    found = plan(deck(card("a", "same", "x"), card("b", "same", " "), card("c", "y", "x")))
    assert (found.needed, found.present) == (3, 0)
    assert [item.spec.text for item in found.missing] == ["same", "x", "y"]
    assert [item.card_id for item in found.sharing] == ["b", "c"]
    assert found.characters == len("same") + 2


def test_object_keys_name_the_card_and_change_with_the_text() -> None:
    first, second = (plan(deck(card("a", text, " "))).missing[0] for text in ("one", "two"))
    assert first.object_key == f"tts/cards/a-front.{first.key[:16]}.mp3"
    assert first.object_key != second.object_key


def test_passages_come_after_cards_as_a_whole() -> None:
    prayer = Passage(PassageId("p"), "P", (("Pater noster", "qui es"),), lang="la")
    found = plan(deck(card("a", "q", "a"), passages=(prayer,)))
    assert [item.side for item in found.missing] == [Side.FRONT, Side.BACK, Side.WHOLE]
    assert found.missing[-1].spec.voice == "la"
    assert found.missing[-1].object_key.startswith("tts/prayers/p.")


def test_a_voice_that_can_not_be_is_refused_and_the_others_are_planned() -> None:
    found = plan(deck(card("a", "q", "a", voice="nonsense"), card("b", "r", "s")))
    assert [(f.card_id, f.code) for f in found.refused] == [("a", "not_configured")] * 2
    assert found.needed == 2


def test_the_study_order_is_the_rendering_order() -> None:
    of = numbered(3)
    wanted = deck_items(of, said=said, wishes=VoiceWishes(), order=list(of.cards)[::-1])
    assert [i.card_id for i in make_plan("d", wanted, ()).missing] == [
        "c2",
        "c2",
        "c1",
        "c1",
        "c0",
        "c0",
    ]


def test_a_paid_voice_is_told_apart_with_its_characters() -> None:
    found = plan(deck(card("a", "four", "fiver"), voice="elevenlabs:abc"))
    assert [(p.provider, p.clips, p.characters) for p in found.paid] == [("elevenlabs", 2, 9)]
    report = dry_run(found).to_json()
    assert (report["characters"], report["credits"], report["rendered"]) == (9, None, 0)


@given(
    st.lists(st.tuples(st.sampled_from("abcd "), st.sampled_from("abcd ")), max_size=12), st.data()
)
def test_a_plan_loses_nothing(sides: list[tuple[str, str]], data: st.DataObject) -> None:
    wanted = deck_items(
        deck(*(card(f"c{i}", f, b) for i, (f, b) in enumerate(sides))),
        said=said,
        wishes=VoiceWishes(),
    )
    keys = sorted({item.key for item in wanted.items})
    present = data.draw(st.sets(st.sampled_from(keys))) if keys else set()
    found = make_plan("d", wanted, present)
    assert found.needed == len(keys) == found.present + len(found.missing)
    assert {i.key for i in found.missing} == set(keys) - present
    assert {i.key for i in found.sharing} <= {i.key for i in found.missing}
    silent = sum(not side.strip() for pair in sides for side in pair)
    there = sum(item.key in present for item in wanted.items)
    assert len(found.missing) + len(found.sharing) + there + silent == 2 * len(sides)


# What is rendered.


async def test_everything_is_kept_with_what_it_was_made_of() -> None:
    shelf = Shelf()
    result = await renderer(Voice(), shelf).run(plan(numbered(10)))
    assert result.to_json() == {
        "deck": "d",
        "needed": 20,
        "present": 0,
        "rendered": 20,
        "failed": [],
        "characters": sum(len(f"question {i}" + f"answer {i}") for i in range(10)),
        "credits": 0.0,
        "code": None,
    }
    info = shelf.clips[plan(numbered(10)).missing[0].key][1]
    assert (info.created, info.purpose, info.voice) == (
        "2026-11-20T12:00:00Z",
        "render",
        "espeak:en-us@espeak-ng-1.52",
    )
    assert plan(numbered(10), present=list(shelf.clips)).missing == ()


async def test_progress_counts_every_clip_and_says_when_it_will_be_done() -> None:
    seen: list[RenderProgress] = []
    await renderer(Voice(), Shelf()).run(plan(numbered(3)), on_progress=seen.append)
    assert [p.done for p in seen] == list(range(7))
    assert seen[0].seconds_left is None
    assert seen[-1].seconds_left == 0
    assert all(p.rate > 0 for p in seen[1:])
    assert {p.latest.key for p in seen if p.latest} == {i.key for i in plan(numbered(3)).missing}


async def test_a_card_can_jump_the_queue() -> None:
    voice = Voice(gate=asyncio.Event())
    assert voice.gate is not None
    worker = renderer(voice, Shelf())
    run = asyncio.create_task(worker.run(plan(numbered(5))))
    await voice.busy.wait()
    assert worker.first("c4")
    assert worker.first("c3", Side.BACK)
    assert not worker.first("c0")
    assert not worker.first("nobody")
    voice.gate.set()
    await run
    assert voice.asked[2:5] == ["answer 3", "question 4", "answer 4"]
    assert not worker.first("c4")


async def test_one_bad_clip_never_stops_the_rest() -> None:
    voice = Voice(always={"answer 1": broken(), "question 2": broken(SpeechCode.BAD_INPUT)})
    result = await renderer(voice, Shelf()).run(plan(numbered(4)))
    assert result.rendered == 6
    assert {(f.card_id, f.side, f.code) for f in result.failed} == {
        ("c1", Side.BACK, "provider_error"),
        ("c2", Side.FRONT, "bad_input"),
    }
    assert Counter(voice.asked)["answer 1"] == 3
    assert Counter(voice.asked)["question 2"] == 1
    assert result.code in {"provider_error", "bad_input"}


async def test_a_passing_fault_is_tried_again() -> None:
    voice = Voice(errors={"answer 1": [broken(), broken()]})
    result = await renderer(voice, Shelf()).run(plan(numbered(3)))
    assert (result.rendered, result.failed, result.code) == (6, (), None)


async def test_a_clip_that_fails_fails_for_each_card_that_shares_it() -> None:
    of = deck(card("a", "same", " "), card("b", "same", " "))
    result = await renderer(Voice(always={"same": broken()}), Shelf()).run(plan(of))
    assert [f.card_id for f in result.failed] == ["a", "b"]


@pytest.mark.parametrize("code", [SpeechCode.NOT_CONFIGURED, SpeechCode.QUOTA_EXCEEDED])
async def test_what_no_retry_mends_stops_the_run(code: SpeechCode) -> None:
    voice = Voice(always={"question 1": broken(code)})
    result = await renderer(voice, Shelf()).run(plan(numbered(20)))
    assert result.code == code
    assert result.rendered + len(result.failed) == 40
    assert len(voice.asked) < 8


async def test_a_voice_that_is_down_is_not_asked_for_ever() -> None:
    texts = [f"{kind} {i}" for kind in ("question", "answer") for i in range(50)]
    voice = Voice(always={text: broken() for text in texts})
    result = await renderer(voice, Shelf()).run(plan(numbered(50)))
    assert (result.rendered, len(result.failed), result.code) == (0, 100, "provider_error")
    assert len(voice.asked) < 25


async def test_a_full_disk_stops_the_run_and_keeps_what_is_there() -> None:
    shelf = Shelf(room=3)
    result = await renderer(Voice(), shelf).run(plan(numbered(10)))
    assert (result.rendered, result.code) == (3, "cache_full")
    assert len(result.failed) == 17


async def test_a_paid_voice_speaks_only_when_allowed() -> None:
    of = deck(card("a", "four", "fiver"), voice="elevenlabs:abc")
    voice = Voice(name="elevenlabs", credits=2.5)
    kept = await renderer(voice, Shelf()).run(plan(of))
    assert (kept.rendered, kept.unpaid, voice.asked) == (0, 2, [])
    spent = await renderer(voice, Shelf()).run(plan(of), allow_paid=True)
    assert (spent.rendered, spent.credits) == (2, 5.0)


async def test_a_provider_that_is_not_set_up_fails_in_words() -> None:
    of = deck(card("a", "four", "fiver"), voice="elevenlabs:abc")
    result = await renderer(Voice(), Shelf()).run(plan(of), allow_paid=True)
    assert {f.code for f in result.failed} == {"not_configured"}
    assert result.code == "not_configured"


async def test_cancelling_returns_what_was_done() -> None:
    voice = Voice(gate=asyncio.Event())
    worker = renderer(voice, Shelf())
    run = asyncio.create_task(worker.run(plan(numbered(5))))
    await voice.busy.wait()
    worker.cancel()
    result = await run
    assert result.cancelled
    assert (result.rendered, result.left) == (0, 10)


async def test_cancelling_the_task_cancels_the_requests() -> None:
    voice = Voice(gate=asyncio.Event())
    worker = renderer(voice, Shelf())
    run = asyncio.create_task(worker.run(plan(numbered(5))))
    await voice.busy.wait()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert voice.gate is not None
    voice.gate.set()
    assert (await worker.run(plan(numbered(5)))).rendered == 10


# With the real voice and the real cache.


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[ClipCache]:
    opened = ClipCache.open(tmp_path / "cache")
    yield opened
    opened.close()


async def test_a_deck_is_spoken_into_the_cache(cache: ClipCache) -> None:
    of = replace(numbered(4), lang="es")
    wanted = deck_items(of, said=said, wishes=VoiceWishes())
    voice = EspeakProvider()
    result = await renderer(voice, cache).run(
        await asyncio.to_thread(plan_against, "d", wanted, cache)
    )
    await voice.aclose()
    assert (result.rendered, result.failed) == (8, ())
    assert (await asyncio.to_thread(plan_against, "d", wanted, cache)).missing == ()
    for item in wanted.items:
        clip = cache.get(item.key)
        assert clip is not None
        sound = miniaudio.decode(clip.audio, nchannels=1, sample_rate=22050)
        assert abs(sound.num_frames / 22.05 - clip.info.duration_ms) <= 2
        assert [item.spec.text[w[0] : w[1]] for w in clip.info.words] == item.spec.text.split()
