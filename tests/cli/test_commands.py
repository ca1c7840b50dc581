"""What holds for every command: help with an example, light imports, the exit codes of usage."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import typer
from typer.testing import CliRunner

from recalliq_tui.cli.app import app
from tests.cli.conftest import environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.conftest import Recalliq

SCREEN = {"textual", "recalliq_tui.tui"}
SOUND = {"miniaudio", "sounddevice", "lameenc", "diskcache"}
OTHERS = {"httpx", "fsrs"}

LIGHT = {
    ("--version",): SCREEN | SOUND | OTHERS | {"sqlite3", "asyncio"},
    ("--help",): SCREEN | SOUND | OTHERS | {"sqlite3", "asyncio"},
    ("config", "show"): SCREEN | SOUND | OTHERS | {"sqlite3", "asyncio"},
    ("config", "path"): SCREEN | SOUND | OTHERS | {"sqlite3", "asyncio"},
    ("decks",): SCREEN | SOUND | OTHERS,
    ("check", "deck.md"): SCREEN | SOUND | OTHERS | {"spellchecker"},
    ("check", "--speech", "deck.md"): SCREEN | SOUND | OTHERS,
    ("reports", "list"): SCREEN | SOUND | OTHERS,
    ("reports", "show", "--help"): SCREEN | SOUND | OTHERS | {"sqlite3", "asyncio"},
    ("reports", "resolve", "--help"): SCREEN | SOUND | OTHERS | {"sqlite3", "asyncio"},
    ("grade", "--help"): SCREEN | SOUND | OTHERS | {"sqlite3", "asyncio"},
    ("recite", "--help"): SCREEN | SOUND | OTHERS | {"sqlite3", "asyncio"},
    ("budget",): SCREEN | SOUND | OTHERS,
    ("history",): SCREEN | SOUND | OTHERS,
    ("doctor", "--restore"): SCREEN | SOUND | OTHERS,
    ("doctor", "--rebuild"): SCREEN | SOUND | {"httpx"},
    ("doctor",): SCREEN | OTHERS,
    ("render", "small"): SCREEN | OTHERS | {"miniaudio", "sounddevice"},
    ("cache", "status"): SCREEN | OTHERS | {"miniaudio", "sounddevice"},
    ("cache", "verify"): SCREEN | OTHERS | {"miniaudio", "sounddevice"},
    ("cache", "prune"): SCREEN | OTHERS | {"miniaudio", "sounddevice"},
    ("lab", "list"): SCREEN | SOUND | OTHERS | {"sqlite3"},
    ("lab", "run", "--help"): SCREEN | SOUND | OTHERS | {"sqlite3", "asyncio"},
    ("lab", "replay", "--help"): SCREEN | SOUND | OTHERS | {"sqlite3", "asyncio"},
    ("say", "one", "--out", "one.mp3"): SCREEN | OTHERS | {"sounddevice"},
    ("voices", "pin", "--help"): SCREEN | SOUND | OTHERS,
    ("voices", "check", "--help"): SCREEN | SOUND | OTHERS,
    ("voices", "list"): SCREEN | OTHERS | {"miniaudio", "sounddevice"},
}

WATCH = """
import json, sys
from recalliq_tui.cli import main
try:
    main()
finally:
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


def commands() -> Iterator[tuple[str, Any]]:
    def walk(name: str, command: Any) -> Iterator[tuple[str, Any]]:
        yield name, command
        for each, sub in getattr(command, "commands", {}).items():
            yield from walk(f"{name} {each}", sub)

    yield from walk("recalliq", typer.main.get_command(app))


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_help_says_what_it_does_with_an_example_that_is_that_command(name: str) -> None:
    ran = CliRunner().invoke(app, [*name.split()[1:], "--help"])

    assert ran.exit_code == 0
    example = ran.stdout.partition("Example:")[2]
    assert name in example
    command = dict(commands())[name]
    assert len((command.help or "").split()) > 3


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_a_command_fits_its_line_in_the_list(name: str) -> None:
    command = dict(commands())[name]
    assert not command.get_short_help_str(limit=66).endswith("...")


SCREENS = {"recalliq study", "recalliq pray"}


def test_every_command_that_reports_takes_json() -> None:
    silent = {"recalliq", *SCREENS}
    for name, command in commands():
        if name not in silent and not getattr(command, "commands", None):
            assert "--json" in {opt for each in command.params for opt in each.opts}, name


def test_every_command_is_watched_for_what_it_imports() -> None:
    watched = {" ".join(("recalliq", *args)) for args in LIGHT}
    for name, command in commands():
        if not getattr(command, "commands", None) and name not in SCREENS:
            assert any(each.startswith(name) for each in watched), name


@pytest.mark.parametrize("args", LIGHT, ids=" ".join)
def test_a_command_imports_only_what_it_needs(args: tuple[str, ...], small: Path) -> None:
    small.with_name("deck.md").write_text("Q: a?\nA: b\n", encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-c", WATCH, *args],
        env=environment(small.parent),
        cwd=small.parent,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=40,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    loaded = json.loads(ran.stderr.splitlines()[-1])
    assert not LIGHT[args] & set(loaded)


def test_an_unknown_command_is_a_usage_error(recalliq: Recalliq) -> None:
    ran = recalliq("rendre", "small")
    assert ran.code == 2
    assert ran.out == ""
    assert "rendre" in ran.err


def test_the_screens_need_a_terminal_and_say_so(recalliq: Recalliq) -> None:
    ran = recalliq()
    assert ran.code == 2
    assert "need a terminal" in ran.err


def test_the_version_is_data(recalliq: Recalliq) -> None:
    ran = recalliq("--version")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("recalliq ")
