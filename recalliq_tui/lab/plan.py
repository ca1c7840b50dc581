"""From a trace to what must be done, and when, so that the same happens again. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recalliq_tui.domain.trace import Trace, TraceRecord

PLAYER_EVENTS: Final = frozenset(
    {"requested", "first_frame", "ended", "cut", "failed", "starved", "flowing", "paused",
     "resumed", "device_ready", "device_missing", "device_lost", "device_back"}
)  # fmt: skip
_ENDS: Final = frozenset({"ended", "cut", "failed"})
_BEFORE_MS: Final = 2.0
"""Mute and plug change so long before the event that shows them."""
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
    """One thing to do at ``t_ms``. ``number`` tells plays of the same clip apart."""

    t_ms: float
    do: Do
    key: str = ""
    number: int = 0
    from_ms: float = 0.0
    to_ms: float = 0.0
    record: TraceRecord | None = field(default=None, repr=False)


def plan_of(trace: Trace) -> list[Moment]:
    """Return what to do, in the order of time."""
    records = trace.records
    moments: list[Moment] = []
    muted = False
    for at, record in enumerate(records):
        if record.ev not in PLAYER_EVENTS:
            moments.append(Moment(record.t_ms, Do.SAY, record=record))
        if record.ev == "requested":
            muted, before = _mute(records, at, muted=muted)
            moments += before
            moments += _play(records, at)
        moments += _device(record)
        if record.ev == "cut" and record.code == "muted":
            moments.append(Moment(record.t_ms, Do.MUTE))
            muted = True
        elif record.ev == "cut" and record.code in {"stopped", "closed"}:
            moments.append(Moment(record.t_ms, Do.STOP))
        elif record.ev == "paused":
            moments.append(Moment(record.t_ms, Do.PAUSE))
        elif record.ev == "resumed":
            moments.append(Moment(record.t_ms, Do.RESUME))
    return sorted(moments, key=lambda moment: moment.t_ms)


def _mute(records: Sequence[TraceRecord], at: int, *, muted: bool) -> tuple[bool, list[Moment]]:
    """A request that failed as muted was made while it was so; any other one wasn't."""
    follows = records[at + 1] if at + 1 < len(records) else None
    wants = follows is not None and follows.ev == "failed" and follows.code == "muted"
    if wants == muted:
        return muted, []
    do = Do.MUTE if wants else Do.UNMUTE
    return wants, [Moment(records[at].t_ms - _BEFORE_MS, do)]


def _play(records: Sequence[TraceRecord], at: int) -> list[Moment]:
    """The play that begins with ``records[at]``: whole, or as it arrived."""
    asked = records[at]
    key = asked.clip_key or ""
    if asked.dur_ms:
        return [Moment(asked.t_ms, Do.PLAY, key, at)]
    moments = [Moment(asked.t_ms, Do.STREAM, key, at)]
    own: list[TraceRecord] = []
    for record in records[at + 1 :]:
        if record.clip_key != key or record.ev not in PLAYER_EVENTS:
            continue
        if record.ev == "requested":
            break
        own.append(record)
        if record.ev in _ENDS:
            break
    return moments + _arrivals(own, key, at)


def _arrivals(own: Sequence[TraceRecord], key: str, number: int) -> list[Moment]:
    """When what of a sound was there: until it starved, from when it flowed again, to its end."""
    moments: list[Moment] = []
    there = 0.0
    begins: float | None = None
    for record in own:
        match record.ev:
            case "first_frame" | "flowing":
                begins = record.t_ms
            case "starved":
                if begins is not None:
                    moments.append(_bring(begins, key, number, there, record.dur_ms))
                    there, begins = float(record.dur_ms or there), None
            case "ended" | "cut":
                if begins is not None:
                    moments.append(_bring(begins, key, number, there, record.dur_ms))
                    if record.ev == "ended":
                        moments.append(Moment(begins, Do.FINISH, key, number))
            case "failed":
                if begins is not None:
                    moments.append(_bring(begins, key, number, there, record.dur_ms))
                at = record.t_ms if begins is None else begins
                if record.code in {"broken", "no_sound"}:
                    moments.append(Moment(at, Do.BREAK, key, number))
            case _:
                pass
    return moments


def _bring(at: float, key: str, number: int, there: float, until: int | None) -> Moment:
    return Moment(at, Do.BRING, key, number, from_ms=there, to_ms=float(until or 0))


def _device(record: TraceRecord) -> list[Moment]:
    match record.ev:
        case "device_lost":
            return [Moment(record.t_ms - _PULLED_MS, Do.PULL)]
        case "device_back":
            return [Moment(record.t_ms - _PULLED_MS, Do.RETURN)]
        case _:
            return []
