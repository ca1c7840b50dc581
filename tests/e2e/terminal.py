"""The program in a real terminal (tmux), with a screen that can be read as a person sees it."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.e2e.pseudo import PATIENCE_S, eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_NUMBERS: Final = count()


_SCRIPT: Final = """\
sh -c 'echo $$ >"$0/pid"; exec "$@"' {notes} "$@"
echo $? >{notes}/code.new && mv {notes}/code.new {notes}/code
"""


class Terminal:
    """A tmux server of its own with one program in one window."""

    def __init__(
        self, argv: Sequence[str], *, env: Mapping[str, str], columns: int = 80, rows: int = 24
    ) -> None:
        self._name = f"recalliq-{os.getpid()}-{next(_NUMBERS)}"
        self._env = dict(env)
        size = ("-x", str(columns), "-y", str(rows))
        term = env.get("TERM", "xterm-256color")
        # tmux's own word on how a program ended comes late or never on a busy machine.
        self._notes = Path(tempfile.mkdtemp(prefix="recalliq-terminal-"))
        script = _SCRIPT.format(notes=shlex.quote(str(self._notes)))
        self._tmux(
            *("-f", os.devnull),
            *("set", "-g", "remain-on-exit", "on", ";"),
            *("set", "-g", "status", "off", ";"),
            *("set", "-g", "default-terminal", term, ";"),
            *("new-session", "-d", *size, shlex.join(["/bin/sh", "-c", script, "sh", *argv])),
        )

    @property
    def screen(self) -> str:
        """What is on the screen now, line by line, without colours."""
        return self._tmux("capture-pane", "-p")

    @property
    def coloured(self) -> str:
        """What is on the screen now, with its escape sequences for colours."""
        return self._tmux("capture-pane", "-p", "-e")

    @property
    def pid(self) -> int:
        return int((self._notes / "pid").read_text())

    @property
    def exit_code(self) -> int | None:
        """Return the program's exit code as a shell has it, ``None`` while it runs."""
        said = self._notes / "code"
        return int(said.read_text() or -1) if said.exists() else None

    def send(self, *keys: str) -> None:
        """Press keys by their tmux names: ``Enter``, ``Space``, ``3``, ``C-c``."""
        self._tmux("send-keys", *keys)

    def resize(self, columns: int, rows: int) -> None:
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def wait_for(self, *texts: str, seconds: float = PATIENCE_S) -> str:
        """Wait until all ``texts`` are on the screen; return the screen."""
        shown = [""]

        def seen() -> bool:
            shown[0] = self.screen
            return all(text in shown[0] for text in texts)

        self._until(seen, f"{texts}", seconds)
        return shown[0]

    def wait_gone(self, text: str, *, seconds: float = PATIENCE_S) -> None:
        """Wait until ``text`` is no longer on the screen."""
        self._until(lambda: text not in self.screen, f"{text} to go", seconds)

    def wait_exit(self, *, seconds: float = PATIENCE_S) -> int:
        self._until(lambda: self.exit_code is not None, "the program to end", seconds)
        code = self.exit_code
        assert code is not None
        return code

    def close(self) -> None:
        """End the program and its terminal."""
        subprocess.run(
            ["tmux", "-L", self._name, "kill-server"],
            env=self._env,
            capture_output=True,
            check=False,
        )
        shutil.rmtree(self._notes, ignore_errors=True)

    def _until(self, condition: Callable[[], bool], what: str, seconds: float) -> None:
        try:
            eventually(condition, what, seconds=seconds)
        except pytest.fail.Exception as error:
            pytest.fail(f"{error}; on the screen is\n{self.screen}")

    def _tmux(self, *arguments: str) -> str:
        ran = subprocess.run(
            ["tmux", "-L", self._name, *arguments],
            env=self._env,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout


@contextmanager
def terminal(argv: Sequence[str], *, env: Mapping[str, str], **size: int) -> Iterator[Terminal]:
    """Run a program under tmux; program and terminal are gone after the block."""
    shown = Terminal(argv, env=env, **size)
    try:
        yield shown
    finally:
        shown.close()
