"""The sound of a text: each line's slice is where it is heard, and plans play without a gap."""

from __future__ import annotations

import math
from array import array
from typing import TYPE_CHECKING

import lameenc
import pytest

from recalliq_tui.audio.decode import decode
from recalliq_tui.audio.pcm import FRAME_BYTES, RATE, Pcm, ms_to_bytes
from recalliq_tui.audio.player import Player
from recalliq_tui.audio.sinks.recording import ManualClock, RecordingSink
from recalliq_tui.decks.samples import samples_root
from recalliq_tui.decks.speakable import spoken_passage
from recalliq_tui.decks.tree import deck_files, load
from recalliq_tui.domain.cards import Passage, PassageId
from recalliq_tui.domain.passages.plans import LoopWish, echo_plan, listen_plan, loop_plan
from recalliq_tui.domain.passages.timing import Precision
from recalliq_tui.services.loops import FADE_MS, PassagePlayer, PlanSound
from recalliq_tui.services.passage_audio import PassageClip, timing_of
from recalliq_tui.services.voices import LOCAL_VOICE, spec_for
from recalliq_tui.speech.espeak.provider import ENCODER_DELAY_MS, EspeakProvider
from tests.soundcard import wait_for

if TYPE_CHECKING:
    from collections.abc import Sequence

SOURCE_RATE = 22_050
PASSAGE = Passage(PassageId("p"), "Tones", (("do re", "mi fa"), ("sol la",)), lang="la")
SAID = "do re mi fa. sol la."
TONES = (400, 600, 900, 1300, 1900, 2700)
STARTS = (100, 500, 1100, 1500, 2300, 2700)
"""When each word begins in the source, in ms; each sounds 250 ms."""
LENGTH_MS = 250


