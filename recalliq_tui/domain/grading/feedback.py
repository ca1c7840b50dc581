"""A grading in sentences, for the screen and for the voice: the verdict first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.answerwords import plain_text
from recalliq_tui.domain.grading.checks import Check, CheckKind
from recalliq_tui.domain.grading.grader import Grading, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

RETRY_EMPTY: Final = "There is no answer yet. Say what you remember, in your own words."
RETRY_ECHO: Final = "That is the question again. Say what you remember, in your own words."
RETRY_STUFFED: Final = "Those are keywords. Say how they belong together, in a sentence."
_MAX_CHARS: Final = 90


def sentences(grading: Grading) -> tuple[str, ...]:
    """Sentences to show, and to speak one by one. The retry prompts are always the same words."""
    match grading.verdict:
        case Verdict.EMPTY:
            return (RETRY_EMPTY,)
        case Verdict.ECHO:
            return (RETRY_ECHO,)
        case Verdict.STUFFED:
            return (RETRY_STUFFED,)
        case Verdict.COVERED | Verdict.PARTIAL | Verdict.MISSING | Verdict.CHECK:
            pass
    flagged = {check.point for check in grading.checks}
    unsure = [
        point.text
        for at, point in enumerate(grading.points)
        if point.text in grading.half and at not in flagged
    ]
    out: list[str] = []
    if grading.covered:
        out.append(f"You covered {listed(grading.covered)}.")
    out += [_spoken(check) for check in grading.checks]
    if unsure:
        out.append(f"You said part of {listed(unsure)}.")
    if grading.missing:
        out.append(f"I didn't find {listed(grading.missing)}.")
    return tuple(out)


def listed(texts: Sequence[str]) -> str:
    """Texts as ``X``, ``X and Y``, or ``X, Y and Z``; semicolons where they hold commas."""
    short = [_short(text) for text in texts]
    if len(short) <= 1:
        return "".join(short)
    comma = "; " if any("," in text for text in short) else ", "
    return f"{comma.join(short[:-1])}{';' if comma == '; ' else ''} and {short[-1]}"


def _short(text: str) -> str:
    flat = plain_text(text).rstrip(" .;,:")
    if len(flat) <= _MAX_CHARS:
        return flat
    return flat[:_MAX_CHARS].rsplit(" ", 1)[0].rstrip(" ,;:") + "\u2026"


def _spoken(check: Check) -> str:
    wrote, expected = plain_text(check.wrote), plain_text(check.expected)
    match check.kind:
        case CheckKind.POLARITY if not wrote:
            return f"Check this: the answer says \u201c{expected}\u201d."
        case CheckKind.POLARITY:
            return f"Check this: you wrote \u201c{wrote}\u201d."
        case CheckKind.ANTONYM | CheckKind.NUMBER:
            return f"Check this: you wrote \u201c{wrote}\u201d, the answer says \u201c{expected}\u201d."
