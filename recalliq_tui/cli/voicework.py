"""What ``voices`` does: asks providers, writes the pin down, works out what it takes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from recalliq_tui.domain.voice import FREE, SpeechCode, VoiceRef, parse_voice
from recalliq_tui.services.bookkeeping import price_list
from recalliq_tui.services.budget import cost_json, figure_lines
from recalliq_tui.services.calendar import system_clock
from recalliq_tui.services.deckfiles import find_decks, present_decks
from recalliq_tui.services.joining import (
    this_month,
    voice_setups,
    voices_for_command,
    wishes_of,
)
from recalliq_tui.services.pinning import PinError, pin_in_config, pin_in_deck
from recalliq_tui.services.repinning import cost_of_voice, deck_with_voice
from recalliq_tui.services.voicebook import (
    VoiceList,
    add_if_shared,
    check_voices,
    ending,
    find_voice,
    is_permission,
    list_voices,
    pinned_voices,
)
from recalliq_tui.services.voicebox import with_voice
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.protocol import VoiceInfo
from recalliq_tui.wiring import open_clips

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recalliq_tui.cli.common import Setup
    from recalliq_tui.config import Config
    from recalliq_tui.domain.cards import Deck
    from recalliq_tui.paths import Paths
    from recalliq_tui.services.budget import RenderFigures
    from recalliq_tui.services.runtime import Runtime
    from recalliq_tui.services.voicebook import Checked, Listed
    from recalliq_tui.services.voicebox import VoiceBox


@dataclass(slots=True)
class Done:
    """What came of pinning; ``code`` says why nothing was pinned."""

    voice: str
    where: str = ""
    added: bool = False
    warning: str = ""
    figures: RenderFigures | None = None
    notes: tuple[str, ...] = ()
    code: str | None = None
    message: str = ""
    instead: tuple[Listed, ...] = ()

    @property
    def lines(self) -> list[str]:
        return figure_lines(self.figures) if self.figures is not None else []

    def to_json(self) -> dict[str, Any]:
        decks = None
        if self.figures is not None:
            decks = {
                "clips": self.figures.clips + self.figures.free,
                **cost_json(self.figures.cost),
                "currency": self.figures.prices.currency,
                "present": self.figures.present,
            }
        return {
            "voice": self.voice,
            "where": self.where,
            "added": self.added,
            "warning": self.warning,
            "decks": decks,
        }


def list_all(ready: Setup, provider: str | None) -> VoiceList:
    """Ask the providers that are set up, or the one that is named; without any the local voice."""
    return asyncio.run(_list_all(ready.config, ready.paths, provider))


async def _list_all(config: Config, paths: Paths, provider: str | None) -> VoiceList:
    setups = voice_setups(config, also={provider} if provider else ())
    wanted = [provider] if provider else list(setups) or sorted(FREE)
    async with voices_for_command(
        config, paths, wishes=wishes_of(config, setups), setups=setups
    ) as voices:
        return await list_voices(voices, wanted)


def check_pinned(runtime: Runtime) -> tuple[Checked, ...]:
    """Ask how the voices stand that the config and the decks pin."""
    config = runtime.config
    runtime.library.refresh()
    decks = [(str(row.id), row.voice) for row in runtime.library.rows()]
    from_env = config.sources.get("voice.name", "").startswith("environment")
    pinned = pinned_voices(config.text("voice.name"), decks, from_env=from_env)

    async def ask() -> tuple[Checked, ...]:
        setups = voice_setups(config, also={each.ref.provider for each in pinned})
        async with voices_for_command(
            config, runtime.paths, wishes=wishes_of(config, setups), setups=setups
        ) as voices:
            return await check_voices(voices, pinned, now=runtime.now())

    return asyncio.run(ask())


def pin_voice(
    runtime: Runtime, written: str, *, deck: str | None, owner: str | None, dry: bool
) -> Done:
    """Look the voice up, add it where it is shared, write it down, and say what it takes."""
    try:
        done, ref = asyncio.run(_look_up(runtime, written, owner=owner, dry=dry))
        if ref is not None:
            _write(runtime, done, ref, deck=deck, dry=dry)
    except PinError as error:
        return Done(written, code="not_written", message=str(error))
    return done


async def _look_up(
    runtime: Runtime, written: str, *, owner: str | None, dry: bool
) -> tuple[Done, VoiceRef | None]:
    config = runtime.config
    ref = parse_voice(written)
    setups = voice_setups(config, also={ref.provider} if ref is not None else ())
    async with voices_for_command(
        config, runtime.paths, wishes=wishes_of(config, setups), setups=setups
    ) as voices:
        if ref is None:
            listed = await list_voices(voices, list(setups))
            named = [each for each in listed.voices if _is_named(each, written)]
            if len(named) != 1:
                return _not_one(written, named, listed), None
            ref = named[0].ref
        done = Done(str(ref))
        try:
            ref = await _checked(voices, ref, done, owner=owner, dry=dry)
        except SpeechError as error:
            instead: tuple[Listed, ...] = ()
            if error.code is SpeechCode.VOICE_UNAVAILABLE:
                offered = await list_voices(voices, [ref.provider])
                instead = tuple(
                    sorted(offered.voices, key=lambda each: each.info.gone_at is not None)[:3]
                )
            failed = replace(done, code=error.code.value, message=error.message, instead=instead)
            return failed, None
        done.voice = str(ref)
        return done, ref


async def _checked(
    voices: VoiceBox, ref: VoiceRef, done: Done, *, owner: str | None, dry: bool
) -> VoiceRef:
    info: VoiceInfo | None = None
    try:
        info = await find_voice(voices, ref)
    except SpeechError as error:
        if is_permission(error):
            done.notes = ("the key may not read voices, so this one could not be checked",)
        elif owner is None or error.code is not SpeechCode.VOICE_UNAVAILABLE:
            raise
    if owner is not None:
        name = info.name if info is not None else ref.voice
        info = (
            replace(info, owner=owner)
            if info is not None
            else VoiceInfo(ref.voice, name, owner=owner)
        )
    if info is not None:
        done.warning = ending(info, system_clock())
    if dry:
        return ref
    ref, done.added = await add_if_shared(voices, ref, info)
    return ref


def _is_named(listed: Listed, written: str) -> bool:
    wanted = written.strip().casefold()
    return wanted in {listed.info.name.casefold(), listed.info.id.casefold()}


def _not_one(written: str, named: Sequence[Listed], listed: VoiceList) -> Done:
    if named:
        return Done(
            written,
            code="not_one",
            message=f"{len(named)} voices are called that",
            instead=tuple(named[:5]),
        )
    for error in listed.errors.values():
        return Done(written, code=error.code.value, message=error.message)
    return Done(
        written,
        code="voice_unavailable",
        message=f"no voice {written!r}: `recalliq voices list` names them, provider:voice is one",
    )


def _write(runtime: Runtime, done: Done, ref: VoiceRef, *, deck: str | None, dry: bool) -> None:
    config, paths = runtime.config, runtime.paths
    setups = voice_setups(config, also={ref.provider})
    wishes = replace(wishes_of(config, setups), fixes=runtime.collection.fixes())
    decks: tuple[Deck, ...]
    if deck is None:
        done.where = "the config"
        if config.sources.get("voice.name", "").startswith("environment"):
            done.notes = (*done.notes, "RECALLIQ_VOICE is set and beats the config")
        decks, title = present_decks(runtime.library), "all decks"
        wishes = with_voice(wishes, ref)
        if not dry:
            pin_in_config(paths.config_file, ref)
    else:
        found = find_decks(runtime.library, deck)
        title = done.where = found.title
        changed = []
        for each in found.decks:
            file = runtime.library.file(each.id)
            if file is None:
                raise PinError(f"{found.title} is in no folder of decks: add it first")
            changed.append(deck_with_voice(file, ref))
            if not dry:
                pin_in_deck(file, ref, paths.own_decks)
        decks = tuple(changed)
        if not dry:
            runtime.library.refresh()
    clips, _ = open_clips(config, paths)
    try:
        month = this_month(config, paths) if ref.provider not in FREE else None
        done.figures = cost_of_voice(
            decks, wishes=wishes, clips=clips, prices=price_list(config), month=month, title=title
        )
    finally:
        clips.close()
