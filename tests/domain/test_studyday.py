"""A study day begins at four in the morning, where the learner is."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.domain.studyday import (
    day_begin,
    next_rollover,
    study_day,
    utc_offset_minutes,
    wall_day,
)

moments = st.datetimes(
    min_value=datetime(1971, 1, 1),  # noqa: DTZ001 (hypothesis adds the zone)
    max_value=datetime(2199, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
offsets = st.integers(-12 * 60, 14 * 60)


@pytest.mark.parametrize(
    ("hour", "minute", "day"), [(3, 59, 14), (4, 0, 15), (21, 0, 15), (0, 0, 14)]
)
def test_the_small_hours_belong_to_the_day_before(hour: int, minute: int, day: int) -> None:
    moment = datetime(2026, 3, 15, hour, minute, tzinfo=UTC)
    assert study_day(moment, offset_minutes=0) == date(2026, 3, day).toordinal()


def test_the_offset_decides_the_day() -> None:
    moment = datetime(2026, 3, 15, 2, 30, tzinfo=UTC)
    tokyo, lima = 9 * 60, -5 * 60
    assert study_day(moment, offset_minutes=tokyo) == date(2026, 3, 15).toordinal()
    assert study_day(moment, offset_minutes=lima) == date(2026, 3, 14).toordinal()


def test_another_start_of_day() -> None:
    moment = datetime(2026, 3, 15, 0, 30, tzinfo=UTC)
    assert study_day(moment, offset_minutes=0, day_start=time(0)) == date(2026, 3, 15).toordinal()


def test_offsets_of_times() -> None:
    plus = timezone(timedelta(hours=5, minutes=45))
    assert utc_offset_minutes(datetime(2026, 1, 1, tzinfo=plus)) == 345
    assert utc_offset_minutes(datetime(2026, 1, 1)) == 0  # noqa: DTZ001


@given(moment=moments, offset=offsets)
def test_a_moment_lies_between_begin_and_rollover(moment: datetime, offset: int) -> None:
    day = study_day(moment, offset_minutes=offset)
    rollover = next_rollover(moment, offset_minutes=offset)
    assert day_begin(day, offset_minutes=offset) <= moment < rollover
    assert study_day(rollover, offset_minutes=offset) == day + 1
    assert study_day(rollover - timedelta(microseconds=1), offset_minutes=offset) == day


@given(moment=moments, offset=offsets)
def test_wall_time_and_utc_agree(moment: datetime, offset: int) -> None:
    local = moment.astimezone(timezone(timedelta(minutes=offset)))
    assert wall_day(local) == study_day(moment, offset_minutes=offset)
