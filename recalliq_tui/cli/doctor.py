"""``doctor`` says what works and how to mend what doesn't; it also rebuilds and restores."""

from __future__ import annotations

from typing import Annotated

import typer

from recalliq_tui.cli.common import Json, Yes, fail, narrate, plain_errors, say, say_json
from recalliq_tui.cli.exits import Exit
from recalliq_tui.paths import resolve_paths


def doctor(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="With --restore: the backup's name, or newest."),
    ] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Compare all card states with the log and mend them.")
    ] = False,
    restore: Annotated[
        bool, typer.Option("--restore", help="List the backups, or put one in place.")
    ] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Say what works, and how to mend what doesn't.

    Exit code 1 when something fails. JSON: {ok, checks: [{name, level: ok|warn|fail, found, mend}]}; with --rebuild {cards,
    differing: [id], left: [id]}; with --restore {backups: [{name, made_at, kind, bytes}], restored,
    replaced}.
    """
    if rebuild and restore:
        fail("--rebuild and --restore don't go together", Exit.USAGE)
    if name is not None and not restore:
        fail("a backup's name goes with --restore", Exit.USAGE)
    from recalliq_tui.cli import mending  # noqa: PLC0415

    with plain_errors():
        if restore:
            mending.restore(resolve_paths(), name, yes=yes, as_json=as_json)
        elif rebuild:
            mending.rebuild(as_json=as_json)
        else:
            _examine(as_json=as_json)


def _examine(*, as_json: bool) -> None:
    from recalliq_tui.cli.examining import examine  # noqa: PLC0415

    checks = examine(resolve_paths())
    failed = sum(check.level == "fail" for check in checks)
    if as_json:
        say_json(
            {
                "ok": not failed,
                "checks": [
                    {
                        "name": check.name,
                        "level": check.level.value,
                        "found": check.found,
                        "mend": check.mend,
                    }
                    for check in checks
                ],
            }
        )
    else:
        for check in checks:
            say(f"{check.level.value:4}  {check.name}: {check.found}")
            if check.mend:
                say(f"      {check.mend}")
    warned = sum(check.level == "warn" for check in checks)
    narrate("all is well" if not failed and not warned else f"{failed} failed, {warned} to look at")
    if failed:
        raise typer.Exit(Exit.FAILED)
