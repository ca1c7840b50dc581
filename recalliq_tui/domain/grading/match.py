"""How much of a point an answer says: weighted recall of its words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.grading.opposites import are_like, are_opposite
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
    """What the question and the reference give away about single words."""

    tongue: str
    question: frozenset[str]
    names: frozenset[str]
    frequent: frozenset[str]
    vocabulary: frozenset[str]


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
    return Context(
        tongue=tongue,
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


def likeness(term: Term, said: Token, context: Context) -> float:
    """How well a said word stands for a term, from 0 to 1."""
    want = term.token
    if want.number or said.number:
        return 1.0 if want.number == said.number else 0.0
    if want.stem == said.stem or want.folded == said.folded:
        return 1.0
    if are_opposite(want.stem, said.stem, context.tongue):
        denied = {want.sign, said.sign} == {Sign.SAID, Sign.DENIED}
        return _LIKE if denied else 0.0
    if are_like(want.stem, said.stem, context.tongue):
        return _LIKE
    if term.name or len(want.folded) <= _EXACT_LENGTH or len(said.folded) < _EXACT_LENGTH:
        return 0.0
    if said.folded not in context.vocabulary and is_slip(said.folded, want.folded):
        return 1.0
    return _KIN if _are_kin(want.folded, said.folded) else 0.0


def is_slip(typed: str, wanted: str) -> bool:
    """Optimal string alignment distance: none up to 4 letters, 1 up to 7, 2 in longer words."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415  (loads in 10 to 50 ms, when first needed)

    allowed = 0 if len(wanted) <= _EXACT_LENGTH else 1 if len(wanted) <= 7 else 2  # noqa: PLR2004
    if not allowed or abs(len(typed) - len(wanted)) > allowed:
        return False
    return OSA.distance(typed, wanted, score_cutoff=allowed) <= allowed


def _are_kin(one: str, other: str) -> bool:
    """Whether two words share their beginning: ``retransmission`` and ``retransmits``."""
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


def coverage(terms: Collection[Term], said: Iterable[Token], context: Context) -> float:
    """Weighted share of ``terms`` that is said, from 0 to 1."""
    words = tuple(said)
    total = sum(term.weight for term in terms)
    found = sum(
        term.weight * max((likeness(term, word, context) for word in words), default=0.0)
        for term in terms
    )
    return found / total if total else 0.0