def tones() -> bytes:
    """An MP3 as the local voice makes it, whose words are tones at known times."""
    samples = array("h", bytes(2 * SOURCE_RATE * 3200 // 1000))
    for hertz, start in zip(TONES, STARTS, strict=True):
        for n in range(SOURCE_RATE * LENGTH_MS // 1000):
            at = SOURCE_RATE * start // 1000 + n
            samples[at] = round(9000 * math.sin(2 * math.pi * hertz * n / SOURCE_RATE))
    encoder = lameenc.Encoder()
    encoder.set_in_sample_rate(SOURCE_RATE)
    encoder.set_channels(1)
    encoder.set_bit_rate(64)
    encoder.silence()
    return bytes(encoder.encode(samples.tobytes()) + encoder.flush())


def word_times(delay: int = ENCODER_DELAY_MS) -> tuple[tuple[int, int, int, int], ...]:
    found, at = [], 0
    for word, start in zip(SAID.replace(".", " ").split(), STARTS, strict=True):
        at = SAID.index(word, at)
        found.append((at, at + len(word), start + delay, start + LENGTH_MS + delay))
        at += len(word)
    return tuple(found)


@pytest.fixture(scope="module")
def pcm() -> Pcm:
    return decode(tones())


def power(data: bytes, hertz: float) -> float:
    """How strong a tone is in stereo PCM (Goertzel), from 0 to about 1."""
    left = array("h", bytes(data[: len(data) // FRAME_BYTES * FRAME_BYTES]))[::2]
    if not left:
        return 0.0
    factor = 2 * math.cos(2 * math.pi * hertz / RATE)
    a = b = 0.0
    for sample in left:
        a, b = sample + factor * a - b, a
    return math.sqrt(max(0.0, a * a + b * b - factor * a * b)) / (9000 * LENGTH_MS * RATE / 2000)


def heard(data: bytes) -> list[int]:
    return [hertz for hertz in TONES if power(data, hertz) > 0.2]


def test_each_lines_slice_is_where_it_is_heard(pcm: Pcm) -> None:
    timing = timing_of(PASSAGE, SAID, word_times(), duration_ms=pcm.duration_ms)
    assert timing.precision is Precision.WORD
    for line, expected in enumerate(([400, 600], [900, 1300], [1900, 2700])):
        sound = PlanSound(pcm, listen_plan(timing, line, line + 1))
        data = sound.read(0, sound.frames * FRAME_BYTES)
        assert heard(data) == expected
        for hertz in expected:
            assert power(data, hertz) > 0.9, "whole"


def test_the_encoders_delay_is_counted(pcm: Pcm) -> None:
    """Where a word is said to begin, it begins within 5 ms."""
    for _, _, start, _ in word_times():
        before = pcm.data[ms_to_bytes(start - 20) : ms_to_bytes(start - 5)]
        after = pcm.data[ms_to_bytes(start + 5) : ms_to_bytes(start + 20)]
        assert peak(before) < 600
        assert peak(after) > 4000


def peak(data: bytes) -> int:
    return max(map(abs, array("h", data)), default=0)


def test_words_light_up_while_they_sound(pcm: Pcm) -> None:
    timing = timing_of(PASSAGE, SAID, word_times(), duration_ms=pcm.duration_ms)
    for number, start in enumerate(STARTS):
        word = timing.word_at(start + ENCODER_DELAY_MS + 100)
        assert word is not None
        assert (word.line, word.index) == divmod(number, 2)


def test_other_words_than_those_shown_degrade() -> None:
    says = Passage(PassageId("p"), "T", (("I II", "III"),), say="one two and three")
    words = ((0, 3, 0, 100), (4, 7, 100, 200), (8, 11, 200, 300), (12, 17, 300, 500))
    timing = timing_of(says, "one two and three", words, duration_ms=500)
    assert timing.precision in {Precision.WORD, Precision.LINE, Precision.NONE}
    none = timing_of(says, "one two and three", (), duration_ms=500)
    assert (none.precision, none.why) == (Precision.NONE, "the voice gave no times")
    outside = timing_of(says, "one", ((0, 9, 0, 100),), duration_ms=500)
    assert outside.precision is Precision.NONE


def test_dashes_share_the_time_of_their_word() -> None:
    passage = Passage(PassageId("p"), "T", (("light-bearing star",),))
    timing = timing_of(
        passage, "light-bearing star", ((0, 13, 0, 1200), (14, 18, 1200, 1500)), duration_ms=1600
    )
    assert timing.precision is Precision.WORD
    assert [(w.ms_from, w.ms_to) for w in timing.words] == [(0, 500), (500, 1200), (1200, 1500)]


def read_in_steps(sound: PlanSound, steps: Sequence[int]) -> bytes:
    data, n = b"", 0
    while len(data) < sound.frames * FRAME_BYTES:
        data += sound.read(len(data), steps[n % len(steps)] * FRAME_BYTES)
        n += 1
    return data


def test_a_plan_is_one_gapless_sound(pcm: Pcm) -> None:
    timing = timing_of(PASSAGE, SAID, word_times(), duration_ms=pcm.duration_ms)
    plan = echo_plan(timing, 0, 3)
    sound = PlanSound(pcm, plan)
    whole = sound.read(0, sound.frames * FRAME_BYTES)
    assert len(whole) == sum(ms_to_bytes(piece.length_ms) for piece in plan.pieces)
    assert read_in_steps(sound, (441, 37, 4096)) == whole
    start = 0
    for piece in plan.pieces:
        part = whole[start : start + ms_to_bytes(piece.length_ms)]
        start += len(part)
        if piece.gap:
            assert not any(part)
            continue
        fade = ms_to_bytes(FADE_MS)
        source = pcm.data[ms_to_bytes(piece.start_ms) :][: len(part)]
        assert part[fade:-fade] == source[fade:-fade], "bit for bit between the fades"
        assert part[:4] == bytes(4)
    assert sound.read(len(whole), 100) == b""


def test_a_loop_comes_round_and_says_where_it_is(pcm: Pcm) -> None:
    timing = timing_of(PASSAGE, SAID, word_times(), duration_ms=pcm.duration_ms)
    plan = loop_plan(timing, LoopWish(0, 2, repeats=2))
    once = PlanSound(pcm, plan)
    whole = once.read(0, once.frames * FRAME_BYTES)
    skip = plan.start_of(4)
    sound = PlanSound(pcm, plan, rounds=3, skip_ms=skip)
    data = sound.read(0, sound.frames * FRAME_BYTES)
    assert data == (whole * 3)[ms_to_bytes(skip) :]
    first = sound.place(0)
    assert first is not None
    assert first.number == 4
    later = sound.place(2 * plan.length_ms - skip + 1)
    assert later is not None
    assert later.number == 0
    assert sound.place(sound.duration_ms + 5) is None
    assert sound.level(1e12) == 0.0


def test_an_hour_of_loop_holds_no_more_than_its_clip(pcm: Pcm) -> None:
    timing = timing_of(PASSAGE, SAID, word_times(), duration_ms=pcm.duration_ms)
    plan = loop_plan(timing, LoopWish(0, 2, repeats=9, step_up=True))
    sound = PlanSound(pcm, plan, rounds=1000)
    own = sum(len(view) for view, _ in sound._parts if view.obj is not pcm.data)
    assert own < 64 * 4 * ms_to_bytes(FADE_MS)
    assert sound.duration_ms > 3_600_000


async def test_over_the_longest_sample_the_lit_word_is_the_one_that_sounds() -> None:
    """At no moment is the word that is lit more than 100 ms away from the one that sounds."""
    passages = [
        each for file in deck_files(samples_root(), origin="sample") for each in load(file).passages
    ]
    passage = max(passages, key=lambda each: len(each.text))
    said = spoken_passage(passage)
    provider = EspeakProvider()
    try:
        rendered = await provider.render(spec_for(said, voice=LOCAL_VOICE, lang=passage.lang))
    finally:
        await provider.aclose()
    words = tuple((w.char_from, w.char_to, w.ms_from, w.ms_to) for w in rendered.words)
    pcm = decode(rendered.audio)
    timing = timing_of(passage, said, words, duration_ms=pcm.duration_ms)
    assert timing.precision is Precision.WORD
    clock = ManualClock()
    sink = RecordingSink(clock)
    player = Player(lambda: sink, clock=clock)
    player.open()
    playing = PassagePlayer(player, PassageClip("0" * 64, pcm, timing))
    playing.start(listen_plan(timing, 0, len(passage.lines)))
    wait_for(lambda: sink.playing, "the sound to begin")
    begun = timing.slice_of(0, len(passage.lines) - 1)[0]
    lit = 0
    for _ in range(pcm.duration_ms // 40 - 2):
        sink.advance(40)
        place = playing.place_at()
        if place is None or place.clip_ms is None:
            continue
        heard_ms = begun + len(sink.takes[-1].heard) * 1000 / (FRAME_BYTES * RATE)
        word = timing.word_at(place.clip_ms)
        if word is not None:
            lit += 1
            assert word.ms_from - 100 <= heard_ms <= word.ms_to + 250
            sounding = timing.word_at(heard_ms)
            assert sounding is not None
            assert (
                abs(sounding.ms_from - word.ms_from) <= 100 or abs(heard_ms - place.clip_ms) <= 100
            )
    player.close()
    assert lit > 900
