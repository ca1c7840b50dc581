"""From a trace to what must be done, and when, so that the same happens again. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from recalliq_tui.domain.trace import Trace, TraceRecord

PLAYER_EVENTS: Final = frozenset(
    {"requested", "first_frame", "ended", "cut", "failed", "starved", "flowing", "paused",
     "resumed", "device_ready", "device_missing", "device_lost", "device_back"}
)  # fmt: skip
_ENDS: Final = frozenset({"ended", "cut", "failed"})
_PULLED_MS: Final = 120.0
"""A device is missed at the next look, which comes ten times a second."""


class Do(StrEnum):
    PLAY = "play"
    STREAM = "stream"
    BRING = "bring"
    """More of a sound that arrives is here, from ``from_ms`` to ``to_ms``."""
    FINISH = "finish"
    BREAK = "break"
    STOP = "stop"
    PAUSE = "pause"
    RESUME = "resume"
    MUTE = "mute"
    UNMUTE = "unmute"
    PULL = "pull"
    RETURN = "return"
    SAY = "say"
    """Nothing to do: a line for who watches."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing to do at ``t_ms``, not before ``after`` events of the player have come.

    ``number`` tells plays of the same clip apart.
    """

    t_ms: float
    do: Do
    key: str = ""
    number: int = 0
    from_ms: float = 0.0
    to_ms: float = 0.0
    after: int = 0
    record: TraceRecord | None = field(default=None, repr=False)


def plan_of(trace: Trace) -> list[Moment]:
    """Return what to do, in its order."""
    return _Plan(trace.records).moments()


class _Plan:
    """Moments with their places: what makes an event happen stands at the event's own place."""

    def __init__(self, records: Sequence[TraceRecord]) -> None:
        self._records = records
        self._before: list[int] = []
        count, last = 0, None
        for record in records:
            # What a request replaces is cut by it.
            replaces = record.ev == "requested" and last is not None and last.code == "replaced"
            self._before.append(count - replaces)
            if record.ev in PLAYER_EVENTS:
                count, last = count + 1, record
        self._placed: list[tuple[float, Moment]] = []
        self._muted = False

    def moments(self) -> list[Moment]:
        for at, record in enumerate(self._records):
            self._follow(at, record)
        return [moment for _, moment in sorted(self._placed, key=lambda placed: placed[0])]

    def _put(
        self, at: int, do: Do, *, early: float = 0.0, first: bool = False, **more: object
    ) -> None:
        """Do something so that record ``at`` happens, ``early`` milliseconds before it."""
        record = self._records[at]
        moment = Moment(record.t_ms - early, do, after=self._before[at], **more)  # type: ignore[arg-type]
        self._placed.append((at - 0.5 if first else float(at), moment))

    def _follow(self, at: int, record: TraceRecord) -> None:
        match record.ev, record.code:
            case "requested", _:
                self._set_mute(at)
                self._play(at)
            case "cut", "muted":
                self._put(at, Do.MUTE)
                self._muted = True
            case "cut", "stopped" | "closed":
                self._put(at, Do.STOP)
            case "paused", _:
                self._put(at, Do.PAUSE)
            case "resumed", _:
                self._put(at, Do.RESUME)
            case "device_lost", _:
                self._pull(at)
            case "device_back", _:
                self._put(at, Do.RETURN, early=_PULLED_MS)
            case ev, _ if ev not in PLAYER_EVENTS:
                self._put(at, Do.SAY, record=record)

    def _pull(self, at: int) -> None:
        """A loss that a start has found out was there before that start."""
        asked = max((i for i in range(at) if self._records[i].ev in PLAYER_EVENTS), default=0)
        if self._records[asked].ev == "requested":
            self._put(asked, Do.PULL, first=True)
        else:
            self._put(at, Do.PULL, early=_PULLED_MS)

    def _set_mute(self, at: int) -> None:
        """A request that failed as muted was made while it was so; any other one wasn't."""
        follows = next((r for r in self._records[at + 1 :] if r.ev in PLAYER_EVENTS), None)
        wants = follows is not None and follows.ev == "failed" and follows.code == "muted"
        if wants != self._muted:
            self._put(at, Do.MUTE if wants else Do.UNMUTE, first=True)
            self._muted = wants

    def _play(self, at: int) -> None:
        """The play that begins with record ``at``: whole, or as it arrived."""
        asked = self._records[at]
        key = asked.clip_key or ""
        if asked.dur_ms:
            self._put(at, Do.PLAY, key=key, number=at)
            return
        self._put(at, Do.STREAM, key=key, number=at)
        begins: int | None = None
        there = 0.0
        for index, record in self._own(at):
            if record.ev in {"first_frame", "flowing"}:
                begins = index
                continue
            if begins is not None:
                until = float(record.dur_ms or 0)
                self._put(begins, Do.BRING, key=key, number=at, from_ms=there, to_ms=until)
                there = until
            if record.ev == "ended" and begins is not None:
                self._put(begins, Do.FINISH, key=key, number=at)
            elif record.ev == "failed" and record.code in {"broken", "no_sound"}:
                self._put(index if begins is None else begins, Do.BREAK, key=key, number=at)
            if record.ev == "starved":
                begins = None

    def _own(self, at: int) -> Iterator[tuple[int, TraceRecord]]:
        """The further events of the play that begins with record ``at``."""
        key = self._records[at].clip_key
        for index in range(at + 1, len(self._records)):
            record = self._records[index]
            if record.clip_key != key or record.ev not in PLAYER_EVENTS:
                continue
            if record.ev == "requested":
                return
            yield index, record
            if record.ev in _ENDS:
                return
