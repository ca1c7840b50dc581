"""How much of a point an answer says: weighted recall of its words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.grading.opposites import likes_of, opposites_of
from recalliq_tui.domain.grading.text import Sign, Token

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

_LIKE: Final = 0.85
_KIN: Final = 0.75
_GIVEN: Final = 0.3
_LIGHT: Final = 0.15
_COMMON: Final = 0.7
_NUMBER: Final = 1.5
_EXACT_LENGTH: Final = 4
_KIN_LENGTH: Final = 5
_KIN_SHARE: Final = 0.62


@dataclass(frozen=True, slots=True)
class Term:
    """A word or number a point wants said, and what it weighs. A name is spelled exactly."""

    token: Token
    weight: float
    name: bool = False
    given: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """What the question and the reference give away about single words.

    ``signs`` says of each word of the reference how it stands there: said, denied or both.
    """

    tongue: str
    question: frozenset[str]
    names: frozenset[str]
    frequent: frozenset[str]
    vocabulary: frozenset[str]
    signs: Mapping[str, frozenset[Sign]]


def context_of(
    tongue: str,
    *,
    question: Sequence[Token],
    reference: Sequence[Token],
    points: Sequence[Sequence[Token]],
) -> Context:
    everything = [*reference, *(token for point in points for token in point)]
    counts = Counter(key for point in points for key in {t.key for t in point if t.content})
    many = max(3, len(points) // 2 + 1)
    signs: dict[str, frozenset[Sign]] = {}
    for token in reference:
        signs[token.key] = signs.get(token.key, frozenset()) | {token.sign}
    return Context(
        tongue=tongue,
        signs=signs,
        question=frozenset(t.key for t in question if t.content),
        names=frozenset() if tongue == "de" else _names(everything),
        frequent=frozenset(key for key, count in counts.items() if count >= many),
        vocabulary=frozenset(t.folded for t in (*everything, *question)),
    )


def _names(tokens: Iterable[Token]) -> frozenset[str]:
    """Words that are names: written with a capital within a sentence, or with more of them."""
    found: set[str] = set()
    segment_before = -1
    for token in tokens:
        first = token.sentence != segment_before
        segment_before = token.sentence
        capital = token.shown[:1].isupper()
        odd = token.shown[1:] != token.shown[1:].lower() or not token.shown.isalpha()
        if token.content and not token.number and ((capital and not first) or odd):
            found.add(token.folded)
    return frozenset(found)


def terms_of(tokens: Iterable[Token], context: Context) -> tuple[Term, ...]:
    """The words of a point that count, each once; all of them where it has stop words only."""
    chosen: dict[str, Token] = {}
    tokens = tuple(tokens)
    for token in [t for t in tokens if t.content] or tokens:
        chosen.setdefault(token.key, token)
    return tuple(_term(token, context) for token in chosen.values())


def _term(token: Token, context: Context) -> Term:
    weight = _NUMBER if token.number else 1.0
    given = token.key in context.question
    if given:
        weight *= _GIVEN
    if token.light:
        weight *= _LIGHT
    if token.key in context.frequent:
        weight *= _COMMON
    return Term(token, weight, name=token.folded in context.names, given=given)


def is_slip(typed: str, wanted: str) -> bool:
    """Optimal string alignment distance: none up to 4 letters, 1 up to 7, 2 in longer words."""
    length = len(wanted)
    allowed = 0 if length <= _EXACT_LENGTH else 1 if length <= 7 else 2  # noqa: PLR2004
    if not -allowed <= len(typed) - length <= allowed or not allowed:
        return False
    from rapidfuzz.distance import OSA  # noqa: PLC0415  (loads in 10 to 50 ms, when first needed)

    return OSA.distance(typed, wanted, score_cutoff=allowed) <= allowed


def _are_kin(one: str, other: str) -> bool:
    """Whether two words share their beginning: ``retransmission`` and ``retransmits``."""
    if one[:_KIN_LENGTH] != other[:_KIN_LENGTH]:
        return False
    shared = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        shared += 1
    return shared >= _KIN_LENGTH and shared >= _KIN_SHARE * max(len(one), len(other))


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, ready to be searched: its distinct content words, and its clauses."""

    tokens: tuple[Token, ...]
    distinct: Mapping[str, Token]
    segments: tuple[tuple[Token, ...], ...]


def said_of(tokens: Sequence[Token]) -> Said:
    segments: dict[int, list[Token]] = {}
    for token in tokens:
        if token.content or token.cue:
            segments.setdefault(token.segment, []).append(token)
    return Said(
        tokens=tuple(tokens),
        distinct={token.key: token for token in reversed(tokens)},
        segments=tuple(tuple(tokens) for tokens in segments.values()),
    )


class Matcher:
    """Compares terms with the words of one answer; each pair is compared once."""

    def __init__(self, said: Said, context: Context) -> None:
        self.said = said
        self.context = context
        self._rows: dict[tuple[str, bool], dict[str, float]] = {}

    def likeness(self, term: Term, said: Token) -> float:
        """How well a word of the answer stands for a term, from 0 to 1."""
        return self.best(term, (said,))

    def best(self, term: Term, words: Iterable[Token]) -> float:
        """How well the best of ``words`` of the answer stands for a term, from 0 to 1."""
        row, best = self._row(term), 0.0
        if row:
            for word in words:
                found = row.get(word.key, 0.0)
                if found < 0:
                    denied = {term.token.sign, word.sign} == {Sign.SAID, Sign.DENIED}
                    found = -found if denied else 0.0
                if found > best:  # noqa: PLR1730  (twice as fast as max here)
                    best = found
        return best

    def opposite(self, term: Term, said: Token) -> bool:
        """Whether a word of the answer means the opposite of a term."""
        return self._row(term).get(said.key, 0.0) < 0

    def coverage(self, terms: Collection[Term], words: Collection[Token]) -> float:
        """Weighted share of ``terms`` that ``words`` of the answer say, from 0 to 1."""
        total = sum(term.weight for term in terms)
        found = sum(term.weight * self.best(term, words) for term in terms)
        return found / total if total else 0.0

    def _row(self, term: Term) -> Mapping[str, float]:
        """Affinity of the answer's words that have any; below 0 where they mean the opposite."""
        key = term.token.key, term.name
        row = self._rows.get(key)
        if row is None:
            row = self._rows[key] = affinities(term, self.said.distinct.values(), self.context)
        return row


def affinities(term: Term, words: Iterable[Token], context: Context) -> dict[str, float]:
    """How near words are to a term, from 0 to 1, where they are near at all.

    Below 0 where they mean the opposite: then the signs of both decide.
    """
    want = term.token
    near: dict[str, float] = {}
    like, opposite = likes_of(want.key, context.tongue), opposites_of(want.key, context.tongue)
    strict = bool(want.number) or term.name or len(want.folded) <= _EXACT_LENGTH
    for said in words:
        if said.key == want.key:
            near[said.key] = 1.0
        elif said.number or want.number:
            continue
        elif said.folded == want.folded:
            near[said.key] = 1.0
        elif said.key in opposite:
            near[said.key] = -_LIKE
        elif said.key in like:
            near[said.key] = _LIKE
        elif strict or len(said.folded) < _EXACT_LENGTH:
            continue
        elif is_slip(said.folded, want.folded) and said.folded not in context.vocabulary:
            near[said.key] = 1.0
        elif _are_kin(want.folded, said.folded):
            near[said.key] = _KIN
    return near
