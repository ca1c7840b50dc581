"""Joins voices, books and health into what a program or a command speaks with.

Nothing of a paid provider is loaded here: that comes with the first request to it.
"""

from __future__ import annotations

import os
import random
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from recalliq_tui.services.board import Board
from recalliq_tui.services.bookkeeping import Bookkeeper, calendar_date, month_end, price_list
from recalliq_tui.services.budget import Month
from recalliq_tui.services.calendar import Calendar
from recalliq_tui.services.voicebox import VoiceBox
from recalliq_tui.services.voices import LOCAL_VOICE, Models, VoiceWishes
from recalliq_tui.speech.configured import configured_providers, default_voices, system_keyring
from recalliq_tui.store.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection, Mapping

    from recalliq_tui.audio.player import Player
    from recalliq_tui.audio.reports import Clips
    from recalliq_tui.config import Config
    from recalliq_tui.domain.clips import ClipSpec
    from recalliq_tui.paths import Paths
    from recalliq_tui.services.live import LiveVoice
    from recalliq_tui.speech.configured import Setup
    from recalliq_tui.speech.http import Web
    from recalliq_tui.speech.protocol import Provider


def voice_setups(config: Config, *, also: Collection[str] = ()) -> dict[str, Setup]:
    """Return the paid providers that the settings, the environment and the keyring set up.

    ``also`` names providers that decks ask for: the keyring is asked for their keys too. Blocks.
    """
    return configured_providers(config, os.environ, system_keyring(), also=also)


def wishes_of(config: Config, setups: Mapping[str, Setup] | None = None) -> VoiceWishes:
    """Return what the settings say about voices."""
    name = config.text("voice.name").strip() or None
    from_env = config.sources.get("voice.name", "").startswith("environment")
    return VoiceWishes(
        environment=name if from_env else None,
        config=None if from_env else name,
        configured=default_voices(setups or {}),
        provider=config.text("voice.provider"),
        wpm=config.integer("voice.words_per_minute"),
        models=Models(
            live=config.text("voice.live_model"),
            render=config.text("voice.render_model"),
            server=config.text("speech.model").strip() or None,
        ),
    )


def join_voices(
    local: Provider,
    *,
    config: Config,
    paths: Paths,
    wishes: VoiceWishes,
    setups: Mapping[str, Setup],
    calendar: Calendar,
    board: Board,
    web: Callable[[], Web],
) -> VoiceBox:
    """Return the voices of a program. Nothing is opened and nobody asked yet."""
    books = Bookkeeper(
        lambda: Ledger.open(paths.collection_file, clock=calendar.now),
        calendar=calendar,
        prices=price_list(config),
        cap=config.integer("budget.monthly_characters"),
        on_used=lambda used: board.update(paid_characters=used),
    )
    return VoiceBox(
        local,
        setups=setups,
        config=config,
        wishes=wishes,
        books=books,
        board=board,
        web=web,
        now=calendar.now,
        jitter=random.random,
    )


def make_live(
    voices: VoiceBox,
    player: Player,
    clips: Clips,
    *,
    wishes: Callable[[], VoiceWishes],
    offline: Callable[[], bool] = lambda: False,
    now: Calendar,
) -> LiveVoice:
    """Return the voice for what is new each time.

    ``wishes`` are asked anew for each text; while ``offline`` says so the local voice stands in.
    """
    from recalliq_tui.services.live import LiveVoice  # noqa: PLC0415
    from recalliq_tui.services.phrase import phrase_spec  # noqa: PLC0415
    from recalliq_tui.services.phrases import Phrases  # noqa: PLC0415

    def spec_of(text: str, lang: str | None) -> ClipSpec:
        stand_in = LOCAL_VOICE if offline() else None
        return phrase_spec(text, lang=lang, wishes=wishes(), voice=stand_in)

    return LiveVoice(
        player,
        Phrases(clips, now=now.now),
        spec_of=spec_of,
        provider_for=lambda name, purpose: voices.speaker(name, purpose, voices.deck),
    )


@asynccontextmanager
async def voices_for_command(
    config: Config,
    paths: Paths,
    *,
    wishes: VoiceWishes,
    setups: Mapping[str, Setup],
    board: Board | None = None,
) -> AsyncIterator[VoiceBox]:
    """Open the voices for a command and close them at its end."""
    from recalliq_tui.speech.espeak.provider import EspeakProvider  # noqa: PLC0415
    from recalliq_tui.speech.http import Web  # noqa: PLC0415

    local, web = EspeakProvider(), Web()
    voices = join_voices(
        local,
        config=config,
        paths=paths,
        wishes=wishes,
        setups=setups,
        calendar=Calendar(day_start=config.day_start),
        board=board or Board(),
        web=lambda: web,
    )
    try:
        yield voices
    finally:
        await voices.close()
        await web.aclose()
        await local.aclose()


def this_month(config: Config, paths: Paths, calendar: Calendar | None = None) -> Month:
    """Return the month's budget as the ledger has it; raises :class:`StoreError`. Blocks."""
    calendar = calendar or Calendar()
    now = calendar.now()
    day = calendar_date(calendar, now)
    with Ledger.open(paths.collection_file, clock=calendar.now) as ledger:
        used = ledger.used(day)
    return month_of(config, calendar, used)


def month_of(config: Config, calendar: Calendar, used: int) -> Month:
    """Return this month's budget with what was used of it."""
    now = calendar.now()
    cap = config.integer("budget.monthly_characters")
    return Month(calendar_date(calendar, now)[:7], used, cap, month_end(calendar, now))
