"""A clip spec as ElevenLabs wants it, checked before anything is sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.speech.errors import SpeechError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from recalliq_tui.domain.clips import ClipSpec

LIVE_MODEL: Final = "eleven_flash_v2_5"
RENDER_MODEL: Final = "eleven_multilingual_v2"
FORMAT: Final = "mp3_44100_128"
FORMATS: Final = frozenset(
    {
        "mp3_22050_32",
        "mp3_24000_48",
        "mp3_44100_32",
        "mp3_44100_64",
        "mp3_44100_96",
        "mp3_44100_128",
        "mp3_44100_192",
    }
)
MAX_DICTIONARIES: Final = 3
MAX_SEED: Final = 4_294_967_295
NORMALIZE: Final = ("auto", "on", "off")

_FLASH_NAMES: Final = """
    ar bg cs da de el en es fi fil fr hi hr hu id it ja ko ms nl no pl pt ro ru sk sv ta tr uk vi zh
"""
_FLASH: Final = frozenset(_FLASH_NAMES.split())
LANGUAGES: Final[Mapping[str, Collection[str]]] = {
    "eleven_flash_v2_5": _FLASH,
    "eleven_turbo_v2_5": _FLASH,
}
"""Models that take a language code, and which. Multilingual v2 takes none: it hears the language.
Latin and Hebrew are in neither."""

_VOICE: Final = re.compile(r"[A-Za-z0-9_-]{1,128}\Z")
_ALIASES: Final = {"nb": "no", "nn": "no", "tl": "fil", "cmn": "zh", "iw": "he", "in": "id"}
_UNIT_SETTINGS: Final = frozenset({"stability", "similarity_boost", "style"})
_SPEED: Final = (0.7, 1.2)


def voice_path(voice: str) -> str:
    """Return a voice id as part of an address; ``voice_unavailable`` where it can be none."""
    if not _VOICE.match(voice):
        raise SpeechError(
            SpeechCode.VOICE_UNAVAILABLE, f"{voice[:60]!r} is no id of an ElevenLabs voice"
        )
    return voice


def output_format(spec: ClipSpec) -> str:
    if spec.format not in FORMATS:
        raise _bad(f"ElevenLabs makes {FORMAT} and other MP3s, not {spec.format[:40]!r}")
    return spec.format


def language_code(lang: str | None, model: str, known: Collection[str] | None = None) -> str | None:
    """Return the code to send for a BCP 47 tag, ``None`` where the model takes none.

    ``known`` are the languages that the provider itself lists for the model.
    """
    if not lang or model not in LANGUAGES:
        return None
    primary = lang.replace("_", "-").split("-")[0].lower()
    code = _ALIASES.get(primary, primary)
    return code if code in (known if known is not None else LANGUAGES[model]) else None


def body(
    spec: ClipSpec,
    *,
    model: str,
    languages: Collection[str] | None = None,
    limit: int | None = None,
) -> dict[str, Any]:
    """Return the JSON of a request; ``bad_input`` for what can never work.

    ``limit`` is the longest text that the model takes, where it is known.
    """
    if not spec.text.strip():
        raise _bad("there is no text to say")
    if limit is not None and len(spec.text) > limit:
        raise _bad(
            f"{len(spec.text):,} characters are too many for {model}; split the text at {limit:,}"
        )
    made: dict[str, Any] = {"text": spec.text, "model_id": model}
    if (code := language_code(spec.lang, model, languages)) is not None:
        made["language_code"] = code
    if spec.settings:
        made["voice_settings"] = {
            name: _setting(name, value) for name, value in spec.settings.items()
        }
    if spec.seed is not None:
        if not 0 <= spec.seed <= MAX_SEED:
            raise _bad(f"a seed is a whole number from 0 to {MAX_SEED}")
        made["seed"] = spec.seed
    if spec.normalize is not None:
        if spec.normalize not in NORMALIZE:
            raise _bad(f"normalize is one of {', '.join(NORMALIZE)}")
        made["apply_text_normalization"] = spec.normalize
    if spec.dictionaries:
        if len(spec.dictionaries) > MAX_DICTIONARIES:
            raise _bad(f"at most {MAX_DICTIONARIES} pronunciation dictionaries")
        made["pronunciation_dictionary_locators"] = [
            {"pronunciation_dictionary_id": name, "version_id": version}
            for name, version in spec.dictionaries
        ]
    return made


def _setting(name: str, value: object) -> object:
    if name == "use_speaker_boost":
        if isinstance(value, bool):
            return value
        raise _bad("use_speaker_boost is true or false")
    low, high = (0.0, 1.0) if name in _UNIT_SETTINGS else _SPEED
    if name not in _UNIT_SETTINGS and name != "speed":
        raise _bad(f"ElevenLabs knows no voice setting {name[:40]!r}")
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise _bad(f"{name} is a number from {low:g} to {high:g}")
    return value


def _bad(message: str) -> SpeechError:
    return SpeechError(SpeechCode.BAD_INPUT, message)
