"""What proofing looks at, and what it can find."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from recalliq_tui.domain.cards import Severity, Side
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class ProofKind(StrEnum):
    MARKUP = "markup"
    URL = "url"
    LOST = "lost"
    """Something on the card that the voice leaves out, or says one word for."""
    DOUBLED = "doubled"
    BRACKETS = "brackets"
    DIGITS = "digits"
    ABBREVIATION = "abbreviation"
    SYMBOL = "symbol"
    TOO_LONG = "too_long"
    SCRIPT = "script"
    SPELLING = "spelling"
    SILENT = "silent"
    """Paid for, and nothing in it can be said."""


_ERRORS: Final = frozenset(
    {ProofKind.MARKUP, ProofKind.SCRIPT, ProofKind.TOO_LONG, ProofKind.SILENT}
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that would sound wrong: what was found, and what is expected instead."""

    kind: ProofKind
    found: str
    expected: str

    @property
    def severity(self) -> Severity:
        """An error surely sounds wrong; a warning may, and a person knows better."""
        return Severity.ERROR if self.kind in _ERRORS else Severity.WARNING

    @property
    def approvable(self) -> bool:
        """Whether a person's word is enough; a text over the limit is refused all the same."""
        return self.kind is not ProofKind.TOO_LONG


@dataclass(frozen=True, slots=True)
class Said:
    """What the voice is given for one side, and where it comes from.

    ``source`` is the author's Markdown, or the ``say_*`` text where ``replaced`` is true; ``text``
    what is spoken of it. ``limit`` is the most characters the voice takes in one request.
    ``stand_ins`` are words said in place of something else (a hole, a formula), and ``known``
    words that are right whatever a dictionary says; both are lower case.
    """

    source: str
    text: str
    side: Side = Side.FRONT
    lang: str | None = None
    replaced: bool = False
    limit: int | None = None
    stand_ins: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()

    @property
    def language(self) -> str:
        """Primary language in lower case; English where the deck names none."""
        return (self.lang or "en").split("-", 1)[0].split("_", 1)[0].lower()

    @property
    def remedy(self) -> str:
        """The attribute that gives the voice another text."""
        match self.side:
            case Side.FRONT:
                return "say_front"
            case Side.BACK:
                return "say_back"
            case Side.WHOLE:
                return "say"


class Speller(Protocol):
    """Knows how words are written."""

    def misspelled(self, words: Collection[str], lang: str) -> Mapping[str, str]:
        """Return the words that are likely misspelled, each with what was likely meant.

        A language without a dictionary has none.
        """
        ...


def quoted(text: str, *, max_chars: int = 40) -> str:
    """Return ``text`` as a short quotation on one line."""
    return f"“{one_line(text, max_chars=max_chars)}”"
