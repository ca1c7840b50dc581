"""Nothing heavy loads before it is needed: measured in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parent.parent
HEAVY = (
    "httpx", "miniaudio", "sounddevice", "diskcache", "lameenc", "fsrs", "markdown_it",
    "rapidfuzz", "snowballstemmer", "espeakng_loader", "recalliq_tui.speech.espeak", "recalliq_tui.speech.protocol", "recalliq_tui.speech.mp3",
    "recalliq_tui.audio.player", "recalliq_tui.audio.cache",
)  # fmt: skip
PAINTED = """
import json, sys
from pathlib import Path
from recalliq_tui.config import load_config
from recalliq_tui.paths import resolve_paths
from recalliq_tui.wiring import make_runtime, run_tui
from recalliq_tui.tui import app as module

study, mark, told = sys.argv[1:]
display = module.RecallApp._display
run = module.RecallApp.run


def displayed(self, screen, renderable):
    display(self, screen, renderable)
    shown = "".join(strip.text for strip in screen._compositor.render_strips())
    if mark in shown and not Path(told).exists():
        Path(told).write_text(json.dumps(sorted(sys.modules)))
        self.exit(0)


module.RecallApp._display = displayed
module.RecallApp.run = lambda self: run(self, headless=True, size=(80, 24))
paths = resolve_paths()
run_tui(make_runtime(load_config(paths.config_file), paths), study=study or None)
"""
"""Opens the program without a terminal, writes down what is loaded once ``mark`` is on the
screen, and ends."""


def run(code: str, *arguments: str, environment: dict[str, str] | None = None) -> str:
    """Run Python code in a process of its own; returns what it wrote to stderr."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "TEXTUAL_ANIMATIONS": "none", **(environment or {})},
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stderr


def loaded(modules: Sequence[str], unwanted: Sequence[str]) -> list[str]:
    """Those of ``modules`` that are unwanted or inside an unwanted package."""
    return [
        name for name in modules if any(name == u or name.startswith(f"{u}.") for u in unwanted)
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--version"],
        ["decks", "--json"],
        ["config", "show", "--json"],
        ["check", "sample_decks/Science/earth-and-sky.md"],
        ["history", "--json"],
        ["cache", "status", "--json"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_command_without_a_screen_loads_no_textual(arguments: list[str]) -> None:
    code = (
        "import atexit, json, sys\n"
        "atexit.register(lambda: print('MODULES', json.dumps(sorted(sys.modules)),"
        " file=sys.stderr))\n"
        "from recalliq_tui.cli import main\n"
        f"sys.argv = ['recalliq', *{arguments!r}]\n"
        "main()\n"
    )
    said = run(code)
    modules = json.loads(said.rpartition("MODULES ")[2])
    assert "recalliq_tui.cli" in modules
    assert loaded(modules, ["textual", "recalliq_tui.tui", "sounddevice", "httpx"]) == []


@pytest.fixture(scope="module")
def at_home(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Modules at the first paint of the home screen with its decks."""
    return _painted(tmp_path_factory.mktemp("home"), "", "Spanish")


@pytest.fixture(scope="module")
def at_study(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Modules at the first paint of a session's first card."""
    return _painted(tmp_path_factory.mktemp("study"), "earth-and-sky", "1 of 20")


def _painted(folder: Path, study: str, mark: str) -> list[str]:
    environment = {
        f"RECALLIQ_{name}_DIR": str(folder / name) for name in ("CONFIG", "DATA", "CACHE")
    }
    # The second start is the one that counts: the first one reads every deck.
    for number in (1, 2):
        told = folder / f"modules-{number}.json"
        run(PAINTED, study, mark, str(told), environment=environment)
    modules: list[str] = json.loads(told.read_text(encoding="utf-8"))
    return modules


def test_home_is_painted_before_sound_voice_and_network_load(at_home: list[str]) -> None:
    assert "recalliq_tui.tui.screens.home" in at_home
    assert loaded(at_home, HEAVY) == []


def test_a_card_is_painted_before_sound_voice_and_network_load(at_study: list[str]) -> None:
    assert "recalliq_tui.tui.screens.review" in at_study
    assert loaded(at_study, [name for name in HEAVY if name != "markdown_it"]) == []
