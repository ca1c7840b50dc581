"""Calls to paid voices, as the ledger keeps them: what was asked for, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.voice import SpeechCode

if TYPE_CHECKING:
    from datetime import datetime

    from recalliq_tui.domain.clips import ClipKey


class Purpose(StrEnum):
    """Why a call was made."""

    RENDER = "render"
    LIVE = "live"
    """A greeting, a retry prompt, a side spoken once."""
    FEEDBACK = "feedback"
    RETAKE = "retake"
    SAY = "say"


class Outcome(StrEnum):
    """What came of a call; besides these, every :class:`SpeechCode` is an outcome."""

    PENDING = "pending"
    OK = "ok"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"
    """The program ended in the middle of the call: it may have been charged."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call that is about to be made. ``at`` is UTC, ``day`` the learner's calendar date then.

    ``day`` is ``YYYY-MM-DD``; ``credits`` an estimate, ``None`` where the price is unknown.
    ``deck`` is a deck's id, or ``None`` for what belongs to no deck.
    """

    at: datetime
    day: str
    purpose: Purpose
    provider: str
    voice: str
    model: str | None
    clip_key: ClipKey
    characters: int
    credits: float | None = None
    deck: str | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of a call. ``counted`` are the characters that count against the budget.

    ``credits`` is the provider's own figure, ``None`` where it said nothing.
    """

    outcome: Outcome | SpeechCode
    counted: int
    credits: float | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """The answer to wanting to make a call.

    ``number`` is that of its row, ``None`` where the budget doesn't hold it: nothing was written
    then. ``used`` are the month's characters, this call's included where it has a row.
    """

    number: int | None
    used: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the ledger."""

    number: int
    call: Call
    settled: Settled
    discarded: bool = False


def settle(
    outcome: Outcome | SpeechCode,
    *,
    characters: int,
    heard: bool,
    credits: float | None = None,  # noqa: A002  (the field's name)
    request_id: str | None = None,
) -> Settled:
    """Say what a call counts: all of its characters wherever it may have been charged.

    ``heard`` is whether audio arrived. A call that was refused counts nothing; one that was cut,
    cancelled or lost from sight counts whole, since nobody can tell how far the provider got.
    """
    refused = outcome in _UNPAID and not heard and not credits
    return Settled(outcome, 0 if refused else characters, credits, request_id)


_UNPAID: Final = frozenset(SpeechCode)
"""Outcomes that cost nothing unless audio came or the provider named a charge."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Calls of one kind on one day, summed up.

    ``credits`` are the provider's figures where it gave them, else estimates; ``None`` where
    neither is known for any of them. ``discarded`` is of takes that were thrown away.
    """

    day: str
    purpose: Purpose
    deck: str | None
    provider: str
    model: str | None
    discarded: bool
    outcome: str
    calls: int
    characters: int
    credits: float | None


@dataclass(frozen=True, slots=True)
class Saved:
    """Plays of paid clips from the cache on one day: what streaming would have sent again."""

    day: str
    deck: str
    provider: str
    model: str | None
    plays: int
    characters: int


def month_of(day: str) -> str:
    """Return the month ``YYYY-MM`` of a day ``YYYY-MM-DD``."""
    return day[:7]
