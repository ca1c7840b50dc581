"""Folders for one run of a scenario: settings, decks, collection, clips; all of it thrown away."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from recalliq_tui.audio.clip import MAGIC, FrameError, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

DECK: Final = "lab"

_DECK_TEXT: Final = """\
---
id = "lab"
name = "Lab"
lang = "en"
---
Q: What does the heart do?
A: It pumps blood through the body.
<!-- riq id="heart" points=["pumps blood", "through the body"] -->

Q: What do the lungs do?
A: They take in oxygen and give off carbon dioxide.
<!-- riq id="lungs" points=["take in oxygen", "give off carbon dioxide"] -->

Q: What does the liver do?
A: It cleans the blood and stores sugar.
<!-- riq id="liver" points=["cleans the blood", "stores sugar"] -->

Q: What do the kidneys do?
A: They filter waste and balance water.
<!-- riq id="kidneys" points=["filter waste", "balance water"] -->

Q: What does the skin do?
A: It protects the body and feels touch.
<!-- riq id="skin" points=["protects the body", "feels touch"] -->
"""
_PASSED_ON: Final = (
    "PATH", "LANG", "LC_ALL", "LC_CTYPE", "TERM", "COLORTERM", "TZ", "VIRTUAL_ENV", "SYSTEMROOT",
    "PULSE_SERVER", "XDG_RUNTIME_DIR", "PYTHONPATH",
)  # fmt: skip
"""Of the surroundings only what a terminal program and its sound need."""


@dataclass(frozen=True, slots=True)
class Folders:
    """All below ``root``; nothing of the learner's own is read or written."""

    root: Path

    @classmethod
    def make(cls, root: Path, *, config: str) -> Folders:
        """Make the folders with settings and the lab's deck."""
        folders = cls(root)
        for folder in (folders.config, folders.data / "decks", folders.cache, folders.home):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folders.config / "config.toml").write_text(config, encoding="utf-8")
        (folders.data / "decks" / f"{DECK}.md").write_text(_DECK_TEXT, encoding="utf-8")
        return folders

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
    def plug(self) -> Path:
        """The file whose being there pulls the sound device."""
        return self.root / "device-pulled"

    @property
    def trace(self) -> Path:
        return self.root / "trace.jsonl"

    def environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        """Return a whole environment for the program."""
        passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        return {
            "TERM": "xterm-256color",
            **passed,
            "HOME": str(self.home),
            "RECALLIQ_CONFIG_DIR": str(self.config),
            "RECALLIQ_DATA_DIR": str(self.data),
            "RECALLIQ_CACHE_DIR": str(self.cache),
            **extra,
        }

    def clip_files(self) -> Iterator[tuple[Path, str]]:
        """Yield the cached clips' files with their specs."""
        for folder, _, names in os.walk(self.cache):
            for name in names:
                path = self.root.joinpath(folder, name)
                data = path.read_bytes()
                if not data.startswith(MAGIC):
                    continue
                try:
                    yield path, unpack(data).info.spec
                except FrameError:
                    continue

    def spoil_clip(self, words: str, how: str) -> bool:
        """``damage`` (one byte) or ``truncate`` (half) the clip whose text holds ``words``."""
        for path, spec in self.clip_files():
            if words in spec:
                data = path.read_bytes()
                spoilt = data[: len(data) // 2]
                if how == "damage":
                    spoilt = data[:-40] + bytes([data[-40] ^ 0xFF]) + data[-39:]
                path.write_bytes(spoilt)
                return True
        return False
