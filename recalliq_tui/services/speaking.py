"""Lets cards speak: which clip, from where, now or when it is there.

Belongs to the event loop: nothing here blocks it. The cache, the decoder and the device work on
threads; what they report comes back to the loop. Everything answers before its parts are open:
a card that is to speak then does so as soon as it can, if it is still the one in sight.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final, NamedTuple

from recalliq_tui.audio.errors import CacheError
from recalliq_tui.domain.cards import CardId, Side
from recalliq_tui.domain.voice import (
    FREE,
    OFFLINE_VOICE,
    AudioState,
    SpeechCode,
    VoiceRef,
    VoiceState,
)
from recalliq_tui.domain.wording import plural
from recalliq_tui.services.board import CacheState, DeviceState, Rendering
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from typing import Any

    from recalliq_tui.audio.events import PlaybackEvent
    from recalliq_tui.domain.cards import Card
    from recalliq_tui.domain.ledger import Purpose
    from recalliq_tui.services.board import Board
    from recalliq_tui.services.feedback import FeedbackResult
    from recalliq_tui.services.live import LiveVoice
    from recalliq_tui.services.render_plan import RenderItem, RenderPlan
    from recalliq_tui.services.render_report import RenderProgress, RenderResult
    from recalliq_tui.services.soundparts import Meter, SoundParts
    from recalliq_tui.services.standins import StandIns
    from recalliq_tui.services.voices import VoiceWishes

_LOG: Final = logging.getLogger(__name__)
_METER_BARS: Final = 5


class SideAudio(NamedTuple):
    """How one side's audio is doing; ``label`` adds a word where there is one."""

    state: AudioState
    label: str = ""


