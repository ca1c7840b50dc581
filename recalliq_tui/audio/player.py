"""The one owner of the sound device."""

from __future__ import annotations

import atexit
import itertools
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from recalliq_tui.audio.device import Device
from recalliq_tui.audio.dispatch import Dispatcher
from recalliq_tui.audio.engine import Engine
from recalliq_tui.audio.events import (
    Cut,
    CutCause,
    FailCode,
    Failed,
    Paused,
    PlaybackEvent,
    Requested,
    Resumed,
)
from recalliq_tui.audio.pcm import Pcm
from recalliq_tui.audio.pcmstream import PcmStream
from recalliq_tui.audio.playing import DeviceState, Play, PlayerState

if TYPE_CHECKING:
    from collections.abc import Callable

    from recalliq_tui.audio.dispatch import Listener
    from recalliq_tui.audio.pcm import Sound
    from recalliq_tui.audio.sinks.protocol import AudioSink


_HANDOVER_S: Final = 0.010
"""How long ``play`` waits for the audio thread: it gives that thread the interpreter's lock at
once, which a busy event loop would keep for 5 ms, and is over in a third of a millisecond."""

_OPEN_S: Final = 15.0
_CLOSE_S: Final = 1.5
_REWIND_MS: Final = 120
"""How much of what was heard is repeated after a pause."""


