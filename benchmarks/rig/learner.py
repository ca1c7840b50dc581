"""A learner with folders of their own in a temporary place, and decks to study."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DECK = "bench"
_CONFIG = '[audio]\nsink = "{sink}"\n\n[study]\nnew_per_day = {new}\n\n[decks]\nsamples = false\n'


def program(*arguments: str) -> list[str]:
    """Return the command line of the installed program, as a user starts it."""
    script = Path(sys.executable).with_name("recalliq")
    start = [str(script)] if script.exists() else [sys.executable, "-P", "-m", "recalliq_tui"]
    return [*start, *arguments]


@dataclass(frozen=True)
class Learner:
    """Folders below ``root``; ``extra`` goes over the environment of what runs in them."""

    root: Path
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    @property
    def env(self) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "TZ": "UTC",
            "HOME": str(self.root),
            "RECALLIQ_CONFIG_DIR": str(self.root / "config"),
            "RECALLIQ_DATA_DIR": str(self.data),
            "RECALLIQ_CACHE_DIR": str(self.cache),
            **self.extra,
        }

    def write_deck(self, notes: str) -> Path:
        """Write the learner's one deck."""
        path = self.data / "decks" / f"{DECK}.md"
        head = f'---\nid = "{DECK}"\nname = "Bench"\nlang = "en"\n---\n\n'
        path.write_text(head + notes, encoding="utf-8")
        return path

    def command(self, *arguments: str) -> str:
        """Run a command without a screen to its end and return what it printed."""
        ran = subprocess.run(
            program(*arguments),
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
        )
        return ran.stdout


@contextmanager
def learner(
    *, sink: str = "null", new_per_day: int = 20, extra: Mapping[str, str] | None = None
) -> Iterator[Learner]:
    """Give fresh folders with a config in them; they are gone after the block."""
    with tempfile.TemporaryDirectory(prefix="recalliq-bench-", ignore_cleanup_errors=True) as name:
        made = Learner(Path(name), extra or {})
        for folder in (made.root / "config", made.data / "decks", made.cache):
            folder.mkdir(parents=True)
        config = _CONFIG.format(sink=sink, new=new_per_day)
        (made.root / "config" / "config.toml").write_text(config, encoding="utf-8")
        yield made


def plain_notes(count: int) -> str:
    """Return ``count`` plain notes, each with a text of its own and its number in it."""
    return "".join(
        f"Q: What is the name of number {n:06} here?\nA: The name of it is answer {n:06}.\n\n"
        for n in range(count)
    )


def front(number: int) -> str:
    """Return words that only the front of that note holds."""
    return f"number {number:06}"


def back(number: int) -> str:
    """Return words that only the back of that note holds."""
    return f"answer {number:06}"
