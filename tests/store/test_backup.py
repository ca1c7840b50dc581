"""Backups are made once a day, kept by age, and put back without losing what they replace."""

from __future__ import annotations

import shutil
import threading
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.store import backup as backups
from recalliq_tui.store.backup import check_backup, days_to_keep, list_backups, prune
from recalliq_tui.store.collection import Collection
from recalliq_tui.store.errors import StoreCode, StoreError
from recalliq_tui.store.restore import restore
from tests.store.samples import SPANISH, Clock, deck, index, memory_of, names, study

if TYPE_CHECKING:
    from pathlib import Path


def test_one_backup_a_day(collection: Collection, clock: Clock) -> None:
    index(collection, deck(names(2)))
    made = collection.backup_daily()
    assert made is not None
    assert made.path.name == "daily-20260501T120000Z.db"
    assert collection.backup_daily() is None
    clock.forward(days=1)
    assert collection.backup_daily() is not None
    assert [each.kind for each in collection.backups()] == ["daily", "daily"]
    assert not list(made.path.parent.glob("*.part"))
    check_backup(made.path)


def test_a_backup_runs_beside_answers(collection: Collection) -> None:
    index(collection, deck(names(3000)))
    thread = threading.Thread(target=collection.backup_daily)
    thread.start()
    for number in range(20):
        study(collection, f"c{number}")
    thread.join()
    assert len(collection.backups()) == 1
    assert len(collection.history()) == 20


@given(st.sets(st.dates(date(2024, 1, 1), date(2026, 12, 31)), max_size=60))
def test_what_is_kept(days: set[date]) -> None:
    kept = days_to_keep(days)
    newest = sorted(days, reverse=True)
    assert kept <= days
    assert set(newest[:7]) <= kept
    assert len(kept) <= 7 + 4 + 6
    assert len({(day.year, day.month) for day in kept}) >= min(
        6, len({(day.year, day.month) for day in days})
    )
    assert days_to_keep(kept) == kept


def test_a_year_of_days_keeps_seven_days_four_weeks_six_months() -> None:
    today = date(2026, 7, 31)
    kept = set[date]()
    for ago in range(365, -1, -1):
        kept = days_to_keep({*kept, today - timedelta(days=ago)})
    assert sorted(kept, reverse=True)[:7] == [today - timedelta(days=n) for n in range(7)]
    months = {(day.year, day.month) for day in kept}
    assert months == {(2026, month) for month in range(2, 8)}
    assert len({day.isocalendar()[:2] for day in kept if (today - day).days < 28}) == 4


def test_pruning_leaves_migration_backups_and_foreign_files(
    collection: Collection, path: Path
) -> None:
    made = collection.backup_daily()
    assert made is not None
    folder = made.path.parent
    for ago in range(1, 40):
        stamp = datetime(2026, 5, 1, 9, tzinfo=UTC) - timedelta(days=ago)
        shutil.copy(made.path, folder / f"daily-{stamp:%Y%m%dT%H%M%SZ}.db")
    shutil.copy(made.path, folder / "schema-1-20200101T000000Z.db")
    (folder / "my own copy.db").touch()
    removed = prune(path)
    assert removed
    assert made.path.exists()
    assert (folder / "schema-1-20200101T000000Z.db").exists()
    assert (folder / "my own copy.db").exists()
    assert prune(path) == []


def test_restoring_keeps_what_it_replaces(path: Path, clock: Clock) -> None:
    with Collection.open(path, clock=clock) as collection:
        index(collection, deck(names(2)))
        first = study(collection, "c0")
        made = collection.backup_daily()
        assert made is not None
        study(collection, "c1")
        with pytest.raises(StoreError) as caught:
            restore(path, made.path, clock=clock)
        assert caught.value.code is StoreCode.LOCKED
    aside = restore(path, made.path, clock=clock)
    assert aside is not None
    assert aside.name == "collection.replaced-20260501T120000Z.db"
    with Collection.open(path, clock=clock) as restored:
        assert memory_of(restored, "c0") == first
        assert len(restored.history()) == 1
    with Collection.open(aside, clock=clock) as replaced:
        assert len(replaced.history()) == 2
    again = restore(path, made.path, clock=clock)
    assert again is not None
    assert again != aside


def test_a_log_left_by_a_crash_is_not_applied_to_the_restored_file(
    path: Path, clock: Clock
) -> None:
    with Collection.open(path, clock=clock) as collection:
        index(collection, deck(names(2)))
        made = collection.backup_daily()
        assert made is not None
        study(collection, "c0")
        wal = path.with_name(path.name + "-wal")
        left = wal.read_bytes()
    assert left
    damaged = b"not a database any more" * 300
    path.write_bytes(damaged)
    wal.write_bytes(left)
    aside = restore(path, made.path, clock=clock)
    assert aside is not None
    assert aside.read_bytes() == damaged
    assert aside.with_name(aside.name + "-wal").read_bytes() == left
    with Collection.open(path, clock=clock) as restored:
        assert restored.history() == []
        assert restored.check_integrity() == []
        assert len(restored.deck_cards(SPANISH)) == 2


def test_a_missing_collection_is_restored(path: Path, clock: Clock) -> None:
    with Collection.open(path, clock=clock) as collection:
        made = collection.backup_daily()
    assert made is not None
    path.unlink()
    assert restore(path, made.path, clock=clock) is None
    with Collection.open(path, clock=clock) as collection:
        assert collection.decks() == []


def test_a_damaged_backup_is_refused(path: Path, clock: Clock) -> None:
    with Collection.open(path, clock=clock) as collection:
        index(collection, deck(names(500)))
        made = collection.backup_daily()
    assert made is not None
    made.path.write_bytes(made.path.read_bytes()[:9000])
    before = path.read_bytes()
    with pytest.raises(StoreError) as caught:
        restore(path, made.path, clock=clock)
    assert caught.value.code is StoreCode.DAMAGED
    assert path.read_bytes() == before


def test_a_damaged_collection_drives_out_no_sound_backup(
    path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Collection.open(path, clock=clock) as collection:
        index(collection, deck(names(50)))
        assert collection.backup_daily() is not None
        clock.forward(days=1)

        def unsound(*_: object) -> None:
            raise StoreError(StoreCode.DAMAGED, "row missing from index")

        monkeypatch.setattr(backups, "_require_sound", unsound)
        with pytest.raises(StoreError):
            collection.backup_daily()
        assert len(list_backups(path)) == 1
        assert not list(backups.folder_of(path).glob("*.part"))
