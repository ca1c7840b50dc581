"""Which voices there are, which are pinned, and how long they will be there. Asking is free."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Protocol, runtime_checkable

from recalliq_tui.domain.voice import FREE, SpeechCode, VoiceRef, parse_voice
from recalliq_tui.services.budget import stamp
from recalliq_tui.speech.codes import PERMISSION_CODES
from recalliq_tui.speech.errors import SpeechError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from recalliq_tui.services.voicebox import VoiceBox
    from recalliq_tui.speech.protocol import VoiceInfo

CONFIG: Final = "config"
SOON_DAYS: Final = 30
ALTERNATIVES: Final = 3
SAMPLES: Final = {
    "de": "Das Fenster steht offen, und es riecht nach Regen.",
    "es": "La ventana está abierta y huele a lluvia.",
    "fr": "La fenêtre est ouverte et ça sent la pluie.",
    "it": "La finestra è aperta e c'è odore di pioggia.",
    "la": "Fenestra patet, et imber olet.",
    "pt": "A janela está aberta e cheira a chuva.",
}
SAMPLE: Final = "The window is open, and it smells of rain."


class VoiceStanding(StrEnum):
    """How a pinned voice stands."""

    OK = "ok"
    WARNING = "warning"
    """It will be withdrawn."""
    GONE = "gone"
    UNKNOWN = "unknown"
    """Nobody could be asked."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A voice that a provider offers."""

    ref: VoiceRef
    info: VoiceInfo

    def to_json(self) -> dict[str, Any]:
        return {
            "voice": str(self.ref),
            "provider": self.ref.provider,
            "name": self.info.name,
            "lang": self.info.lang,
            "category": self.info.category,
            "gone_at": None if self.info.gone_at is None else stamp(self.info.gone_at),
            "shared": self.info.owner is not None,
        }


@dataclass(frozen=True, slots=True)
class VoiceList:
    """What the providers offer; ``errors`` of those that could not be asked, by name."""

    voices: tuple[Listed, ...] = ()
    errors: Mapping[str, SpeechError] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pinned:
    """A pinned voice and who pins it: ``config``, ``environment``, or deck ids."""

    ref: VoiceRef
    where: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """How a pinned voice stands. ``instead`` are others to choose from where it is gone."""

    pinned: Pinned
    standing: VoiceStanding
    info: VoiceInfo | None = None
    message: str = ""
    code: str | None = None
    instead: tuple[Listed, ...] = ()

    def to_json(self) -> dict[str, Any]:
        gone_at = self.info.gone_at if self.info is not None else None
        return {
            "voice": str(self.pinned.ref),
            "where": list(self.pinned.where),
            "state": self.standing.value,
            "name": self.info.name if self.info is not None else None,
            "category": self.info.category if self.info is not None else None,
            "gone_at": None if gone_at is None else stamp(gone_at),
            "message": self.message,
            "code": self.code,
            "instead": [str(each.ref) for each in self.instead],
        }


@runtime_checkable
class Catalogue(Protocol):
    """A provider that can be asked for one voice and has shared ones to add."""

    async def voice(self, voice_id: str) -> VoiceInfo | None: ...

    async def add_shared_voice(self, *, owner: str, voice: str, name: str) -> str: ...


def pinned_voices(
    config: str | None, decks: Iterable[tuple[str, str | None]], *, from_env: bool = False
) -> tuple[Pinned, ...]:
    """Return each pinned voice once. ``decks`` are pairs of a deck's id and its own voice."""
    where: defaultdict[VoiceRef, list[str]] = defaultdict(list)
    named = [("environment" if from_env else CONFIG, config), *decks]
    for name, written in named:
        ref = parse_voice(written) if written else None
        if ref is not None:
            where[ref].append(name)
    return tuple(Pinned(ref, tuple(names)) for ref, names in where.items())


async def list_voices(voices: VoiceBox, providers: Sequence[str]) -> VoiceList:
    """Ask providers for their voices, all at once; one that fails hides no other."""
    answers = await asyncio.gather(*(_list(voices, name) for name in providers))
    errors = {
        name: answer
        for name, answer in zip(providers, answers, strict=True)
        if isinstance(answer, SpeechError)
    }
    found = [each for answer in answers if not isinstance(answer, SpeechError) for each in answer]
    return VoiceList(tuple(found), errors)


