"""A recital in plain text: a sign for each label, so that nothing hangs on colour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.recitation.labels import Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recalliq_tui.domain.recitation.labels import Recital, WordResult

SIGNS: Final = {
    Label.OK: "\u2713",
    Label.VARIANT: "\u2248",
    Label.TYPO: "~",
    Label.SUBSTITUTED: "\u2717",
    Label.MISSING: "_",
    Label.EXTRA: "+",
    Label.MOVED: "\u2194",
    Label.PEEKED: "?",
}


def as_lines(recital: Recital) -> Iterator[str]:
    """A recital as plain text: the words with a sign at each word that isn't right, and the score."""
    counts = recital.counts
    yield " ".join(_marked(word) for word in recital.words)
    yield ""
    yield f"{_percent(recital.score)} of {_number(recital)} words"
    signs = [f"{SIGNS[label]} {counts[label]} {label.value}" for label in Label if counts[label]]
    yield ", ".join(signs)


def _marked(word: WordResult) -> str:
    sign = SIGNS[word.label]
    match word.label:
        case Label.OK:
            return word.expected
        case Label.EXTRA:
            return f"[{sign}{word.got}]"
        case Label.MISSING | Label.MOVED | Label.PEEKED:
            return f"[{sign}{word.expected}]"
        case Label.VARIANT | Label.TYPO | Label.SUBSTITUTED:
            return (
                f"[{sign}{word.expected}: {word.got}]" if word.got else f"[{sign}{word.expected}]"
            )


def _percent(score: float) -> str:
    """Whole percent, never 100 for less than all."""
    return f"{int(score * 100 + 1e-9)} %"


def _number(recital: Recital) -> int:
    return sum(word.index is not None for word in recital.words)
