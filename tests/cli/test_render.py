"""``render``: what a deck lacks, once; what is done stays, and the exit code says how far it came."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from recalliq_tui.audio.memory import MemoryCache
from recalliq_tui.decks.tree import deck_files, load
from recalliq_tui.services.clipwork import ClipWork
from recalliq_tui.services.deckclips import wanted_clips
from recalliq_tui.services.voices import VoiceWishes
from recalliq_tui.store.collection import Collection
from tests.cli.conftest import environment
from tests.clock import Clock
from tests.soundcard import wait_for

if TYPE_CHECKING:
    from recalliq_tui.domain.cards import Deck
    from tests.cli.conftest import Recalliq

SAMPLES = Path(__file__).parents[2] / "sample_decks"
FIELDS = ["deck", "needed", "present", "rendered", "failed", "characters", "credits", "code"]
CLIPS = Path("clips", "clips")


def test_a_dry_run_says_what_is_missing_and_makes_nothing(quick: Recalliq, small: Path) -> None:
    ran = quick("render", "small", "--dry-run", "--json")

    assert ran.code == 0
    assert list(ran.json) == FIELDS
    assert ran.json == {
        "deck": "Small",
        "needed": 4,
        "present": 0,
        "rendered": 0,
        "failed": [],
        "characters": len("one?unotwo?dos"),
        "credits": 0.0,
        "code": None,
    }
    assert quick("cache", "status", "--json").json["clips"] == 0
    assert "4 clips to render (14 characters)" in quick("render", "small", "--dry-run").out


def test_what_is_rendered_once_is_never_rendered_again(recalliq: Recalliq, small: Path) -> None:
    first = recalliq("render", str(small), "--json")
    again = recalliq("render", "Small", "--json")

    assert (first.code, again.code) == (0, 0)
    assert (first.json["rendered"], first.json["characters"]) == (4, 14)
    assert (again.json["present"], again.json["rendered"], again.json["characters"]) == (4, 0, 0)
    assert "4 of 4 clips" in first.err
    assert recalliq("cache", "verify", "--json").json["ok"] == 4


def test_a_folder_is_one_plan_and_passages_are_rendered_too(quick: Recalliq) -> None:
    found = quick("render", str(SAMPLES / "Prayers"), "--dry-run", "--json").json
    assert (found["deck"], found["needed"]) == ("Prayers", 20)


def test_an_unknown_deck_names_the_nearest(quick: Recalliq, small: Path) -> None:
    ran = quick("render", "smal", "--json")
    assert (ran.code, ran.out) == (2, "")
    assert "did you mean small? `recalliq decks` lists all." in ran.err


def test_a_deck_can_be_rendered_while_another_instance_studies(
    recalliq: Recalliq, small: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.md"
    other.write_text("Q: new?\nA: yes\n", encoding="utf-8")
    data = Path(os.environ["RECALLIQ_DATA_DIR"])
    with Collection.open(data / "collection.db", clock=Clock()):
        ran = recalliq("render", str(other), "--json")
    assert (ran.code, ran.json["rendered"]) == (0, 2)


def test_a_voice_that_is_not_set_up_fails_its_sides_only(quick: Recalliq, own_decks: Path) -> None:
    text = 'Q: paid?\nA: yes\n<!-- riq id="paid" voice="elevenlabs:abc" -->\n\nQ: free?\nA: yes!\n'
    (own_decks / "mixed.md").write_text(text, encoding="utf-8")

    ran = quick("render", "mixed.md", "--json")

    assert ran.code == 3
    assert ran.json["rendered"] == 2
    assert ran.json["code"] == "not_configured"
    assert ran.json["failed"] == [
        {"id": "mixed.md#paid", "side": side, "code": "not_configured"}
        for side in ("front", "back")
    ]
    assert "elevenlabs is not set up" in ran.err


def test_nothing_rendered_at_all_is_a_failure(quick: Recalliq, own_decks: Path) -> None:
    text = '---\nvoice = "elevenlabs:abc"\n---\nQ: paid?\nA: yes\n'
    (own_decks / "paid.md").write_text(text, encoding="utf-8")
    assert quick("render", "paid.md").code == 1


def test_a_cache_folder_that_cannot_be_used_is_named_before_any_work(
    quick: Recalliq, small: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")

    ran = quick("render", "small", "--json", RECALLIQ_CACHE_DIR=str(tmp_path / "file"))

    assert ran.code == 1
    assert (ran.json["rendered"], ran.json["code"]) == (0, "cache_unwritable")
    assert "RECALLIQ_CACHE_DIR" in ran.err


def test_control_c_keeps_what_is_done_and_says_how_much_is_left(home: Path) -> None:
    clips = Path(os.environ["RECALLIQ_CACHE_DIR"]) / CLIPS
    with subprocess.Popen(
        [sys.executable, "-m", "recalliq_tui", "render", "earth-and-sky", "--json"],
        env=environment(home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        wait_for(lambda: len(list(clips.rglob("*.val"))) > 3, "the first clips")
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does, to the voice process too
        out, err = process.communicate(timeout=20)

    told = json.loads(out)
    assert process.returncode == 3
    assert 0 < told["rendered"] < told["needed"]
    assert told["failed"] == []
    assert "clips left; the same command goes on from here" in err
    assert "Traceback" not in err
    assert len(list(clips.rglob("*.val"))) >= told["rendered"]


@pytest.mark.parametrize("file", deck_files(SAMPLES, origin="sample"), ids=lambda f: f.default_id)
def test_the_clips_are_those_that_studying_asks_for(file: object) -> None:
    deck: Deck = load(file)  # type: ignore[arg-type]
    wishes = VoiceWishes(wpm=160)
    _, asked = ClipWork(MemoryCache(), wishes).plan(deck.title, list(deck.cards))

    wanted = wanted_clips([deck], wishes)

    assert {each.key for each in asked} <= {each.key for each in wanted.items}
    assert [each for each in wanted.items if each.side != "whole"] == list(asked)
    assert sum(each.side == "whole" for each in wanted.items) == len(deck.passages)
