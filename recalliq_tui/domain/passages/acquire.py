"""Acquiring a text, from hearing it to reciting it: where the learner stands, and what moves them.

A text is learnt section by section (its stanzas, long ones in parts). Within a section the
learner climbs rungs: listening, echo and chaining go on when they say so; from fading words on,
two clean lines in a row lead one rung up and a failure one down. Nothing here is a review.

Pure: what time it is and the seed of the masks are given.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.passages.masks import SHARES, choose_mask

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

CLEAN_TO_RISE: Final = 2
SECTION_LINES: Final = 6
"""Longest section; a longer stanza is learnt in parts of about the same length."""


class Step(IntEnum):
    """The six steps, as the screen counts them."""

    LISTEN = 1
    ECHO = 2
    CHAIN = 3
    FADE = 4
    LETTERS = 5
    RECITE = 6


class Rung(IntEnum):
    """The steps with the four shares of faded words apart; the numbers are stored."""

    LISTEN = 0
    ECHO = 1
    CHAIN = 2
    FADE_25 = 3
    FADE_50 = 4
    FADE_75 = 5
    FADE_100 = 6
    LETTERS = 7
    RECITE = 8

    @property
    def step(self) -> Step:
        if self < Rung.FADE_25:
            return Step(self + 1)
        if self <= Rung.FADE_100:
            return Step.FADE
        return Step.LETTERS if self is Rung.LETTERS else Step.RECITE

    @property
    def share(self) -> float:
        """Share of the words that is hidden, from 0 to 1."""
        if self < Rung.FADE_25:
            return 0.0
        return SHARES[min(self - Rung.FADE_25, len(SHARES) - 1)]

    @property
    def judged(self) -> bool:
        """Whether lines are attempted here, rather than only heard."""
        return self >= Rung.FADE_25


FIRST_RUNG: Final = {
    Step.LISTEN: Rung.LISTEN,
    Step.ECHO: Rung.ECHO,
    Step.CHAIN: Rung.CHAIN,
    Step.FADE: Rung.FADE_25,
    Step.LETTERS: Rung.LETTERS,
    Step.RECITE: Rung.RECITE,
}


@dataclass(frozen=True, slots=True)
class LineState:
    """What is known of one line: the highest rung passed, words missed last, the mask before."""

    best: Rung | None = None
    missed: frozenset[int] = frozenset()
    mask: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Acquire:
    """Where a learner stands in a text.

    ``sections`` are half-open ranges of lines, ``line`` counts lines of the whole text from 0,
    ``clean`` the clean lines in a row on this rung, ``turn`` all attempts so far. ``at`` (UTC) is
    when anything happened last.
    """

    sections: tuple[tuple[int, int], ...]
    lines: tuple[LineState, ...]
    seed: int
    section: int = 0
    rung: Rung = Rung.LISTEN
    line: int = 0
    clean: int = 0
    turn: int = 0
    at: datetime | None = None

    @property
    def bounds(self) -> tuple[int, int]:
        """First line of the section, and the one after its last."""
        return self.sections[self.section]

    @property
    def section_done(self) -> bool:
        """Whether each line of the section was recited clean with nothing to see."""
        first, end = self.bounds
        return all(each.best is Rung.RECITE for each in self.lines[first:end])

    @property
    def done(self) -> bool:
        return all(each.best is Rung.RECITE for each in self.lines)

    @property
    def begun(self) -> bool:
        return self.at is not None


def sections_of(
    stanzas: Sequence[int], *, longest: int = SECTION_LINES
) -> tuple[tuple[int, int], ...]:
    """Ranges of lines to learn at a time, from the number of lines of each stanza."""
    found: list[tuple[int, int]] = []
    start = 0
    for size in stanzas:
        parts = -(-size // longest)
        for part in range(parts):
            first = start + size * part // parts
            found.append((first, start + size * (part + 1) // parts))
        start += size
    return tuple(found)


def begin(stanzas: Sequence[int], *, seed: int) -> Acquire:
    """A text of which nothing is known; ``stanzas`` are their numbers of lines, one at least."""
    if not any(stanzas):
        raise ValueError("a text without lines can't be learnt")
    lines = (LineState(),) * sum(stanzas)
    return Acquire(sections_of([size for size in stanzas if size]), lines, seed)


def go(state: Acquire, rung: Rung, *, at: datetime) -> Acquire:
    """Go to a rung at the learner's wish."""
    return replace(state, rung=rung, clean=0, at=at)


