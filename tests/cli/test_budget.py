"""``budget``: the ledger in words and as stable JSON."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from recalliq_tui.domain.clips import ClipKey
from recalliq_tui.domain.ledger import Call, Outcome, Purpose, Saved, Settled
from recalliq_tui.store.ledger import Ledger
from tests.clock import Clock

if TYPE_CHECKING:
    from tests.cli.conftest import Recalliq

FIELDS = [
    *("currency", "prices_as_of", "month", "quota", "total", "days", "months", "decks"),
    *("purposes", "streaming_everything", "cached_plays", "saved", "discarded", "unknown"),
]


@pytest.fixture
def spent() -> str:
    """Two calls of today, for a deck whose name would act on a terminal; today's date."""
    path = Path(os.environ["RECALLIQ_DATA_DIR"]) / "collection.db"
    now = datetime.now(UTC)
    day = now.astimezone().date().isoformat()
    with Ledger.open(path, clock=Clock(now)) as ledger:
        for purpose, deck in ((Purpose.RENDER, "a\x1b]52;c;x\x07b"), (Purpose.SAY, None)):
            call = Call(now, day, purpose, "elevenlabs", "v", None, ClipKey("k"), 100, 100.0, deck)
            number = ledger.begin(call).number
            assert number is not None
            ledger.settle(number, Settled(Outcome.OK, 100, 90.0))
        ledger.count_plays([Saved(day, "spanish", "elevenlabs", None, 3, 300)])
    return day


def test_before_any_call_there_is_nothing_to_pay(quick: Recalliq) -> None:
    ran = quick("budget")
    assert (ran.code, ran.err) == (0, "")
    assert "No paid voice was asked yet." in ran.out


def test_the_fields_are_stable(quick: Recalliq, spent: str) -> None:
    found = quick("budget", "--json").json
    assert list(found) == FIELDS
    assert found["total"] == {"calls": 2, "characters": 200, "credits": 180.0, "money": 0.0396}
    assert found["days"][0]["day"] == spent
    assert found["month"] | {"ends": ""} == {"month": spent[:7], "used": 200, "cap": None, "left": None, "ends": ""}  # fmt: skip
    assert found["quota"] == []


def test_people_read_it_in_words(quick: Recalliq, spent: str) -> None:
    ran = quick("budget")
    assert f"{spent[:7]}: 200 characters" in ran.out
    assert "Streaming everything would have cost 400 characters" in ran.out
    assert "The cache saved about 210 credits" in ran.out
    assert "(no deck)" in ran.out
    assert "\x1b" not in ran.out


def test_its_help_shows_an_example(quick: Recalliq) -> None:
    assert "recalliq budget --json" in quick("budget", "--help").out
