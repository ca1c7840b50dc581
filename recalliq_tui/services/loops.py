"""Plays plans of a text as one gapless sound, for as long as they go on."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from recalliq_tui.audio.pcm import CHANNELS, FRAME_BYTES, RATE, ms_to_bytes

if TYPE_CHECKING:
    from recalliq_tui.audio.pcm import Pcm
    from recalliq_tui.audio.player import Player
    from recalliq_tui.domain.passages.plans import Piece, Place, Plan
    from recalliq_tui.services.passage_audio import PassageClip

FADE_MS: Final = 10
ENDLESS_HOURS: Final = 24
_NOTHING: Final = memoryview(b"")


class PlanSound:
    """A plan as one sound, made while it plays: pieces of a clip with 10 ms fades, and silence.

    It holds no copy of the clip but the fades, so its size doesn't grow with what is repeated.
    ``rounds`` says how often the plan comes, ``skip_ms`` what of the first round is left out.
    """

    def __init__(self, pcm: Pcm, plan: Plan, *, rounds: int = 1, skip_ms: int = 0) -> None:
        self._pcm = pcm
        self._plan = plan
        self._parts = [part for piece in plan.pieces for part in _parts_of(pcm, piece)]
        self._ends = list(accumulate(size for _, size in self._parts))
        self._round = self._ends[-1] if self._ends else 0
        self._skip = ms_to_bytes(skip_ms)
        self._size = max(0, self._round * rounds - self._skip)

    @property
    def frames(self) -> int:
        return self._size // FRAME_BYTES

    @property
    def duration_ms(self) -> int:
        return round(self.frames * 1000 / RATE)

    @property
    def complete(self) -> bool:
        return True

    def read(self, at: int, size: int) -> bytes:
        """Return at most ``size`` bytes from byte ``at`` on, over the ends of pieces and rounds."""
        wanted = min(size, self._size - at)
        if wanted <= 0:
            return b""
        chunks: list[bytes | memoryview] = []
        at = (at + self._skip) % self._round
        number = bisect_right(self._ends, at)
        while wanted > 0:
            view, length = self._parts[number]
            into = at - (self._ends[number] - length)
            take = min(wanted, length - into)
            chunks.append(view[into : into + take] if view else bytes(take))
            wanted -= take
            at += take
            number += 1
            if number == len(self._parts):
                number, at = 0, 0
        return b"".join(chunks)

    def wait_bytes(self, size: int, seconds: float) -> None:
        """All of it is there."""

    def place(self, position_ms: float) -> Place | None:
        """Where in the plan a position of this sound is."""
        if position_ms * RATE / 1000 >= self.frames or not self._round:
            return None
        skip = self._skip * 1000 / (FRAME_BYTES * RATE)
        length = self._round * 1000 / (FRAME_BYTES * RATE)
        ms = (position_ms + skip) % length
        return self._plan.locate(min(ms, self._plan.length_ms - 0.001))

    def level(self, position_ms: float) -> float:
        place = self.place(position_ms)
        if place is None or place.clip_ms is None:
            return 0.0
        return self._pcm.level(place.clip_ms)


def _parts_of(pcm: Pcm, piece: Piece) -> list[tuple[memoryview, int]]:
    """A piece as buffers with their sizes; an empty buffer stands for silence."""
    size = ms_to_bytes(piece.length_ms)
    if piece.gap:
        return [(_NOTHING, size)]
    start = ms_to_bytes(piece.start_ms)
    whole = memoryview(pcm.data)[start : start + size]
    missing = size - len(whole)
    fade = min(ms_to_bytes(FADE_MS), len(whole) // 2 // FRAME_BYTES * FRAME_BYTES)
    end = len(whole) - fade
    parts = [
        (_faded(whole[:fade], rising=True), fade),
        (whole[fade:end], end - fade),
        (_faded(whole[end:], rising=False), fade),
        (_NOTHING, missing),
    ]
    return [part for part in parts if part[1] > 0]


def _faded(sound: memoryview, *, rising: bool) -> memoryview:
    samples = array("h", bytes(sound))
    frames = len(samples) // CHANNELS
    for frame in range(frames):
        gain = (frame if rising else frames - 1 - frame) / frames
        for channel in range(CHANNELS):
            at = frame * CHANNELS + channel
            samples[at] = round(samples[at] * gain)
    return memoryview(samples.tobytes())


class PassagePlayer:
    """Plays plans of one clip on the program's player. Quick; for the event loop."""

    def __init__(self, player: Player, clip: PassageClip) -> None:
        self._player = player
        self.clip = clip
        self._sound: PlanSound | None = None

    def start(self, plan: Plan, *, number: int = 0, endless: bool = False) -> None:
        """Play a plan from piece ``number`` on, at once; ``endless`` begins it again each time."""
        if not plan.pieces:
            self.stop()
            return
        rounds = -(-ENDLESS_HOURS * 3_600_000 // plan.length_ms) if endless else 1
        sound = PlanSound(self.clip.pcm, plan, rounds=rounds, skip_ms=plan.start_of(number))
        self._sound = sound
        self._player.play(self.clip.key, sound)

    def stop(self) -> None:
        """Fall silent if it is this text that sounds."""
        if self.active:
            self._player.stop()
        self._sound = None

    def toggle_pause(self) -> None:
        if self.active:
            self._player.toggle_pause()

    @property
    def active(self) -> bool:
        """Whether a plan of this text plays or is paused."""
        play = self._player.current
        return self._sound is not None and play is not None and play.pcm is self._sound

    @property
    def paused(self) -> bool:
        return self.active and self._player.state.paused

    def place_at(self, ahead: float = 0.0) -> Place | None:
        """Where the ear is, or will be in ``ahead`` seconds; ``None`` when nothing of this text
        plays."""
        sound = self._sound
        if sound is None or not self.active:
            return None
        state = self._player.state
        ms = state.position_ms + (0 if state.paused else 1000 * ahead)
        return sound.place(min(ms, sound.duration_ms - 1))
