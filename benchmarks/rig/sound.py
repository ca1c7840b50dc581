"""A PulseAudio server with a null sink, a recorder at its monitor, and mpv as the peer."""

from __future__ import annotations

import json
import os
import select
import shutil
import socket
import subprocess
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final

from rig.report import NotMeasured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from rig.terminal import Terminal

NEEDS: Final = {"pulseaudio": "pulseaudio", "parec": "pulseaudio-utils", "mpv": "mpv"}
RECORDER: Final = (
    "parec", "-d", "vsink.monitor", "--format=s16le", "--rate=44100", "--channels=2",
    "--latency-msec=5", "--raw",
)  # fmt: skip
MPV: Final = (
    "mpv", "--no-config", "--idle=yes", "--no-video", "--no-terminal", "--ao=pulse",
    "--audio-display=no", "--input-ipc-server=SOCKET",
)  # fmt: skip
_SINK: Final = "module-null-sink sink_name=vsink rate=44100 channels=2 format=s16le norewinds=1"
_START_S: Final = 10.0


@contextmanager
def sound_card(folder: Path) -> Iterator[dict[str, str]]:
    """Run a server of our own; give the environment of programs that play to it."""
    missing = [package for name, package in NEEDS.items() if shutil.which(name) is None]
    if missing:
        raise NotMeasured(f"install {', '.join(missing)}")
    pulse = folder / "run" / "pulse"
    pulse.mkdir(parents=True)
    (folder / "run").chmod(0o700)
    pulse.chmod(0o700)
    native = pulse / "native"
    env = {
        "XDG_RUNTIME_DIR": str(folder / "run"),
        "PULSE_RUNTIME_PATH": str(pulse),
        "PULSE_SERVER": f"unix:{native}",
    }
    argv = [
        "pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no",
        "-L", f"module-native-protocol-unix socket={native} auth-anonymous=1", "-L", _SINK,
    ]  # fmt: skip
    with _running(argv, {**os.environ, **env, "HOME": str(folder)}):
        until(lambda: _answers(native), "pulseaudio")
        yield env


class Recorder:
    """What the sink's monitor gives, read by the same thread that drives the programs."""

    def __init__(self, descriptor: int) -> None:
        self._fd = descriptor

    def wait_silence(self, seconds: float, *, beside: Terminal) -> None:
        """Read until the monitor has been silent for so long."""
        silent_since = time.monotonic()
        while time.monotonic() - silent_since < seconds:
            chunk = self._next(beside)
            if chunk and any(chunk):
                silent_since = time.monotonic()

    def first_sound(self, *, beside: Terminal, seconds: float = 5.0) -> float:
        """Read until a sample isn't zero; return when its piece arrived (CLOCK_MONOTONIC, s)."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            chunk = self._next(beside)
            if chunk and any(chunk):
                return time.monotonic()
        raise RuntimeError("nothing was heard")

    def _next(self, beside: Terminal) -> bytes:
        """Read a piece of sound; what the terminal says meanwhile is read too."""
        ready = select.select([self._fd, beside.master], [], [], 1.0)[0]
        if beside.master in ready:
            beside.read()
        return os.read(self._fd, 1 << 16) if self._fd in ready else b""


@contextmanager
def recorder(env: Mapping[str, str]) -> Iterator[Recorder]:
    """Record what the sink plays, from before the block to its end."""
    ours, theirs = os.pipe()
    with _running(RECORDER, {**os.environ, **env}, stdout=theirs):
        os.close(theirs)
        try:
            yield Recorder(ours)
        finally:
            os.close(ours)


class Mpv:
    """mpv kept open, told what to play over its socket."""

    def __init__(self, socket_path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(socket_path))

    def play(self, file: Path) -> float:
        """Play a file; return the moment just before the command was sent."""
        self._drain()
        command = json.dumps({"command": ["loadfile", str(file), "replace"]}).encode() + b"\n"
        at = time.monotonic()
        self._socket.sendall(command)
        return at

    def _drain(self) -> None:
        """Take the events that mpv has sent: it doesn't obey one that never listens."""
        while select.select([self._socket], [], [], 0)[0]:
            if not self._socket.recv(1 << 16):
                raise RuntimeError("mpv hung up")

    def close(self) -> None:
        self._socket.close()


@contextmanager
def mpv(folder: Path, env: Mapping[str, str]) -> Iterator[Mpv]:
    """Run mpv without a file, with no settings but the sink."""
    path = folder / "mpv.socket"
    argv = [each.replace("SOCKET", str(path)) for each in MPV]
    with ExitStack() as stack:
        stack.enter_context(_running(argv, {**os.environ, **env, "HOME": str(folder)}))
        until(lambda: _answers(path), "mpv")
        player = Mpv(path)
        stack.callback(player.close)
        yield player


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for something that nothing announces."""
    ends = time.monotonic() + _START_S
    while not condition():
        if time.monotonic() > ends:
            raise RuntimeError(f"{what} did not come")
        time.sleep(0.02)


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True


@contextmanager
def _running(
    argv: tuple[str, ...] | list[str], env: Mapping[str, str], *, stdout: int = subprocess.DEVNULL
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        argv, env=dict(env), stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
