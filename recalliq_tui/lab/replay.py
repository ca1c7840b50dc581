"""Plays a trace again: the same clips at the same times, with the same things going wrong.

A clip that isn't there is a tone of the same length. Live speech arrives as it arrived then.
"""

from __future__ import annotations

import itertools
import math
import threading
import time
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from recalliq_tui.audio.decode import decode
from recalliq_tui.audio.errors import DecodeError
from recalliq_tui.audio.pcm import RATE, Pcm
from recalliq_tui.audio.pcmstream import PcmStream
from recalliq_tui.audio.player import Player
from recalliq_tui.domain.trace import TraceRecord
from recalliq_tui.lab.plan import PLAYER_EVENTS, Do, Moment, plan_of
from recalliq_tui.lab.sinks import PluggedSink

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from recalliq_tui.audio.events import PlaybackEvent
    from recalliq_tui.audio.reports import Clips
    from recalliq_tui.audio.sinks.protocol import AudioSink
    from recalliq_tui.domain.trace import Trace
    from recalliq_tui.lab.sinks import Plug

_TAIL_S: Final = 3.0
"""So long the last events may take to come."""
_LATE_S: Final = 0.5
"""So long an event may be later than in the trace before the replay goes on without it."""
_TONE_HERTZ: Final = 330.0
_TONE_LOUDNESS: Final = 8_000
NEAR_MS: Final = 400.0
"""By so much an event may be earlier or later than in the trace: two turns of a device."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of it. ``events`` are (t_ms, ev, clip key, code) as they came this time.

    ``tones`` are clips that weren't there, ``other`` those whose bytes aren't the session's.
    ``shift_ms`` is the largest distance in time of an event to the trace's, ``None`` where the
    events aren't the same.
    """

    events: tuple[TraceRecord, ...]
    wanted: tuple[TraceRecord, ...]
    tones: int
    other: int
    differences: tuple[str, ...]
    shift_ms: float | None

    @property
    def same(self) -> bool:
        """The same events in the same order, at the same times as near as a device allows."""
        return not self.differences


@dataclass(slots=True)
class _Clips:
    """Sound by clip key: cached where it is, else a tone."""

    cached: Clips
    lengths: dict[str, int]
    hashes: dict[str, str]
    found: dict[str, Pcm] = field(default_factory=dict)
    tones: set[str] = field(default_factory=set)
    other: set[str] = field(default_factory=set)

    def of(self, key: str) -> Pcm:
        if key not in self.found:
            self.found[key] = self._look(key)
        return self.found[key]

    def _look(self, key: str) -> Pcm:
        length = self.lengths.get(key, 0)
        clip = self.cached.get(key)
        if clip is not None:
            wanted = self.hashes.get(key)
            if wanted is not None and clip.info.sha256 != wanted:
                self.other.add(key)
            try:
                return decode(clip.audio)
            except DecodeError:
                pass
        self.tones.add(key)
        return tone_pcm(length)


