"""Collects what is wrong in one deck file, so that one bad note never hides the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.cards import Problem, Severity
from recalliq_tui.textsafe import clean, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_PROBLEMS: Final = 500
"""A binary file with a deck's name gives this many problems at most, and a last one that says so."""


def quote(text: str, *, max_chars: int = 40) -> str:
    """Return ``text`` as a short quotation on one line, for use in a problem."""
    return f"“{one_line(text, max_chars=max_chars)}”"


def shown_path(path: str) -> str:
    """Return a path as it may be printed: as it is but for what would act on a terminal."""
    return clean(path).replace("\n", " ").replace("\t", " ")


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the one of ``names`` that ``name`` is most likely a misspelling of."""
    from rapidfuzz import process  # noqa: PLC0415  (loaded when something is wrong)
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    best = process.extractOne(
        name.lower(), list(names), scorer=OSA.normalized_similarity, score_cutoff=0.5
    )
    return str(best[0]) if best else None


@dataclass(slots=True)
class Report:
    """Problems of one file, in the order they were found."""

    path: str
    problems: list[Problem] = field(default_factory=list)
    _left_out: int = 0

    def error(self, line: int, found: str, expected: str) -> None:
        self._add(Problem(shown_path(self.path), line, found, expected))

    def warning(self, line: int, found: str, expected: str) -> None:
        self._add(Problem(shown_path(self.path), line, found, expected, Severity.WARNING))

    def _add(self, problem: Problem) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem)
        else:
            self._left_out += 1

    def finish(self) -> tuple[Problem, ...]:
        """Return the problems by line; the last one counts those that were left out."""
        found = sorted(self.problems, key=lambda problem: problem.line)
        if self._left_out:
            last = found[-1].line
            text = f"{self._left_out} more problems"
            found.append(
                Problem(shown_path(self.path), last, text, "mend the ones above and check again")
            )
        return tuple(found)
