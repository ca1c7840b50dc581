"""Clip specs and their keys: the same inputs are the same clip and are never paid for twice."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NewType

from recalliq_tui.domain.cards import Side
from recalliq_tui.textsafe import safe_name

if TYPE_CHECKING:
    from collections.abc import Mapping

ClipKey = NewType("ClipKey", str)
"""SHA-256 over a clip spec's canonical JSON, as 64 lower-case hex digits."""

SPEC_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class ClipSpec:
    """All that changes the audio of one utterance. Unused fields stay ``None``.

    ``text`` is the text as it is spoken. ``format`` is ``container_samplerate_kbps``, for example
    ``mp3_44100_64``. ``dictionaries`` are pairs of a pronunciation dictionary's id and version.
    """

    text: str
    provider: str
    voice: str
    model: str | None = None
    settings: Mapping[str, object] | None = None
    lang: str | None = None
    format: str = "mp3_44100_128"
    seed: int | None = None
    normalize: str | None = None
    dictionaries: tuple[tuple[str, str], ...] | None = None
    v: int = SPEC_VERSION

    @property
    def key(self) -> ClipKey:
        return clip_key(self)

    @property
    def voice_name(self) -> str:
        """The voice as it is written in configs and decks: ``provider:voice[@model]``."""
        return f"{self.provider}:{self.voice}" + (f"@{self.model}" if self.model else "")


def canonical_json(spec: ClipSpec) -> str:
    """Canonical JSON of a spec: sorted keys, no spaces, NFC, floats as decimal strings."""
    raw = {f.name: getattr(spec, f.name) for f in fields(spec)}
    return json.dumps(_canonical(raw), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def clip_key(spec: ClipSpec) -> ClipKey:
    return ClipKey(hashlib.sha256(canonical_json(spec).encode()).hexdigest())


def text_sha256(text: str) -> str:
    """SHA-256 (hex) of a text as spoken, NFC-normalized: finds other clips of the same text."""
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()


def _canonical(value: object) -> object:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, float):
        plain = format(Decimal(repr(value)).normalize(), "f")
        return "0" if plain == "-0" else plain
    if isinstance(value, dict):
        return {unicodedata.normalize("NFC", str(k)): _canonical(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_canonical(v) for v in value]
    return value


_OBJECT_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,128}\Z")


def object_name(identity: str) -> str:
    """A card's or passage's id as one safe part of an object key: ``[A-Za-z0-9_-]+``.

    Ids that are not safe as they are get a readable stem and 16 hex digits of their SHA-256.
    """
    if _OBJECT_NAME.match(identity):
        return identity
    digest = hashlib.sha256(identity.encode()).hexdigest()[:16]
    return f"{safe_name(identity, max_chars=48)}-{digest}"


def card_object_key(card_id: str, side: Side, key: ClipKey) -> str:
    return f"tts/cards/{object_name(card_id)}-{side.value}.{key[:16]}.mp3"


def passage_object_key(passage_id: str, key: ClipKey) -> str:
    return f"tts/prayers/{object_name(passage_id)}.{key[:16]}.mp3"


def canonical_object_key(slug: str, key: ClipKey) -> str:
    return f"library/prayers/{object_name(slug)}.{key[:16]}.mp3"
