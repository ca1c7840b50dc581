"""What came of a scenario, for people and as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from recalliq_tui.domain.trace import Trace


@dataclass(frozen=True, slots=True)
class StepReport:
    """One step: what of it was ``missing`` in the end; ``strip`` is the strip's words then."""

    number: int
    what: str
    seconds: float
    strip: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A scenario that was played. ``problems`` are what wasn't as it had to be.

    ``spoken`` counts requests for speech at the server. ``codes`` and ``voice`` are the failures
    and the voice's states that the trace holds, repetitions left out. ``cannot`` says why this
    machine can't play it at all.
    """

    scenario: str
    title: str
    steps: tuple[StepReport, ...] = ()
    spoken: int = 0
    requests: int = 0
    ratings: int = 0
    exit_code: int | None = None
    codes: tuple[str, ...] = ()
    voice: tuple[str, ...] = ()
    events: int = 0
    problems: tuple[str, ...] = ()
    cannot: str = ""
    screen: str = field(default="", repr=False)

    @property
    def ok(self) -> bool:
        return not self.problems and not self.cannot and not any(s.missing for s in self.steps)

    def as_json(self) -> dict[str, Any]:
        """Return what ``lab run --headless`` prints."""
        return {"ok": self.ok, **asdict(self), "screen": self.screen.splitlines()}


def speech_codes(trace: Trace) -> tuple[str, ...]:
    """Return why requests failed or weren't made, in order, repetitions left out."""
    return _without_repetition(
        record.code for record in trace.of("speech_failed", "speech_given_up") if record.code
    )


def voice_states(trace: Trace) -> tuple[str, ...]:
    """Return the states of the voice as the strip showed them."""
    return _without_repetition(record.state for record in trace.of("voice") if record.state)


def _without_repetition(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(word for word, _ in groupby(words))
