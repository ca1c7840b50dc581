"""Sets a scenario up: servers, folders, surroundings, and the command that opens the program."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Final, assert_never

from recalliq_tui.domain.voice import parse_voice
from recalliq_tui.lab.folders import DECK, Folders
from recalliq_tui.lab.scenario import Act, Address, Cache, ScenarioError
from recalliq_tui.lab.servers import SCRIPTS, Script, SpeechServer
from recalliq_tui.lab.servers.faults import KEY
from recalliq_tui.lab.sinks import Plug

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from recalliq_tui.lab.scenario import Scenario

PROGRAM: Final = (sys.executable, "-P", "-m", "recalliq_tui")
_SCREENS: Final = (sys.executable, "-P", "-m", "recalliq_tui.cli.labstage")
_NOWHERE: Final = "https://voice.invalid"
_RENDER_S: Final = 60.0
_FULL_KB: Final = 400
_MOUNT: Final = 'mount -t tmpfs -o "$0" tmpfs "$1" && shift && exec "$@"'


class CannotPlayError(Exception):
    """This machine doesn't allow what the scenario needs; the text says what that is."""


class Stage:
    """One scenario, ready to be opened. A context manager: servers and device are gone after it.

    ``root`` is an empty folder, kept by who gave it. ``silent`` plays to nobody, in real time.
    """

    def __init__(self, scenario: Scenario, root: Path, *, silent: bool) -> None:
        self.scenario = scenario
        self.server = SpeechServer(_script(scenario)) if scenario.script else None
        self.folders = Folders(root)
        self.plug = Plug(self.folders.plug)
        self._silent = silent
        self._stack = ExitStack()
        self._before = 0

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            if self.server is not None:
                stack.enter_context(self.server)
            self.folders = Folders.make(self.folders.root, config=self._config())
            if self.scenario.render:
                self._render()
            if not self.scenario.device:
                self.plug.pull()
            if self.scenario.cache is Cache.READ_ONLY and os.geteuid() != 0:
                self.folders.cache.chmod(0o500)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.scenario.cache is Cache.READ_ONLY:
            self.folders.cache.chmod(0o700)
        self._stack.close()

    @property
    def env(self) -> dict[str, str]:
        """The surroundings of the program."""
        return self.folders.environment({**self._voice_env(), **self.scenario.env})

    @property
    def command(self) -> list[str]:
        """What opens the program's screens over the lab's deck. Raises :class:`CannotPlayError`."""
        opened = [*_SCREENS, DECK, str(self.folders.plug), str(self.folders.trace)]
        match self.scenario.cache:
            case Cache.FINE:
                return opened
            case Cache.READ_ONLY:
                return self._mounted("ro", opened) if os.geteuid() == 0 else opened
            case Cache.FULL:
                return self._mounted(f"size={_FULL_KB}k", opened)
            case _:
                assert_never(self.scenario.cache)

    @property
    def spoken(self) -> int:
        """Requests for speech since the program was opened."""
        return len(self.server.spoken) - self._before if self.server is not None else 0

    def act(self, act: Act) -> None:
        """Do what a step asks for."""
        match act:
            case Act.PULL_DEVICE:
                self.plug.pull()
            case Act.RETURN_DEVICE:
                self.plug.put_back()
            case Act.SERVER_AWAY:
                self._server.refuse_connections()
            case Act.SERVER_BACK:
                self._server.listen_again()
            case Act.HEAL_SERVER:
                self._server.play(Script(key=KEY))
            case Act.REMOVE_VOICE:
                self._server.remove_voice(self._voice_id)
            case _:
                assert_never(act)

    @property
    def _server(self) -> SpeechServer:
        if self.server is None:
            raise ScenarioError(f"{self.scenario.name}: there is no server, for it has no script")
        return self.server

    @property
    def _voice_id(self) -> str:
        voice = parse_voice(self.scenario.voice)
        return "" if voice is None else voice.voice

    def _config(self) -> str:
        """Settings of the scenario; the lab's own come first, so that its tables stay open."""
        silent = '[audio]\nsink = "null"\n' if self._silent else ""
        samples = "[decks]\nsamples = false\n"
        return f"{samples}{silent}{self.scenario.config}"

    def _voice_env(self) -> dict[str, str]:
        if self.server is None:
            return {}
        match self.scenario.address:
            case Address.SERVER:
                url = self.server.base_url
            case Address.REFUSED:
                url = f"http://127.0.0.1:{_free_port()}"
            case Address.NOWHERE:
                url = _NOWHERE
            case _:
                assert_never(self.scenario.address)
        names = (
            ("RECALLIQ_SPEECH_BASE_URL", "RECALLIQ_SPEECH_API_KEY")
            if self.scenario.voice.startswith("openai:")
            else ("ELEVENLABS_BASE_URL", "ELEVENLABS_API_KEY")
        )
        return {names[0]: url, names[1]: KEY, "RECALLIQ_VOICE": self.scenario.voice}

    def _render(self) -> None:
        """Render the deck, on a server that does well, and spoil what the scenario says."""
        if self.server is not None:
            self.server.play(Script(key=KEY))
        ran = subprocess.run(
            [*PROGRAM, "render", DECK, "--yes", "--json"],
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_RENDER_S,
            check=False,
        )
        if ran.returncode != 0:
            raise CannotPlayError(f"the deck can't be rendered: {ran.stderr[-400:]}")
        if self.server is not None:
            self.server.play(_script(self.scenario))
            self._before = len(self.server.spoken)
        spoil = self.scenario.spoil
        if spoil and not self.folders.spoil_clip("What does the heart do?", spoil):
            raise CannotPlayError("the clip that was to be spoilt isn't there")

    def _mounted(self, options: str, command: Sequence[str]) -> list[str]:
        """Put a small file system over the cache folder, seen by this program alone."""
        unshare = shutil.which("unshare")
        how = "-m" if os.geteuid() == 0 else "-rm"
        tried = [unshare or "", how, "sh", "-c", _MOUNT, options, str(self.folders.cache), "true"]
        if unshare is None or _fails(tried):
            raise CannotPlayError("this system lets nobody mount a small file system (unshare -m)")
        return [
            *(unshare, how, "sh", "-c", _MOUNT, options, str(self.folders.cache)),
            *command,
        ]


def _fails(command: Sequence[str]) -> bool:
    """Whether a command fails. Its surroundings are a copy: threads may change ours meanwhile."""
    ran = subprocess.run(command, env=dict(os.environ), capture_output=True, check=False)
    return ran.returncode != 0


def _script(scenario: Scenario) -> Script:
    script = SCRIPTS[scenario.script]()
    return script if scenario.credits is None else replace(script, credits=scenario.credits)


def _free_port() -> int:
    """Return a port where nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port
