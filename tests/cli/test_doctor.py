"""``doctor``: says what works, whatever is broken; rebuilds card states; restores backups."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from recalliq_tui.services.doctor import Level, check_terminal
from recalliq_tui.store.collection import Collection
from tests.store.samples import Clock, study

if TYPE_CHECKING:
    from tests.cli.conftest import Ran, Recalliq
    from tests.soundcard import SoundCard

NAMES = [
    *("program", "terminal", "config", "data folder", "database", "backups", "decks"),
    *("cache folder", "cache", "sound device", "PortAudio", "voice", "voice engine"),
]


def database() -> Path:
    return Path(os.environ["RECALLIQ_DATA_DIR"]) / "collection.db"


def levels(ran: Ran) -> dict[str, str]:
    """The worst level of each check by name."""
    order = ["ok", "warn", "fail"]
    found: dict[str, str] = {}
    for each in ran.json["checks"]:
        found[each["name"]] = max(found.get(each["name"], "ok"), each["level"], key=order.index)
    return found


def found_in(ran: Ran, name: str) -> str:
    return " ".join(f"{c['found']} {c['mend']}" for c in ran.json["checks"] if c["name"] == name)


@pytest.fixture
def studied(quick: Recalliq, small: Path) -> Path:
    """A collection with an answer and a backup; the backup's file."""
    quick("decks")
    clock = Clock()
    with Collection.open(database(), clock=clock) as collection:
        (first, *_) = collection.deck_cards("small")
        study(collection, first.id, now=clock.now, deck_id="small")
        backup = collection.backup_daily()
    assert backup is not None
    return backup.path


def damage() -> None:
    data = bytearray(database().read_bytes())
    data[:4096] = b"\xff" * 4096
    database().write_bytes(data)


def test_on_a_fresh_machine_only_the_sound_device_is_missing(recalliq: Recalliq) -> None:
    ran = recalliq("doctor", "--json")

    assert ran.code == 0
    assert ran.json["ok"] is True
    assert [each["name"] for each in ran.json["checks"]] == NAMES
    assert list(ran.json["checks"][0]) == ["name", "level", "found", "mend"]
    bad = {name for name, level in levels(ran).items() if level != "ok"}
    assert bad <= {"sound device", "PortAudio"}
    assert levels(ran)["sound device"] == "warn"
    assert "Connect or start a sound device" in found_in(ran, "sound device")
    assert not database().exists()


def test_for_people_each_check_is_a_line_with_its_level(recalliq: Recalliq) -> None:
    ran = recalliq("doctor")
    lines = [line for line in ran.out.splitlines() if not line.startswith(" ")]
    assert [line.split(":")[0].split(maxsplit=1)[1] for line in lines] == NAMES
    assert {line.split()[0] for line in lines} == {"ok", "warn"}
    assert "to look at" in ran.err


@pytest.mark.real_audio
def test_a_sound_card_is_opened_and_named(recalliq: Recalliq, sound_card: SoundCard) -> None:
    ran = recalliq("doctor", "--json", **sound_card.env)
    assert "PulseAudio opens" in found_in(ran, "sound device")


def test_a_damaged_database_is_named_and_hides_nothing_else(
    recalliq: Recalliq, studied: Path
) -> None:
    damage()

    ran = recalliq("doctor", "--json")

    assert ran.code == 1
    assert [name for name, level in levels(ran).items() if level == "fail"] == ["database"]
    assert "doctor --restore" in found_in(ran, "database")
    assert studied.name in found_in(ran, "database")
    assert [each["name"] for each in ran.json["checks"]] == NAMES


def test_a_broken_config_is_named_and_the_defaults_stand_in(
    recalliq: Recalliq, config_file: Path
) -> None:
    config_file.write_bytes(b"\xff\xfe not text")
    ran = recalliq("doctor", "--json")
    assert ran.code == 1
    assert [name for name, level in levels(ran).items() if level == "fail"] == ["config"]
    assert "not UTF-8" in found_in(ran, "config")


