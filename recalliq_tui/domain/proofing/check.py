"""All checks of one text, in order of weight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.proofing import marks, signs, words
from recalliq_tui.domain.proofing.kinds import Finding, ProofKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from recalliq_tui.domain.proofing.kinds import Said, Speller

_LONG: Final = 4_000
"""Shorter speech has never been cut."""
_TAIL: Final = 12


def proof_text(said: Said, speller: Speller | None = None) -> tuple[Finding, ...]:
    """Return what would sound wrong. Nothing to say is nothing to pay for: no findings."""
    if not said.text.strip():
        return ()
    found = [finding for check in _CHECKS for finding in check(said)]
    if speller is not None:
        found.extend(words.spelling(said, speller))
    return tuple(found)


def _length(said: Said) -> Iterator[Finding]:
    if said.limit is not None and len(said.text) > said.limit:
        yield Finding(
            ProofKind.TOO_LONG,
            f"{len(said.text):,} characters; the voice takes {said.limit:,} at once",
            "a shorter text, or several cards",
        )
    elif len(said.source) > len(said.text) and _was_cut(said):
        yield Finding(
            ProofKind.TOO_LONG,
            f"only the first {len(said.text):,} characters would be said",
            "a shorter text, or several cards",
        )


def _was_cut(said: Said) -> bool:
    """Whether a long text ends earlier in speech than on the card."""
    if len(said.text) < _LONG:
        return False
    return _letters(said.source)[-_TAIL:] != _letters(said.text)[-_TAIL:]


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


def _silent(said: Said) -> Iterator[Finding]:
    if not any(letter.isalnum() for letter in said.text):
        yield Finding(ProofKind.SILENT, "only signs, no words", f"words, or {said.remedy}")


_CHECKS: Final[tuple[Callable[[Said], Iterator[Finding]], ...]] = (
    _length,
    _silent,
    marks.markup,
    words.scripts,
    marks.addresses,
    marks.losses,
    words.doubled,
    marks.brackets,
    signs.abbreviations,
    signs.digits,
    signs.symbols,
)
