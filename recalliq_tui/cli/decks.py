"""``decks`` lists the learner's decks, ``check`` says what is wrong in deck files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from recalliq_tui.cli.common import (
    Json,
    collection,
    count,
    fail,
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
    speech: Annotated[
        bool, typer.Option("--speech", help="Also what would sound wrong, before it is paid for.")
    ] = False,
    approve: Annotated[
        bool, typer.Option("--approve", help="With --speech: approve the texts that are shown.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Say what is wrong in deck files.

    Each problem is a line "file:line: what was found; what is expected". JSON: {files, notes, cards, passages, problems: [{path, line, found, expected, severity}]}.
    Warnings alone are no failure. With --speech there is {speech: [{path, line, card, side, kind,
    found, expected, severity, text_sha256}], texts, approved, approved_now} too: a text that was
    approved once is not shown again.
    """
    from recalliq_tui.services import checking  # noqa: PLC0415

    if approve and not speech:
        fail("--approve goes with --speech", Exit.USAGE)
    with plain_errors():
        checked = checking.check(files)
    heard: dict[str, Any] = {}
    bad = False
    if speech:
        from recalliq_tui.cli import proofing  # noqa: PLC0415

        found, approved_now = proofing.proof_speech(files, approve=approve)
        heard = {
            "speech": [finding.to_json() for finding in found.findings],
            "texts": found.texts,
            "approved": found.approved,
            "approved_now": approved_now,
        }
        bad = proofing.is_bad(found, approved=approve)
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
                **heard,
            }
        )
    else:
        for problem in checked.problems:
            say(one_line(str(problem), max_chars=2_000))
        if speech:
            proofing.say_findings(found)
    fine = ", ".join(
        (
            count(checked.notes, "note"),
            count(checked.cards, "card"),
            count(checked.passages, "passage"),
        )
    )
    narrate(f"{'read' if checked.errors else 'fine'}: {fine} in {count(checked.files, 'deck')}")
    if checked.problems:
        warnings = len(checked.problems) - len(checked.errors)
        narrate(f"to mend: {count(len(checked.errors), 'error')}, {count(warnings, 'warning')}")
    if speech:
        proofing.narrate_findings(found, approved_now=approved_now)
    if checked.errors or bad:
        raise typer.Exit(Exit.FAILED)
