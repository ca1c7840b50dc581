"""``recalliq grade``: grade a free-recall answer, or many of them from a file."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recalliq_tui.cli.common import Json, fail, narrate, say, say_json
from recalliq_tui.cli.exits import Exit
from recalliq_tui.textsafe import clean, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from recalliq_tui.domain.grading import Grading


class BadLineError(ValueError):
    """A line of a batch that can't be graded; the message says what is wrong with it."""


def register(app: typer.Typer) -> None:
    app.command(
        name="grade",
        epilog='Example:  recalliq grade --question "What do plants release?" '
        '--reference "Oxygen." "They give off oxygen"',
    )(grade)


def grade(
    answer: Annotated[str | None, typer.Argument(help="The answer to grade.")] = None,
    question: Annotated[str, typer.Option(help="The question that was asked.")] = "",
    reference: Annotated[str | None, typer.Option(help="The full answer.")] = None,
    point: Annotated[
        list[str] | None,
        typer.Option(help="A key point; repeat it. Without, the reference's clauses."),
    ] = None,
    lang: Annotated[str | None, typer.Option(help="Language tag of the answer.")] = None,
    batch: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="JSON lines with id, question, reference, points (optional) and answer; - is stdin.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Grade an answer by key points: what it covers and what is missing.

    JSON: {score, verdict, covered, half, missing, check: [{kind, point, wrote, expected, message}], rating}; with --batch a line for each answer, with its id. Exit code 3 when a line of the batch is bad.
    """
    if batch is not None:
        if answer is not None or reference is not None or point or question:
            fail("--batch takes no answer, question, reference or points beside it.", Exit.USAGE)
        _grade_batch(batch, lang=lang, as_json=as_json)
        return
    if answer is None or reference is None:
        fail("give an answer and --reference, or --batch FILE.", Exit.USAGE)
    from recalliq_tui.domain.grading import grade as grade_answer  # noqa: PLC0415

    graded = grade_answer(
        question=clean(question),
        reference=clean(reference),
        answer=clean(answer),
        points=[clean(text) for text in point or ()],
        lang=lang,
    )
    if as_json:
        say_json(as_data(graded))
    else:
        say("\n".join(as_lines(graded)))


def as_data(graded: Grading) -> dict[str, Any]:
    """A grading as JSON has it; ``half`` are the points that were said in part."""
    return {
        "score": graded.score,
        "verdict": graded.verdict.value,
        "covered": list(graded.covered),
        "half": list(graded.half),
        "missing": list(graded.missing),
        "check": [
            {
                "kind": check.kind.value,
                "point": graded.points[check.point].text,
                "wrote": check.wrote,
                "expected": check.expected,
                "message": check.message,
            }
            for check in graded.checks
        ],
        "rating": graded.rating.name.lower(),
    }


def as_lines(graded: Grading) -> Iterator[str]:
    """A grading for people: the verdict, the sentences about it, what it suggests."""
    from recalliq_tui.domain.grading import sentences  # noqa: PLC0415

    yield f"{graded.verdict.value}, {graded.score:.0%}"
    yield from sentences(graded)
    if not graded.gated:
        yield f"Suggested rating: {graded.rating.name.capitalize()}. You decide."


def _grade_batch(source: str, *, lang: str | None, as_json: bool) -> None:
    bad = False
    for number, line in _lines(source):
        try:
            row = _parse(line)
            graded = _grade_row(row, lang=lang)
        except BadLineError as error:
            bad = True
            narrate(f"{one_line(source)}:{number}: {error}")
            continue
        data = {"id": row["id"]} | as_data(graded)
        if as_json:
            say(json.dumps(data))
        else:
            say(f"{one_line(str(row['id']))}: {' '.join(as_lines(graded))}")
    if bad:
        raise typer.Exit(Exit.PARTLY)


def _lines(source: str) -> Iterable[tuple[int, bytes]]:
    """Numbered lines that hold anything; ends with exit code 2 where there is no such file."""
    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        fail(f"{one_line(source)} can't be read: {error.strerror or error}.", Exit.USAGE)
    rows = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return ((n, row) for n, row in enumerate(rows, start=1) if row.strip())


def _parse(line: bytes) -> Mapping[str, Any]:
    try:
        row = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise BadLineError("not UTF-8; save the file as UTF-8") from None
    except (ValueError, RecursionError):
        raise BadLineError("not JSON; expected one object on each line") from None
    if not isinstance(row, dict):
        raise BadLineError("not an object; expected {id, question, reference, points?, answer}")
    if not isinstance(row.get("id"), (str, int)) or isinstance(row.get("id"), bool):
        raise BadLineError("no id; expected a string or a whole number")
    for name in ("question", "reference", "answer"):
        if not isinstance(row.get(name), str):
            raise BadLineError(f"{name} is missing or no string")
    points = row.get("points")
    if points is not None and not (
        isinstance(points, list) and all(isinstance(text, str) for text in points)
    ):
        raise BadLineError("points is no list of strings")
    if not isinstance(row.get("lang", ""), (str, type(None))):
        raise BadLineError("lang is no string")
    return row


def _grade_row(row: Mapping[str, Any], *, lang: str | None) -> Grading:
    from recalliq_tui.domain.grading import grade as grade_answer  # noqa: PLC0415

    return grade_answer(
        question=clean(row["question"]),
        reference=clean(row["reference"]),
        answer=clean(row["answer"]),
        points=[clean(text) for text in row.get("points") or ()],
        lang=row.get("lang") or lang,
    )
