"""Cuts a text into sentences, so that the first can be heard while the next is fetched."""

from __future__ import annotations

import re
from typing import Final

MAX_CHARS: Final = 280
"""A sentence longer than this is cut at a pause: about 20 s of speech."""

_END: Final = re.compile(
    r"(?:[.!?\u2026\u061f\u06d4\u0964]+[\"'\u201d\u2019\u00bb)\]]*(?=\s)"
    r"|[\u3002\uff01\uff1f]+[\"'\u201d\u2019\u300d\u300f)\]]*"
    r"|\n)"
)
_LAST_WORD: Final = re.compile(r"(\S+?)\.[\"'\u201d\u2019\u00bb)\]]*\Z")
_INITIAL: Final = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]\Z")
_OPENING: Final = "\"'\u201c\u2018\u00ab\u201e([\u00bf\u00a1"
_STOPS: Final = (".", "!", "?", "\u2026")
_STARTS: Final = re.compile(
    r"(?:I|You|It|He|She|We|They|The|This|That|These|There|And|But|So|Then|What|Why|How|Check)\b"
)
"""Words after which one letter was no initial: "plan B. Then"."""
_PAUSES: Final = (r"[;:\u2014]\s", r"[,\u060c\u3001\uff0c]\s?", r"\s")

_ABBREVIATIONS: Final = {
    "": "dr prof st etc vs cf ca no nr vol fig ed p pp al approx",
    "en": "mr mrs ms jr sr mt rev gen sgt capt e.g i.e a.m p.m u.s inc ltd dept est",
    "es": "sr sra srta ud uds vd d do\u00f1 lic ing p.ej ej a.c d.c pág núm",
    "de": "hr fr z.b d.h bzw usw u.a o.ä sog ggf evtl bspw vgl str jh jhd v.chr n.chr",
    "fr": "m mm mme mlle p.ex av apr env chap",
    "it": "sig sig.ra dott ecc es pag a.c d.c",
    "pt": "sr sra dra ex pág séc a.c d.c",
    "nl": "dhr mevr bijv enz d.w.z o.a blz",
    "la": "s sc cn",
}
_ORDINALS: Final = frozenset(
    {"de", "cs", "sk", "pl", "da", "nb", "no", "nn", "fi", "hu", "hr", "sl"}
)
"""Languages that write an ordinal with a dot: "am 3. Oktober"."""


def sentences(text: str, lang: str | None = None, *, max_chars: int = MAX_CHARS) -> tuple[str, ...]:
    """Return the sentences of ``text`` in order, white space trimmed, none of them empty.

    Nothing but white space gets lost. ``lang`` is a BCP 47 tag: abbreviations and ordinals of
    that language end no sentence. A sentence is at most ``max_chars`` long; where it must be cut,
    it is cut at its last pause.
    """
    base = (lang or "en").lower().replace("_", "-").split("-")[0]
    out: list[str] = []
    begin = 0
    for found in _END.finditer(text):
        before, after = text[begin : found.end()], text[found.end() :]
        if found.group() != "\n" and not _ends(before, after, base):
            continue
        _add(out, before)
        begin = found.end()
    _add(out, text[begin:])
    return tuple(piece for sentence in out for piece in _cut(sentence, max_chars))


def _add(out: list[str], piece: str) -> None:
    piece = piece.strip()
    if not piece:
        return
    if out and not any(char.isalnum() for char in piece):
        out[-1] = f"{out[-1]} {piece}"
    else:
        out.append(piece)


def _ends(before: str, after: str, lang: str) -> bool:
    """Whether a sentence ends between ``before``, which ends in a stop, and ``after``."""
    following = after.lstrip().lstrip(_OPENING)[:1]
    if following.islower() or following in _STOPS:
        return False
    word = _LAST_WORD.search(before)
    if word is None:
        return True
    last = word[1].lstrip(_OPENING).lower()
    if last in _known(lang):
        return False
    if _INITIAL.match(last) and not _is_word(last, lang):
        return bool(_STARTS.match(after.lstrip().lstrip(_OPENING)))
    return not (lang in _ORDINALS and last.isdigit() and len(last) <= 2)  # noqa: PLR2004


def _known(lang: str) -> frozenset[str]:
    return frozenset(f"{_ABBREVIATIONS['']} {_ABBREVIATIONS.get(lang, '')}".split())


def _is_word(last: str, lang: str) -> bool:
    """Whether one letter is a word that a sentence may end in, in scripts without capitals."""
    return not last.isascii() and last == last.upper() and lang not in {"el", "ru", "uk"}


def _cut(sentence: str, max_chars: int) -> list[str]:
    out: list[str] = []
    while len(sentence) > max_chars:
        at = _pause(sentence, max_chars)
        out.append(sentence[:at].rstrip())
        sentence = sentence[at:].lstrip()
    return [*out, sentence] if sentence else out


def _pause(sentence: str, limit: int) -> int:
    """Return where to cut: after the last good pause in the latter half, else at the limit."""
    for pattern in _PAUSES:
        ends = [found.end() for found in re.finditer(pattern, sentence[:limit])]
        if ends and ends[-1] > limit // 2:
            return ends[-1]
    return limit
