"""Study days: they begin at 04:00 local time, so that a late evening is still the same day.

A study day is the proleptic ordinal (:meth:`datetime.date.toordinal`) of the date on which it
began. Where the learner was is an offset from UTC in minutes that is kept with each answer, so
the day of an answer never changes, whatever zone the machine has later.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

DAY_START: Final = time(4)


def utc_offset_minutes(moment: datetime) -> int:
    """Offset of an aware datetime in whole minutes, east positive; 0 for a naive one."""
    offset = moment.utcoffset()
    return 0 if offset is None else round(offset.total_seconds() / 60)


def study_day(moment: datetime, *, offset_minutes: int, day_start: time = DAY_START) -> int:
    """Study day of an aware ``moment`` for a learner ``offset_minutes`` east of UTC."""
    local = moment.astimezone(UTC).replace(tzinfo=None) + timedelta(minutes=offset_minutes)
    return wall_day(local, day_start=day_start)


def wall_day(local: datetime, *, day_start: time = DAY_START) -> int:
    """Study day of a local wall-clock time; a zone on it is ignored."""
    ordinal = local.date().toordinal()
    return ordinal if local.time() >= day_start else ordinal - 1


def day_begin(day: int, *, offset_minutes: int, day_start: time = DAY_START) -> datetime:
    """The moment (UTC) at which a study day begins."""
    local = datetime.combine(date.fromordinal(day), day_start, UTC)
    return local - timedelta(minutes=offset_minutes)


def next_rollover(
    moment: datetime, *, offset_minutes: int, day_start: time = DAY_START
) -> datetime:
    """The moment (UTC) at which the study day after ``moment``'s begins."""
    day = study_day(moment, offset_minutes=offset_minutes, day_start=day_start)
    return day_begin(day + 1, offset_minutes=offset_minutes, day_start=day_start)
