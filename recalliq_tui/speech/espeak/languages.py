"""Which of eSpeak NG's voices speaks a language. A table, so that asking starts no process."""

from __future__ import annotations

from typing import Final

FALLBACK: Final = "en-us"

# The voices of eSpeak NG 1.52 by file name, without the dialects that nobody asks for by a tag.
_NAMES: Final = """
    af am an ar as az ba be bg bn bpy bs ca ca-ba ca-nw ca-va chr cmn cs cv cy da de el en-029 en-us
    eo es es-419 et eu fa fa-latn fi fo fr fr-be fr-ch ga gd gn grc gu hak haw he hi hr ht hu hy hyw
    ia id io is it ja jbo ka kaa kk kl kn ko kok ku ky la lb lfn lt ltg lv mi mk ml mr ms mt mto my
    nb nci ne nl nog om or pa pap piqd pl pt pt-br py qdb qu quc qya ro ru sd shn si sjn sk sl smj
    sq sr sv sw ta te th ti tk tn tr tt ug uk ur uz vi xex yue
"""
_VOICES: Final = frozenset(_NAMES.split())
_ALIASES: Final = {
    "en": "en-us",
    "en-gb": "en",
    "en-au": "en",
    "en-nz": "en",
    "en-ie": "en",
    "en-za": "en",
    "en-in": "en",
    "zh": "cmn",
    "zh-hk": "yue",
    "zh-yue": "yue",
    "no": "nb",
    "nn": "nb",
    "iw": "he",
    "in": "id",
    "es-mx": "es-419",
    "es-ar": "es-419",
    "es-co": "es-419",
    "es-cl": "es-419",
    "es-pe": "es-419",
    "es-us": "es-419",
    "pt-pt": "pt",
    "sh": "hr",
    "mo": "ro",
}


def voice_for_lang(lang: str | None) -> str:
    """Return the voice for a BCP 47 tag: its longest known prefix, else American English."""
    parts = (lang or "").strip().lower().replace("_", "-").split("-")
    while parts:
        tag = "-".join(parts)
        if tag in _ALIASES:
            return _ALIASES[tag]
        if tag in _VOICES:
            return tag
        parts.pop()
    return FALLBACK


def speaks(lang: str | None) -> bool:
    """Whether there is a voice of that language, not just the fallback."""
    if not lang:
        return False
    return voice_for_lang(lang) != FALLBACK or lang.strip().lower().startswith("en")
