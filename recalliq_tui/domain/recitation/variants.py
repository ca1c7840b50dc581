"""Other wordings of a text that are right too: data of the text, and a few of each language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.recitation.folding import Word, language, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Rule:
    """Folded words of the text that may be said as ``other``; empty where they may be left out.

    ``last_only`` holds at the end of the text alone.
    """

    words: tuple[str, ...]
    other: tuple[str, ...]
    last_only: bool = False


_COMMON: Final = {
    "en": (("Holy Ghost", "Holy Spirit"), ("who art", "which art")),
    "la": (("quotidianum", "cotidianum"),),
}


def rules_of(groups: Iterable[Sequence[str]], *, lang: str | None) -> tuple[Rule, ...]:
    """Rules of variant groups; within a group each wording may stand for each other.

    ``""`` in a group makes its wordings optional.
    """
    rules: dict[Rule, None] = {}
    for group in groups:
        wordings = [tuple(w.folded for w in words_of(text, lang=lang)) for text in group]
        for words in wordings:
            for other in wordings:
                if words and words != other:
                    rules[Rule(words, other)] = None
    return tuple(rules)


def common_rules(lang: str | None) -> tuple[Rule, ...]:
    """Variants that hold in any text of a language; a last Amen is optional everywhere."""
    amen = [
        Rule(tuple(w.folded for w in words_of(text, lang=lang)), (), last_only=True)
        for text in ("Amen", "Amén", "אמן", "Аминь", "Ἀμήν", "آمين")
    ]
    return (*rules_of(_COMMON.get(language(lang), ()), lang=lang), *dict.fromkeys(amen))


def places(rules: Iterable[Rule], text: Sequence[Word]) -> dict[int, tuple[Rule, ...]]:
    """Where in a text rules apply: by the index *behind* the last word of each."""
    folded = [word.folded for word in text]
    by_last: dict[str, list[Rule]] = {}
    for rule in rules:
        by_last.setdefault(rule.words[-1], []).append(rule)
    found: dict[int, tuple[Rule, ...]] = {}
    for end, word in enumerate(folded, start=1):
        here = tuple(
            rule
            for rule in by_last.get(word, ())
            if tuple(folded[max(0, end - len(rule.words)) : end]) == rule.words
            and (not rule.last_only or end == len(folded))
        )
        if here:
            found[end] = here
    return found