class Speaking:
    """The voice as the screens use it."""

    def __init__(
        self, board: Board, *, autoplay: bool, muted: bool, fallback: bool = False
    ) -> None:
        """``fallback`` lets the local voice stand in, labelled, for one that can't speak."""
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
        self._failed: dict[str, str] = {}
        self._stand_ins: StandIns | None = None
        self._offline = fallback
        self._decks: dict[CardId, str] = {}
        self._sounding: tuple[str, RenderItem] | None = None
        self._deck_run: asyncio.Task[RenderResult] | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._filling: asyncio.Task[Any] | None = None
        self._closed = False
        board.update(muted=muted, offline_voice=fallback)

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
        from recalliq_tui.services.standins import StandIns  # noqa: PLC0415

        self._loop = asyncio.get_running_loop()
        self._parts = parts
        self._stand_ins = StandIns(parts.work)
        self._changed = changed
        parts.player.mute(muted=self._board.status.muted)
        self._board.update(cache=parts.cache_state)
        self._device_changed()
        self._start(parts.voices.start())
        if self._in_sight is not None:
            self.prepare(self._in_sight)
        if self._wanted is not None:
            self.play(*self._wanted)
        elif self._to_say is not None:
            self._say(self._to_say)

    def on_player_event(self, event: PlaybackEvent) -> None:
        """Called by the player, on its own thread."""
        loop = self._loop
        if loop is not None and not self._closed:
            loop.call_soon_threadsafe(self._player_event, event)

    def _player_event(self, event: PlaybackEvent) -> None:
        if event.ev.startswith("device"):
            self._device_changed()
            plays = self._parts is not None and self._parts.player.state.key is not None
            if event.ev in {"device_ready", "device_back"} and self._wanted and not plays:
                self.play(*self._wanted)
        elif event.ev in {"first_frame", "ended"}:
            key = getattr(event, "key", "")
            self._count_play(key)
            if key == self._wanted_key:
                self._wanted = None
        self._changed()

    def _count_play(self, key: str) -> None:
        """A clip that was paid for plays from the cache: the books say what that saves."""
        sounding, self._sounding = self._sounding, None
        if self._parts is not None and sounding is not None and sounding[0] == key:
            item = sounding[1]
            self._parts.voices.books.note_play(item.spec, self._decks.get(CardId(item.card_id), ""))

    @property
    def _wanted_key(self) -> str | None:
        """The clip that is to be heard next; an event of an older one says nothing about it."""
        if self._parts is None or self._wanted is None:
            return None
        item = self._parts.work.known_item(*self._wanted)
        if item is None:
            return None
        stand_in = self._stand_in(self._parts, item)
        return item.key if stand_in is None else stand_in[0]

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
        await self.stop_deck()
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._parts is not None:
            await asyncio.to_thread(self._parts.player.close)

    # --- one card ----------------------------------------------------------------------------

    def in_sight(self, card: Card, deck_id: str = "") -> None:
        """This card of a deck is being asked: what it says comes before all else."""
        self._in_sight = card
        self._decks[card.id] = deck_id
        if self._parts is not None:
            self._parts.voices.deck = deck_id or None
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
                await self._obtain(parts, item, first=card is self._in_sight)
        self._changed()

    async def _obtain(self, parts: SoundParts, item: RenderItem, *, first: bool) -> None:
        """Render what is missing if that is free, else look for what plays in its place."""
        if item.free:
            await self._fetch(parts, item, first=first)
        elif self._stand_ins is not None:

            async def fetch(local: RenderItem) -> None:
                await self._fetch(parts, local, first=first)

            await self._stand_ins.find(item, fetch if self._offline else None)

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
        stand_in = self._stand_in(parts, item)
        if stand_in is not None:
            return self._own_state(parts, *stand_in)
        if parts.player.state.key == item.key:
            return SideAudio(AudioState.PLAYING)
        known = parts.work.state(item.key)
        ready = parts.work.ready(item.key) is not None
        if item.key in self._fetching and not ready:
            return SideAudio(AudioState.FETCHING)
        if known == "damaged":
            return SideAudio(AudioState.DAMAGED)
        if not ready and known != "present":
            return self._missing(parts, item)
        return self._own_state(parts, item.key)

    def _own_state(self, parts: SoundParts, key: str, label: str = "") -> SideAudio:
        """The state of a clip that is there."""
        status = self._board.status
        if parts.player.state.key == key:
            return SideAudio(AudioState.PLAYING, label)
        if status.device in {DeviceState.NONE, DeviceState.LOST}:
            return SideAudio(AudioState.NO_DEVICE)
        return SideAudio(AudioState.MUTED if status.muted else AudioState.CACHED, label)

    def _missing(self, parts: SoundParts, item: RenderItem) -> SideAudio:
        """The state of a clip that isn't there: what it takes to hear it, or why it can't be."""
        if (words := self._failed.get(item.key)) is not None:
            return SideAudio(AudioState.BLOCKED, words)
        if item.free:
            health = parts.voices.keeper.health(item.spec.provider)
            if health.state is VoiceState.FAILED:
                return SideAudio(AudioState.BLOCKED, health.message)
            return SideAudio(AudioState.MISSING)
        if not parts.voices.is_set_up(item.spec.provider):
            return SideAudio(AudioState.BLOCKED, f"{item.spec.provider} is not set up")
        if not parts.voices.allows(VoiceRef(item.spec.provider, item.spec.voice)):
            health = parts.voices.keeper.health(item.spec.provider)
            return SideAudio(AudioState.BLOCKED, one_line(health.message, max_chars=120))
        return SideAudio(AudioState.MISSING, plural(len(item.spec.text), "character"))

    def _stand_in(self, parts: SoundParts, item: RenderItem) -> tuple[str, str] | None:
        """Key and label of what plays in place of a clip, while that isn't there itself."""
        stand_in = None if self._stand_ins is None else self._stand_ins.of(item)
        if stand_in is None or parts.work.ready(item.key) is not None:
            return None
        if parts.work.state(item.key) == "present" or parts.player.state.key == item.key:
            return None
        return stand_in.key, stand_in.label

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
        if item is not None and self._sound(parts, item):
            return
        parts.player.stop()
        if item is not None or not parts.work.is_known(card, side):
            self._start(self._play_later(parts, card, side))

    async def _play_later(self, parts: SoundParts, card: Card, side: Side) -> None:
        item = await self._item(parts, card, side)
        if item is None:
            self._changed()
            return
        if await asyncio.to_thread(parts.work.load, item) is None:
            await self._obtain(parts, item, first=True)
        if self._wanted == (card, side):
            self._sound(parts, item)
        self._changed()

    def _sound(self, parts: SoundParts, item: RenderItem) -> bool:
        """Play a side's clip, or what stands in for it; ``False`` when neither is in memory."""
        pcm = parts.work.ready(item.key)
        if pcm is not None:
            self._sounding = (item.key, item)
            parts.player.play(item.key, pcm)
        else:
            stand_in = self._stand_in(parts, item)
            pcm = None if stand_in is None else parts.work.ready(stand_in[0])
            if stand_in is None or pcm is None:
                return False
            parts.player.play(stand_in[0], pcm)
        self._changed()
        return True

    async def speak_once(self, card: Card, side: Side) -> None:
        """Let one side speak though it isn't rendered: a paid voice is asked now, metered, heard
        while it arrives, and kept. What is heard in its place says so."""
        parts = self._parts
        if parts is None:
            return
        self._hush()
        self._wanted = (card, side)
        item = await self._item(parts, card, side)
        if item is None:
            return
        if item.free or parts.live is None or parts.work.ready(item.key) is not None:
            await self._play_later(parts, card, side)
            return
        await self._speak_live(parts, parts.live, item)

    async def _speak_live(self, parts: SoundParts, live: LiveVoice, item: RenderItem) -> None:
        self._wanted = None  # the stream is what is to be heard
        self._failed.pop(item.key, None)
        spoken = await live.speak(item.spec.text, item.spec.lang, spec=item.spec, pinned=True)
        if spoken.error is not None:
            self._failed[item.key] = spoken.error.message
        await asyncio.to_thread(parts.work.load, item)
        self._changed()

    # --- the voice in use ----------------------------------------------------------------------

    @property
    def can_go_offline(self) -> bool:
        """Whether the local voice could stand in for one that can't speak, and doesn't yet."""
        parts = self._parts
        if parts is None or self._offline:
            return False
        item = None
        if self._in_sight is not None:
            item = parts.work.known_item(self._in_sight, Side.FRONT)
        ref = parts.voices.voice
        if item is not None and not item.free:
            ref = VoiceRef(item.spec.provider, item.spec.voice)
        return ref.provider not in FREE and not parts.voices.allows(ref)

    def go_offline(self) -> None:
        """Let the local voice stand in, labelled, until the program ends."""
        self._offline = True
        self._look_anew()
        self._board.update(offline_voice=True)
        self._changed()

    def _look_anew(self) -> None:
        """What plays in place of missing clips may be another now."""
        self._failed.clear()
        if self._stand_ins is not None:
            self._stand_ins.forget()
        if self._in_sight is not None:
            self.prepare(self._in_sight)

    @property
    def offline_now(self) -> bool:
        """Whether the local voice says what is new each time, because the chosen one can't."""
        return self._parts is not None and self._offline and not self._parts.voices.can_speak

    def check_again(self) -> None:
        """Ask anew how the voice is doing; costs nothing."""
        if self._parts is not None:
            self._failed.clear()
            self._parts.voices.keeper.pressed()

    def wish(self, wishes: VoiceWishes) -> None:
        """Another voice is set; nothing is rendered for it by itself unless it is free."""
        if self._parts is None:
            return
        self._parts.work.wish(wishes)
        self._parts.voices.use(wishes)
        self._look_anew()

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
            return SideAudio(AudioState.PLAYING, OFFLINE_VOICE if self.offline_now else "")
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
            if self._parts.live is not None:
                self._parts.live.stop()
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
            parts.voices.works(item.spec)
        except SpeechError as error:
            _LOG.warning("clip %s: %s", item.key[:16], error)
            parts.voices.fails(item.spec, error)
        except CacheError as error:
            parts.voices.works(item.spec)
            self._cache_fails(error)

    def _cache_fails(self, error: CacheError) -> None:
        _LOG.warning("a clip can't be kept: %s", error)
        self._board.update(cache=_CACHE_CODES.get(f"cache_{error.code.value}", CacheState.FAILED))

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
            if self._deck_run is None:
                self._board.update(rendering=_rendering(now))
            self._board.update(clips_have=parts.work.share(items)[0])
            self._changed()

        try:
            result = await parts.renderer.run(plan, on_progress=progress)
        finally:
            if self._deck_run is None:
                self._board.update(rendering=None)
        if result.failed and not result.rendered:
            self._tell_failure(parts, plan, result)
        if result.code is not None and result.code.startswith("cache_"):
            self._board.update(cache=_CACHE_CODES.get(result.code, CacheState.FAILED))
        self._changed()

    def _tell_failure(self, parts: SoundParts, plan: RenderPlan, result: RenderResult) -> None:
        """Tell the local voice's health of a filling in which nothing could be rendered."""
        failure = result.failed[0]
        item = next((each for each in plan.missing if each.card_id == failure.card_id), None)
        if item is not None and failure.code in set(SpeechCode):
            code = SpeechCode(failure.code)
            parts.voices.fails(item.spec, SpeechError(code, failure.message))

    # --- a deck that was asked for -----------------------------------------------------------

    @property
    def renders_deck(self) -> bool:
        return self._deck_run is not None

    async def render_deck(self, plan: RenderPlan) -> RenderResult:
        """Render all that a plan lacks, paid voices too: the learner has seen what it costs.

        One at a time; raises :class:`RuntimeError` for a second one.
        """
        parts = self._parts
        if parts is None or self._deck_run is not None:
            raise RuntimeError("nothing can be rendered now")

        def progress(now: RenderProgress) -> None:
            if now.latest is not None:
                parts.work.note_rendered(now.latest.key)
            self._board.update(rendering=_rendering(now))
            self._changed()

        run = asyncio.get_running_loop().create_task(
            parts.deck_renderer.run(plan, allow_paid=True, on_progress=progress),
            name="render deck",
        )
        self._deck_run = run
        run.add_done_callback(self._deck_done)
        return await asyncio.shield(run)

    def _deck_done(self, run: asyncio.Task[RenderResult]) -> None:
        self._deck_run = None
        self._board.update(rendering=None)
        if not run.cancelled() and (error := run.exception()) is not None:
            _LOG.error("rendering a deck failed", exc_info=error)
        self._changed()

    def cancel_deck(self) -> None:
        """Stop rendering the deck; clips that are done stay."""
        if self._parts is not None:
            self._parts.deck_renderer.cancel()

    async def stop_deck(self) -> None:
        run = self._deck_run
        if run is not None:
            self.cancel_deck()
            await asyncio.gather(run, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOG.error("the voice's work failed", exc_info=error)


class _Talk(NamedTuple):
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


def _rendering(now: RenderProgress) -> Rendering:
    return Rendering(now.done, now.total, now.rate, now.seconds_left, len(now.failed))


_CACHE_CODES: Final = {
    "cache_full": CacheState.FULL,
    "cache_unwritable": CacheState.READ_ONLY,
    "cache_damaged": CacheState.FAILED,
}
