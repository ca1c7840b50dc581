"""``decks`` lists the learner's decks, ``check`` says what is wrong in deck files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from recalliq_tui.cli.common import (
    Json,
    collection,
    count,
    narrate,
    plain_errors,
    say,
    say_json,
)
from recalliq_tui.cli.exits import Exit
from recalliq_tui.textsafe import one_line


def decks(as_json: Json = False) -> None:
    """List the decks with what is new and due.

    JSON: a list of {id, title, path, origin, new, learning, due, total, passages, problems}.
    """
    with collection() as runtime:
        runtime.library.refresh()
        nodes = [node for node in runtime.library.shelf().nodes if not node.folder]
        read_only = runtime.collection.read_only
    if read_only:
        narrate("recalliq: the collection is open elsewhere; decks that are new aren't listed yet")
    rows: list[dict[str, Any]] = [
        {
            "id": node.deck_ids[0],
            "title": node.title,
            "path": node.path,
            "origin": str(node.origin),
            "new": node.new,
            "learning": node.learning,
            "due": node.due,
            "total": node.cards,
            "passages": node.passages,
            "problems": node.problems,
        }
        for node in nodes
    ]
    if as_json:
        say_json(rows)
        return
    if not rows:
        narrate(
            "no decks yet: start `recalliq` and press `a`, or write one and `recalliq check` it"
        )
        return
    numbers = ("new", "learning", "due", "total", "passages", "problems")
    say("  ".join((*numbers, "id (title)")))
    for row in rows:
        figures = "  ".join(str(row[name]).rjust(len(name)) for name in numbers)
        say(f"{figures}  {one_line(row['id'])} ({one_line(row['title'])})")


def check(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Deck files, or folders of them.")
    ],
    as_json: Json = False,
) -> None:
    """Say what is wrong in deck files.

    Each problem is a line "file:line: what was found; what is expected". JSON: {files, notes, cards, passages, problems: [{path, line, found, expected, severity}]}.
    Warnings alone are no failure.
    """
    from recalliq_tui.services import checking  # noqa: PLC0415

    with plain_errors():
        checked = checking.check(files)
    if as_json:
        say_json(
            {
                "files": checked.files,
                "notes": checked.notes,
                "cards": checked.cards,
                "passages": checked.passages,
                "problems": [
                    {
                        "path": problem.path,
                        "line": problem.line,
                        "found": problem.found,
                        "expected": problem.expected,
                        "severity": problem.severity.value,
                    }
                    for problem in checked.problems
                ],
            }
        )
    else:
        for problem in checked.problems:
            say(one_line(str(problem), max_chars=2_000))
    fine = ", ".join(
        (
            count(checked.notes, "note"),
            count(checked.cards, "card"),
            count(checked.passages, "passage"),
        )
    )
    narrate(f"fine: {fine} in {count(checked.files, 'deck')}")
    if checked.problems:
        warnings = len(checked.problems) - len(checked.errors)
        narrate(f"to mend: {count(len(checked.errors), 'error')}, {count(warnings, 'warning')}")
    if checked.errors:
        raise typer.Exit(Exit.FAILED)
