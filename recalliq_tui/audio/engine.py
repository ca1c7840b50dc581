"""The player's audio thread: takes commands and the device's marks, in order."""

from __future__ import annotations

import logging
import queue
import threading
import time
from typing import TYPE_CHECKING, Final, assert_never

from recalliq_tui.audio.errors import SinkError
from recalliq_tui.audio.events import (
    DeviceBack,
    DeviceLost,
    DeviceMissing,
    DeviceReady,
    Ended,
    FailCode,
    FirstFrame,
    Flowing,
    Starved,
)
from recalliq_tui.audio.pcmstream import LEAD_MS, LEAD_S, PcmStream
from recalliq_tui.audio.playing import DeviceState
from recalliq_tui.audio.sinks.feed import TAIL_MS, Feed, Mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from recalliq_tui.audio.device import Device
    from recalliq_tui.audio.player import Player
    from recalliq_tui.audio.playing import Play

_log = logging.getLogger(__name__)

_TICK_S: Final = 0.1


class Engine:
    """Runs commands one after the other. ``post_*`` never block and may come from anywhere."""

    def __init__(self, player: Player, device: Device, clock: Callable[[], float]) -> None:
        self._player = player
        self._device = device
        self._clock = clock
        self._inbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._open = True
        self.thread = threading.Thread(target=self._run, name="recalliq-audio", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def post_open(self, opened: threading.Event) -> None:
        self._inbox.put(lambda: self._open_device(opened))

    def post_start(self, play: Play) -> None:
        self._inbox.put(lambda: self._start(play))

    def post_halt(self) -> None:
        self._inbox.put(self._halt)

    def close(self, timeout: float) -> None:
        self._inbox.put(self._close)
        if self.thread is not threading.current_thread():
            self.thread.join(timeout)

    def _run(self) -> None:
        while self._open:
            try:
                self._step()
            except Exception:  # noqa: BLE001  (the edge of a worker)
                _log.exception("the player stumbled")

    def _step(self) -> None:
        try:
            command = self._inbox.get(timeout=self._wait_s())
        except queue.Empty:
            pass
        else:
            command()
        self._look()

    def _wait_s(self) -> float | None:
        if self._device.retry_at is not None:
            return max(0.0, self._device.retry_at - time.monotonic())
        feed = self._device.feed
        if feed is None:
            return None
        due = self._due(feed)
        return _TICK_S if due is None else min(_TICK_S, max(0.001, due - self._clock()))

    def _due(self, feed: Feed) -> float | None:
        """When something is to be done with a clip that was handed over whole."""
        end = feed.audible_end
        if end is None:
            return None
        return end if self._plays(feed) else end + TAIL_MS / 1000

    def _plays(self, feed: Feed) -> bool:
        play = self._player.current
        return play is not None and play.feed is feed

    def _look(self) -> None:
        if self._device.retry_at is not None and time.monotonic() >= self._device.retry_at:
            self._retry()
        feed = self._device.feed
        if feed is None:
            return
        if self._device.is_lost():
            self._lose("the sound device fell silent")
            return
        due = self._due(feed)
        if due is None or self._clock() < due:
            return
        if self._plays(feed):
            self._finish(feed)
        else:
            self._halt()

    def _finish(self, feed: Feed) -> None:
        with self._player.lock:
            play = self._player.current
            if play is None or play.feed is not feed:
                return
            self._announce(play, feed)
            broken = getattr(play.pcm, "broken", None)
            if broken is not None:
                self._player.fail(FailCode.BROKEN, broken)
                return
            self._player.current = None
            self._player.emit_clip(Ended, play, at=feed.audible_end)

    def _start(self, play: Play) -> None:
        try:
            if self._player.device_state is DeviceState.CHECKING:
                self._open_device(None)
            # A stream's first bytes and the end of a pause may both ask for the start.
            if play.feed is None and self._wanted(play) and self._has_sound(play):
                self._device.start(lambda: self._new_feed(play))
        except SinkError as error:
            self._lose(error.message)
        finally:
            play.started.set()

    def _has_sound(self, play: Play) -> bool:
        """Wait for what a sound that arrives needs before it may begin."""
        source = play.pcm
        if not isinstance(source, PcmStream):
            return True
        if source.frames:
            source.wait_lead(LEAD_MS, seconds=LEAD_S)
        elif source.complete:
            with self._player.lock:
                if self._wanted(play):
                    self._player.fail(FailCode.NO_SOUND, source.broken or "")
        return source.frames > 0 and self._wanted(play)

    def _wanted(self, play: Play) -> bool:
        return self._player.current is play and not play.paused

    def _new_feed(self, play: Play) -> Feed:
        feed = Feed(play.pcm, clock=self._clock, on_mark=self._on_mark, from_ms=play.offset_ms)
        with self._player.lock:
            if self._wanted(play):
                play.feed = feed
            else:
                feed.cut()
        return feed

    def _on_mark(self, feed: Feed, mark: Mark) -> None:
        """Called in the device's thread: only a queue is touched."""
        self._inbox.put(lambda: self._marked(feed, mark))

    def _marked(self, feed: Feed, mark: Mark) -> None:
        with self._player.lock:
            play = self._player.current
            if play is None or play.feed is not feed:
                return
            match mark:
                case Mark.FIRST:
                    self._announce(play, feed)
                case Mark.DRY:
                    self._player.emit_clip(Starved, play, position_ms=feed.position_ms())
                case Mark.FLOWING:
                    self._player.emit_clip(Flowing, play)
                case Mark.END:
                    """The wake-up is all: :meth:`_look` follows each command."""
                case _:
                    assert_never(mark)

    def _announce(self, play: Play, feed: Feed) -> None:
        if not play.announced:
            play.announced = True
            self._player.emit_clip(FirstFrame, play, at=feed.first_at)

    def _halt(self) -> None:
        """Stop the device, unless something was asked for since."""
        with self._player.lock:
            play = self._player.current
            if play is not None and not (play.paused or play.waits):
                return
        try:
            self._device.stop()
        except SinkError as error:
            self._lose(error.message)

    def _open_device(self, opened: threading.Event | None) -> None:
        player = self._player
        try:
            if player.device_state is DeviceState.CHECKING:
                label = self._device.open().label
                with player.lock:
                    player.device_state, player.label, player.message = DeviceState.READY, label, ""
                    player.emit(DeviceReady, label=label)
        except SinkError as error:
            with player.lock:
                player.device_state, player.message = DeviceState.NONE, error.message
                player.emit(DeviceMissing, message=error.message)
                player.fail(FailCode.NO_DEVICE)
            if opened is None:
                raise
        finally:
            if opened is not None:
                opened.set()

    def _lose(self, message: str) -> None:
        player = self._player
        self._device.discard()
        with player.lock:
            player.message = message
            if player.device_state is DeviceState.READY:
                player.device_state = DeviceState.LOST
                player.emit(DeviceLost, label=player.label)
            player.fail(FailCode.DEVICE_LOST)
        if self._device.retry_at is None:
            self._device.plan_retry()

    def _retry(self) -> None:
        player = self._player
        try:
            label = self._device.open().label
        except SinkError as error:
            player.message = error.message
            return
        with player.lock:
            player.device_state, player.label, player.message = DeviceState.READY, label, ""
            player.emit(DeviceBack, label=label)

    def _close(self) -> None:
        self._open = False
        self._device.discard()
