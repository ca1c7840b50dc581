"""Lets cards speak: which clip, from where, now or when it is there.

Belongs to the event loop: nothing here blocks it. The cache, the decoder and the device work on
threads; what they report comes back to the loop. Everything answers before its parts are open:
a card that is to speak then does so as soon as it can, if it is still the one in sight.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from recalliq_tui.audio.errors import CacheError
from recalliq_tui.domain.cards import Side
from recalliq_tui.domain.voice import AudioState, SpeechCode, VoiceHealth, VoiceState
from recalliq_tui.services.board import CacheState, DeviceState, Rendering
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from typing import Any

    from recalliq_tui.audio.events import PlaybackEvent
    from recalliq_tui.audio.pcm import Pcm
    from recalliq_tui.domain.cards import Card, CardId
    from recalliq_tui.domain.ledger import Purpose
    from recalliq_tui.services.board import Board
    from recalliq_tui.services.feedback import FeedbackResult
    from recalliq_tui.services.render_plan import RenderItem
    from recalliq_tui.services.render_report import RenderProgress
    from recalliq_tui.services.soundparts import Meter, SoundParts

_LOG: Final = logging.getLogger(__name__)
_METER_BARS: Final = 5


@dataclass(frozen=True, slots=True)
class SideAudio:
    """How one side's audio is doing; ``label`` adds a word where there is one."""

    state: AudioState
    label: str = ""


