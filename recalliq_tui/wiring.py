"""The one place where concrete parts are chosen and joined. Starts the screens.

Nothing heavy is imported at the head of this module: a command pays for what it uses, and the
screens are painted before sound, network or voice are loaded.
"""

from __future__ import annotations

import asyncio
import logging
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
    from recalliq_tui.config import Config
    from recalliq_tui.domain.reports import Fixes
    from recalliq_tui.paths import Paths
    from recalliq_tui.services.board import CacheState
    from recalliq_tui.services.runtime import Begun, Runtime
    from recalliq_tui.services.soundparts import SoundParts
    from recalliq_tui.services.voices import VoiceWishes
    from recalliq_tui.speech.espeak.provider import EspeakProvider

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

    async def close(self) -> None:
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

    return Runtime(
        config=config,
        paths=paths,
        calendar=Calendar(clock=clock, day_start=config.day_start),
        sources=deck_sources(config, paths) if sources is None else sources,
        open_parts=open_parts,
        close_parts=opened.close,
    )


async def _open_sound(runtime: Runtime, opened: _Voices) -> SoundParts:
    """Open voice, cache and device side by side, the slow imports on threads."""
    config = runtime.config
    (clips, cache_state), player, fixes = await asyncio.gather(
        asyncio.to_thread(open_clips, config, runtime.paths),
        asyncio.to_thread(_make_player, runtime),
        runtime.db(_fixes, runtime),
    )
    from recalliq_tui.services.clipwork import ClipWork  # noqa: PLC0415
    from recalliq_tui.services.rendering import Renderer  # noqa: PLC0415
    from recalliq_tui.services.soundparts import SoundParts  # noqa: PLC0415
    from recalliq_tui.speech.espeak.provider import EspeakProvider  # noqa: PLC0415

    espeak = EspeakProvider()
    opened.espeak, opened.clips = espeak, clips
    await espeak.warm()
    wishes = replace(voice_wishes(config), fixes=fixes)
    return SoundParts(
        work=ClipWork(clips, wishes),
        player=player,
        renderer=Renderer(
            {espeak.name: espeak}, clips, now=runtime.calendar.now, monotonic=time.monotonic
        ),
        cache_state=cache_state,
        voice=wishes.environment or wishes.config or "eSpeak NG",
        check=espeak.voices,
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
