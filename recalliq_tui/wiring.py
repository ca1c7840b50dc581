"""The one place where concrete parts are chosen and joined. Starts the screens.

Nothing heavy is imported at the head of this module: a command pays for what it uses, and the
screens are painted before sound, network or voice are loaded.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from recalliq_tui.decks.samples import samples_root
from recalliq_tui.services.calendar import Calendar, system_clock
from recalliq_tui.services.library import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future
    from datetime import datetime

    from recalliq_tui.audio.player import Player
    from recalliq_tui.audio.reports import Clips
    from recalliq_tui.audio.sinks.protocol import AudioSink
    from recalliq_tui.config import Config
    from recalliq_tui.domain.reports import Fixes
    from recalliq_tui.paths import Paths
    from recalliq_tui.services.board import CacheState
    from recalliq_tui.services.live import LiveVoice
    from recalliq_tui.services.llm_grading import ModelGrader
    from recalliq_tui.services.prayers import Praying
    from recalliq_tui.services.runtime import Begun, Runtime
    from recalliq_tui.services.soundparts import SoundParts
    from recalliq_tui.services.voicebox import VoiceBox
    from recalliq_tui.services.voices import VoiceWishes
    from recalliq_tui.speech.configured import Setup
    from recalliq_tui.speech.espeak.provider import EspeakProvider
    from recalliq_tui.speech.http import Web

_LOG: Final = logging.getLogger(__name__)


def deck_sources(config: Config, paths: Paths) -> list[Source]:
    """Folders that decks come from: the learner's own first, samples last."""
    sources = [Source(paths.own_decks, "own")]
    folders = (Path(folder).expanduser().absolute() for folder in config.texts("decks.folders"))
    sources.extend(Source(folder, "folder") for folder in folders)
    if config.flag("decks.samples"):
        sources.append(Source(samples_root(), "sample"))
    return sources


def voice_wishes(config: Config) -> VoiceWishes:
    """What the settings say about voices. Blocks where a key lies in the keyring."""
    from recalliq_tui.services.joining import voice_setups, wishes_of  # noqa: PLC0415

    # Only a provider that is to speak by itself must be known to be set up whole.
    chosen = config.text("voice.provider") != "auto"
    return wishes_of(config, voice_setups(config) if chosen else None)


def open_clips(config: Config, paths: Paths) -> tuple[Clips, CacheState]:
    """Open the clip cache; where that fails, one in memory stands in. Blocks."""
    from recalliq_tui.audio.cache import ClipCache  # noqa: PLC0415
    from recalliq_tui.audio.errors import CacheCode, CacheError  # noqa: PLC0415
    from recalliq_tui.audio.memory import MemoryCache  # noqa: PLC0415
    from recalliq_tui.services.board import CacheState  # noqa: PLC0415

    room = config.integer("cache.phrase_megabytes") * 1024 * 1024
    try:
        return ClipCache.open(paths.clips_dir, phrase_bytes=room), CacheState.READY
    except CacheError as error:
        _LOG.warning("the clip cache: %s", error)
        states = {CacheCode.UNWRITABLE: CacheState.READ_ONLY, CacheCode.FULL: CacheState.FULL}
        return MemoryCache(cause=error), states.get(error.code, CacheState.FAILED)


@dataclass(slots=True)
class _Voices:
    """What was opened for speaking and must be closed again."""

    espeak: EspeakProvider | None = None
    clips: Clips | None = None
    live: LiveVoice | None = None
    voices: VoiceBox | None = None
    web: Web | None = None
    make_sink: Callable[[], AudioSink] | None = None

    def the_web(self) -> Web:
        """The program's one HTTP client; nothing is opened before its first request."""
        from recalliq_tui.speech.http import Web  # noqa: PLC0415

        if self.web is None:
            self.web = Web()
        return self.web

    async def close(self) -> None:
        if self.live is not None:
            await self.live.aclose()
        if self.voices is not None:
            await self.voices.close()
        if self.web is not None:
            await self.web.aclose()
        if self.espeak is not None:
            await self.espeak.aclose()
        if self.clips is not None:
            await asyncio.to_thread(self.clips.close)


def make_runtime(
    config: Config,
    paths: Paths,
    *,
    clock: Callable[[], datetime] = system_clock,
    sources: Sequence[Source] | None = None,
    make_sink: Callable[[], AudioSink] | None = None,
) -> Runtime:
    """Join the parts of a running program. Opens nothing.

    ``make_sink`` gives the sound device instead of the settings.
    """
    from recalliq_tui.services.runtime import Runtime  # noqa: PLC0415

    opened = _Voices(make_sink=make_sink)

    async def open_parts(runtime: Runtime) -> SoundParts:
        return await _open_sound(runtime, opened)

    def make_grader() -> ModelGrader | None:
        from recalliq_tui.services import llm_grading  # noqa: PLC0415

        return llm_grading.make_grader(config, opened.the_web, _grader_key)

    return Runtime(
        config=config,
        paths=paths,
        calendar=Calendar(clock=clock, day_start=config.day_start),
        sources=deck_sources(config, paths) if sources is None else sources,
        open_parts=open_parts,
        close_parts=opened.close,
        make_grader=make_grader,
    )


