"""Words that stand twice, in another alphabet, or in no dictionary."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.proofing.kinds import Finding, ProofKind, quoted
from recalliq_tui.domain.proofing.tables import KNOWN_SCRIPTS, SCRIPTS, TWICE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from recalliq_tui.domain.proofing.kinds import Said, Speller

_DOUBLED: Final = re.compile(r"(?<![\w'’.-])([^\W\d_]{2,40})\s+\1(?![\w'’-])", re.IGNORECASE)  # noqa: RUF001
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")  # noqa: RUF001
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_CODE: Final = re.compile(
    r"`[^`\n]*`|^[ \t]*```.*?(?:```|\Z)|\$[^$\n]*\$", re.DOTALL | re.MULTILINE
)
_MARKED: Final = re.compile(r"(?<!\w)([*_«“\"])([^*_«»“”\"\n]{1,60})[*_»”\"]")
_ENOUGH: Final = 4
"""So many letters tell a language's script."""
_OFTEN: Final = 3
"""A word that stands in so many texts of a deck is meant as it is."""
_SHORT: Final = 3
_STARTS: Final = frozenset('.!?…:;¿¡“„«"(—')
_NO_APOSTROPHES: Final = str.maketrans("", "", "'\u2019")
_GLUE: Final = frozenset("/@._\\(")


def doubled(said: Said) -> Iterator[Finding]:
    """Yield the first word that stands twice in a row by mistake."""
    fine = TWICE.get(said.language, frozenset()) | said.stand_ins
    for match in _DOUBLED.finditer(said.text):
        if match.group(1).lower() not in fine:
            yield Finding(ProofKind.DOUBLED, f"{quoted(match.group())}, twice", "the word once")
            return


def scripts(said: Said) -> Iterator[Finding]:
    """Yield the first word in letters that aren't those of the language.

    Foreign words in Latin letters are fine in other scripts, as long as most of the text is not;
    a word of mixed alphabets never is.
    """
    own = SCRIPTS.get(said.language)
    if own is None:
        return
    total: Counter[str] = Counter()
    for match in _LETTERS.finditer(said.text):
        word = match.group()
        counts = _scripts_of(word)
        total.update(counts)
        foreign = set(counts) - own
        mixed = len(word) > _SHORT and foreign and set(counts) & own and "CYRILLIC" in counts
        if mixed or ("LATIN" in own and foreign and not set(counts) & own and len(word) > 1):
            yield _foreign(word, said, mixed=bool(mixed))
            return
    letters = sum(total.values())
    if letters >= _ENOUGH and 2 * sum(total[script] for script in own) < letters:
        yield _foreign(said.text, said, mixed=False)


def _scripts_of(word: str) -> Counter[str]:
    names = (unicodedata.name(letter, "").partition(" ")[0] for letter in word)
    return Counter(name for name in names if name in KNOWN_SCRIPTS)


def _foreign(text: str, said: Said, *, mixed: bool) -> Finding:
    what = "letters of two alphabets" if mixed else "another script"
    return Finding(
        ProofKind.SCRIPT,
        f"{quoted(text)} is in {what}, the language is {said.language}",
        "the language's own letters, or another lang",
    )


def candidates(said: Said) -> set[str]:
    """Return the words of a text that a dictionary should know, in lower case.

    Left out: names (a capital inside a sentence, so German nouns too), what holds digits or
    capitals within, parts of addresses, and what the author set apart as code, by quotes or by
    emphasis. A ``say_*`` text is written for the ear, and has none.
    """
    if said.replaced:
        return set()
    fine = set_apart(said.source) | said.known | said.stand_ins
    found: set[str] = set()
    end = 0
    for match in _WORD.finditer(said.text):
        between = said.text[end : match.start()]
        at_start = end == 0 or any(mark in _STARTS for mark in between)
        glued = bool(end) and between in _GLUE
        end = match.end()
        word = match.group()
        if glued or _goes_on(said.text, end) or not word.translate(_NO_APOSTROPHES).isalpha():
            continue
        if word[1:] != word[1:].lower() or (word[0].isupper() and not at_start):
            continue
        if word.lower() not in fine:
            found.add(word.lower())
    return found


def _goes_on(text: str, at: int) -> bool:
    """Whether the word before ``at`` is only a part: of an address, a path, an abbreviation."""
    return text[at : at + 1] in _GLUE and text[at + 1 : at + 2].isalnum()


def set_apart(source: str) -> set[str]:
    """Return the lower-case words in code, quotes or emphasis: terms, not prose."""
    parts = [match.group() for match in _CODE.finditer(source)]
    parts += [match.group(2) for match in _MARKED.finditer(source)]
    return {word.lower() for part in parts for word in _WORD.findall(part)}


def used_often(texts: Iterable[Said]) -> frozenset[str]:
    """Return the lower-case words that several texts share: meant as they are."""
    seen: Counter[str] = Counter()
    for said in texts:
        seen.update({word.lower() for word in _WORD.findall(said.text)})
    return frozenset(word for word, times in seen.items() if times >= _OFTEN)


def spelling(said: Said, speller: Speller) -> Iterator[Finding]:
    """Yield each word that is likely misspelled."""
    wrong = speller.misspelled(candidates(said), said.language)
    for word, meant in sorted(wrong.items()):
        yield Finding(
            ProofKind.SPELLING, f"{quoted(word)} is in no dictionary", f"perhaps {quoted(meant)}"
        )
