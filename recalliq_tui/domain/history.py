"""Reads histories of answers, in any of the shapes they come in, as (when, study day, rating)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TypeAlias

from recalliq_tui.domain.memory import Rating, Review
from recalliq_tui.domain.studyday import DAY_START, study_day, wall_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import time, tzinfo

HistoryItem: TypeAlias = (
    "Review | tuple[datetime, int] | tuple[int, datetime] | Mapping[str, object]"
)
"""An answer. A mapping has ``rating``, ``reviewed_at`` (a datetime or RFC 3339 text) and, where
it is known, ``offset_minutes``."""

_UTC_NAMES: Final = frozenset(
    ("UTC", "Etc/UTC", "Etc/UCT", "UCT", "Etc/Universal", "Universal", "Etc/Zulu", "Zulu")
)
_PAIR: Final = 2


@dataclass(frozen=True, slots=True)
class Event:
    """One answer: when (UTC), on which study day, and how it was rated."""

    moment: datetime
    day: int
    rating: Rating


def read_history(
    history: Iterable[HistoryItem], *, zone: tzinfo = UTC, day_start: time = DAY_START
) -> list[Event]:
    """The answers of ``history`` in order of time; equal times keep their order.

    Where an answer carries its own offset (a review, a mapping with ``offset_minutes``, an aware
    time that isn't in UTC), that offset says which study day it was; times in UTC and naive times
    are taken in ``zone``. Raises :class:`ValueError` for what isn't an answer.
    """
    events = [_event(item, zone=zone, day_start=day_start) for item in history]
    events.sort(key=lambda event: event.moment)
    return events


def _event(item: HistoryItem, *, zone: tzinfo, day_start: time) -> Event:
    rating, when, offset = _parts(item)
    if offset is not None:
        moment = when if when.tzinfo else when.replace(tzinfo=UTC)
        day = study_day(moment, offset_minutes=offset, day_start=day_start)
        return Event(moment.astimezone(UTC), day, rating)
    if when.tzinfo is None:
        local = when.replace(tzinfo=zone)
    elif _is_utc(when.tzinfo):
        local = when.astimezone(zone)
    else:
        local = when
    return Event(local.astimezone(UTC), wall_day(local, day_start=day_start), rating)


def _parts(item: HistoryItem) -> tuple[Rating, datetime, int | None]:
    if isinstance(item, Review):
        return item.rating, item.reviewed_at, item.offset_minutes
    if isinstance(item, Mapping):
        offset = item.get("offset_minutes")
        if offset is not None and (isinstance(offset, bool) or not isinstance(offset, int)):
            raise ValueError(f"offset_minutes is whole minutes, not {offset!r}")
        return _rating(item.get("rating")), _moment(item.get("reviewed_at")), offset
    if isinstance(item, tuple | list) and len(item) == _PAIR:
        first, second = item
        if isinstance(first, datetime):
            return _rating(second), first, None
        return _rating(first), _moment(second), None
    raise ValueError(f"not an answer: {item!r}")


def _rating(value: object) -> Rating:
    if isinstance(value, int) and not isinstance(value, bool):
        return Rating(value)
    raise ValueError(f"a rating is a number from 1 to 4, not {value!r}")


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, str):
        return datetime.fromisoformat(value)
    raise ValueError(f"reviewed_at is a time, not {value!r}")


def _is_utc(zone: tzinfo) -> bool:
    if getattr(zone, "key", None) in _UTC_NAMES:
        return True
    return zone is UTC or zone == UTC or zone.tzname(None) in _UTC_NAMES
