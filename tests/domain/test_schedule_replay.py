"""Histories from anywhere: study days, zones, summer time, and the shapes they come in."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from datetime import UTC, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recalliq_tui.domain.cards import CardId, DeckId
from recalliq_tui.domain.history import read_history
from recalliq_tui.domain.memory import Rating, Review
from recalliq_tui.domain.schedule import replay

BERLIN = ZoneInfo("Europe/Berlin")


def day_gaps(history: list[tuple[datetime, int]], **kwargs: object) -> list[int]:
    days = [event.day for event in read_history(history, **kwargs)]  # type: ignore[arg-type]
    return [later - earlier for earlier, later in itertools.pairwise(days)]


def test_evening_and_next_morning_are_one_day_apart() -> None:
    evening = datetime(2026, 5, 1, 21, tzinfo=UTC)
    morning = datetime(2026, 5, 2, 8, tzinfo=UTC)
    first = datetime(2026, 4, 20, 12, tzinfo=UTC)
    assert day_gaps([(evening, 3), (morning, 3)]) == [1]
    early = replay([(first, 4), (evening, 3), (morning, 3)])
    full = replay([(first, 4), (evening, 3), (evening + timedelta(days=1), 3)])
    assert early.stability == full.stability
    same = replay([(first, 4), (evening, 3), (evening + timedelta(hours=5), 3)])
    assert same.stability != full.stability


def test_after_midnight_is_still_the_same_day() -> None:
    night = datetime(2026, 5, 2, 1, tzinfo=UTC)
    assert day_gaps([(datetime(2026, 5, 1, 9, tzinfo=UTC), 3), (night, 3)]) == [0]
    assert day_gaps([(datetime(2026, 5, 1, 9, tzinfo=UTC), 3), (night, 3)], day_start=time(0)) == [
        1
    ]


@pytest.mark.parametrize("change", [datetime(2026, 3, 29), datetime(2026, 10, 25)])  # noqa: DTZ001
def test_summer_time_changes_no_day(change: datetime) -> None:
    walls = [change + timedelta(days=n, hours=4, minutes=5) for n in range(-2, 3)]
    aware = [(wall.replace(tzinfo=BERLIN), 3) for wall in walls]
    utc = [(moment.astimezone(UTC), rating) for moment, rating in aware]
    naive = [(wall, 3) for wall in walls]
    assert day_gaps(aware) == [1, 1, 1, 1]
    assert replay(aware) == replay(utc, zone=BERLIN) == replay(naive, zone=BERLIN)
    assert day_gaps(utc, zone=BERLIN) == [1, 1, 1, 1]


def test_every_answer_keeps_the_offset_it_was_given_at() -> None:
    tokyo, lima = timezone(timedelta(hours=9)), timezone(timedelta(hours=-5))
    trip = [
        (datetime(2026, 6, 1, 22, tzinfo=tokyo), 3),
        (datetime(2026, 6, 2, 7, tzinfo=tokyo), 3),
        (datetime(2026, 6, 3, 7, tzinfo=lima), 3),
    ]
    assert day_gaps(trip) == [1, 1]
    assert replay(trip) == replay(trip, zone=tokyo) == replay(trip, zone=lima)
    reviews = [
        Review(
            card_id=CardId("c"),
            deck_id=DeckId("d"),
            rating=Rating(rating),
            reviewed_at=when.astimezone(UTC),
            offset_minutes=int((when.utcoffset() or timedelta()).total_seconds() // 60),
        )
        for when, rating in trip
    ]
    mappings = [
        {
            "rating": review.rating.value,
            "reviewed_at": review.reviewed_at.isoformat().replace("+00:00", "Z"),
            "offset_minutes": review.offset_minutes,
        }
        for review in reviews
    ]
    texts = [{"rating": rating, "reviewed_at": when.isoformat()} for when, rating in trip]
    pairs = [(rating, when) for when, rating in trip]
    assert replay(reviews) == replay(mappings) == replay(texts) == replay(pairs) == replay(trip)


@pytest.mark.parametrize(
    "wrong",
    [
        {"rating": 5, "reviewed_at": "2026-01-01T00:00:00Z"},
        {"rating": "3", "reviewed_at": "2026-01-01T00:00:00Z"},
        {"rating": 3, "reviewed_at": 17},
        {"rating": 3, "reviewed_at": "2026-01-01T00:00:00Z", "offset_minutes": "1"},
        {"rating": 3, "reviewed_at": "yesterday"},
        (1, 2, 3),
        "3",
    ],
)
def test_what_is_no_answer_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        replay([wrong])  # type: ignore[list-item]


@given(
    hours=st.lists(st.integers(1, 900), max_size=8),
    ratings=st.lists(st.integers(1, 4), min_size=8, max_size=8),
    zone=st.sampled_from(["Europe/Berlin", "America/Lima", "Asia/Kathmandu", "Pacific/Apia"]),
)
@settings(deadline=None, max_examples=40)
def test_a_zone_is_the_same_in_every_shape(hours: list[int], ratings: list[int], zone: str) -> None:
    local = ZoneInfo(zone)
    now, history = datetime(2026, 2, 1, 7, tzinfo=UTC), []
    for gap, rating in zip(hours, ratings, strict=False):
        now += timedelta(hours=gap)
        history.append((now, rating))
    there = [(moment.astimezone(local), rating) for moment, rating in history]
    utc_by_name = [(moment.astimezone(ZoneInfo("UTC")), rating) for moment, rating in history]
    assert replay(history, zone=local) == replay(there) == replay(utc_by_name, zone=local)


def test_the_machines_own_zone_plays_no_part() -> None:
    code = (
        "from recalliq_tui.domain.schedule import replay; from datetime import *;"
        "print(replay([(datetime(2026, 3, 28 + n // 2, 2 + n, 30), 3) for n in range(6)],"
        " zone=timezone(timedelta(hours=1))))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"TZ": zone},
            capture_output=True,
            check=True,
        ).stdout
        for zone in ("UTC", "Asia/Tokyo", "America/New_York")
    }
    assert len(found) == 1
