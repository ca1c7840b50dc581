"""Live feedback: from the first playable bytes to sound, and gaps at 1.2 times real time.

A server in a process of its own sends an MP3 over loopback HTTP at 1.2 times its own speed, in
pieces of several sizes. The program's own provider, live voice and player play it at a PulseAudio
null sink, whose monitor is recorded. "Playable" is the moment at which the bytes received decode
to any sound; silence that the encoder puts in front is taken off the time of the first non-zero
sample. A gap is a recording that does not hold the decoded MP3 bit for bit.
"""

from __future__ import annotations

import asyncio
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from array import array
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rig.report import NotMeasured, rounded, run, summary

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

    from recalliq_tui.domain.clips import ClipSpec
    from recalliq_tui.speech.protocol import Provider
    from tests.soundcard import Recording, SoundCard

KBPS = 64
RATE = 22_050
SPEECH_MS = 1_500
SPEED = 1.2
PIECES_MS = (10, 20, 50, 100, 200)
TRIALS = 50
TARGET_MS = 60.0


def speech(number: int) -> bytes:
    """Return an MP3 no two stretches of which are alike, loud from its first sample on."""
    import lameenc  # noqa: PLC0415

    encoder = lameenc.Encoder()
    encoder.set_in_sample_rate(RATE)
    encoder.set_channels(1)
    encoder.set_bit_rate(KBPS)
    encoder.set_quality(5)
    encoder.silence()
    samples = array("h")
    for n in range(RATE * SPEECH_MS // 1000):
        value = 12_000 * math.sin(n * n / 40_000 + number) + 3_000 * math.sin(n / 7)
        samples.append(round(value))
    return bytes(encoder.encode(samples.tobytes()) + encoder.flush())


class Handler(BaseHTTPRequestHandler):
    """Answers ``/N/MS/...`` with speech N in pieces of MS milliseconds, at 1.2 times real time."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        number, piece_ms = (int(part) for part in self.path.split("/")[1:3])
        self.rfile.read(int(self.headers.get("content-length", 0)))
        audio = speech(number)
        size = max(1, KBPS * piece_ms // 8)
        self.send_response(200)
        self.send_header("content-type", "audio/mpeg")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        due = time.monotonic() + 0.05
        for at in range(0, len(audio), size):
            time.sleep(max(0.0, due - time.monotonic()))
            due += piece_ms / 1000 / SPEED
            piece = audio[at : at + size]
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_args: object) -> None:
        """Nothing on the terminal."""


@contextmanager
def server() -> Iterator[str]:
    """Run the server as a process; gives its address."""
    process = subprocess.Popen(
        [sys.executable, __file__, "--serve"], stdout=subprocess.PIPE, text=True
    )
    try:
        if process.stdout is None:
            raise NotMeasured("the server has no output")
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.terminate()
        process.wait()


@dataclass
class Watched:
    """A provider that notes when so many bytes had come."""

    provider: Provider
    enough: int
    at: float | None = None

    async def stream(self, spec: ClipSpec) -> AsyncGenerator[bytes]:
        total = 0
        async for piece in self.provider.stream(spec):
            total += len(piece)
            if total >= self.enough and self.at is None:
                self.at = time.monotonic()
            yield piece


@dataclass(frozen=True)
class Heard:
    wait_ms: float
    whole: bool
    starved: bool


def playable(audio: bytes) -> int:
    """Return how many bytes decode to any sound."""
    from recalliq_tui.audio.decode import decode  # noqa: PLC0415
    from recalliq_tui.audio.errors import DecodeError  # noqa: PLC0415

    for size in range(1, len(audio)):
        try:
            decode(audio[:size])
        except DecodeError:
            continue
        return size
    raise NotMeasured("the speech can't be decoded")


async def one(url: str, number: int, piece_ms: int, card: SoundCard) -> Heard:
    """Hear one feedback and look at what the card recorded."""
    from recalliq_tui.audio.decode import decode  # noqa: PLC0415
    from recalliq_tui.audio.memory import MemoryCache  # noqa: PLC0415
    from recalliq_tui.audio.player import Player  # noqa: PLC0415
    from recalliq_tui.audio.sinks.choose import SinkPreference, choose_sink  # noqa: PLC0415
    from recalliq_tui.domain.clips import ClipSpec  # noqa: PLC0415
    from recalliq_tui.services.live import LiveVoice  # noqa: PLC0415
    from recalliq_tui.services.phrases import Phrases  # noqa: PLC0415
    from recalliq_tui.speech.openai_compatible import OpenAICompatibleProvider  # noqa: PLC0415
    from recalliq_tui.speech.secrets import Secret  # noqa: PLC0415

    events: list[str] = []
    player = Player(
        lambda: choose_sink(SinkPreference.MINIAUDIO), on_event=lambda e: events.append(e.ev)
    )
    player.open()
    provider = OpenAICompatibleProvider(
        Secret("none"),
        base_url=f"{url}/{number}/{piece_ms}",
        model="m",
        now=lambda: datetime.now(UTC),
    )
    audio = speech(number)
    watched: Any = Watched(provider, playable(audio))
    spec = ClipSpec(text=f"speech {number}", provider="openai", voice="v", model="m", format="mp3")
    live = LiveVoice(
        player,
        Phrases(MemoryCache(), now=lambda: datetime.now(UTC)),
        spec_of=lambda _text, _lang: spec,
        provider_for=lambda _name, _purpose: watched,
    )
    with card.recording() as recording:
        spoken = await live.speak(spec.text)
        await asyncio.to_thread(recording.wait_ms, 250)
        wait = first_sound(recording)
        data = recording.data
    await live.aclose()
    await provider.aclose()
    player.close()
    if spoken.code is not None or wait is None or watched.at is None:
        raise NotMeasured(f"nothing was heard: {spoken.code}: {spoken.message}")
    pcm = decode(audio).data
    silent = next(at for at in range(0, len(pcm), 4) if any(pcm[at : at + 4])) / 4 / 44.1
    return Heard((wait - watched.at) * 1000 - silent, data.find(pcm) >= 0, "starved" in events)


def first_sound(recording: Recording) -> float | None:
    return recording.first_sound_at()


def measure(*, quick: bool) -> dict[str, Any]:
    for program in ("pulseaudio", "parec"):
        if shutil.which(program) is None:
            raise NotMeasured(f"{program} is not installed")
    from tests.soundcard import SoundCard  # noqa: PLC0415

    heard: dict[int, list[Heard]] = {piece: [] for piece in PIECES_MS}
    with tempfile.TemporaryDirectory() as folder, server() as url:
        card = SoundCard(Path(folder))
        os.environ.update(card.env)
        card.start()
        try:
            for number in range(len(PIECES_MS) if quick else TRIALS):
                piece = PIECES_MS[number % len(PIECES_MS)]
                heard[piece].append(asyncio.run(one(url, number, piece, card)))
        finally:
            card.kill()
    every = [each for group in heard.values() for each in group]
    waits = summary([each.wait_ms for each in every])
    gaps = sum(not each.whole for each in every)
    return {
        "what": "first playable bytes received to the first sound recorded; gaps",
        "method": __doc__,
        "sound_after_playable": waits,
        "gaps": gaps,
        "starved": sum(each.starved for each in every),
        "trials": len(every),
        "by_piece_ms": {
            str(piece): {
                "max_ms": rounded(max(each.wait_ms for each in group)),
                "gaps": sum(not each.whole for each in group),
            }
            for piece, group in heard.items()
        },
        "target": f"at most {TARGET_MS:g} ms, no gap at {SPEED:g} x real time",
        "reached": waits["p95"] <= TARGET_MS and gaps == 0,
    }


def serve() -> None:
    """Serve until terminated; the port is the first line of output."""
    served = HTTPServer(("127.0.0.1", 0), Handler)
    print(served.server_address[1], flush=True)
    served.serve_forever()


if __name__ == "__main__":
    if sys.argv[1:] == ["--serve"]:
        serve()
    run("live_feedback", measure, __doc__)
