"""Grades a free-recall answer by its key points. It suggests; the learner decides."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.grading.checks import Check, CheckKind, checks_of
from recalliq_tui.domain.grading.gates import Gate, gate_of
from recalliq_tui.domain.grading.lexicon import lexicon, tongue_of
from recalliq_tui.domain.grading.match import Matcher, context_of, said_of, terms_of
from recalliq_tui.domain.grading.points import KeyPoint, points_of
from recalliq_tui.domain.grading.text import Token, read
from recalliq_tui.domain.memory import Rating

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

COVERED_FROM: Final = 0.75
HALF_FROM: Final = 0.40


class Standing(StrEnum):
    """How a point stands. A flagged point is at most half."""

    COVERED = "covered"
    HALF = "half"
    MISSING = "missing"


class Verdict(StrEnum):
    """The whole answer in one word; the last three are no answers, and ask for another."""

    COVERED = "covered"
    PARTIAL = "partial"
    MISSING = "missing"
    CHECK = "check"
    EMPTY = "empty"
    ECHO = "echo"
    STUFFED = "stuffed"


@dataclass(frozen=True, slots=True)
class PointResult:
    """A point and the weighted share of it that was said, from 0 to 1."""

    text: str
    coverage: float
    standing: Standing


@dataclass(frozen=True, slots=True)
class Grading:
    """What was found in an answer. ``score`` runs from 0 to 1 and ranks answers to one card."""

    verdict: Verdict
    score: float
    points: tuple[PointResult, ...]
    checks: tuple[Check, ...] = ()
    rating: Rating = Rating.AGAIN

    @property
    def covered(self) -> tuple[str, ...]:
        return self._texts(Standing.COVERED)

    @property
    def half(self) -> tuple[str, ...]:
        return self._texts(Standing.HALF)

    @property
    def missing(self) -> tuple[str, ...]:
        return self._texts(Standing.MISSING)

    @property
    def gated(self) -> bool:
        """No answer that could be graded: say the retry prompt."""
        return self.verdict in {Verdict.EMPTY, Verdict.ECHO, Verdict.STUFFED}

    def _texts(self, standing: Standing) -> tuple[str, ...]:
        return tuple(point.text for point in self.points if point.standing is standing)


@dataclass(frozen=True, slots=True)
class _Wording:
    """One point, in the wording that fits the answer best."""

    tokens: tuple[Token, ...]
    coverage: float


def grade(
    *,
    question: str,
    reference: str,
    answer: str,
    points: Iterable[KeyPoint | str] = (),
    lang: str | None = None,
) -> Grading:
    """Grade ``answer`` by the given key points, else by the clauses of ``reference``.

    ``lang`` is a language tag; English where none is given. Takes under 5 ms; never fails.
    """
    tongue = tongue_of(lang)
    wanted = points_of(reference, points, lang)
    asked, known, answered = read(question, lang), read(reference, lang), read(answer, lang)
    wordings = [[read(text, lang) for text in (p.text, *p.aliases)] for p in wanted]
    context = context_of(
        tongue, question=asked, reference=known, points=[texts[0] for texts in wordings]
    )
    matcher = Matcher(said_of(answered), context)
    found = [_best(texts, matcher) for texts in wordings]
    best = max((wording.coverage for wording in found), default=0.0)
    gate = gate_of(answered, question=asked, reference=known, best=best, context=context)
    if gate is not None:
        return _gated(gate, wanted)
    numbers = frozenset(
        t.number for ts in (asked, known, *(w.tokens for w in found)) for t in ts if t.number
    )
    checks: list[Check] = []
    for index, wording in enumerate(found):
        checks += checks_of(wording.tokens, index=index, matcher=matcher, known=numbers)
    opposed = _yes_for_no(known, answered, tongue)
    if opposed is not None:
        checks.append(opposed)
    return _graded(wanted, found, checks)


def _best(texts: Sequence[tuple[Token, ...]], matcher: Matcher) -> _Wording:
    words = tuple(matcher.said.distinct.values())
    tried = [_Wording(t, matcher.coverage(terms_of(t, matcher.context), words)) for t in texts]
    return max(tried, key=lambda wording: wording.coverage)


def _gated(gate: Gate, wanted: Sequence[KeyPoint]) -> Grading:
    points = tuple(PointResult(point.text, 0.0, Standing.MISSING) for point in wanted)
    return Grading(Verdict(gate.value), 0.0, points)


def _graded(
    wanted: Sequence[KeyPoint], found: Sequence[_Wording], checks: Sequence[Check]
) -> Grading:
    flagged = {check.point for check in checks}
    points = tuple(
        PointResult(point.text, wording.coverage, _standing(wording.coverage, at in flagged))
        for at, (point, wording) in enumerate(zip(wanted, found, strict=True))
    )
    return conclude(points, checks)


def conclude(points: Sequence[PointResult], checks: Sequence[Check]) -> Grading:
    """Verdict, score and suggested rating that follow from how each point stands."""
    flagged = {check.point for check in checks}
    shares = [
        point.coverage / 2
        if at in flagged
        else 1.0
        if point.standing is Standing.COVERED
        else point.coverage
        for at, point in enumerate(points)
    ]
    score = round(sum(shares) / len(shares), 4) if shares else 0.0
    verdict = _verdict(points, checks)
    return Grading(verdict, score, tuple(points), tuple(checks), _rating(verdict, score))


def _standing(share: float, flagged: bool) -> Standing:  # noqa: FBT001
    if share >= COVERED_FROM and not flagged:
        return Standing.COVERED
    return Standing.HALF if share >= HALF_FROM or flagged else Standing.MISSING


def _verdict(points: Sequence[PointResult], checks: Sequence[Check]) -> Verdict:
    standings = {point.standing for point in points}
    if checks:
        return Verdict.CHECK
    if standings == {Standing.COVERED}:
        return Verdict.COVERED
    return Verdict.MISSING if standings == {Standing.MISSING} else Verdict.PARTIAL


_HARD_FROM: Final = 0.5


def _rating(verdict: Verdict, score: float) -> Rating:
    """The rating to suggest. Easy is the learner's own to give."""
    match verdict:
        case Verdict.COVERED:
            return Rating.GOOD
        case Verdict.PARTIAL | Verdict.CHECK:
            return Rating.HARD if score >= _HARD_FROM else Rating.AGAIN
        case Verdict.MISSING | Verdict.EMPTY | Verdict.ECHO | Verdict.STUFFED:
            return Rating.AGAIN


def _yes_for_no(known: Sequence[Token], said: Sequence[Token], tongue: str) -> Check | None:
    """A leading yes where the reference begins with no, or the other way round."""
    if not known or not said:
        return None
    words = lexicon(tongue)
    want, have = known[0], said[0]
    turned = (want.folded in words.yes and have.folded in words.no) or (
        want.folded in words.no and have.folded in words.yes
    )
    return Check(CheckKind.POLARITY, 0, have.shown, want.shown) if turned else None
