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
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Future
    from datetime import datetime

    from recalliq_tui.audio.player import Player
    from recalliq_tui.audio.reports import Clips
    from recalliq_tui.config import Config
    from recalliq_tui.domain.clips import ClipSpec
    from recalliq_tui.domain.reports import Fixes
    from recalliq_tui.paths import Paths
    from recalliq_tui.services.board import CacheState
    from recalliq_tui.services.live import LiveVoice
    from recalliq_tui.services.llm_grading import ModelGrader
    from recalliq_tui.services.runtime import Begun, Runtime
    from recalliq_tui.services.soundparts import SoundParts
    from recalliq_tui.services.voices import VoiceWishes
    from recalliq_tui.speech.espeak.provider import EspeakProvider
    from recalliq_tui.speech.http import Web
    from recalliq_tui.speech.protocol import Provider

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
    """What the settings say about voices."""
    from recalliq_tui.services.voices import VoiceWishes  # noqa: PLC0415

    name = config.text("voice.name") or None
    from_env = config.sources.get("voice.name", "").startswith("environment")
    return VoiceWishes(
        environment=name if from_env else None,
        config=None if from_env else name,
        provider=config.text("voice.provider"),
        wpm=config.integer("voice.words_per_minute"),
    )


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
    web: Web | None = None

    def the_web(self) -> Web:
        """The program's one HTTP client; nothing is opened before its first request."""
        from recalliq_tui.speech.http import Web  # noqa: PLC0415

        if self.web is None:
            self.web = Web()
        return self.web

    async def close(self) -> None:
        if self.live is not None:
            await self.live.aclose()
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
) -> Runtime:
    """Join the parts of a running program. Opens nothing."""
    from recalliq_tui.services.runtime import Runtime  # noqa: PLC0415

    opened = _Voices()

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
    (clips, cache_state), player, fixes = await asyncio.gather(
        asyncio.to_thread(open_clips, config, runtime.paths),
        asyncio.to_thread(_make_player, runtime),
        runtime.db(_fixes, runtime),
    )
    from recalliq_tui.services.clipwork import ClipWork  # noqa: PLC0415
    from recalliq_tui.services.feedback import Feedback  # noqa: PLC0415
    from recalliq_tui.services.rendering import Renderer  # noqa: PLC0415
    from recalliq_tui.services.soundparts import SoundParts  # noqa: PLC0415
    from recalliq_tui.speech.espeak.provider import EspeakProvider  # noqa: PLC0415

    espeak = EspeakProvider()
    opened.espeak, opened.clips = espeak, clips
    await espeak.warm()
    wishes = replace(voice_wishes(config), fixes=fixes)
    opened.live = _make_live(runtime, player, clips, wishes, {espeak.name: espeak})
    return SoundParts(
        work=ClipWork(clips, wishes),
        player=player,
        renderer=Renderer(
            {espeak.name: espeak}, clips, now=runtime.calendar.now, monotonic=time.monotonic
        ),
        cache_state=cache_state,
        voice=wishes.environment or wishes.config or "eSpeak NG",
        check=espeak.voices,
        feedback=Feedback(opened.live, on_failure=runtime.sound.live_failed),
    )


def _make_live(
    runtime: Runtime,
    player: Player,
    clips: Clips,
    wishes: VoiceWishes,
    providers: Mapping[str, Provider],
) -> LiveVoice:
    """The voice for what is new each time; it asks those of ``providers`` by name."""
    from recalliq_tui.decks.speakable import spoken_text  # noqa: PLC0415
    from recalliq_tui.domain.voice import SpeechCode  # noqa: PLC0415
    from recalliq_tui.services.live import LiveVoice  # noqa: PLC0415
    from recalliq_tui.services.phrases import Phrases  # noqa: PLC0415
    from recalliq_tui.services.voices import choose_voice, spec_for  # noqa: PLC0415
    from recalliq_tui.speech.errors import SpeechError  # noqa: PLC0415

    def spec_of(text: str, lang: str | None) -> ClipSpec:
        said = spoken_text(text, lang=lang)
        if not said:
            raise SpeechError(SpeechCode.BAD_INPUT, "there is nothing to say in this text")
        voice = choose_voice(wishes).ref
        return spec_for(
            said, voice=voice, lang=lang, wpm=wishes.wpm, live=True, models=wishes.models
        )

    return LiveVoice(
        player,
        Phrases(clips, now=runtime.calendar.now),
        spec_of=spec_of,
        provider_for=lambda name, _purpose: providers.get(name),
    )


def _fixes(runtime: Runtime) -> Fixes:
    """What was accepted for single sides; on the collection's thread."""
    return runtime.collection.fixes()


def _make_player(runtime: Runtime) -> Player:
    from recalliq_tui.audio.player import Player  # noqa: PLC0415
    from recalliq_tui.audio.sinks.choose import SinkPreference, choose_sink  # noqa: PLC0415

    preference = SinkPreference(runtime.config.text("audio.sink"))
    player = Player(lambda: choose_sink(preference), on_event=runtime.sound.on_player_event)
    player.open()
    return player


def run_tui(runtime: Runtime, *, study: str | None = None, native_log: Path | None = None) -> int:
    """Open the screens, at home or with a session over ``study``; returns the exit code.

    Raises :class:`~recalliq_tui.services.library.UnknownDeckError` and
    :class:`~recalliq_tui.store.errors.StoreError` before anything is painted.
    """
    # The collection opens and the first card is found while Textual loads.
    begun: Future[Begun] | None = None
    opened = runtime.submit(lambda: runtime.collection.read_only)
    if study is not None:
        wanted = study
        begun = runtime.submit(lambda: _begin(runtime, wanted))
    from recalliq_tui.audio.sinks.quiet import stderr_kept_for_screen  # noqa: PLC0415
    from recalliq_tui.tui.app import RecallApp, Start  # noqa: PLC0415

    try:
        opened.result()
        start = Start(study=begun.result()) if begun is not None else Start()
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