class Player:
    """Plays one clip at a time. Thread-safe; nothing but ``open`` and ``close`` blocks.

    ``on_event`` is called from a thread of the player's own, in order. ``clock`` is monotonic,
    in seconds.
    """

    def __init__(
        self,
        sink_factory: Callable[[], AudioSink],
        *,
        clock: Callable[[], float] = time.monotonic,
        on_event: Callable[[PlaybackEvent], None] | None = None,
    ) -> None:
        self._clock = clock
        self._born = clock()
        self._numbers = itertools.count()
        self._lock = threading.RLock()
        self._dispatcher = Dispatcher(on_event or (lambda _event: None))
        self._device = Device(sink_factory, clock)
        self._engine = Engine(self, self._device, clock)
        self._running = False
        self._closed = False
        self._muted = False
        self.current: Play | None = None
        self.device_state = DeviceState.CHECKING
        self.label = ""
        self.message = ""

    def open(self) -> DeviceState:
        """Open the device and say whether there is one. Blocks: for a worker thread."""
        self._ensure_running()
        opened = threading.Event()
        self._engine.post_open(opened)
        opened.wait(_OPEN_S)
        return self.state.device

    def play(self, key: str, pcm: Sound, *, listener: Listener | None = None) -> None:
        """Play a clip at once, from its first sound on, instead of whatever plays.

        ``listener`` gets this play's own events, after ``on_event`` and in the same thread.
        """
        self._ensure_running()
        with self._lock:
            play = self._request(Play(key, pcm, listener, offset_ms=_lead_ms(pcm)))
            if play is None:
                return
            waits = self.device_state is DeviceState.READY and not self._device.hung
            self._engine.post_start(play)
        if waits and threading.current_thread() is not self._engine.thread:
            play.started.wait(_HANDOVER_S)

    def play_stream(self, key: str, source: PcmStream, *, listener: Listener | None = None) -> None:
        """Play a sound while it arrives, from its first bytes on, instead of whatever plays.

        Its events are a clip's; a stream that runs dry is ``Starved`` and goes on, one that
        breaks plays what has come and has ``Failed`` then. Whatever ends it early cuts ``source``.
        """
        self._ensure_running()
        with self._lock:
            play = self._request(Play(key, source, listener))
        if play is None:
            source.cut()
            return
        if self.device_state is DeviceState.CHECKING:
            self._engine.post_open(threading.Event())
        self._engine.post_halt()
        source.when_ready(lambda: self._engine.post_start(play))

    def stop(self) -> None:
        """Fall silent now."""
        with self._lock:
            if self._cut(CutCause.STOPPED):
                self._engine.post_halt()

    def stop_stream(self, source: PcmStream) -> None:
        """Fall silent if it is ``source`` that plays."""
        with self._lock:
            if self.current is not None and self.current.pcm is source:
                self.stop()

    def pause(self) -> None:
        with self._lock:
            play = self.current
            if play is None or play.paused:
                return
            play.offset_ms, play.paused = play.position_ms, True
            if play.feed is not None:
                play.feed.cut()
                play.feed = None
            self.emit_clip(Paused, play, position_ms=play.offset_ms)
            self._engine.post_halt()

    def resume(self) -> None:
        """Go on where it was paused, a tenth of a second before."""
        with self._lock:
            play = self.current
            if play is None or not play.paused:
                return
            play.offset_ms = max(0.0, play.offset_ms - _REWIND_MS)
            play.paused = False
            self.emit_clip(Resumed, play)
            self._engine.post_start(play)

    def toggle_pause(self) -> None:
        with self._lock:
            if self.current is not None and self.current.paused:
                self.resume()
            else:
                self.pause()

    def mute(self, *, muted: bool) -> None:
        """Stop the sound and let none start until unmuted."""
        with self._lock:
            self._muted = muted
            if muted and self._cut(CutCause.MUTED):
                self._engine.post_halt()

    def seconds(self, event: PlaybackEvent) -> float:
        """When an event was, on the player's clock."""
        return self._born + event.t_ms / 1000

    @property
    def now_ms(self) -> float:
        """The present on the clock of the events."""
        return (self._clock() - self._born) * 1000

    @property
    def muted(self) -> bool:
        return self._muted

    @property
    def state(self) -> PlayerState:
        """What is true now; cheap enough to ask many times a second."""
        with self._lock:
            play = self.current
            device, message = self.device_state, self.message
            if self._device.hung:
                device, message = DeviceState.LOST, "the sound system doesn't answer"
            return PlayerState(
                device=device,
                label=self.label,
                message=message,
                key=None if play is None else play.key,
                paused=play is not None and play.paused,
                muted=self._muted,
                position_ms=0.0 if play is None else play.position_ms,
                duration_ms=0 if play is None else play.pcm.duration_ms,
            )

    def level(self) -> float:
        """Return how loud the clip is where it plays, from 0.0 to 1.0."""
        with self._lock:
            play = self.current
        if play is None or play.paused or play.feed is None:
            return 0.0
        return play.pcm.level(play.position_ms)

    def close(self) -> None:
        """Stop, give the device back and deliver the last events. Blocks for 3 s at most."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._cut(CutCause.CLOSED)
        atexit.unregister(self.close)
        if self._running:
            self._engine.close(_CLOSE_S)
            self._dispatcher.close(_CLOSE_S)

    # What follows is for the engine, which shares the lock.

    @property
    def lock(self) -> threading.RLock:
        return self._lock

    def emit(self, kind: type[PlaybackEvent], **values: Any) -> None:
        """Send an event of the device. Call it with the lock held."""
        self._dispatcher.send(self._event(kind, None, values))

    def emit_clip(
        self, kind: type[PlaybackEvent], play: Play, *, at: float | None = None, **values: Any
    ) -> None:
        """Send a clip's event of time ``at`` (now when ``None``). Call it with the lock held."""
        values = {"key": play.key, "duration_ms": play.pcm.duration_ms, **values}
        self._dispatcher.send(self._event(kind, at, values), play.listener)

    def fail(self, code: FailCode, message: str | None = None) -> None:
        """End the current clip as failed. Call it with the lock held."""
        play, self.current = self.current, None
        if play is not None:
            words = self.message if message is None else message
            self.emit_clip(Failed, play, code=code, message=words)
            play.started.set()
            _drop(play)

    def _event(
        self, kind: type[PlaybackEvent], at: float | None, values: dict[str, Any]
    ) -> PlaybackEvent:
        now = self._clock() if at is None else at
        return kind(t_ms=(now - self._born) * 1000, seq=next(self._numbers), **values)

    def _request(self, play: Play) -> Play | None:
        """Make ``play`` the current one; ``None`` when it is refused."""
        self._cut(CutCause.REPLACED)
        self.emit_clip(Requested, play)
        refused = self._refusal()
        if refused is not None:
            self.emit_clip(Failed, play, code=refused, message=self.message)
            self._engine.post_halt()
            return None
        self.current = play
        return play

    def _cut(self, cause: CutCause) -> bool:
        play, self.current = self.current, None
        if play is None:
            return False
        position = play.position_ms
        if play.feed is not None:
            play.feed.cut()
        self.emit_clip(Cut, play, position_ms=position, cause=cause)
        _drop(play)
        return True

    def _refusal(self) -> FailCode | None:
        if self._muted:
            return FailCode.MUTED
        if self.device_state in {DeviceState.NONE, DeviceState.LOST} or self._closed:
            return FailCode.NO_DEVICE
        return None

    def _ensure_running(self) -> None:
        with self._lock:
            if self._running or self._closed:
                return
            self._running = True
        atexit.register(self.close)
        self._dispatcher.start()
        self._engine.start()


def _lead_ms(sound: Sound) -> float:
    """How much to leave out at the start: nobody shall wait for an encoder's silence."""
    return sound.lead_ms if isinstance(sound, Pcm) else 0.0


def _drop(play: Play) -> None:
    """Tell who still brings sound that nobody listens."""
    if isinstance(play.pcm, PcmStream):
        play.pcm.cut()
