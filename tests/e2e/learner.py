"""A learner with folders of their own, who runs the real program."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

PROGRAM: Final = (sys.executable, "-P", "-m", "recalliq_tui")
"""The installed program, whatever folder the tests run in."""

SILENT: Final = '[audio]\nsink = "null"\n'
"""Settings for tests that are not about sound."""

SAMPLES_OFF: Final = f"{SILENT}[decks]\nsamples = false\n"

DECK: Final = "animals"

SPEAKS: Final = "voice: e"
"""What the strip says once the local voice, however it is labelled, has given a sign of life."""

_COMMAND_S: Final = 40.0


@dataclass(frozen=True)
class Learner:
    """Fresh folders below ``root``. ``extra`` goes over the environment of what they run."""

    root: Path
    extra: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def make(cls, root: Path, *, config: str = SILENT, **extra: str) -> Learner:
        learner = cls(root, extra)
        for folder in (learner.config, learner.data, learner.cache, learner.home, learner.decks):
            folder.mkdir(parents=True, exist_ok=True)
        (learner.config / "config.toml").write_text(config, encoding="utf-8")
        return learner

    @property
    def config(self) -> Path:
        return self.root / "config"

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def decks(self) -> Path:
        """The home of the learner's own decks."""
        return self.data / "decks"

    @property
    def collection(self) -> Path:
        return self.data / "collection.db"

    @property
    def log(self) -> str:
        """What the program wrote to its log."""
        file = self.data / "recalliq.log"
        return file.read_text(encoding="utf-8") if file.exists() else ""

    @property
    def env(self) -> dict[str, str]:
        """A whole environment: nothing of the machine's but the way to its programs."""
        return {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "TZ": "UTC",
            "TEXTUAL_ANIMATIONS": "none",
            "HOME": str(self.home),
            "RECALLIQ_CONFIG_DIR": str(self.config),
            "RECALLIQ_DATA_DIR": str(self.data),
            "RECALLIQ_CACHE_DIR": str(self.cache),
            **self.extra,
        }

    def write_deck(self, cards: int = 12, *, name: str = DECK, lang: str = "en") -> Path:
        """Write a deck whose fronts are ``front001`` ... and whose backs are ``back001`` ..."""
        notes = "".join(
            f'\nQ: front{n:03}\nA: back{n:03}\n<!-- riq id="c{n:03}" -->\n'
            for n in range(1, cards + 1)
        )
        return self.write_text(
            f'---\nid = "{name}"\nname = "{name}"\nlang = "{lang}"\n---\n{notes}', name
        )

    def write_text(self, text: str | bytes, name: str = DECK) -> Path:
        """Write a deck file of the learner's own."""
        path = self.decks / f"{name}.md"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command without a screen to its end."""
        return subprocess.run(
            [*PROGRAM, *arguments],
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_COMMAND_S,
            check=False,
        )

    def ratings(self) -> list[tuple[str, int]]:
        """Return the answers that stand, oldest first, as (card, rating)."""
        ran = self.run("history", "--json")
        assert ran.returncode == 0, ran.stderr
        return [(each["card"], each["rating"]) for each in json.loads(ran.stdout)]

    def history(self) -> list[tuple[int, int]]:
        """Return the answers of :meth:`write_deck`'s cards as (number of the card, rating)."""
        return [(number_of(card), rating) for card, rating in self.ratings()]

    def cache_report(self) -> dict[str, Any]:
        """Return what ``cache verify --json`` says."""
        report: dict[str, Any] = json.loads(self.run("cache", "verify", "--json").stdout)
        return report

    def session_row(self) -> str:
        """Return the session that was not ended as it is stored."""
        with closing(sqlite3.connect(self.collection)) as conn:
            return str(conn.execute("SELECT * FROM session").fetchall())

    def integrity(self) -> str:
        """Return SQLite's own verdict on the collection: ``ok``."""
        with closing(sqlite3.connect(self.collection)) as conn:
            return str(conn.execute("PRAGMA integrity_check").fetchone()[0])


def number_of(card: str) -> int:
    """Return the number in the id of a card of :meth:`Learner.write_deck`."""
    found = re.search(r"c(\d\d\d)(?!.*c\d\d\d)", card)
    assert found is not None, card
    return int(found[1])


def command(*arguments: str) -> Sequence[str]:
    """Return the command line of the program."""
    return [*PROGRAM, *arguments]