class Speaking:
    """The voice as the screens use it."""

    def __init__(self, board: Board, *, autoplay: bool, muted: bool) -> None:
        self._board = board
        self._autoplay = autoplay
        self._parts: SoundParts | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed: Callable[[], None] = lambda: None
        self._in_sight: Card | None = None
        self._wanted: tuple[Card, Side] | None = None
        self._to_say: _Talk | None = None
        self._talk: asyncio.Task[FeedbackResult] | None = None
        self._unsaid: SideAudio | None = None
        self._fetching: dict[str, asyncio.Task[None]] = {}
        self._refused: dict[tuple[CardId, Side], str] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._filling: asyncio.Task[Any] | None = None
        self._closed = False
        board.update(muted=muted)

    @property
    def parts(self) -> SoundParts | None:
        """Cache, voice and device once they are open."""
        return self._parts

    @property
    def is_open(self) -> bool:
        """Whether cache, voice and device have been opened."""
        return self._parts is not None

    # --- opening and closing ---------------------------------------------------------------

    def opened(self, parts: SoundParts, changed: Callable[[], None]) -> None:
        """Take the parts; what was asked for meanwhile happens now. ``changed`` is called on the
        loop whenever the state of a side may have changed."""
        self._loop = asyncio.get_running_loop()
        self._parts = parts
        self._changed = changed
        parts.player.mute(muted=self._board.status.muted)
        self._board.update(cache=parts.cache_state)
        self._device_changed()
        self._start(self._check_voice(parts))
        if self._in_sight is not None:
            self.prepare(self._in_sight)
        if self._wanted is not None:
            self.play(*self._wanted)
        elif self._to_say is not None:
            self._say(self._to_say)

    async def _check_voice(self, parts: SoundParts) -> None:
        """Ask the voice for a sign of life, so that the strip is true before the first card."""
        try:
            await parts.check()
        except SpeechError as error:
            self._board.update(voice=VoiceHealth(VoiceState.FAILED, message=error.message))
        else:
            self._voice_works(parts)

    def on_player_event(self, event: PlaybackEvent) -> None:
        """Called by the player, on its own thread."""
        loop = self._loop
        if loop is not None and not self._closed:
            loop.call_soon_threadsafe(self._player_event, event)

    def _player_event(self, event: PlaybackEvent) -> None:
        if event.ev.startswith("device"):
            self._device_changed()
            if event.ev in {"device_ready", "device_back"} and self._wanted is not None:
                self.play(*self._wanted)
        elif event.ev in {"first_frame", "ended"} and getattr(event, "key", "") == self._wanted_key:
            self._wanted = None
        self._changed()

    @property
    def _wanted_key(self) -> str | None:
        """The clip that is to be heard next; an event of an older one says nothing about it."""
        if self._parts is None or self._wanted is None:
            return None
        item = self._parts.work.known_item(*self._wanted)
        return None if item is None else item.key

    def _device_changed(self) -> None:
        if self._parts is None:
            return
        state = self._parts.player.state
        self._board.update(device=DeviceState(state.device.value), device_label=state.label)

    async def close(self) -> None:
        """Stop everything: sound, rendering, tasks. What is reported after this is dropped."""
        self.stop()
        self._changed, self._closed = (lambda: None), True
        await self.stop_filling()
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._parts is not None:
            await asyncio.to_thread(self._parts.player.close)

    # --- one card ----------------------------------------------------------------------------

    def in_sight(self, card: Card) -> None:
        """This card is being asked: what it says comes before all else."""
        self._in_sight = card
        self.prepare(card)

    def prepare(self, card: Card) -> None:
        """Make the card's clips ready: rendered where the voice is free, decoded, in memory."""
        if self._parts is not None:
            self._start(self._prepare(self._parts, card))

    async def _prepare(self, parts: SoundParts, card: Card) -> None:
        for side in (Side.FRONT, Side.BACK):
            item = await self._item(parts, card, side)
            if item is None or parts.work.ready(item.key) is not None:
                continue
            if await asyncio.to_thread(parts.work.load, item) is None:
                await self._fetch(parts, item, first=card is self._in_sight)
        self._changed()

    async def _item(self, parts: SoundParts, card: Card, side: Side) -> RenderItem | None:
        if parts.work.is_known(card, side):
            return parts.work.known_item(card, side)
        try:
            item = await asyncio.to_thread(parts.work.item, card, side)
        except SpeechError as error:
            self._refused[card.id, side] = error.message
            return None
        self._refused.pop((card.id, side), None)
        return item

    def side(self, card: Card, side: Side) -> SideAudio | None:
        """How the audio of a side is doing; ``None`` before anything is known."""
        parts = self._parts
        if parts is None:
            return None
        if (card.id, side) in self._refused:
            return SideAudio(AudioState.BLOCKED, self._refused[card.id, side])
        if not parts.work.is_known(card, side):
            return None
        item = parts.work.known_item(card, side)
        if item is None:
            return SideAudio(AudioState.SILENT)
        status = self._board.status
        if parts.player.state.key == item.key:
            return SideAudio(AudioState.PLAYING)
        known = parts.work.state(item.key)
        ready = parts.work.ready(item.key) is not None
        if item.key in self._fetching and not ready:
            return SideAudio(AudioState.FETCHING)
        if known == "damaged":
            return SideAudio(AudioState.DAMAGED)
        if not ready and known != "present":
            if status.voice.state is VoiceState.FAILED:
                return SideAudio(AudioState.BLOCKED, status.voice.message)
            return SideAudio(AudioState.MISSING)
        if status.device in {DeviceState.NONE, DeviceState.LOST}:
            return SideAudio(AudioState.NO_DEVICE)
        return SideAudio(AudioState.MUTED if status.muted else AudioState.CACHED)

    def play(self, card: Card, side: Side, *, automatic: bool = False) -> None:
        """Let a side speak: now if its sound is in memory, else as soon as it is, if it is still
        wanted then. ``automatic`` keeps to the setting and is silent while muted."""
        if automatic and (not self._autoplay or self._board.status.muted):
            self.stop()
            return
        self._hush()
        self._wanted = (card, side)
        parts = self._parts
        if parts is None:
            return
        item = parts.work.known_item(card, side)
        pcm = parts.work.ready(item.key) if item is not None else None
        if item is not None and pcm is not None:
            self._sound(parts, item, pcm)
            return
        parts.player.stop()
        if item is not None or not parts.work.is_known(card, side):
            self._start(self._play_later(parts, card, side))

    async def _play_later(self, parts: SoundParts, card: Card, side: Side) -> None:
        item = await self._item(parts, card, side)
        if item is None:
            self._changed()
            return
        pcm = await asyncio.to_thread(parts.work.load, item)
        if pcm is None:
            await self._fetch(parts, item, first=True)
            pcm = parts.work.ready(item.key)
        if pcm is not None and self._wanted == (card, side):
            self._sound(parts, item, pcm)
        self._changed()

    def _sound(self, parts: SoundParts, item: RenderItem, pcm: Pcm) -> None:
        parts.player.play(item.key, pcm)
        self._changed()

    async def speak_once(self, card: Card, side: Side) -> None:
        """Render one side though nothing asked for it, and let it speak."""
        parts = self._parts
        if parts is None:
            return
        self._wanted = (card, side)
        item = await self._item(parts, card, side)
        if item is not None:
            await self._play_later(parts, card, side)

    # --- what is new each time ---------------------------------------------------------------

    def say(
        self, said: Sequence[str], *, lang: str | None = None, purpose: Purpose | None = None
    ) -> None:
        """Say sentences that no clip is there for, as they come; instead of what is said now.

        The text is on the screen already. Nothing is asked of the voice while muted; before the
        parts are open it waits for them. Whatever is said or played next ends it.
        """
        self.stop()
        if not said or self._board.status.muted:
            return
        talk = _Talk(tuple(said), lang, purpose)
        if self._parts is None:
            self._to_say = talk
        else:
            self._say(talk)

    @property
    def talk(self) -> SideAudio | None:
        """How saying it goes: playing, or why it wasn't said; ``None`` when there is nothing."""
        if self._talk is not None and not self._talk.done():
            return SideAudio(AudioState.PLAYING)
        return self._unsaid

    def _say(self, talk: _Talk) -> None:
        self._to_say = None
        feedback = self._parts.feedback if self._parts is not None else None
        if feedback is None:
            return
        from recalliq_tui.domain.ledger import Purpose  # noqa: PLC0415

        purpose = talk.purpose or Purpose.FEEDBACK
        self._talk = feedback.say(talk.said, lang=talk.lang, purpose=purpose)
        self._talk.add_done_callback(self._talk_ended)
        self._changed()

    def _talk_ended(self, task: asyncio.Task[FeedbackResult]) -> None:
        if task is not self._talk:
            return
        self._talk = None
        if not task.cancelled():
            if (error := task.exception()) is not None:
                _LOG.error("saying feedback failed", exc_info=error)
                self._unsaid = SideAudio(AudioState.BLOCKED, one_line(str(error)))
            else:
                self._unsaid = _unsaid(task.result())
        self._changed()

    def live_failed(self, error: SpeechError) -> None:
        """The live voice failed: the strip says so, unless it was the text's fault."""
        if error.code is not SpeechCode.BAD_INPUT:
            health = VoiceHealth(
                _LIVE_STATES[error.code], until=error.retry_at, message=error.message
            )
            self._board.update(voice=health)

    def _hush(self) -> None:
        """End what is being said, request and sound."""
        self._to_say = self._talk = self._unsaid = None
        if self._parts is not None and self._parts.feedback is not None:
            self._parts.feedback.stop()

    # --- keys --------------------------------------------------------------------------------

    def stop(self) -> None:
        """Fall silent, and forget what was to be said."""
        self._wanted = None
        self._hush()
        if self._parts is not None:
            self._parts.player.stop()

    def toggle_pause(self) -> None:
        if self._parts is not None:
            self._parts.player.toggle_pause()

    def set_muted(self, muted: bool) -> None:  # noqa: FBT001  (the verb takes one)
        if muted:
            self._wanted = None
            self._hush()
        if self._parts is not None:
            self._parts.player.mute(muted=muted)
        self._board.update(muted=muted)

    def meter(self) -> Meter | None:
        """What plays now, for the meter; ``None`` when nothing does."""
        from recalliq_tui.services.soundparts import Meter  # noqa: PLC0415

        parts = self._parts
        state = parts.player.state if parts is not None else None
        if parts is None or state is None or state.key is None:
            return None
        pcm = parts.work.ready(state.key)
        spots = range(-_METER_BARS // 2 + 1, _METER_BARS // 2 + 1)
        at = [state.position_ms + 60 * spot for spot in spots]
        levels = tuple(pcm.level(max(0.0, ms)) if pcm is not None else 0.0 for ms in at)
        return Meter(round(state.position_ms), state.duration_ms, levels, state.paused)

    # --- rendering ---------------------------------------------------------------------------

    async def _fetch(self, parts: SoundParts, item: RenderItem, *, first: bool) -> None:
        """Render one clip if its voice is free, once for all who wait for it."""
        if not item.free:
            return
        work = self._fetching.get(item.key)
        if work is None:
            work = self._start(self._render(parts, item, first=first))
            self._fetching[item.key] = work
            work.add_done_callback(lambda _work: self._fetching.pop(item.key, None))
            self._changed()
        await asyncio.shield(work)

    async def _render(self, parts: SoundParts, item: RenderItem, *, first: bool) -> None:
        try:
            await parts.work.render(item, parts.renderer, urgent=first)
            self._voice_works(parts)
        except SpeechError as error:
            self._voice_fails(item, error)
        except CacheError as error:
            self._voice_works(parts)
            self._cache_fails(error)

    def _cache_fails(self, error: CacheError) -> None:
        _LOG.warning("a clip can't be kept: %s", error)
        self._board.update(cache=_CACHE_CODES.get(f"cache_{error.code.value}", CacheState.FAILED))

    def _voice_works(self, parts: SoundParts) -> None:
        self._board.update(voice=VoiceHealth(VoiceState.READY, parts.voice))

    def _voice_fails(self, item: RenderItem, error: SpeechError) -> None:
        _LOG.warning("clip %s: %s", item.key[:16], error)
        if error.code is SpeechCode.BAD_INPUT:
            return
        self._board.update(voice=VoiceHealth(VoiceState.FAILED, message=error.message))

    def fill(self, name: str, cards: Sequence[Card]) -> None:
        """Render in the background, with a free voice, what ``cards`` lack, in their order."""
        if self._parts is None:
            return
        previous, self._filling = self._filling, None
        if previous is not None:
            previous.cancel()
        self._filling = self._start(self._fill(self._parts, name, cards, after=previous))

    async def stop_filling(self) -> None:
        """Stop rendering in the background; clips that are done stay."""
        filling, self._filling = self._filling, None
        if filling is not None:
            filling.cancel()
            await asyncio.gather(filling, return_exceptions=True)

    async def _fill(
        self,
        parts: SoundParts,
        name: str,
        cards: Sequence[Card],
        *,
        after: asyncio.Task[None] | None,
    ) -> None:
        if after is not None:  # one plan at a time: what was begun is put away first
            await asyncio.gather(after, return_exceptions=True)
        plan, items = await asyncio.to_thread(parts.work.plan, name, cards)
        have, need = parts.work.share(items)
        self._board.update(clips_have=have, clips_need=need)
        if not any(item.free for item in plan.missing):
            return

        def progress(now: RenderProgress) -> None:
            if now.latest is not None:
                parts.work.note_rendered(now.latest.key)
            self._board.update(
                rendering=Rendering(
                    now.done, now.total, now.rate, now.seconds_left, len(now.failed)
                ),
                clips_have=parts.work.share(items)[0],
            )
            self._changed()

        try:
            result = await parts.renderer.run(plan, on_progress=progress)
        finally:
            self._board.update(rendering=None)
        if result.failed and not result.rendered:
            self._board.update(
                voice=VoiceHealth(VoiceState.FAILED, message=result.failed[0].message)
            )
        if result.code is not None and result.code.startswith("cache_"):
            self._board.update(cache=_CACHE_CODES.get(result.code, CacheState.FAILED))
        self._changed()

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOG.error("the voice's work failed", exc_info=error)
            self._board.update(voice=VoiceHealth(VoiceState.FAILED, message=str(error)))


@dataclass(frozen=True, slots=True)
class _Talk:
    """Sentences to say."""

    said: tuple[str, ...]
    lang: str | None
    purpose: Purpose | None


def _unsaid(result: FeedbackResult) -> SideAudio | None:
    """Why feedback was not heard to its end, to be shown below it."""
    if result.error is not None:
        return SideAudio(AudioState.BLOCKED, result.error.message)
    match result.ending.value:
        case "muted":
            return SideAudio(AudioState.MUTED)
        case "no_device" | "device_lost":
            return SideAudio(AudioState.NO_DEVICE)
        case "failed":
            return SideAudio(AudioState.BLOCKED)
        case _:
            return None


_LIVE_STATES: Final = {
    SpeechCode.NOT_CONFIGURED: VoiceState.NOT_CONFIGURED,
    SpeechCode.QUOTA_EXCEEDED: VoiceState.QUOTA,
    SpeechCode.RATE_LIMITED: VoiceState.RATE_LIMITED,
    SpeechCode.NETWORK_ERROR: VoiceState.OFFLINE,
    SpeechCode.PROVIDER_ERROR: VoiceState.FAILED,
    SpeechCode.VOICE_UNAVAILABLE: VoiceState.VOICE_GONE,
    SpeechCode.PLAN_REQUIRED: VoiceState.PLAN,
    SpeechCode.ACCOUNT_BLOCKED: VoiceState.BLOCKED,
    SpeechCode.BUDGET_REACHED: VoiceState.BUDGET,
}
_CACHE_CODES: Final = {
    "cache_full": CacheState.FULL,
    "cache_unwritable": CacheState.READ_ONLY,
    "cache_damaged": CacheState.FAILED,
}
