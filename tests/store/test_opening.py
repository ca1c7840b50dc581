"""Opening: one writer, damage, other versions, folders that can't be written, a full disk."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from recalliq_tui.domain.limits import Limits
from recalliq_tui.store.collection import Collection
from recalliq_tui.store.connection import Access, connect
from recalliq_tui.store.errors import StoreCode, StoreError
from recalliq_tui.store.lock import FileLock
from recalliq_tui.store.migrations import Migration, migrate
from recalliq_tui.store.schema import SCHEMA_VERSION
from tests.store.samples import DAY, SPANISH, START, Clock, deck, index, memory_of, names, study

if TYPE_CHECKING:
    from pathlib import Path


def refusal(path: Path, clock: Clock) -> StoreError:
    with pytest.raises(StoreError) as caught:
        Collection.open(path, clock=clock)
    return caught.value


def filled(path: Path, clock: Clock, *, cards: int = 3, backup: bool = True) -> None:
    with Collection.open(path, clock=clock) as collection:
        index(collection, deck(names(cards)))
        study(collection, "c0")
        if backup:
            assert collection.backup_daily() is not None


def test_the_folder_is_made_and_private(path: Path, clock: Clock) -> None:
    with Collection.open(path, clock=clock) as collection:
        assert not collection.read_only
        assert collection.check_integrity() == []
        assert collection._conn.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert collection._conn.execute("PRAGMA synchronous").fetchone() == (2,)
    if sys.platform != "win32":
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_second_instance_reads_and_sees_what_the_first_writes(path: Path, clock: Clock) -> None:
    with Collection.open(path, clock=clock) as first:
        index(first, deck(names(2)))
        with Collection.open(path, clock=clock) as second:
            assert second.read_only
            after = study(first, "c0")
            assert memory_of(second, "c0") == after
            assert second.deck_counts(day=DAY, now=START, limits=Limits())[SPANISH].new == 1
            assert second.backup_daily() is None
            for write in (
                lambda: study(second, "c1"),
                second.undo,
                second.end_session,
                second.rebuild,
                lambda: second.suspend("c0", on=True),
            ):
                with pytest.raises(StoreError) as caught:
                    write()
                assert caught.value.code is StoreCode.READ_ONLY
                assert caught.value.recovery
        study(first, "c1")
    with Collection.open(path, clock=clock) as third:
        assert not third.read_only
        assert len(third.history()) == 2


def test_the_lock_dies_with_its_process(path: Path, clock: Clock) -> None:
    code = (
        "import sys, time, pathlib, datetime;"
        "from recalliq_tui.store.collection import Collection;"
        "c = Collection.open(pathlib.Path(sys.argv[1]), clock=datetime.datetime.now);"
        "print(c.read_only, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"False"
        with Collection.open(path, clock=clock) as watcher:
            assert watcher.read_only
        holder.kill()
    with Collection.open(path, clock=clock) as writer:
        assert not writer.read_only


def test_a_lock_is_taken_once(tmp_path: Path) -> None:
    one, two = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert one.acquire()
    assert one.acquire()
    assert not two.acquire()
    one.release()
    one.release()
    assert two.acquire()
    two.release()


@pytest.mark.parametrize(
    "content", [b"this is no database" * 100, b"SQLite format 3\0" + b"x" * 900]
)
def test_a_file_that_is_no_database_is_refused_and_left_alone(
    path: Path, clock: Clock, content: bytes
) -> None:
    filled(path, clock)
    path.write_bytes(content)
    error = refusal(path, clock)
    assert error.code is StoreCode.DAMAGED
    assert "daily-20260501T120000Z.db" in error.recovery
    assert "doctor --restore" in error.recovery
    assert path.read_bytes() == content


def test_another_programs_database_is_refused(path: Path, clock: Clock) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("CREATE TABLE notes (id)")
    before = path.read_bytes()
    error = refusal(path, clock)
    assert error.code is StoreCode.DAMAGED
    assert "none was found" in error.recovery
    assert path.read_bytes() == before


@pytest.mark.parametrize("gone", [True, False])
def test_a_collection_that_vanished_is_not_begun_again(
    path: Path, clock: Clock, *, gone: bool
) -> None:
    filled(path, clock)
    if gone:
        path.unlink()
    else:
        path.write_bytes(b"")
    assert refusal(path, clock).code is StoreCode.DAMAGED


def test_an_empty_file_without_backups_is_a_new_collection(path: Path, clock: Clock) -> None:
    path.parent.mkdir()
    path.touch()
    with Collection.open(path, clock=clock) as collection:
        assert collection.decks() == []


def test_damage_deeper_in_the_file_is_named_when_it_is_met(path: Path, clock: Clock) -> None:
    filled(path, clock, cards=2000)
    with path.open("r+b") as file:
        file.seek(4096 * 40)  # after the pages that hold the schema
        file.write(b"\xff" * (path.stat().st_size - 4096 * 41))
    with Collection.open(path, clock=clock) as collection:
        assert collection.check_integrity()
        with pytest.raises(StoreError) as caught:
            collection.deck_cards(SPANISH)
    assert caught.value.code is StoreCode.DAMAGED


def test_a_newer_collection_is_refused(path: Path, clock: Clock) -> None:
    filled(path, clock)
    with closing(connect(path, Access.WRITE)) as conn:
        conn.execute("PRAGMA user_version = 99")
    error = refusal(path, clock)
    assert error.code is StoreCode.NEWER_SCHEMA
    assert "99" in error.message
    assert "Update" in error.recovery


TWO = Migration(2, ("ALTER TABLE card ADD COLUMN hue TEXT", "UPDATE card SET hue = 'blue'"))
THREE = Migration(3, ("CREATE TABLE extra (id)", "CREATE TABLE extra (id)"))


def test_a_migration_is_backed_up_and_whole_or_not_at_all(path: Path, clock: Clock) -> None:
    filled(path, clock)
    saved: list[int] = []
    with closing(connect(path, Access.WRITE)) as conn:
        assert migrate(conn, backup=saved.append, migrations=()) == SCHEMA_VERSION
        assert saved == []
        with pytest.raises(sqlite3.OperationalError):
            migrate(conn, backup=saved.append, migrations=(TWO, THREE))
        assert saved == [1, 2]
        assert conn.execute("PRAGMA user_version").fetchone() == (2,)
        assert conn.execute("SELECT DISTINCT hue FROM card").fetchall() == [("blue",)]
        assert not conn.execute("SELECT 1 FROM sqlite_schema WHERE name = 'extra'").fetchall()
        assert migrate(conn, backup=saved.append, migrations=(TWO,)) == 2
        assert saved == [1, 2]


def test_without_its_backup_no_migration_begins(path: Path, clock: Clock) -> None:
    filled(path, clock)

    def fail(_version: int) -> None:
        raise StoreError(StoreCode.DISK_FULL, "no room")

    with closing(connect(path, Access.WRITE)) as conn:
        with pytest.raises(StoreError):
            migrate(conn, backup=fail, migrations=(TWO,))
        assert conn.execute("PRAGMA user_version").fetchone() == (1,)


def test_a_full_disk_loses_nothing_that_was_answered(path: Path, clock: Clock) -> None:
    with Collection.open(path, clock=clock) as collection:
        index(collection, deck(names(2)))
        after = study(collection, "c0")
        pages = collection._conn.execute("PRAGMA page_count").fetchone()[0]
        collection._conn.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreError) as caught:
            index(collection, deck(names(500)))
        assert caught.value.code is StoreCode.DISK_FULL
        assert memory_of(collection, "c0") == after
        assert len(collection.deck_cards(SPANISH)) == 2
        collection._conn.execute(f"PRAGMA max_page_count = {pages * 1000}")
        assert len(index(collection, deck(names(500))).added) == 498


def test_a_folder_in_the_way(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "data").touch()
    error = refusal(tmp_path / "data" / "collection.db", clock)
    assert error.code is StoreCode.UNREACHABLE
    (tmp_path / "collection.db").mkdir()
    assert refusal(tmp_path / "collection.db", clock).code is StoreCode.UNREACHABLE


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are different there")
@pytest.mark.parametrize("new", [True, False])
def test_a_folder_that_can_not_be_written(path: Path, clock: Clock, *, new: bool) -> None:
    if new:
        path.parent.mkdir()
    else:
        filled(path, clock, backup=False)
    path.with_suffix(".lock").unlink(missing_ok=True)
    for folder in (each for each in path.parents if "pytest-" in str(each)):
        folder.chmod(0o555 if folder == path.parent else 0o755)
    if path.exists():
        path.chmod(0o444)
    code = (
        "import sys, pathlib, datetime\n"
        "from recalliq_tui.store.collection import Collection\n"
        "from recalliq_tui.store.errors import StoreError\n"
        "import importlib, os, pkgutil, recalliq_tui.store as store\n"
        "for each in pkgutil.iter_modules(store.__path__, 'recalliq_tui.store.'):\n"
        "    importlib.import_module(each.name)\n"
        "if os.geteuid() == 0: os.setgid(65534); os.setuid(65534)\n"
        "try:\n"
        "    c = Collection.open(pathlib.Path(sys.argv[1]), clock=datetime.datetime.now)\n"
        "    print(c.read_only, len(c.history()))\n"
        "except StoreError as error: print(error.code.value)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )
    path.parent.chmod(0o700)
    assert done.stdout.strip() == ("unreachable" if new else "True 1")
