"""Reads a reference or an answer: words with stems, numbers, clauses, and what is negated."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.answerwords import fold, plain_text
from recalliq_tui.domain.grading.lexicon import Lexicon, lexicon, tongue_of
from recalliq_tui.domain.grading.numbers import plain_number, power_of_ten, read_words
from recalliq_tui.domain.grading.stems import stem

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_CHARS: Final = 8_000
"""An answer is read up to here."""


class Sign(Enum):
    """Whether a word is said of something or denied; unsure where grammar would have to tell."""

    SAID = 1
    UNSURE = 0
    DENIED = -1

    @property
    def turned(self) -> Sign:
        return Sign(-self.value)


@dataclass(frozen=True, slots=True)
class Token:
    """A word or number. ``segment`` counts clauses, ``sentence`` the sentences they stand in.

    ``stem`` is empty for a number, whose exact form is ``number``. ``spelled`` says that it was
    written as a word. ``stop`` words carry structure only, ``light`` ones say little.
    """

    shown: str
    folded: str
    stem: str
    segment: int
    sentence: int
    number: str = ""
    spelled: bool = False
    stop: bool = False
    light: bool = False
    sign: Sign = Sign.SAID
    cue: bool = False
    key: str = ""
    """The number, else the stem: by it words are told apart."""

    @property
    def content(self) -> bool:
        return not self.stop


_TOKEN: Final = re.compile(
    r"(?P<power>(?<![\w.])(?:\d+(?:[.,]\d+)?)\s*[x\u00d7*\u00b7]\s*10\s*(?:\^|\*\*)?\s*(?P<exp>[-\u2212]?\d{1,4}|[\u207b\u2070\u00b9\u00b2\u00b3\u2074-\u2079]{1,4})(?!\w))"
    r"|(?P<number>(?<![\w])-?\d+(?:[ \u00a0\u202f']\d{3}(?!\d))+(?:[.,]\d+)?|(?<![^\W\d])\d+(?:[.,]\d+)*)"
    r"|(?P<word>[^\W\d_]\w*(?:['\u2019]\w+)*)"
    r"|(?P<comma>,)"
    r"|(?P<bar>[.!?;:\n()\[\]\u2026\u2014\u3002\u05c3\u061f]+|\s[-\u2013]+\s)"
)  # fmt: skip
_APOSTROPHE: Final = re.compile("['\u2019]")
_NEGATED: Final = re.compile("n['\u2019]t\\Z", re.IGNORECASE)
_STUMPS: Final = {"ca": "can", "wo": "will", "sha": "shall", "ai": "is"}
_MEANT_OTHERWISE: Final = {
    "not": frozenset({"only", "just", "merely", "necessarily"}),
    "no": frozenset({"matter", "doubt"}),
    "nicht": frozenset({"nur"}),
    "no_es": frozenset({"solo", "solamente"}),
    "non": frozenset({"solo", "solum", "modo", "tantum"}),
}
_TILL: Final = frozenset({"until", "till"})
_STARTERS: Final = frozenset({
    "it", "they", "he", "she", "we", "you", "there", "this", "these", "that", "those",
})  # fmt: skip


def read(text: str, lang: str | None) -> tuple[Token, ...]:
    """Read a text. Markdown is left out; nothing fails, whatever the text."""
    tongue = tongue_of(lang)
    words = lexicon(tongue)
    lines = (plain_text(line) for line in text[:MAX_CHARS].splitlines())
    plain = unicodedata.normalize("NFC", "\n".join(lines))
    return _with_signs(_with_number_words(list(_tokens(plain, tongue, words)), tongue), words)


def _tokens(plain: str, tongue: str, words: Lexicon) -> Iterator[Token]:
    segment = sentence = 0
    for match in _TOKEN.finditer(plain):
        kind, shown = match.lastgroup, match.group()
        if match["bar"] is not None:
            segment, sentence = segment + 1, sentence + 1
        elif match["comma"] is not None:
            segment += 1
        elif match["power"] is not None:
            exponent = unicodedata.normalize("NFKC", match["exp"]).replace("\u2212", "-")
            mantissa = re.split(r"[\sx\u00d7*\u00b7]", shown, maxsplit=1)[0]
            number = power_of_ten(mantissa, exponent, tongue)
            yield Token(shown, shown, "", segment, sentence, number=number, key=number)
        elif kind == "number":
            number = plain_number(shown, tongue)
            yield Token(shown, shown, "", segment, sentence, number=number, key=number)
        else:
            for part in _parts(shown, words):
                folded, root = _forms(part, tongue)
                if not folded:
                    continue
                if folded in words.breaks:
                    segment, sentence = segment + 1, sentence + 1
                elif folded in words.joins:
                    segment += 1
                yield Token(
                    part,
                    folded,
                    root,
                    segment,
                    sentence,
                    stop=folded in words.stops,
                    light=folded in words.light or root in words.light,
                    cue=folded in words.both or folded in words.forward,
                    key=root,
                )


@lru_cache(maxsize=16384)
def _forms(word: str, tongue: str) -> tuple[str, str]:
    """A word folded, and its stem."""
    folded = fold(word, lang=tongue)
    return folded, stem(folded, tongue)


def _parts(shown: str, words: Lexicon) -> Iterator[str]:
    """Undo contractions: ``isn't`` is ``is not``, ``l'eau`` two words, ``Moon's`` one."""
    if _NEGATED.search(shown):
        yield _STUMPS.get(shown[:-3].lower(), shown[:-3])
        yield "not"
    elif words.elides:
        yield from _APOSTROPHE.split(shown)
    else:
        yield _APOSTROPHE.split(shown)[0]


