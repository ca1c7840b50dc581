"""``grade``: one answer, or many from a file; a bad line is named and spoils no other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import typer
from typer.testing import CliRunner

from recalliq_tui.cli import grade, recite

if TYPE_CHECKING:
    from pathlib import Path

app = typer.Typer()
grade.register(app)
recite.register(app)

INSULIN = (
    *("--question", "What does insulin do?"),
    *("--reference", "Insulin lowers blood sugar. It is made in the pancreas."),
)
FIELDS = ["id", "score", "verdict", "covered", "half", "missing", "check", "rating"]


def run(*args: str, stdin: bytes | None = None) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["grade", *args], input=stdin)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


def row(**more: Any) -> str:
    base = {"id": "a", "question": "Who?", "reference": "Madrid rules.", "answer": "Madrid rules"}
    return json.dumps({name: value for name, value in (base | more).items() if value is not None})


def test_one_answer_in_sentences() -> None:
    code, out, _ = run(*INSULIN, "It lowers the blood sugar.")
    assert code == 0
    assert out.splitlines() == [
        "partial, 50%",
        "You covered Insulin lowers blood sugar.",
        "I didn't find It is made in the pancreas.",
        "Suggested rating: Hard. You decide.",
    ]


def test_one_answer_as_json() -> None:
    code, out, _ = run(*INSULIN, "It does not lower blood sugar", "--json")
    data = json.loads(out)
    assert code == 0
    assert list(data) == FIELDS[1:]
    assert data["verdict"] == "check"
    assert data["half"] == ["Insulin lowers blood sugar"]
    assert data["check"] == [
        {
            "kind": "polarity",
            "point": "Insulin lowers blood sugar",
            "wrote": "not",
            "expected": "",
            "message": "check: you wrote *not*",
        }
    ]


def test_points_and_language_are_taken() -> None:
    _, out, _ = run(
        *("--reference", "x", "--point", "la luz da energía", "--point", "se libera oxígeno"),
        *("--lang", "es", "--json", "La luz nos da la energia."),
    )
    assert json.loads(out)["covered"] == ["la luz da energía"]
    assert json.loads(out)["missing"] == ["se libera oxígeno"]


def test_an_empty_answer_is_no_usage_error() -> None:
    code, out, _ = run(*INSULIN, "", "--json")
    assert (code, json.loads(out)["verdict"]) == (0, "empty")


def test_a_batch_gives_a_line_for_each_answer(tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    lines = [row(id=7), "", row(id="b", answer=""), row(id="c", points=["Toledo rules", "Madrid"])]
    file.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    code, out, err = run("--batch", str(file), "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert [list(each) for each in rows] == [FIELDS] * 3
    assert [(each["id"], each["verdict"]) for each in rows] == [
        (7, "covered"),
        ("b", "empty"),
        ("c", "partial"),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[1]", "not an object"),
        (row(id=None), "no id"),
        (row(id=True), "no id"),
        (row(answer=None), "answer is missing"),
        (row(reference=3), "reference is missing or no string"),
        (row(points="x"), "points is no list"),
        (row(points=[1]), "points is no list"),
        (row(lang=1), "lang is no string"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_graded(line: str, said: str) -> None:
    text = f"{row(id=1)}\n\n{line}\n{row(id=2)}\n"
    code, out, err = run("--batch", "-", "--json", stdin=text.encode())
    assert code == 3
    assert [json.loads(each)["id"] for each in out.splitlines()] == [1, 2]
    assert err.startswith("-:3: ")
    assert said in err


def test_a_line_that_is_not_utf_8() -> None:
    code, out, err = run("--batch", "-", stdin=b"\xff\n" + row().encode())
    assert (code, "-:1: not UTF-8" in err) == (3, True)
    assert out.startswith("a: covered, 100%")


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("answer",),
        ("--reference", "x"),
        ("--batch", "-", "answer"),
        ("--batch", "/nowhere/answers.jsonl"),
    ],
)
def test_usage(args: tuple[str, ...]) -> None:
    code, out, err = run(*args)
    assert (code, out) == (2, "")
    assert err


def test_escape_sequences_reach_nobody() -> None:
    evil = "blood\x1b]52;c;QUJD\x07 sugar \u202esinks"
    _, out, _ = run("--reference", evil, evil)
    assert not {"\x1b", "\x07", "\u202e"} & set(out)
    stdin = row(id=evil, reference=evil, answer=evil).encode()
    for flags in ((), ("--json",)):
        _, out, _ = run("--batch", "-", *flags, stdin=stdin)
        assert not {"\x1b", "\x07", "\u202e"} & set(out)
