"""``cache``: what is there, whether it is whole, and what nobody needs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from recalliq_tui.audio.cache import ClipCache
from recalliq_tui.cli.cache import size
from tests.audio.clips import a_clip

if TYPE_CHECKING:
    from tests.cli.conftest import Recalliq


@pytest.fixture
def two_clips() -> list[str]:
    """Two clips that no deck needs, and a phrase; the keys of the clips."""
    cache = ClipCache.open(folder())
    clips = [a_clip("one"), a_clip("two")]
    for clip in clips:
        cache.put(*clip)
    cache.put(*a_clip("phrase"), pinned=False)
    cache.close()
    return [key for key, _, _ in clips]


def folder() -> Path:
    return Path(os.environ["RECALLIQ_CACHE_DIR"]) / "clips"


def file_of(audio: bytes) -> Path:
    (found,) = (each for each in folder().rglob("*.val") if audio in each.read_bytes())
    return found


def test_status_counts(quick: Recalliq, two_clips: list[str]) -> None:
    found = quick("cache", "status", "--json").json

    assert list(found) == [
        *("folder", "clips", "bytes", "phrases", "phrase_bytes", "damaged", "quarantined")
    ]
    assert (found["folder"], found["clips"], found["phrases"]) == (str(folder()), 2, 1)
    assert found["bytes"] > 4_000
    assert "deck clips: 2" in quick("cache", "status").out


def test_a_sound_cache_is_whole(quick: Recalliq, two_clips: list[str]) -> None:
    ran = quick("cache", "verify", "--json")
    assert (ran.code, ran.json) == (0, {"clips": 3, "ok": 3, "damaged": [], "missing": []})


def test_damage_and_loss_are_found_and_what_is_damaged_is_set_aside(
    recalliq: Recalliq, two_clips: list[str]
) -> None:
    damaged, missing = two_clips
    file = file_of(a_clip("one")[1])
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    file_of(a_clip("two")[1]).unlink()

    ran = recalliq("cache", "verify", "--json")

    assert ran.code == 1
    assert ran.json == {"clips": 3, "ok": 1, "damaged": [damaged], "missing": [missing]}
    assert "recalliq render DECK" in ran.err
    status = recalliq("cache", "status", "--json").json
    assert (status["damaged"], status["quarantined"]) == (1, 1)


def test_pruning_takes_only_what_no_deck_needs_and_only_when_told(
    quick: Recalliq, small: Path, two_clips: list[str]
) -> None:
    quick("render", "small")

    asked = quick("cache", "prune", "--json")
    assert asked.json == {"unneeded": 2, "kept": 4, "removed": 0, "bytes": 0}
    assert "nothing was removed" in asked.err
    assert quick("cache", "status", "--json").json["clips"] == 6

    done = quick("cache", "prune", "--yes", "--json").json
    assert (done["unneeded"], done["removed"]) == (2, 2)
    assert done["bytes"] > 4_000
    status = quick("cache", "status", "--json").json
    assert (status["clips"], status["phrases"]) == (4, 1)
    assert quick("render", "small", "--json").json["present"] == 4


def test_pruning_says_which_decks_it_could_not_read_whole(quick: Recalliq, own_decks: Path) -> None:
    (own_decks / "half.md").write_text("Q: no answer?\n", encoding="utf-8")
    assert "half has errors" in quick("cache", "prune").err


@pytest.mark.parametrize("command", ["status", "verify", "prune"])
def test_a_folder_that_cannot_be_used_is_named_with_what_to_do(
    quick: Recalliq, tmp_path: Path, command: str
) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    ran = quick("cache", command, RECALLIQ_CACHE_DIR=str(tmp_path / "file"))
    assert (ran.code, ran.out) == (1, "")
    assert "Make the cache folder writable" in ran.err


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0 B"), (999, "999 B"), (1_000, "1.0 kB"), (4_300_000, "4.3 MB"), (2 * 10**9, "2.0 GB")],
)
def test_sizes_are_said_in_their_unit(number: int, words: str) -> None:
    assert size(number) == words
