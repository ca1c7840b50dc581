"""The program as its user runs it: a process of its own, in a home of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from typer.testing import CliRunner

from recalliq_tui.cli.app import app
from recalliq_tui.lab.servers import Script, SpeechServer
from tests.soundcard import SoundCard, require_real

if TYPE_CHECKING:
    from collections.abc import Iterator

DECK = """---
id = "small"
name = "Small"
lang = "en"
---
Q: one?
A: uno

Q: two?
A: dos
"""

KEY = "sk_marked_0123456789abcdef"
PAID_DECK = '---\nid = "paid"\nname = "Paid"\nlang = "en"\n---\n' + "\n".join(
    f"Q: What is number {name}?\nA: It is {name}.\n"
    for name in ("one", "two", "three", "four", "five")
)


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Recalliq(Protocol):
    def __call__(self, *args: str, **env: str) -> Ran: ...


def environment(home: Path, **more: str) -> dict[str, str]:
    """The surroundings of a process: those of the test, a home of its own, no sound server."""
    own = {"HOME": str(home), "XDG_RUNTIME_DIR": str(home), "PULSE_SERVER": f"unix:{home}/none"}
    return {**os.environ, **own, **more}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def recalliq(home: Path) -> Recalliq:
    """Run ``python -m recalliq_tui`` with arguments, and variables over the test's own."""

    def run(*args: str, **env: str) -> Ran:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "recalliq_tui", *args],
            env=environment(home, **env),
            cwd=home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=40,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def quick(home: Path, monkeypatch: pytest.MonkeyPatch) -> Recalliq:
    """Run a command in this process: the same to a test, without the start of a Python."""
    monkeypatch.chdir(home)

    def run(*args: str, **env: str) -> Ran:
        done = CliRunner().invoke(app, list(args), env=environment(home, **env))
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Ran(done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture
def own_decks() -> Path:
    """The folder of the learner's own decks."""
    folder = Path(os.environ["RECALLIQ_DATA_DIR"]) / "decks"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def small(own_decks: Path) -> Path:
    """A deck of two cards, four clips."""
    file = own_decks / "small.md"
    file.write_text(DECK, encoding="utf-8")
    return file


@pytest.fixture
def config_file() -> Path:
    folder = Path(os.environ["RECALLIQ_CONFIG_DIR"])
    folder.mkdir(parents=True)
    return folder / "config.toml"


@pytest.fixture
def sound_card(tmp_path: Path) -> Iterator[SoundCard]:
    """A sound card; its ``env`` is what a process needs to play to it."""
    require_real()
    card = SoundCard(tmp_path / "card")
    card.start()
    yield card
    card.kill()


class Account:
    """A learner with a key and a voice at the provider."""

    def __init__(self, server: SpeechServer, run: Recalliq) -> None:
        self.server = server
        self._run = run
        self.voice = "elevenlabs:voiceA1"

    def __call__(self, *args: str, **env: str) -> Ran:
        base = {
            "ELEVENLABS_API_KEY": KEY,
            "ELEVENLABS_BASE_URL": self.server.base_url,
            "RECALLIQ_VOICE": self.voice,
        }
        return self._run(*args, **(base | env))

    @property
    def asked(self) -> int:
        return len(self.server.spoken)


@pytest.fixture
def server() -> Iterator[SpeechServer]:
    with SpeechServer(Script(key=KEY)) as made:
        yield made


@pytest.fixture
def account(server: SpeechServer, quick: Recalliq, config_file: Path) -> Account:
    config_file.write_text("[limits]\nstarts_per_second = 100\n", encoding="utf-8")
    return Account(server, quick)


@pytest.fixture
def paid_deck(own_decks: Path) -> Path:
    """Ten texts."""
    file = own_decks / "paid.md"
    file.write_text(PAID_DECK, encoding="utf-8")
    return file
