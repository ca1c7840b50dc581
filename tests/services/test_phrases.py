"""What was said live is kept within bounds, and fixed phrases for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from recalliq_tui.audio.cache import ClipCache
from recalliq_tui.audio.decode import decode
from recalliq_tui.services.phrases import FIXED, FIXED_LANG, Phrases, fixed_keys
from tests.clock import Clock
from tests.services.voices import clip, spec_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def clips(tmp_path: Path) -> Iterator[ClipCache]:
    clips = ClipCache.open(tmp_path / "clips", phrase_bytes=200_000)
    yield clips
    clips.close()


def test_a_phrase_comes_back_as_it_was_with_what_it_was_made_of(clips: ClipCache) -> None:
    phrases, spec = Phrases(clips, now=Clock()), spec_of("You covered X.", "en")
    assert phrases.get(spec) is None
    phrases.keep(spec, clip(300), duration_ms=330, purpose="feedback", credits=7.0, request_id="r")
    assert phrases.get(spec) == (clip(300), decode(clip(300)))
    kept = clips.get(spec.key)
    assert kept is not None
    info = kept.info
    assert (info.credits, info.request_id, info.characters) == (7.0, "r", len(spec.text))
    assert (info.created, info.duration_ms) == ("2026-11-20T12:00:00Z", 330)


def test_phrases_are_evicted_and_fixed_ones_are_not(clips: ClipCache) -> None:
    phrases = Phrases(clips, now=Clock())
    for text in FIXED:
        spec = spec_of(text, FIXED_LANG)
        phrases.keep(spec, clip(300), duration_ms=300, purpose="live", pinned=True)
    for n in range(120):
        spec = spec_of(f"sentence {n}", "en")
        phrases.keep(spec, clip(300), duration_ms=300, purpose="feedback")
    status = clips.status()
    assert status.clips == len(FIXED)
    assert 0 < status.phrases < 120
    assert status.phrase_bytes < 260_000
    assert phrases.get(spec_of("sentence 119", "en")) is not None


def test_the_fixed_phrases_of_the_voice_survive_a_prune(clips: ClipCache) -> None:
    phrases = Phrases(clips, now=Clock())
    for text in (*FIXED, "an orphan"):
        spec = spec_of(text, FIXED_LANG)
        phrases.keep(spec, clip(300), duration_ms=300, purpose="live", pinned=True)
    assert clips.prune(fixed_keys(spec_of)).removed == 1
    assert clips.status().clips == len(FIXED)


def test_a_phrase_that_can_t_be_decoded_counts_as_absent(clips: ClipCache) -> None:
    phrases, spec = Phrases(clips, now=Clock()), spec_of("x", "en")
    phrases.keep(spec, b"no sound at all", duration_ms=1, purpose="live")
    assert phrases.get(spec) is None
