from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.services.calendar import Calendar, system_clock

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 20, 2, 59, tzinfo=UTC), date(2026, 11, 19)),
        (datetime(2026, 11, 20, 3, 0, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 11, 20, 23, 30, tzinfo=UTC), date(2026, 11, 20)),
    ],
)
def test_a_study_day_begins_at_four_in_the_learners_morning(moment: datetime, day: date) -> None:
    assert Calendar(zone=BERLIN).day(moment) == day.toordinal()


def test_offsets_follow_summer_time() -> None:
    calendar = Calendar(zone=BERLIN)
    assert calendar.offset_minutes(datetime(2026, 7, 1, tzinfo=UTC)) == 120
    assert calendar.offset_minutes(datetime(2026, 12, 1, tzinfo=UTC)) == 60


def test_the_day_may_start_at_another_hour() -> None:
    calendar = Calendar(zone=UTC, day_start=time(0))
    assert calendar.day(datetime(2026, 11, 20, 0, 0, tzinfo=UTC)) == date(2026, 11, 20).toordinal()


@given(st.integers(0, 3_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)))
def test_a_later_moment_is_never_on_an_earlier_day(moment: datetime) -> None:
    calendar = Calendar(zone=BERLIN)
    assert calendar.day(moment) <= calendar.day(moment + timedelta(hours=1))
    assert calendar.day(moment) < calendar.day(moment + timedelta(hours=26))


def test_the_system_clock_is_utc() -> None:
    assert system_clock().tzinfo is UTC
    assert Calendar().local(datetime(2026, 1, 1, tzinfo=UTC)).utcoffset() == timedelta(0)