def go_step(state: Acquire, step: Step, *, at: datetime) -> Acquire:
    """Go to a step; going to fading again while there leads to its first share."""
    return go(state, FIRST_RUNG[step], at=at)


def rise(state: Acquire, *, at: datetime) -> Acquire:
    """One rung up at the learner's wish; the last one stays."""
    return go(state, Rung(min(state.rung + 1, Rung.RECITE)), at=at)


def sink(state: Acquire, *, at: datetime) -> Acquire:
    """One rung down at the learner's wish; the first one stays."""
    return go(state, Rung(max(state.rung - 1, Rung.LISTEN)), at=at)


def move(state: Acquire, by: int, *, at: datetime) -> Acquire:
    """Go ``by`` lines on or back; at an end of the section into the next one, not past the text."""
    line = min(max(0, state.line + by), len(state.lines) - 1)
    section = next(n for n, (_, end) in enumerate(state.sections) if line < end)
    return replace(state, line=line, section=section, at=at)


def next_section(state: Acquire, *, at: datetime) -> Acquire:
    """Begin the next section that isn't done, from listening; the same state where all are."""
    for ahead in range(1, len(state.sections) + 1):
        number = (state.section + ahead) % len(state.sections)
        candidate = replace(state, section=number)
        if not candidate.section_done:
            line = candidate.bounds[0]
            return replace(candidate, rung=Rung.LISTEN, line=line, clean=0, at=at)
    return state


def attempted(state: Acquire, missed: Collection[int], *, at: datetime) -> Acquire:
    """The line in sight was attempted; ``missed`` are the indices of its words that failed.

    A clean line leads to the next, the second in a row a rung up. A failure leads a rung down and
    asks the line again; what was missed is masked first there.
    """
    if not state.rung.judged:
        raise ValueError(f"lines aren't attempted while {state.rung.name.lower()}")
    known = state.lines[state.line]
    state = replace(state, turn=state.turn + 1, at=at)
    if missed:
        state = _with_line(state, replace(known, missed=frozenset(missed), best=_fallen(known)))
        return replace(state, rung=Rung(max(state.rung - 1, Rung.FADE_25)), clean=0)
    best = state.rung if known.best is None else max(known.best, state.rung)
    state = _with_line(state, replace(known, missed=frozenset(), best=best))
    clean = state.clean + 1
    rung = state.rung
    if clean >= CLEAN_TO_RISE and rung is not Rung.RECITE:
        rung, clean = Rung(rung + 1), 0
    state = replace(state, rung=rung, clean=clean)
    return replace(state, line=_following(state))


def _fallen(known: LineState) -> Rung | None:
    """A line that fails is no longer recited clean."""
    if known.best is None:
        return None
    return min(known.best, Rung.LETTERS)


def _following(state: Acquire) -> int:
    """The next line of the section; on the last rung, the next that was not recited clean yet."""
    first, end = state.bounds
    size = end - first
    order = [first + (state.line - first + ahead) % size for ahead in range(1, size + 1)]
    if state.rung is Rung.RECITE:
        order = [line for line in order if state.lines[line].best is not Rung.RECITE] or order
    return order[0]


def _with_line(state: Acquire, line: LineState) -> Acquire:
    lines = (*state.lines[: state.line], line, *state.lines[state.line + 1 :])
    return replace(state, lines=lines)


def mask_line(state: Acquire, words: Sequence[str], *, lang: str | None) -> Acquire:
    """Choose the mask of the line in sight for this rung and keep it; ``words`` are folded.

    Call it once for each attempt: the next call gives another mask.
    """
    known = state.lines[state.line]
    mask = choose_mask(
        words,
        share=state.rung.share,
        seed=state.seed + 1009 * state.line,
        turn=state.turn,
        lang=lang,
        missed=known.missed,
        last=known.mask,
    )
    return replace(_with_line(state, replace(known, mask=mask)), turn=state.turn + 1)
