"""When a card comes back: FSRS-6, as the ``fsrs`` library computes it, on study days.

The library counts 24-hour spans and rolls dice. Here elapsed time is a difference of study days
(21:00 and 08:00 the next morning are one day apart), so it is given synthetic moments, one day
apart for each study day. Intervals get an order, Hard < Good < Easy, and a fuzz that follows from
card and repetition; see :mod:`recalliq_tui.domain.intervals`.

``fsrs`` is imported when the first card is scheduled: it takes longer to load than a screen may.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from recalliq_tui.domain.history import HistoryItem, read_history
from recalliq_tui.domain.intervals import choose_days, fuzz_fraction
from recalliq_tui.domain.memory import Memory, Phase, Rating
from recalliq_tui.domain.studyday import DAY_START

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import time, tzinfo

DEFAULT: Final = (
    *(0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796),
    *(1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542),
)
"""The 21 weights of FSRS-6 for a learner of whom nothing is known."""

LEARNING_STEPS: Final = (timedelta(minutes=1), timedelta(minutes=10))
RELEARNING_STEPS: Final = (timedelta(minutes=10),)

_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_MAX_ELAPSED: Final = 2_000_000
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Settings:
    """How to schedule. Raises :class:`ValueError` for a retention outside (0, 1).

    ``desired_retention`` is the probability of recall at which a card comes back,
    ``maximum_interval`` is in days.
    """

    parameters: tuple[float, ...] = DEFAULT
    desired_retention: float = 0.9
    learning_steps: tuple[timedelta, ...] = LEARNING_STEPS
    relearning_steps: tuple[timedelta, ...] = RELEARNING_STEPS
    maximum_interval: int = 36500
    fuzz: bool = True

    def __post_init__(self) -> None:
        if not 0.0 < self.desired_retention < 1.0:
            raise ValueError(f"retention lies between 0 and 1, not at {self.desired_retention}")


def answer(
    memory: Memory, rating: Rating, *, now: datetime, day: int, card_id: str, settings: Settings
) -> Memory:
    """Memory of a card after it was rated ``rating`` at ``now`` (UTC), on study day ``day``."""
    outcome = _outcome(memory, rating, day=day, settings=settings)
    lapsed = memory.phase is Phase.REVIEW and rating is Rating.AGAIN
    days = 0
    if outcome.phase is Phase.REVIEW:
        days = _days(memory, rating, day=day, card_id=card_id, settings=settings)
    return Memory(
        phase=outcome.phase,
        step=outcome.step,
        stability=outcome.stability,
        difficulty=outcome.difficulty,
        due_at=None if days else now + outcome.wait,
        due_day=day + days if days else None,
        last_review=now,
        last_day=day,
        interval_days=days,
        reps=memory.reps + 1,
        lapses=memory.lapses + lapsed,
    )


def preview(
    memory: Memory, *, now: datetime, day: int, card_id: str, settings: Settings
) -> dict[Rating, Memory]:
    """What :func:`answer` gives for each rating: what a button shows is what happens."""
    return {
        rating: answer(memory, rating, now=now, day=day, card_id=card_id, settings=settings)
        for rating in Rating
    }


def retrievability(memory: Memory, *, day: int, parameters: Sequence[float] = DEFAULT) -> float:
    """Probability of recall on study day ``day``, from 0 to 1; 0 for a new card."""
    if memory.stability is None or memory.last_day is None:
        return 0.0
    decay = -parameters[-1]
    factor = 0.9 ** (1 / decay) - 1
    elapsed = max(0, day - memory.last_day)
    return float((1 + factor * elapsed / memory.stability) ** decay)


def replay(
    history: Iterable[HistoryItem],
    *,
    parameters: Sequence[float] = DEFAULT,
    desired_retention: float = 0.9,
    day_start: time = DAY_START,
    zone: tzinfo = UTC,
    learning_steps: Sequence[timedelta] = LEARNING_STEPS,
    relearning_steps: Sequence[timedelta] = RELEARNING_STEPS,
) -> Memory:
    """Memory of one card after all of ``history``, without fuzz.

    The study day of each answer comes from its own offset where it has one, else from ``zone``,
    see :func:`~recalliq_tui.domain.history.read_history`; the machine's own zone plays no part.
    ``interval_days`` is 0 while the card is in its (re)learning steps.
    """
    settings = Settings(
        parameters=tuple(parameters),
        desired_retention=desired_retention,
        learning_steps=tuple(learning_steps),
        relearning_steps=tuple(relearning_steps),
        fuzz=False,
    )
    memory = Memory()
    for event in read_history(history, zone=zone, day_start=day_start):
        memory = answer(
            memory,
            event.rating,
            now=event.moment,
            day=event.day,
            card_id="",
            settings=settings,
        )
    return memory


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What FSRS says of one rating. ``wait`` is a step, or the interval before order and fuzz."""

    phase: Phase
    step: int | None
    stability: float
    difficulty: float
    wait: timedelta


def _outcome(memory: Memory, rating: Rating, *, day: int, settings: Settings) -> _Outcome:
    import fsrs  # noqa: PLC0415 (loaded when first needed)

    new = memory.phase is Phase.NEW
    moment = _EPOCH
    if memory.last_day is not None:
        moment += min(max(0, day - memory.last_day), _MAX_ELAPSED) * _DAY
    card = fsrs.Card(
        card_id=1,
        state=fsrs.State.Learning if new else fsrs.State(memory.phase.value),
        step=_step(memory),
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=_EPOCH,
        last_review=None if new else _EPOCH,
    )
    after, _ = _scheduler(settings).review_card(card, fsrs.Rating(rating.value), moment)
    return _Outcome(
        phase=Phase(after.state.value),
        step=after.step,
        stability=after.stability,
        difficulty=after.difficulty,
        wait=after.due - moment,
    )


def _step(memory: Memory) -> int | None:
    return None if memory.phase is Phase.REVIEW else memory.step or 0


def _days(memory: Memory, rating: Rating, *, day: int, card_id: str, settings: Settings) -> int:
    """Interval for ``rating``: longer than that of the button before it, as far as allowed.

    An interval that grows at all grows by a day at least, so that fuzz never takes it back.
    """
    fraction = fuzz_fraction(card_id, memory.reps) if settings.fuzz else None
    floor = 0
    for each in (rating,) if rating is Rating.AGAIN else _PASSING[: rating - 1]:
        outcome = _outcome(memory, each, day=day, settings=settings)
        if outcome.phase is not Phase.REVIEW:
            continue
        days = outcome.wait.days
        grows = memory.phase is Phase.REVIEW and days > memory.interval_days
        minimum = max(floor + 1, memory.interval_days + 1 if grows else 1)
        floor = choose_days(
            days, minimum=minimum, maximum=settings.maximum_interval, fraction=fraction
        )
    return floor


_PASSING: Final = (Rating.HARD, Rating.GOOD, Rating.EASY)


@lru_cache(maxsize=64)
def _scheduler(settings: Settings) -> Any:
    import fsrs  # noqa: PLC0415

    return fsrs.Scheduler(
        parameters=settings.parameters,
        desired_retention=settings.desired_retention,
        learning_steps=settings.learning_steps,
        relearning_steps=settings.relearning_steps,
        maximum_interval=settings.maximum_interval,
        enable_fuzzing=False,
    )