def _with_number_words(tokens: list[Token], tongue: str) -> list[Token]:
    folded = [token.folded if not token.number else "" for token in tokens]
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        found = read_words(folded, at, tongue)
        if found is None:
            out.append(token)
            at += 1
            continue
        value, count = found
        scaled = _scaled(out, token, value) if count == 1 else None
        if scaled is not None:
            out[-1] = scaled
        else:
            shown = " ".join(t.shown for t in tokens[at : at + count])
            light = value <= 1
            out.append(
                replace(
                    token,
                    shown=shown,
                    stem="",
                    number=str(value),
                    key=str(value),
                    spelled=True,
                    stop=False,
                    light=light,
                )
            )
        at += count
    return out


def _scaled(out: list[Token], token: Token, value: int) -> Token | None:
    """``1.5`` before ``million`` is one number."""
    before = out[-1] if out else None
    if before is None or not before.number or before.spelled or before.segment != token.segment:
        return None
    if value not in {1_000, 1_000_000, 1_000_000_000}:
        return None
    number = power_of_ten(before.number, str(len(str(value)) - 1), "en")
    return replace(before, shown=f"{before.shown} {token.shown}", number=number, key=number)


def _with_signs(tokens: list[Token], words: Lexicon) -> tuple[Token, ...]:
    signs = [Sign.SAID] * len(tokens)
    negated: set[int] = set()
    for at, token in enumerate(tokens):
        if not token.cue or _otherwise(tokens, at):
            continue
        if words.concord and token.segment in negated:
            continue
        negated.add(token.segment)
        _deny(tokens, at, signs, words)
    return tuple(
        replace(t, sign=s) if s is not t.sign else t for t, s in zip(tokens, signs, strict=True)
    )


def _otherwise(tokens: list[Token], at: int) -> bool:
    """Whether a negation isn't one: ``not only``, ``no doubt``, a leading ``No,``."""
    follower = tokens[at + 1] if at + 1 < len(tokens) else None
    if follower is None:
        return False
    if follower.folded in _MEANT_OTHERWISE.get(tokens[at].folded, frozenset()):
        return True
    return at == 0 and follower.segment != tokens[at].segment


def _deny(tokens: list[Token], at: int, signs: list[Sign], words: Lexicon) -> None:
    """Let the negation at ``at`` act on its clause; further clauses of its sentence are unsure."""
    cue = tokens[at]
    till = any(t.folded in _TILL for t in tokens[at + 1 :] if t.sentence - cue.sentence in {0, 1})
    reached = False
    for k in range(at + 1, len(tokens)):
        token = tokens[k]
        if token.sentence != cue.sentence or (
            token.segment != cue.segment and token.folded in _STARTERS
        ):
            break
        if till or token.segment != cue.segment:
            signs[k] = Sign.UNSURE
        else:
            signs[k] = signs[k].turned
            reached = reached or token.content
    if cue.folded in words.forward and reached:
        return
    for k in range(at - 1, -1, -1):
        if tokens[k].segment != cue.segment:
            break
        signs[k] = signs[k].turned if not reached and not till else Sign.UNSURE
