"""An hour of the hands-free loop at high speed: memory and file descriptors stay as they were.

A real player plays a loop of a clip of a minute, with 3 repeats and step-up, on a sink that takes
the sound as fast as it is made. In the hour the loop is begun anew every half minute, as by n, p,
[ and ], and paused and resumed.
"""

from __future__ import annotations

import math
import os
import threading
import time
from array import array
from typing import TYPE_CHECKING, Any

from rig.report import run

from recalliq_tui.audio.pcm import FRAME_BYTES, RATE, Pcm, ms_to_bytes
from recalliq_tui.audio.player import Player
from recalliq_tui.audio.sinks.protocol import SinkInfo
from recalliq_tui.domain.passages.plans import LoopWish, loop_plan
from recalliq_tui.domain.passages.timing import TimedWord, make_timing
from recalliq_tui.services.loops import PassagePlayer
from recalliq_tui.services.passage_audio import PassageClip

if TYPE_CHECKING:
    from recalliq_tui.audio.sinks.feed import Feed

HOUR_S = 3600
LINES = 20
LINE_MS = 3000
BEGUN_ANEW_S = 30
TARGET_MB = 2.0
_STEP = ms_to_bytes(100)


class FastSink:
    """Takes sound at once; ``taken`` counts seconds of it."""

    def __init__(self) -> None:
        self.taken = 0.0
        self._feed: Feed | None = None
        self._wake = threading.Condition()
        self.allowed = 0.0
        threading.Thread(target=self._run, daemon=True).start()

    def open(self) -> SinkInfo:
        return self.describe()

    def start(self, feed: Feed) -> None:
        with self._wake:
            self._feed = feed
            self._wake.notify_all()

    def stop(self) -> None:
        with self._wake:
            self._feed = None

    def prepare(self) -> None: ...

    def close(self) -> None:
        self.stop()

    def describe(self) -> SinkInfo:
        return SinkInfo("fast", "memory", "fast")

    @property
    def lost(self) -> bool:
        return False

    def take(self, seconds: float) -> None:
        """Let so many seconds of sound pass, and wait for them."""
        with self._wake:
            self.allowed = self.taken + seconds
            self._wake.notify_all()
            self._wake.wait_for(lambda: self.taken >= self.allowed, 30)

    def _run(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._feed is not None and self.taken < self.allowed)
                feed = self._feed
                if feed is not None:
                    feed.take(_STEP)
                    self.taken += _STEP / (FRAME_BYTES * RATE)
                self._wake.notify_all()


def a_clip() -> PassageClip:
    frames = RATE * LINES * LINE_MS // 1000
    one = array("h", (round(8000 * math.sin(n / 20)) for n in range(RATE)))
    samples = array("h", bytes(2 * frames * 2))
    for channel in (0, 1):
        samples[channel::2] = (one * (frames // RATE + 1))[:frames]
    words = [TimedWord(n, 0, n * LINE_MS + 50, (n + 1) * LINE_MS - 50) for n in range(LINES)]
    timing = make_timing(words, sizes=[1] * LINES, duration_ms=LINES * LINE_MS)
    return PassageClip("0" * 64, Pcm(samples.tobytes()), timing)


def memory_mb() -> float:
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208


def measure(*, quick: bool) -> dict[str, Any]:
    seconds = 120 if quick else HOUR_S
    sink = FastSink()
    player = Player(lambda: sink)
    player.open()
    clip = a_clip()
    playing = PassagePlayer(player, clip)
    samples: list[float] = []
    began = time.monotonic()
    fds = 0
    for turn in range(seconds // BEGUN_ANEW_S):
        wish = LoopWish(turn % LINES, LINES - 1, repeats=1 + turn % 5, step_up=bool(turn % 2))
        playing.start(loop_plan(clip.timing, wish), number=turn % 3, endless=True)
        sink.take(BEGUN_ANEW_S / 2)
        playing.toggle_pause()
        playing.toggle_pause()
        sink.take(BEGUN_ANEW_S / 2)
        if turn == 1:
            fds = descriptors()
        if turn > 0:
            samples.append(memory_mb())
    lost = descriptors() - fds
    player.close()
    grown = samples[-1] - samples[0]
    return {
        "what": "an hour of the hands-free loop at high speed",
        "method": "real player on a sink without a clock; resident memory after each half minute",
        "sound_s": round(sink.taken),
        "took_s": round(time.monotonic() - began, 1),
        "memory_mb": {"first": round(samples[0], 1), "last": round(samples[-1], 1)},
        "grown_mb": round(grown, 2),
        "descriptors_lost": lost,
        "target": f"less than {TARGET_MB:g} MB more, no descriptor lost",
        "reached": grown < TARGET_MB and lost <= 0,
    }


if __name__ == "__main__":
    run("loop", measure, __doc__)