async def _list(voices: VoiceBox, name: str) -> list[Listed] | SpeechError:
    try:
        infos = await voices.plain(name).voices()
    except SpeechError as error:
        return error
    model = voices.setups[name].model if name in voices.setups else None
    return [Listed(VoiceRef(name, info.id, model), info) for info in infos]


async def find_voice(voices: VoiceBox, ref: VoiceRef) -> VoiceInfo | None:
    """Return what the provider says of a voice; ``None`` where it says nothing of single ones.

    Raises :class:`SpeechError`; ``voice_unavailable`` where there is no such voice.
    """
    provider = voices.plain(ref.provider)
    if isinstance(provider, Catalogue):
        return await provider.voice(ref.voice)
    listed = await provider.voices()
    found = next((info for info in listed if info.id == ref.voice), None)
    if found is None and listed and ref.provider not in FREE:
        raise SpeechError(
            SpeechCode.VOICE_UNAVAILABLE, f"{ref.provider} has no voice {ref.voice!r}"
        )
    return found


def is_permission(error: SpeechError) -> bool:
    """Whether a key may not read voices: it may speak all the same."""
    return error.reason in PERMISSION_CODES


async def add_if_shared(
    voices: VoiceBox, ref: VoiceRef, info: VoiceInfo | None
) -> tuple[VoiceRef, bool]:
    """Add a shared voice to the account's own; return it as it is called there, and whether it
    was added now.

    A voice that the account lists already is left as it is. Raises :class:`SpeechError`.
    """
    provider = voices.plain(ref.provider)
    if info is None or info.owner is None or not isinstance(provider, Catalogue):
        return ref, False
    try:
        own = {each.id for each in await provider.voices()}
    except SpeechError as error:
        if not is_permission(error):
            raise
        own = set()
    if ref.voice in own:
        return ref, False
    added = await provider.add_shared_voice(owner=info.owner, voice=ref.voice, name=info.name)
    return VoiceRef(ref.provider, added, ref.model), True


async def check_voices(
    voices: VoiceBox, pinned: Sequence[Pinned], *, now: datetime
) -> tuple[Checked, ...]:
    """Say how each pinned voice stands; for one that is gone, others to choose from."""
    return tuple(await asyncio.gather(*(_check(voices, each, now) for each in pinned)))


async def _check(voices: VoiceBox, pinned: Pinned, now: datetime) -> Checked:
    ref = pinned.ref
    if ref.provider in FREE:
        return Checked(pinned, VoiceStanding.OK, message="on this machine")
    try:
        info = await find_voice(voices, ref)
    except SpeechError as error:
        if error.code is not SpeechCode.VOICE_UNAVAILABLE:
            return Checked(
                pinned, VoiceStanding.UNKNOWN, message=error.message, code=error.code.value
            )
        instead = await _instead(voices, ref)
        return Checked(
            pinned,
            VoiceStanding.GONE,
            message=error.message,
            code=error.code.value,
            instead=instead,
        )
    if info is None:
        return Checked(pinned, VoiceStanding.UNKNOWN, message="the provider says nothing of it")
    warning = ending(info, now)
    standing = VoiceStanding.WARNING if warning else VoiceStanding.OK
    return Checked(pinned, standing, info, warning)


async def _instead(voices: VoiceBox, ref: VoiceRef) -> tuple[Listed, ...]:
    listed = await list_voices(voices, [ref.provider])
    staying = sorted(listed.voices, key=lambda each: each.info.gone_at is not None)
    return tuple(staying[:ALTERNATIVES])


def ending(info: VoiceInfo, now: datetime) -> str:
    """Say until when a voice is there, and why; empty where nothing is known of an end."""
    if info.gone_at is None:
        return ""
    day = f"{info.gone_at:%Y-%m-%d}"
    days = (info.gone_at - now).days
    if days < 0:
        return f"was to be withdrawn on {day}: pin another voice"
    why = (
        "one of the provider's own default voices, which are to be retired"
        if info.category == "premade"
        else "its publisher withdraws it"
    )
    soon = f", in {days} days" if days <= SOON_DAYS else ""
    return f"goes away on {day}{soon}: {why}"


def sample_text(lang: str | None) -> str:
    """Return a sentence to hear a voice by."""
    return SAMPLES.get((lang or "").split("-")[0].lower(), SAMPLE)
