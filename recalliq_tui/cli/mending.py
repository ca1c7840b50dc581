"""What the doctor does besides looking: rebuilds card states, restores backups."""

from __future__ import annotations

import sys
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import typer

from recalliq_tui.cli.cache import size
from recalliq_tui.cli.common import collection, count, fail, narrate, say, say_json
from recalliq_tui.cli.exits import Exit
from recalliq_tui.services.calendar import system_clock
from recalliq_tui.store.backup import list_backups
from recalliq_tui.store.restore import restore as put_in_place
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from recalliq_tui.paths import Paths
    from recalliq_tui.store.backup import Backup


def rebuild(*, as_json: bool) -> None:
    """Compare all card states with the log, mend those that differ, and compare again."""
    from recalliq_tui.services import rebuilding  # noqa: PLC0415

    with collection() as runtime:
        done = rebuilding.rebuild(runtime.collection, runtime.settings)
        read_only = runtime.collection.read_only
    if as_json:
        say_json({"cards": done.cards, "differing": list(done.differing), "left": list(done.left)})
    else:
        for card in done.differing:
            say(f"differed: {one_line(card)}")
        verdict = (
            "all as the log says" if not done.differing else f"{len(done.differing):,} differed"
        )
        say(f"{count(done.cards, 'card')} with answers, {verdict}")
    if done.left and read_only:
        narrate("nothing was mended: the collection can only be read; close the other recalliq")
    elif done.differing:
        narrate(f"{len(done.differing) - len(done.left):,} mended from the log")
    if done.left:
        raise typer.Exit(Exit.FAILED)


def restore(paths: Paths, name: str | None, *, yes: bool, as_json: bool) -> None:
    """List the backups; put the one of that name in place of the collection."""
    backups = list_backups(paths.collection_file)
    asks = sys.stdin.isatty() and not as_json
    if name is None:
        _list(backups, as_json=as_json)
        if not backups or not asks:
            return
        name = typer.prompt("restore which one (its name; Enter for none)", default="", err=True)
        if not name:
            return
    backup = _named(backups, name)
    if not yes:
        if not asks:
            fail(f"{backup.path.name} would replace the collection: --yes does it", Exit.USAGE)
        question = f"put {backup.path.name} in place of the collection, which is kept beside it?"
        if not typer.confirm(question, err=True):
            raise typer.Exit(Exit.FAILED)
    replaced = put_in_place(paths.collection_file, backup.path, clock=system_clock)
    if as_json:
        aside = None if replaced is None else str(replaced)
        say_json({"backups": _rows(backups), "restored": backup.path.name, "replaced": aside})
    else:
        say(f"restored: {backup.path.name}")
    if replaced is not None:
        narrate(f"what was there before is kept as {one_line(str(replaced))}")


def _list(backups: list[Backup], *, as_json: bool) -> None:
    if as_json:
        say_json({"backups": _rows(backups), "restored": None, "replaced": None})
        return
    for backup in backups:
        say(f"{backup.path.name}  {backup.made_at:%Y-%m-%d %H:%M} UTC  {size(backup.size)}")
    if backups:
        narrate("`recalliq doctor --restore NAME` puts one in place of the collection")
    else:
        narrate("no backups yet: one is made on each day with a start")


def _named(backups: list[Backup], name: str) -> Backup:
    if name == "newest" and backups:
        return backups[0]
    known = {backup.path.name: backup for backup in backups}
    if name not in known:
        near = get_close_matches(name, known, n=1, cutoff=0.4)
        hint = f"; did you mean {near[0]}?" if near else ". `recalliq doctor --restore` lists all."
        fail(f"no backup {one_line(name)!r}{hint}", Exit.USAGE)
    return known[name]


def _rows(backups: list[Backup]) -> list[dict[str, Any]]:
    return [
        {
            "name": backup.path.name,
            "made_at": backup.made_at.isoformat().replace("+00:00", "Z"),
            "kind": backup.kind,
            "bytes": backup.size,
        }
        for backup in backups
    ]