def _grader_key() -> str:
    """The grading model's key, from the environment, else the keyring. Blocks."""
    from recalliq_tui.services.llm_grading import KEY_VARIABLE  # noqa: PLC0415
    from recalliq_tui.speech.configured import system_keyring  # noqa: PLC0415

    return os.environ.get(KEY_VARIABLE, "").strip() or system_keyring()(KEY_VARIABLE) or ""


async def _open_sound(runtime: Runtime, opened: _Voices) -> SoundParts:
    """Open voice, cache and device side by side, the slow imports on threads."""
    config = runtime.config
    (clips, cache_state), player, fixes, setups = await asyncio.gather(
        asyncio.to_thread(open_clips, config, runtime.paths),
        asyncio.to_thread(_make_player, runtime, opened.make_sink),
        runtime.db(_fixes, runtime),
        asyncio.to_thread(_setups, config),
    )
    from recalliq_tui.services.clipwork import ClipWork  # noqa: PLC0415
    from recalliq_tui.services.feedback import Feedback  # noqa: PLC0415
    from recalliq_tui.services.joining import join_voices, make_live, wishes_of  # noqa: PLC0415
    from recalliq_tui.services.rendering import Renderer  # noqa: PLC0415
    from recalliq_tui.services.soundparts import SoundParts  # noqa: PLC0415
    from recalliq_tui.speech.espeak.provider import EspeakProvider  # noqa: PLC0415

    espeak = EspeakProvider()
    opened.espeak, opened.clips = espeak, clips
    await espeak.warm()
    wishes = replace(wishes_of(config, setups), fixes=fixes)
    voices = opened.voices = join_voices(
        espeak,
        config=config,
        paths=runtime.paths,
        wishes=wishes,
        setups=setups,
        calendar=runtime.calendar,
        board=runtime.board,
        web=opened.the_web,
    )
    if runtime.trace is not None:
        voices.trace = runtime.trace
        runtime.trace.sha256_of = lambda key: _sha256(clips, key)
    work = ClipWork(clips, wishes)
    live = opened.live = make_live(
        voices,
        player,
        clips,
        wishes=lambda: work.wishes,
        offline=lambda: runtime.sound.offline_now,
        now=runtime.calendar,
    )

    def renderer() -> Renderer:
        return Renderer(
            voices.renders,
            clips,
            now=runtime.calendar.now,
            monotonic=time.monotonic,
            workers=max(2, config.integer("limits.in_flight")),
        )

    return SoundParts(
        work=work,
        player=player,
        renderer=renderer(),
        cache_state=cache_state,
        voices=voices,
        deck_renderer=renderer(),
        live=live,
        feedback=Feedback(live),
    )


def _setups(config: Config) -> dict[str, Setup]:
    from recalliq_tui.services.joining import voice_setups  # noqa: PLC0415

    return voice_setups(config)


def _fixes(runtime: Runtime) -> Fixes:
    """What was accepted for single sides; on the collection's thread."""
    return runtime.collection.fixes()


def _sha256(clips: Clips, key: str) -> str | None:
    clip = clips.get(key)
    return None if clip is None else clip.info.sha256


def _make_player(runtime: Runtime, make_sink: Callable[[], AudioSink] | None) -> Player:
    from recalliq_tui.audio.player import Player  # noqa: PLC0415

    make_sink = make_sink or setting_sink(runtime.config.text("audio.sink"))
    player = Player(make_sink, on_event=runtime.on_player_event)
    if runtime.trace is not None:
        runtime.trace.seconds_of = player.seconds
        runtime.trace.follow(runtime.board)
    player.open()
    return player


def setting_sink(name: str) -> Callable[[], AudioSink]:
    """Return what makes the sound device of a value of the setting ``audio.sink``."""
    from recalliq_tui.audio.sinks.choose import SinkPreference, choose_sink  # noqa: PLC0415

    preference = SinkPreference(name)
    return lambda: choose_sink(preference)


def run_tui(
    runtime: Runtime,
    *,
    study: str | None = None,
    praying: Callable[[Runtime], Praying] | None = None,
    native_log: Path | None = None,
) -> int:
    """Open the screens, at home, with a session over ``study`` or with the texts that ``praying``
    chooses on the collection's thread; returns the exit code.

    Raises :class:`~recalliq_tui.services.library.UnknownDeckError`, what ``praying`` raises and
    :class:`~recalliq_tui.store.errors.StoreError` before anything is painted.
    """
    # The collection opens and the first card is found while Textual loads.
    begun: Future[Begun] | None = None
    chosen = runtime.submit(praying, runtime) if praying is not None else None
    opened = runtime.submit(lambda: runtime.collection.read_only)
    if study is not None:
        wanted = study
        begun = runtime.submit(lambda: _begin(runtime, wanted))
    from recalliq_tui.audio.sinks.quiet import stderr_kept_for_screen  # noqa: PLC0415
    from recalliq_tui.tui.app import RecallApp, Start  # noqa: PLC0415

    try:
        opened.result()
        start = Start(
            study=begun.result() if begun is not None else None,
            pray=chosen.result() if chosen is not None else None,
        )
        app = RecallApp(runtime, start)
        # What native audio code prints must not land between the frames of the screen.
        with stderr_kept_for_screen(native_log):
            app.run()
    finally:
        runtime.shut()
    return app.return_code or 0


def _begin(runtime: Runtime, wanted: str) -> Begun:
    library = runtime.library
    deck_ids, title = library.resolve(wanted)
    runtime.remember_rows()
    return runtime.begin_now(deck_ids, title)