class Replay:
    """One trace, to be played once. Blocks its thread while it plays.

    ``sink`` makes the device and ``plug`` pulls it where the trace lost one. ``on_event`` is
    called with each of the player's events as they come, and with the voice's from the trace.
    """

    def __init__(
        self,
        trace: Trace,
        clips: Clips,
        *,
        sink: Callable[[], AudioSink],
        plug: Plug,
        on_event: Callable[[TraceRecord], None] = lambda _record: None,
    ) -> None:
        self._trace = trace
        self._sink = sink
        self._plug = plug
        self._on_event = on_event
        self._changed = threading.Condition()
        self._came: list[TraceRecord] = []
        self._numbers = itertools.count()
        self._streams: dict[int, PcmStream] = {}
        lengths: dict[str, int] = {}
        hashes: dict[str, str] = {}
        for record in trace.records:
            if record.clip_key is None:
                continue
            if record.ev in PLAYER_EVENTS and record.dur_ms:
                lengths[record.clip_key] = max(lengths.get(record.clip_key, 0), record.dur_ms)
            if record.sha256 is not None:
                hashes[record.clip_key] = record.sha256
        self._clips = _Clips(clips, lengths, hashes)

    def run(self) -> Replayed:
        """Play it from its first event to its last, in real time."""
        plan = plan_of(self._trace)
        for moment in plan:  # all is decoded before the clock runs
            if moment.do in {Do.PLAY, Do.STREAM}:
                self._clips.of(moment.key)
        self._set_device(plan)
        wanted = _wanted(self._trace)
        player = Player(lambda: PluggedSink(self._sink(), self._plug), on_event=self._hear)
        self._born = time.monotonic()
        self._player = player
        try:
            player.open()
            first = plan[0].t_ms if plan else 0.0
            self._born = time.monotonic() - first / 1000
            self._play(plan)
            self._wait_for(len(wanted), seconds=_TAIL_S)
        finally:
            player.close()
        with self._changed:
            came = tuple(self._came)
        came = tuple(r for r in came if not _is_closing(r, wanted))
        differences, shift = _compare(wanted, came)
        return Replayed(
            came, wanted, len(self._clips.tones), len(self._clips.other), differences, shift
        )

    def _set_device(self, plan: Sequence[Moment]) -> None:
        first = next((m for m in plan if m.do in {Do.PULL, Do.RETURN}), None)
        missing = any(r.ev == "device_missing" for r in self._trace.records)
        if missing and (first is None or first.do is Do.RETURN):
            self._plug.pull()
        else:
            self._plug.put_back()

    def _play(self, plan: Sequence[Moment]) -> None:
        pause = threading.Event()
        for moment in plan:
            ahead = self._born + moment.t_ms / 1000 - time.monotonic()
            if ahead > 0:
                pause.wait(ahead)
            self._wait_for(moment.after, seconds=_LATE_S)
            self._do(moment)

    def _do(self, moment: Moment) -> None:
        player = self._player
        match moment.do:
            case Do.PLAY:
                player.play(moment.key, self._clips.of(moment.key))
            case Do.STREAM:
                source = self._streams[moment.number] = PcmStream()
                player.play_stream(moment.key, source)
            case Do.BRING:
                source = self._streams[moment.number]
                pcm = self._clips.of(moment.key)
                start, end = (_bytes(ms, pcm) for ms in (moment.from_ms, moment.to_ms))
                source.append(pcm.data[start:end])
            case Do.FINISH:
                self._streams[moment.number].finish()
            case Do.BREAK:
                self._streams[moment.number].fail("it broke off")
            case Do.STOP:
                player.stop()
            case Do.PAUSE:
                player.pause()
            case Do.RESUME:
                player.resume()
            case Do.MUTE:
                player.mute(muted=True)
            case Do.UNMUTE:
                player.mute(muted=False)
            case Do.PULL:
                self._plug.pull()
            case Do.RETURN:
                self._plug.put_back()
            case Do.SAY:
                if moment.record is not None:
                    self._on_event(moment.record)

    def _hear(self, event: PlaybackEvent) -> None:
        """Called from the player's own thread."""
        code = getattr(event, "code", None) or getattr(event, "cause", None)
        record = TraceRecord(
            t_ms=max(0.0, (self._player.seconds(event) - self._born) * 1000),
            seq=next(self._numbers),
            ev=event.ev,
            clip_key=getattr(event, "key", None),
            dur_ms=getattr(event, "duration_ms", None),
            code=None if code is None else code.value,
        )
        with self._changed:
            self._came.append(record)
            self._changed.notify_all()
        self._on_event(record)

    def _wait_for(self, events: int, *, seconds: float) -> None:
        """Wait until so many events have come: what follows them must not overtake them."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._came) >= events, seconds)


def tone_pcm(ms: int) -> Pcm:
    """Return a tone of ``ms`` milliseconds, the same in both channels."""
    period = round(RATE / _TONE_HERTZ)
    wave = array("h")
    for i in range(period):
        value = round(_TONE_LOUDNESS * math.sin(2 * math.pi * i / period))
        wave.extend((value, value))
    frames = RATE * ms // 1000
    data = wave.tobytes() * (frames // period + 1)
    return Pcm(data[: frames * 4])


def _bytes(ms: float, pcm: Pcm) -> int:
    return min(round(ms * RATE / 1000) * 4, len(pcm.data))


def _wanted(trace: Trace) -> tuple[TraceRecord, ...]:
    return tuple(
        record for record in trace.records if record.ev in PLAYER_EVENTS and record.code != "closed"
    )


def _is_closing(record: TraceRecord, wanted: Sequence[TraceRecord]) -> bool:
    return record.code == "closed" and not any(each.code == "closed" for each in wanted)


def _compare(
    wanted: Sequence[TraceRecord], came: Sequence[TraceRecord]
) -> tuple[tuple[str, ...], float | None]:
    """Return what is different, and the largest shift of an event where nothing is."""
    differences = [
        f"event {number}: {_name(old)} then, {_name(new)} now"
        for number, (old, new) in enumerate(itertools.zip_longest(wanted, came), start=1)
        if _name(old) != _name(new)
    ]
    if differences:
        return tuple(differences), None
    shifts = [
        abs(new.t_ms - old.t_ms) for old, new in zip(wanted, came, strict=True) if old.clip_key
    ]
    shift = max(shifts, default=0.0)
    late = [
        f"event {number}: {_name(old)} at {old.t_ms:.0f} ms then, at {new.t_ms:.0f} ms now"
        for number, (old, new) in enumerate(zip(wanted, came, strict=True), start=1)
        if old.clip_key and abs(new.t_ms - old.t_ms) > NEAR_MS
    ]
    return tuple(late), shift


def _name(record: TraceRecord | None) -> str:
    if record is None:
        return "nothing"
    parts = [record.ev, (record.clip_key or "")[:8], record.code or ""]
    return " ".join(part for part in parts if part)
