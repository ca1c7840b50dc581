"""Flags for the learner's own eye: a negation, an opposite or a number that doesn't agree.

Each clause of a point is held against the clauses of the answer that speak of the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.grading.match import Matcher, Said, Term, terms_of
from recalliq_tui.domain.grading.text import Sign, Token

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class CheckKind(StrEnum):
    POLARITY = "polarity"
    ANTONYM = "antonym"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Check:
    """Something to look at again: what was written, and what the reference has there.

    ``wrote`` or ``expected`` is empty where nothing stands: a negation that only one of them has.
    """

    kind: CheckKind
    point: int
    wrote: str
    expected: str

    @property
    def message(self) -> str:
        match self.kind, bool(self.wrote), bool(self.expected):
            case CheckKind.POLARITY, True, _:
                return f"check: you wrote *{self.wrote}*"
            case CheckKind.POLARITY, False, _:
                return f"check: the answer says *{self.expected}*"
            case _:
                return f"check: you wrote *{self.wrote}*, the answer says *{self.expected}*"


_ENOUGH: Final = 0.4
_AS_GOOD: Final = 0.85
_TOGETHER: Final = frozenset({"respectively", "beziehungsweise", "respectivamente"})


def checks_of(
    point: Sequence[Token], *, index: int, matcher: Matcher, known: frozenset[str]
) -> list[Check]:
    """Flags of one wording of a point. ``known`` are the numbers of reference and question."""
    found: dict[CheckKind, Check] = {}
    units = _units(point)
    paired = any(token.folded in _TOGETHER for token in matcher.said.tokens)
    for unit in units:
        terms = terms_of(unit, matcher.context)
        for check in _unit_checks(unit, terms, index=index, matcher=matcher, paired=paired):
            found.setdefault(check.kind, check)
    words = [term for term in terms_of(point, matcher.context) if not term.token.number]
    if not words or matcher.coverage(words, tuple(matcher.said.distinct.values())) >= _ENOUGH:
        number = _foreign_number(point, index=index, said=matcher.said, known=known)
        if number is not None:
            found.setdefault(CheckKind.NUMBER, number)
    return list(found.values())


def _units(point: Sequence[Token]) -> list[list[Token]]:
    """Clauses of a point; one that holds a single word goes with the one before."""
    units: list[list[Token]] = []
    segment = -1
    for token in point:
        if token.segment != segment or not units:
            segment = token.segment
            if units and sum(t.content for t in units[-1]) < 2:  # noqa: PLR2004
                units[-1].append(token)
                continue
            units.append([])
        units[-1].append(token)
    if len(units) > 1 and sum(t.content for t in units[-1]) < 2:  # noqa: PLR2004
        last = units.pop()
        units[-1] += last
    return units


def _unit_checks(
    unit: Sequence[Token],
    terms: Sequence[Term],
    *,
    index: int,
    matcher: Matcher,
    paired: bool,
) -> Iterator[Check]:
    words = [term for term in terms if not term.token.number]
    matches = [(_overlap(words, s, matcher), s) for s in matcher.said.segments]
    best = max((score for score, _ in matches), default=0.0)
    if best < _ENOUGH:
        return
    near = [segment for score, segment in matches if score >= best * _AS_GOOD]
    opposites = [_opposite(words, segment, matcher) for segment in near]
    if opposites and all(opposites):
        pair = opposites[0]
        if pair is not None:
            yield Check(CheckKind.ANTONYM, index, pair[1].shown, pair[0].shown)
    denials = [_denial(words, segment, matcher) for segment in near]
    if denials and all(denials):
        wrote = _cue(near[0]) if denials[0] is Sign.SAID else ""
        expected = _cue(unit) if denials[0] is Sign.DENIED else ""
        yield Check(CheckKind.POLARITY, index, wrote, expected)
    if not paired:
        numbers = [_other_number(terms, unit, segment) for segment in near]
        if numbers and all(numbers):
            swapped = numbers[0]
            if swapped is not None:
                yield Check(CheckKind.NUMBER, index, swapped[1].shown, swapped[0].shown)


def _overlap(words: Sequence[Term], segment: Sequence[Token], matcher: Matcher) -> float:
    """Share of a unit that a clause says, its words alone where that is more.

    A word whose opposite is said instead counts as said: it is what the flag is about.
    """
    total = sum(term.weight for term in words)
    if not total:
        return 0.0
    content = [token for token in segment if token.content]
    got = 0.0
    for term in words:
        said = matcher.best(term, content)
        got += term.weight * said
        if not said and any(matcher.opposite(term, t) for t in content):
            got += term.weight / 2
    return got / total


def _opposite(
    words: Sequence[Term], segment: Sequence[Token], matcher: Matcher
) -> tuple[Token, Token] | None:
    """A word of the point that a clause lacks, and the opposite it has instead."""
    own = {term.token.stem for term in words}
    signs = matcher.context.signs
    for term in words:
        if matcher.best(term, segment):
            continue
        for token in segment:
            if (
                token.content
                and not token.number
                and token.stem not in own
                and matcher.opposite(term, token)
                and not (term.token.key not in signs and token.key in signs)
            ):
                return term.token, token
    return None


def _denial(words: Sequence[Term], segment: Sequence[Token], matcher: Matcher) -> Sign | None:
    """The reference's sign of a word that a clause has with the other sign; ``None`` if none."""
    for term in words:
        said = [
            token.sign
            for token in segment
            if token.content and matcher.likeness(term, token) and not _turned(term, token)
        ]
        own = term.token.sign
        if own is Sign.UNSURE or not said or Sign.UNSURE in said:
            continue
        there = matcher.context.signs.get(term.token.key, {own})
        if own not in there and own.turned in there:
            continue  # the point puts it another way than the reference does
        if all(sign is own.turned for sign in said):
            return own
    return None


def _turned(term: Term, said: Token) -> bool:
    """Whether a word was credited as the denied opposite, so that its sign has been used."""
    return term.token.stem != said.stem and term.token.sign is said.sign.turned


def _cue(tokens: Sequence[Token]) -> str:
    return next((token.shown for token in tokens if token.cue), "not")


def _other_number(
    terms: Sequence[Term], unit: Sequence[Token], segment: Sequence[Token]
) -> tuple[Token, Token] | None:
    """A number of the point that a clause lacks, and a foreign one it has instead."""
    own = {token.number for token in unit if token.number}
    there = {token.number for token in segment if token.number}
    for term in terms:
        if term.token.number and not term.given and term.token.number not in there:
            for token in segment:
                if token.number and token.number not in own and not _pronoun(token):
                    return term.token, token
    return None


def _foreign_number(
    point: Sequence[Token], *, index: int, said: Said, known: frozenset[str]
) -> Check | None:
    """A number that the answer nowhere has, while it has one that neither side knows."""
    numbers = [token for token in said.tokens if token.number]
    there = {token.number for token in numbers}
    missing = [token for token in point if token.number and token.number not in there]
    foreign = [t for t in numbers if t.number not in known and not _pronoun(t)]
    if not missing or not foreign:
        return None
    return Check(CheckKind.NUMBER, index, foreign[0].shown, missing[0].shown)


def _pronoun(token: Token) -> bool:
    return token.spelled and token.number == "1"
