"""Runs all of the doctor's checks, those of the sound beside the others."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from typing import TYPE_CHECKING

from recalliq_tui.audio.player import Player
from recalliq_tui.audio.sinks.choose import SinkPreference, choose_sink
from recalliq_tui.services import doctor, doctor_sound
from recalliq_tui.services.calendar import system_clock
from recalliq_tui.speech.espeak.provider import EspeakProvider
from recalliq_tui.wiring import deck_sources, open_clips, voice_wishes

if TYPE_CHECKING:
    from recalliq_tui.config import Config
    from recalliq_tui.paths import Paths
    from recalliq_tui.services.doctor import Check


def examine(paths: Paths) -> list[Check]:
    """Look at everything; nothing that is found stops the rest."""
    return asyncio.run(_checks(paths))


async def _checks(paths: Paths) -> list[Check]:
    config_check, config = doctor.check_config(paths.config_file, os.environ)
    sound = asyncio.create_task(_sound_checks(config, paths))
    size = shutil.get_terminal_size()
    plain = [
        doctor.check_program(),
        doctor.check_terminal(
            encoding=sys.stdout.encoding,
            size=(size.columns, size.lines),
            is_terminal=sys.stdout.isatty(),
            env=os.environ,
        ),
        config_check,
        doctor.check_folder("data folder", paths.data_dir, "RECALLIQ_DATA_DIR"),
        await asyncio.to_thread(doctor.check_database, paths, system_clock),
        doctor.check_backups(paths, system_clock()),
        *await asyncio.to_thread(doctor.check_decks, deck_sources(config, paths)),
        doctor.check_folder("cache folder", paths.cache_dir, "RECALLIQ_CACHE_DIR"),
    ]
    return [*plain, *await sound]


async def _sound_checks(config: Config, paths: Paths) -> list[Check]:
    preference = config.text("audio.sink")
    player = Player(lambda: choose_sink(SinkPreference(preference)))
    wishes = voice_wishes(config)

    def cache() -> Check:
        clips, _ = open_clips(config, paths)
        try:
            return doctor_sound.check_cache(clips)
        finally:
            clips.close()

    device, engine, kept = await asyncio.gather(
        doctor_sound.check_device(player, preference=preference),
        doctor_sound.check_engine(EspeakProvider(), wpm=wishes.wpm),
        asyncio.to_thread(cache),
    )
    portaudio = await asyncio.to_thread(
        doctor_sound.check_portaudio, device_opens=device.level == "ok"
    )
    return [kept, device, portaudio, doctor_sound.check_voice_setting(wishes), engine]
