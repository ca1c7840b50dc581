"""Brings a collection to this program's schema, one transaction and one backup for each step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from recalliq_tui.store.connection import transaction
from recalliq_tui.store.errors import StoreCode, StoreError
from recalliq_tui.store.schema import APPLICATION_ID, SCHEMA, SCHEMA_VERSION

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence


class Migration(NamedTuple):
    """Statements that take a collection to ``version`` from the version before it."""

    version: int
    statements: tuple[str, ...]


MIGRATIONS: Final[tuple[Migration, ...]] = ()
"""In order of version. Version 1 is what :data:`~recalliq_tui.store.schema.SCHEMA` creates."""


def schema_version(conn: sqlite3.Connection) -> int:
    """Version of the schema; 0 for a database without any table.

    Raises :class:`StoreError` (damaged) for a database that is no collection.
    """
    version = int(conn.execute("PRAGMA user_version").fetchone()[0])
    mark = int(conn.execute("PRAGMA application_id").fetchone()[0])
    tables = int(conn.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0])
    if tables == 0 and version == 0:
        return 0
    if mark != APPLICATION_ID:
        raise StoreError(StoreCode.DAMAGED, "the file is a database, but no RecallIQ collection")
    return version


def migrate(
    conn: sqlite3.Connection,
    *,
    backup: Callable[[int], object],
    migrations: Sequence[Migration] = MIGRATIONS,
) -> int:
    """Create the schema, or bring it up to date; return the version it has now.

    ``backup`` is called with the old version before each step; when it raises, or the step fails,
    the collection is as it was before the step. Raises :class:`StoreError` for a newer schema.
    """
    newest = max((each.version for each in migrations), default=SCHEMA_VERSION)
    version = schema_version(conn)
    if version > newest:
        raise StoreError(
            StoreCode.NEWER_SCHEMA,
            f"the collection has schema {version}; this program knows up to {newest}",
        )
    if version == 0:
        _step(conn, (f"PRAGMA application_id = {APPLICATION_ID}", *SCHEMA), version=SCHEMA_VERSION)
        version = SCHEMA_VERSION
        backup = _no_backup
    for migration in migrations:
        if migration.version > version:
            backup(version)
            _step(conn, migration.statements, version=migration.version)
            version = migration.version
    return version


def _no_backup(_version: int) -> None:
    """A collection made this moment holds nothing yet."""


def _step(conn: sqlite3.Connection, statements: Sequence[str], *, version: int) -> None:
    with transaction(conn):
        for statement in statements:
            conn.execute(statement)
        conn.execute(f"PRAGMA user_version = {version}")