def test_folders_that_are_none_are_named(recalliq: Recalliq, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("no folder", encoding="utf-8")

    ran = recalliq(
        "doctor", "--json", RECALLIQ_DATA_DIR=str(file), RECALLIQ_CACHE_DIR=str(file / "deeper")
    )

    assert ran.code == 1
    failed = [name for name, level in levels(ran).items() if level == "fail"]
    assert failed == ["data folder", "cache folder", "cache"]
    assert "RECALLIQ_DATA_DIR" in found_in(ran, "data folder")
    assert "RECALLIQ_CACHE_DIR" in found_in(ran, "cache folder")


def test_decks_that_are_broken_or_gone_are_a_warning(
    quick: Recalliq, own_decks: Path, config_file: Path
) -> None:
    (own_decks / "half.md").write_text("Q: one?\nA: 1\n\nQ: no answer?\n", encoding="utf-8")
    config_file.write_text('[decks]\nfolders = ["/no/such/folder"]\n', encoding="utf-8")

    ran = quick("doctor", "--json")

    assert (ran.code, levels(ran)["decks"]) == (0, "warn")
    assert "half.md: 1 problem(s), the first in line 4" in found_in(ran, "decks")
    assert "/no/such/folder" in found_in(ran, "decks")


def test_a_voice_that_is_not_set_up_is_a_warning(quick: Recalliq) -> None:
    ran = quick("doctor", "--json", RECALLIQ_VOICE="elevenlabs:abc")
    assert (ran.code, levels(ran)["voice"]) == (0, "warn")


def test_a_collection_that_is_open_elsewhere_is_a_warning(
    recalliq: Recalliq, studied: Path
) -> None:
    with Collection.open(database(), clock=Clock()):
        ran = recalliq("doctor", "--json")
        rebuilt = recalliq("doctor", "--rebuild", "--json")
        restored = recalliq("doctor", "--restore", studied.name, "--yes")
    assert (ran.code, levels(ran)["database"]) == (0, "warn")
    assert rebuilt.json == {"cards": 1, "differing": [], "left": []}
    assert restored.code == 1
    assert "another recalliq has the collection open" in restored.err


def test_rebuilding_proves_that_states_are_what_the_log_says(
    quick: Recalliq, studied: Path
) -> None:
    ran = quick("doctor", "--rebuild", "--json")
    assert (ran.code, ran.json) == (0, {"cards": 1, "differing": [], "left": []})
    assert "all as the log says" in quick("doctor", "--rebuild").out


def test_rebuilding_mends_a_state_that_differs_and_names_the_card(
    quick: Recalliq, studied: Path
) -> None:
    with closing(sqlite3.connect(database())) as conn, conn:
        conn.execute("UPDATE state SET stability = 77")

    ran = quick("doctor", "--rebuild", "--json")

    assert ran.code == 0
    assert len(ran.json["differing"]) == 1
    assert ran.json["left"] == []
    assert quick("doctor", "--rebuild", "--json").json["differing"] == []


def test_a_damaged_collection_is_restored_and_kept_beside(
    recalliq: Recalliq, studied: Path
) -> None:
    damage()
    damaged = database().read_bytes()
    listed = recalliq("doctor", "--restore", "--json").json
    assert [each["name"] for each in listed["backups"]] == [studied.name]
    assert listed["backups"][0]["made_at"] == "2026-05-01T12:00:00Z"

    ran = recalliq("doctor", "--restore", studied.name, "--yes", "--json")

    assert (ran.code, ran.json["restored"]) == (0, studied.name)
    assert Path(ran.json["replaced"]).read_bytes() == damaged
    assert len(recalliq("history", "--json").json) == 1


def test_the_newest_backup_has_a_name_of_its_own(quick: Recalliq, studied: Path) -> None:
    damage()
    ran = quick("doctor", "--restore", "newest", "--yes")
    assert (ran.code, ran.out.strip()) == (0, f"restored: {studied.name}")
    assert "is kept as" in ran.err


def test_nothing_is_restored_without_a_yes(quick: Recalliq, studied: Path) -> None:
    before = database().read_bytes()
    ran = quick("doctor", "--restore", studied.name)
    assert (ran.code, ran.out) == (2, "")
    assert "--yes does it" in ran.err
    assert database().read_bytes() == before


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--restore", "daily-2026"), "did you mean daily-2026"),
        (("--restore", "../../etc/passwd", "--yes"), "no backup"),
        (("something",), "goes with --restore"),
        (("--restore", "--rebuild"), "don't go together"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(
    quick: Recalliq, studied: Path, args: tuple[str, ...], words: str
) -> None:
    ran = quick("doctor", *args)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err


@pytest.mark.parametrize(
    ("encoding", "size", "env", "level"),
    [
        ("utf-8", (120, 40), {"TERM": "xterm-256color", "COLORTERM": "truecolor"}, Level.OK),
        ("UTF-8", (80, 24), {"TERM": "xterm", "NO_COLOR": "1"}, Level.OK),
        ("iso8859-1", (80, 24), {"TERM": "xterm"}, Level.WARN),
        ("utf-8", (80, 24), {"TERM": "dumb"}, Level.WARN),
        ("utf-8", (40, 10), {"TERM": "xterm"}, Level.WARN),
    ],
)
def test_terminals_are_judged_by_what_they_say(
    encoding: str, size: tuple[int, int], env: dict[str, str], level: Level
) -> None:
    check = check_terminal(encoding=encoding, size=size, is_terminal=True, env=env)
    assert check.level is level
    assert bool(check.mend) == (level is Level.WARN)
