"""A sound card for tests: a private PulseAudio with a null sink, and a recorder at its monitor."""

from __future__ import annotations

import ctypes.util
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from array import array
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

RATE: Final = 44_100
FRAME_BYTES: Final = 4
_START_S: Final = 10.0
_NULL_SINK: Final = (
    "module-null-sink sink_name=vsink rate=44100 channels=2 format=s16le norewinds=1"
)


def require_real(*, portaudio: bool = False) -> None:
    """Skip a test where the parts of a real sound card are missing, naming what to install.

    With ``RECALLIQ_REQUIRE_REAL=1`` a missing part is a failure instead.
    """
    missing = []
    if shutil.which("pulseaudio") is None:
        missing.append("pulseaudio")
    if shutil.which("parec") is None:
        missing.append("pulseaudio-utils")
    if portaudio:
        if ctypes.util.find_library("portaudio") is None:
            missing.append("libportaudio2")
        if not _alsa_reaches_pulse():
            missing.append("libasound2-plugins")
    if importlib.util.find_spec("miniaudio") is None:
        missing.append("miniaudio (pip)")
    if not missing:
        return
    words = f"needs a sound card; install {', '.join(missing)}"
    if os.environ.get("RECALLIQ_REQUIRE_REAL") == "1":
        pytest.fail(words)
    pytest.skip(words)


def wait_for(condition: Callable[[], object], what: str, *, seconds: float = 10.0) -> None:
    """Wait until ``condition`` holds, or fail naming ``what`` was waited for."""
    ends = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        if time.monotonic() > ends:
            pytest.fail(f"waited {seconds:g} s for {what}")
        pause.wait(0.005)


class SoundCard:
    """A PulseAudio server of its own. ``env`` is what a program needs to play to it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        runtime = folder / "run" / "pulse"
        self._socket = runtime / "native"
        self.env = {
            "XDG_RUNTIME_DIR": str(folder / "run"),
            "PULSE_RUNTIME_PATH": str(runtime),
            "PULSE_SERVER": f"unix:{self._socket}",
            "HOME": str(folder / "home"),
        }
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server and wait until it answers."""
        for path in (self._folder / "home", self._socket.parent):
            path.mkdir(parents=True, exist_ok=True)
        for path in (self._folder / "run", self._socket.parent):
            path.chmod(0o700)
        self._socket.unlink(missing_ok=True)
        self._server = subprocess.Popen(
            [
                "pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no",
                "-L", f"module-native-protocol-unix socket={self._socket} auth-anonymous=1",
                "-L", _NULL_SINK,
            ],
            env={**os.environ, **self.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_for(self._answers, "pulseaudio to listen", seconds=_START_S)

    def kill(self) -> None:
        """Pull the plug: the server is gone at once."""
        server, self._server = self._server, None
        if server is not None:
            server.send_signal(signal.SIGCONT)
            server.kill()
            server.wait()

    def freeze(self) -> None:
        """Let the server stop answering, without going away."""
        if self._server is not None:
            self._server.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        if self._server is not None:
            self._server.send_signal(signal.SIGCONT)

    @contextmanager
    def recording(self) -> Iterator[Recording]:
        """Record what the card plays, from before the block to its end."""
        process = subprocess.Popen(
            [
                "parec", "-d", "vsink.monitor", "--format=s16le", f"--rate={RATE}",
                "--channels=2", "--latency-msec=10", "--raw",
            ],
            env={**os.environ, **self.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        recording = Recording(process)
        try:
            recording.wait_ms(1)
            yield recording
        finally:
            recording.close()

    def _answers(self) -> bool:
        if self._server is None or self._server.poll() is not None:
            pytest.fail("pulseaudio ended at its start")
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(str(self._socket))
            except OSError:
                return False
        return True


class Recording:
    """What was heard so far: 16-bit stereo at 44.1 kHz, with the time each piece arrived."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._data = bytearray()
        self._grown = threading.Condition()
        self.arrivals: list[tuple[float, int]] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def data(self) -> bytes:
        with self._grown:
            return bytes(self._data)

    @property
    def ms(self) -> float:
        return len(self._data) * 1000 / (RATE * FRAME_BYTES)

    def wait_ms(self, ms: float, *, seconds: float = 10.0) -> None:
        """Wait until ``ms`` more milliseconds of sound or silence were recorded."""
        until = self.ms + ms
        with self._grown:
            if not self._grown.wait_for(lambda: self.ms >= until, seconds):
                pytest.fail("the recorder hears nothing, not even silence")

    def wait_for(self, pcm: bytes, *, seconds: float = 10.0) -> int:
        """Wait until ``pcm`` was heard, bit for bit; return where it starts, in bytes."""
        with self._grown:
            self._grown.wait_for(lambda: self._data.find(pcm) >= 0, seconds)
            at = self._data.find(pcm)
        if at < 0:
            pytest.fail("the clip was not heard bit for bit")
        return at

    def first_sound_at(self, *, after: int = 0) -> float | None:
        """Return when (monotonic, s) the first non-zero sample from byte ``after`` on arrived."""
        with self._grown:
            for at, end in self.arrivals:
                if end > after and any(self._data[after:end]):
                    return at
        return None

    def levels(self) -> list[tuple[int, float]]:
        """Return the left channel as runs of equal samples: ``(value, ms)``."""
        data = self.data
        samples = array("h", data[: len(data) // FRAME_BYTES * FRAME_BYTES])[::2]
        runs: list[tuple[int, int]] = []
        for sample in samples:
            if runs and runs[-1][0] == sample:
                runs[-1] = (sample, runs[-1][1] + 1)
            else:
                runs.append((sample, 1))
        return [(value, count * 1000 / RATE) for value, count in runs]

    def close(self) -> None:
        self._process.terminate()
        self._reader.join(5)
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        while chunk := os.read(descriptor, 65536):
            with self._grown:
                self._data += chunk
                self.arrivals.append((time.monotonic(), len(self._data)))
                self._grown.notify_all()


def constant(value: int, ms: int) -> bytes:
    """Return PCM of one value on both channels: easy to tell apart in a recording."""
    return array("h", [value, value] * (RATE * ms // 1000)).tobytes()


def _alsa_reaches_pulse() -> bool:
    from pathlib import Path  # noqa: PLC0415

    folders = ("/usr/lib", "/usr/lib64")
    name = "alsa-lib/libasound_module_pcm_pulse.so"
    return any(
        next(Path(folder).glob(pattern), None) is not None
        for folder in folders
        for pattern in (name, f"*/{name}")
    )
