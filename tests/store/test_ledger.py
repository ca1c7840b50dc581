"""The ledger: rows before calls, one budget for all programs, nothing lost in a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recalliq_tui.domain.clips import ClipKey
from recalliq_tui.domain.ledger import Call, Outcome, Purpose, Saved, Settled, settle
from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.store.collection import Collection
from recalliq_tui.store.errors import StoreCode, StoreError
from recalliq_tui.store.ledger import LONGEST_CALL, Ledger
from tests.store.samples import START, Clock

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
CALL = Call(
    at=START,
    day="2026-05-01",
    purpose=Purpose.LIVE,
    provider="elevenlabs",
    voice="abc",
    model="eleven_flash_v2_5",
    clip_key=ClipKey("k1"),
    characters=100,
    credits=50.0,
    deck="spanish",
)


@pytest.fixture
def ledger(path: Path, clock: Clock) -> Iterator[Ledger]:
    with Ledger.open(path, clock=clock) as opened:
        yield opened


def begin(ledger: Ledger, call: Call = CALL, cap: int = 0) -> int:
    number = ledger.begin(call, cap=cap).number
    assert number is not None
    return number


def test_a_call_is_written_before_it_is_made_and_completed_after(ledger: Ledger) -> None:
    number = begin(ledger)
    (row,) = ledger.entries()
    assert (row.call, row.settled) == (CALL, Settled(Outcome.PENDING, 100))
    used = ledger.settle(number, Settled(Outcome.OK, 100, 48.0, "req-1"))
    assert used == 100
    (row,) = ledger.entries()
    assert row.settled == Settled(Outcome.OK, 100, 48.0, "req-1")
    ledger.settle(number, Settled(Outcome.CANCELLED, 0))
    assert ledger.entries() == [row]


def test_a_cap_is_kept_to_the_character_and_by_the_month(ledger: Ledger) -> None:
    begin(ledger, cap=250)
    begin(ledger, cap=250)
    refused = ledger.begin(CALL, cap=250)
    assert (refused.number, refused.used) == (None, 200)
    begin(ledger, replace(CALL, characters=50), cap=250)
    assert ledger.begin(replace(CALL, characters=1), cap=250).number is None
    assert begin(ledger, replace(CALL, day="2026-06-01"), cap=250)
    assert (ledger.used("2026-05-31"), ledger.used("2026-06-30")) == (250, 100)


def test_a_refused_call_gives_its_characters_back(ledger: Ledger) -> None:
    number = begin(ledger, cap=100)
    ledger.settle(number, settle(SpeechCode.QUOTA_EXCEEDED, characters=100, heard=False))
    assert begin(ledger, cap=100)


@pytest.mark.parametrize(
    ("outcome", "heard", "credits_", "counted"),
    [
        (Outcome.OK, True, None, 9),
        (Outcome.CANCELLED, False, None, 9),
        (Outcome.UNKNOWN, False, None, 9),
        (SpeechCode.QUOTA_EXCEEDED, False, None, 0),
        (SpeechCode.NETWORK_ERROR, False, None, 0),
        (SpeechCode.NETWORK_ERROR, True, None, 9),
        (SpeechCode.PROVIDER_ERROR, False, 4.5, 9),
    ],
)
def test_what_a_call_counts(
    outcome: Outcome | SpeechCode, *, heard: bool, credits_: float | None, counted: int
) -> None:
    assert settle(outcome, characters=9, heard=heard, credits=credits_).counted == counted


def test_the_budget_is_one_for_two_programs_at_once(
    path: Path, clock: Clock, ledger: Ledger
) -> None:
    """Many threads over several connections never share what is left."""
    with Ledger.open(path, clock=clock) as other, ThreadPoolExecutor(8) as pool:
        one = replace(CALL, characters=7)
        begun = list(
            pool.map(lambda n: (ledger, other)[n % 2].begin(one, cap=100), range(40))
        )  # fmt: skip
        for each in begun:
            if each.number is not None:
                other.settle(each.number, Settled(Outcome.OK, 7))
    assert sum(each.number is not None for each in begun) == 14
    assert sorted(e.used for e in begun if e.number is not None) == [7 * n for n in range(1, 15)]
    assert ledger.used(CALL.day) == 98


def test_it_works_beside_an_open_collection(path: Path, clock: Clock) -> None:
    with Collection.open(path, clock=clock) as studying, Ledger.open(path, clock=clock) as ledger:
        begin(ledger)
        assert not studying.read_only
        assert studying.check_integrity() == []


def test_a_kill_in_the_middle_of_a_call_leaves_it_unknown(path: Path, clock: Clock) -> None:
    code = (
        "import sys, time; from pathlib import Path; from tests.store.test_ledger import *\n"
        "ledger = Ledger.open(Path(sys.argv[1]), clock=Clock())\n"
        "begin(ledger); print('begun', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as caller:
        assert caller.stdout is not None
        assert caller.stdout.readline() == b"begun\n"
        with Ledger.open(path, clock=clock) as ledger:
            assert ledger.entries()[0].settled.outcome is Outcome.PENDING
        os.kill(caller.pid, signal.SIGKILL)
        caller.wait()
    with Ledger.open(path, clock=clock) as ledger:
        (row,) = ledger.entries()
        assert row.settled == Settled(Outcome.UNKNOWN, 100)
        assert ledger.used(CALL.day) == 100


def test_a_call_that_is_open_too_long_is_lost(path: Path, ledger: Ledger) -> None:
    number = begin(ledger)
    assert ledger.find_lost() == 0
    with Ledger.open(path, clock=Clock(START + LONGEST_CALL + timedelta(seconds=1))) as later:
        assert later.entries()[0].settled.outcome is Outcome.UNKNOWN
    ledger.settle(number, Settled(Outcome.OK, 100))
    assert ledger.entries()[0].settled.outcome is Outcome.OK


def test_sums_take_the_providers_figure_over_the_estimate(ledger: Ledger) -> None:
    ledger.settle(begin(ledger), Settled(Outcome.OK, 100, 40.0))
    ledger.settle(begin(ledger), Settled(Outcome.OK, 100))
    ledger.settle(begin(ledger), Settled(SpeechCode.RATE_LIMITED, 0))
    ok, limited = sorted(ledger.spent(), key=lambda each: each.outcome)
    assert (ok.calls, ok.characters, ok.credits) == (2, 200, 90.0)
    assert (limited.calls, limited.characters, limited.credits) == (1, 0, 0.0)
    unpriced = replace(CALL, provider="openai", credits=None)
    ledger.settle(begin(ledger, unpriced), Settled(Outcome.OK, 100))
    ledger.settle(begin(ledger, unpriced), Settled(Outcome.OK, 0))
    assert [each.credits for each in ledger.spent() if each.provider == "openai"] == [None]


def test_a_discarded_take_is_told_apart(ledger: Ledger) -> None:
    ledger.settle(begin(ledger), Settled(Outcome.OK, 100))
    assert ledger.discard("k1") == 1
    assert ledger.discard("nothing") == 0
    assert [each.discarded for each in ledger.spent()] == [True]


@settings(max_examples=20)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 9)), max_size=8))
def test_plays_add_up(plays: list[tuple[str, int]]) -> None:
    import tempfile  # noqa: PLC0415

    with (
        tempfile.TemporaryDirectory() as folder,
        Ledger.open(Path(folder) / "c.db", clock=Clock()) as ledger,
    ):
        for deck, count in plays:
            ledger.count_plays([Saved("2026-05-01", deck, "elevenlabs", None, count, 10 * count)])
        sums = {each.deck: (each.plays, each.characters) for each in ledger.saved()}
    for deck in {deck for deck, _ in plays}:
        total = sum(count for name, count in plays if name == deck)
        assert sums[deck] == (total, 10 * total)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are different there")
def test_a_folder_that_can_not_be_written_is_read_and_refuses_calls(
    path: Path, clock: Clock
) -> None:
    with Ledger.open(path, clock=clock) as ledger:
        begin(ledger)
    for folder in (each for each in path.parents if "pytest-" in str(each)):
        folder.chmod(0o555 if folder == path.parent else 0o755)
    for each in path.parent.iterdir():
        each.chmod(0o444)
    code = (
        "import sys; from pathlib import Path; from tests.store.test_ledger import *\n"
        "if os.geteuid() == 0: os.setgid(65534); os.setuid(65534)\n"
        "ledger = Ledger.open(Path(sys.argv[1]), clock=Clock())\n"
        "print(len(ledger.entries()))\n"
        "try: ledger.begin(CALL)\n"
        "except StoreError as error: print(error.code.value)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )
    path.parent.chmod(0o700)
    assert done.stdout.split() == ["1", "read_only"]


def test_a_full_disk_refuses_and_keeps_what_was_written(ledger: Ledger) -> None:
    begin(ledger)
    pages = ledger._conn.execute("PRAGMA page_count").fetchone()[0]
    ledger._conn.execute(f"PRAGMA max_page_count = {pages}")

    def fill() -> None:
        for _ in range(500):
            begin(ledger)

    with pytest.raises(StoreError) as raised:
        fill()
    assert raised.value.code is StoreCode.DISK_FULL
    assert ledger.entries()[0].call == CALL


def test_a_damaged_collection_is_not_spent_from(path: Path, clock: Clock) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no database at all, " * 300)
    with pytest.raises(StoreError) as raised:
        Ledger.open(path, clock=clock)
    assert raised.value.code is StoreCode.DAMAGED


def test_small_values_are_kept(ledger: Ledger) -> None:
    assert ledger.recall("voice") is None
    ledger.remember("voice", "one")
    ledger.remember("voice", "two")
    assert ledger.recall("voice") == "two"
