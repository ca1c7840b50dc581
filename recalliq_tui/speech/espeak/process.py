"""The voice process as the program sees it: started, asked, and ended whatever it does."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import recalliq_tui
from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.speech.espeak import frames

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recalliq_tui.speech.espeak.files import EngineFiles

CHILD: Final = "recalliq_tui.speech.espeak.child"
GOODBYE_SECONDS: Final = 0.5
# -I -S: nothing from the current folder, the environment or start-up hooks runs in the process;
# it finds its modules where this program found them.
_BOOT: Final = (
    "import sys,json,importlib;sys.path[:]=json.loads(sys.argv.pop(2));"
    "importlib.import_module(sys.argv.pop(2)).main()"
)
_KEPT_VARIABLES: Final = ("PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH")


class ChildFault(Exception):  # noqa: N818
    """The voice process ended, hung or sent garbage. It has to be killed."""

    def __init__(self, message: str, code: SpeechCode = SpeechCode.PROVIDER_ERROR) -> None:
        self.code = code
        super().__init__(message)


class EngineProcess:
    """One running voice process. Not for concurrent use: one request at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.rate = 0
        self.version = ""

    @classmethod
    async def start(cls, files: EngineFiles, *, module: str = CHILD, limit: float) -> Self:
        """Start the process and wait until it is ready; :class:`ChildFault` when it isn't."""
        settings = {
            "library": str(files.library),
            "data": str(files.data),
            "parent": os.getpid(),
        }
        root = str(Path(recalliq_tui.__file__).parent.parent)
        paths = [*(p for p in sys.path if p and Path(p).is_absolute()), root]
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", "-c", _BOOT),
                *(json.dumps(settings), json.dumps(paths), module),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={k: os.environ[k] for k in _KEPT_VARIABLES if k in os.environ},
                start_new_session=True,
                limit=frames.MAX_BODY,
            )
        except OSError as error:
            raise ChildFault(f"the voice process can't be started: {error}") from error
        child = cls(process)
        try:
            header, _ = await child.read(limit=limit)
        except BaseException:
            await child.kill()
            raise
        if header.get("ev") != "ready":
            await child.kill()
            message = str(header.get("message", "the voice process did not start"))
            raise ChildFault(message, SpeechCode.NOT_CONFIGURED)
        child.rate = int(str(header.get("rate", 0)))
        child.version = str(header.get("version", ""))
        return child

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    def send(self, header: Mapping[str, object], body: bytes = b"") -> None:
        """Put a frame into the pipe's buffer; never waits."""
        stdin = self._process.stdin
        if stdin is None or stdin.is_closing():
            raise ChildFault(self._how_it_ended())
        stdin.write(frames.pack(header, body))

    async def read(self, *, limit: float) -> tuple[dict[str, object], bytes]:
        """Return the next frame; :class:`ChildFault` after ``limit`` seconds without one."""
        stdout = self._process.stdout
        if stdout is None:
            raise ChildFault("the voice process has no output")
        try:
            async with asyncio.timeout(limit):
                prefix = await stdout.readexactly(frames.PREFIX_BYTES)
                header_size, body_size = frames.sizes(prefix)
                header = frames.parse(await stdout.readexactly(header_size))
                return header, await stdout.readexactly(body_size)
        except TimeoutError as error:
            raise ChildFault(f"the voice process said nothing for {limit:g} s") from error
        except asyncio.IncompleteReadError as error:
            await self._reap()
            raise ChildFault(self._how_it_ended()) from error
        except frames.FrameError as error:
            raise ChildFault(f"the voice process is confused: {error}") from error
        except OSError as error:
            raise ChildFault(f"the voice process can't be read: {error}") from error

    def _how_it_ended(self) -> str:
        code = self._process.returncode
        if code is not None and code < 0:
            return f"the voice process was ended by signal {-code}"
        return (
            f"the voice process ended with {code}"
            if code is not None
            else "the voice process ended"
        )

    async def _reap(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE_SECONDS):
                await self._process.wait()

    async def close(self) -> None:
        """Let the process end by itself: its standard input ends. Kill it when it doesn't."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._reap()
        await self.kill()

    async def kill(self) -> None:
        """End the process now, and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        if self._process.stdin is not None:
            self._process.stdin.close()
            with contextlib.suppress(OSError):
                await self._process.stdin.wait_closed()
        await self._process.wait()
        await self._drain()

    async def _drain(self) -> None:
        """Read what is left, so that the pipe's transport closes with the process."""
        stdout = self._process.stdout
        if stdout is not None:
            with contextlib.suppress(OSError):
                while await stdout.read(frames.MAX_BODY):
                    pass
