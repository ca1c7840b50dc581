"""When things are missing or broken: words on the screen or a message, and nothing is lost."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.e2e.heard import clip_of
from tests.e2e.learner import DECK, SAMPLES_OFF, SPEAKS, Learner, command
from tests.e2e.pseudo import eventually, pseudo
from tests.e2e.terminal import terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.terminal


@pytest.fixture
def mounted() -> Iterator[Callable[[Path, str], None]]:
    """Mounts small file systems, and takes them away again."""
    folders: list[Path] = []

    def mount(folder: Path, options: str) -> None:
        tool = shutil.which("mount")
        if tool is None or os.geteuid() != 0:
            pytest.skip("only root can mount the small file system that this test fills")
        ran = subprocess.run(
            [tool, "-t", "tmpfs", "-o", options, "tmpfs", str(folder)],
            capture_output=True,
            check=False,
        )
        if ran.returncode:
            pytest.skip("this machine lets nobody mount the file system that this test fills")
        folders.append(folder)

    yield mount
    for folder in folders:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def study_one(learner: Learner, *said: str) -> None:
    """Study a card while the strip says something, and see the next one."""
    with terminal(command("study", DECK), env=learner.env, columns=100) as shown:
        number = re.findall(r"front(\d{3})", shown.wait_for("front", *said))[0]
        shown.send("Space")
        shown.wait_for(f"back{number}", "Again")
        shown.send("3")
        shown.wait_gone(f"front{number}")
        shown.wait_for("front", *said)
        shown.send("q")
        shown.wait_for("1 answer")
        backups = learner.data / "backups"
        eventually(lambda: any(backups.glob("daily-*.db")), "the day's backup")
    assert len(learner.ratings()) == 1
    assert "Traceback" not in learner.log


def test_a_read_only_cache_folder(learner: Learner, mounted: Callable[[Path, str], None]) -> None:
    learner.write_deck(5)
    if os.geteuid() == 0:
        mounted(learner.cache, "ro")
    else:
        learner.cache.chmod(0o500)
    study_one(learner, "cache: read-only", SPEAKS)


def test_a_full_cache_folder(learner: Learner, mounted: Callable[[Path, str], None]) -> None:
    learner.write_deck(40)
    mounted(learner.cache, "size=400k")
    study_one(learner, "cache: disk full", SPEAKS)


def test_a_cache_path_that_is_no_folder(learner: Learner) -> None:
    learner.write_deck(5)
    learner.cache.rmdir()
    learner.cache.write_text("in the way")
    study_one(learner, "cache: ", SPEAKS)


def test_a_damaged_clip_is_rendered_again(learner: Learner) -> None:
    learner.write_deck(3)
    with terminal(command("study", DECK), env=learner.env) as shown:
        shown.wait_for("cache 6/6")
    path = clip_of(learner, "front001")
    assert path is not None
    sound = path.read_bytes()
    path.write_bytes(sound[:-200] + bytes(200 - 1) + b"!")
    assert clip_of(learner, "front001") is None
    with terminal(command("study", DECK), env=learner.env) as shown:
        shown.wait_for("front001")
        eventually(lambda: clip_of(learner, "front001"), "the clip to be whole again")
    report = learner.cache_report()
    assert report == {"clips": 6, "ok": 6, "damaged": [], "missing": []}


@pytest.mark.parametrize("way", [("study", DECK), ()], ids=["study", "home"])
def test_a_damaged_database_is_left_alone_and_its_backups_are_named(
    learner: Learner, way: tuple[str, ...]
) -> None:
    learner.write_deck(5)
    study_one(learner)
    backup = next((learner.data / "backups").glob("daily-*.db")).name
    learner.collection.write_bytes(b"SQLite format 3\0" + b"junk" * 5000)
    before = learner.collection.read_bytes()
    with pseudo(command(*way), env=learner.env) as program:
        assert program.wait_exit() == 1
        said = " ".join(program.text().split())
    assert "doctor --restore" in said
    assert backup in said
    assert "Traceback" not in said
    assert learner.collection.read_bytes() == before


def test_a_newer_schema_is_refused(learner: Learner) -> None:
    learner.write_deck(5)
    study_one(learner)
    with closing(sqlite3.connect(learner.collection)) as conn:
        conn.execute("PRAGMA user_version = 9999")
    with pseudo(command("study", DECK), env=learner.env) as program:
        assert program.wait_exit() == 1
        assert "Update recalliq" in " ".join(program.text().split())
    with closing(sqlite3.connect(learner.collection)) as conn:
        assert conn.execute("PRAGMA user_version").fetchone() == (9999,)


def test_a_deck_file_that_vanishes_during_a_session(learner: Learner) -> None:
    path = learner.write_deck(5)
    with terminal(command("study", DECK), env=learner.env, columns=100) as shown:
        number = re.findall(r"front(\d{3})", shown.wait_for("front", "cache 10/10"))[0]
        path.unlink()
        shown.send("Space")
        shown.wait_for(f"back{number}")
        shown.send("e")
        shown.wait_for(f"back{number}", "Again")
        shown.send("3")
        shown.wait_gone(f"front{number}")
        shown.wait_for("front")
        shown.send("q")
        shown.wait_for("1 answer")
        shown.send("Enter")
        shown.wait_for("Computing")
        shown.wait_gone(DECK)
    assert len(learner.ratings()) == 1
    assert "Traceback" not in learner.log


def test_a_deck_that_is_no_utf_8(learner: Learner) -> None:
    learner.write_deck(3)
    (learner.config / "config.toml").write_text(SAMPLES_OFF)
    learner.write_text(b"Q: caf\xe9\nA: coffee\n", "latin-1")
    with terminal(command(), env=learner.env, columns=100) as shown:
        shown.wait_for("latin-1 ▲", DECK)
        shown.send("End")
        shown.wait_for("c problems")
        shown.send("c")
        shown.wait_for("UTF-8")
        shown.send("Escape")
        shown.wait_gone("UTF-8")
    assert learner.run("check", str(learner.decks / "latin-1.md")).returncode == 1


def test_an_unknown_setting_names_the_nearest(learner: Learner) -> None:
    (learner.config / "config.toml").write_text(
        '[study]\nnew_per_dya = 3\n[keys]\n"review.agian" = "x"\n"review.good" = "spcae"\n'
    )
    with pseudo(command(), env=learner.env) as program:
        assert program.wait_exit() == 2
        said = program.text()
    assert "did you mean 'study.new_per_day'" in said
    assert "did you mean 'keys.review.again'" in said
    assert "did you mean 'space'" in said


def test_a_data_folder_that_cannot_be_made(learner: Learner) -> None:
    (learner.root / "file").write_text("in the way")
    env = {**learner.env, "RECALLIQ_DATA_DIR": str(learner.root / "file" / "data")}
    with pseudo(command(), env=env) as program:
        assert program.wait_exit() == 1
        said = program.text()
    assert "RECALLIQ_DATA_DIR" in " ".join(said.split())
    assert "Traceback" not in said


def test_no_terminal_is_a_matter_of_usage(learner: Learner) -> None:
    ran = learner.run()
    assert ran.returncode == 2
    assert "need a terminal" in ran.stderr
