"""Prayers in a real terminal at a real (virtual) sound card."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from recalliq_tui.audio.clip import unpack
from recalliq_tui.audio.pcm import Pcm, ms_to_bytes
from recalliq_tui.decks.tree import DeckFile, load
from recalliq_tui.services.passage_audio import timing_of
from tests.e2e.heard import clip_of, pcm_of
from tests.e2e.learner import SAMPLES_OFF, Learner, command
from tests.e2e.pseudo import PATIENCE_S, pseudo
from tests.e2e.terminal import terminal

if TYPE_CHECKING:
    from pathlib import Path

    from recalliq_tui.domain.passages.timing import Timing
    from tests.soundcard import SoundCard

pytestmark = [pytest.mark.terminal]

TEXT = """\
---
id = "prayers"
name = "Prayers"
lang = "en"
passages = true
---
P: The Hail Mary
Hail Mary, full of grace,
the Lord is with thee.
<!-- riq id="hail" -->

P: A longer one
Blessed art thou among women,
and blessed is the fruit of thy womb.
Holy Mary, Mother of God,
pray for us sinners, now and at the hour of our death.
<!-- riq id="long" -->
"""
FADE = ms_to_bytes(12)


def timing_in(learner: Learner, number: int) -> tuple[Pcm, Timing]:
    """The decoded clip of a text of :data:`TEXT`, and when its words sound in it."""
    path = learner.decks / "prayers.md"
    passage = load(DeckFile(path, learner.decks, "own")).passages[number]
    words = " ".join(passage.lines[:2])
    pcm = Pcm(pcm_of(learner, words))
    kept = clip_of(learner, words)
    assert kept is not None
    info = unpack(kept.read_bytes()).info
    said = json.loads(info.spec)["text"]
    return pcm, timing_of(passage, said, info.words, duration_ms=pcm.duration_ms)


def trace_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.real_audio
def test_a_lines_slice_is_heard_and_the_word_lights_up_with_it(
    hearing: Learner, sound_card: SoundCard
) -> None:
    hearing.write_text(TEXT, "prayers")
    trace = hearing.root / "trace.jsonl"
    with (
        sound_card.recording() as recording,
        terminal(command("pray", "long", "--trace", str(trace)), env=hearing.env) as shown,
    ):
        shown.wait_for("step 1 of 6", "Blessed art thou")
        pcm, timing = timing_in(hearing, 1)
        start, end = timing.slice_of(0, 3)
        heard = pcm.data[ms_to_bytes(start) + FADE : ms_to_bytes(end) - FADE]
        at = recording.wait_for(heard, seconds=PATIENCE_S) - FADE
        shown.send("n", "r")
        start, end = timing.slice_of(1)
        line = pcm.data[ms_to_bytes(start) + FADE : ms_to_bytes(end) - FADE]
        recording.wait_for(line, seconds=PATIENCE_S)
        shown.send("q", "q")
        shown.wait_for("RecallIQ")
        arrivals = list(recording.arrivals)
    header, *events = trace_of(trace)
    assert header["v"] == 1
    clock = next(each for each in events if each["ev"] == "clock")
    zero = clock["monotonic_ms"] - clock["t_ms"]
    begun = next(each for each in events if each["ev"] == "first_frame")
    assert begun["sha256"]
    lit: dict[tuple[int, int], float] = {}
    for each in events:
        if each["ev"] == "lit" and each["word"] is not None:
            lit.setdefault((each["line"], each["word"]), each["t_ms"] + zero)
    first = timing.slice_of(0, 3)[0]
    apart = []
    for word in timing.words:
        place = at + ms_to_bytes(word.ms_from - first)
        sounds = next(when for when, size in arrivals if size > place) * 1000
        apart.append(lit[word.line, word.index] - sounds)
    assert len(apart) == 30
    assert max(map(abs, apart)) <= 100, apart


def test_learning_is_gone_on_with_after_a_kill(learner: Learner) -> None:
    (learner.config / "config.toml").write_text(SAMPLES_OFF)
    learner.write_text(TEXT, "prayers")
    with terminal(command("pray"), env=learner.env) as shown:
        shown.wait_for("Prayers and texts", "The Hail Mary")
        shown.send("Enter")
        shown.wait_for("step 1 of 6")
        shown.send("5")
        shown.wait_for("first letters: type here")
        shown.send("h", "m", "f", "o", "g")
        shown.wait_for("Clean. Enter goes on.")
        shown.kill()
    with terminal(command("pray", "hail"), env=learner.env) as shown:
        shown.wait_for("line 2 of 2", "step 5 of 6")
        shown.send("Escape")
        shown.wait_for("The keys work again")
        shown.send("w")
        shown.wait_for("recite the whole text")
        shown.send("-l", "hail mary full of grace")
        shown.send("Enter")
        shown.wait_for("line 2 of 2")
        shown.send("-l", "the lord is with thee")
        shown.send("Enter")
        shown.wait_for("100 %", "3 Good")
        shown.send("3")
        shown.wait_for("Stored.")
    assert learner.ratings() == [("prayers#hail~whole", 3)]


def test_an_unknown_text_is_named_with_the_nearest(learner: Learner) -> None:
    learner.write_text(TEXT, "prayers")
    with pseudo(command("pray", "the hale mary"), env=learner.env) as shown:
        assert shown.wait_exit() == 2
        assert "did you mean The Hail Mary" in " ".join(shown.text().split())
