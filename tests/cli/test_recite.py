"""``recite``: the text with a sign at each word that isn't right, and the score."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import typer
from typer.testing import CliRunner

from recalliq_tui.cli import grade, recite

if TYPE_CHECKING:
    from pathlib import Path

app = typer.Typer()
grade.register(app)
recite.register(app)

TEXT = "Glory be to the Father,\nand to the Holy Ghost. Amen.\n"


@pytest.fixture
def text(tmp_path: Path) -> str:
    file = tmp_path / "glory.txt"
    file.write_text("\ufeff" + TEXT, encoding="utf-8")
    return str(file)


def run(*args: str, stdin: bytes | None = None) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["recite", *args], input=stdin)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


def test_json_has_the_score_and_each_word(text: str) -> None:
    said = "glory to teh fahter and to the holy spirit amen"
    code, out, _ = run(*("--text", text, "--attempt", said, "--lang", "en", "--json"))
    data = json.loads(out)
    assert code == 0
    assert list(data) == ["score", "words"]
    assert data["score"] == pytest.approx(1 - 2 / 11)
    assert data["words"][:5] == [
        {"label": "ok", "expected": "Glory", "got": "glory"},
        {"label": "missing", "expected": "be", "got": ""},
        {"label": "ok", "expected": "to", "got": "to"},
        {"label": "substituted", "expected": "the", "got": "teh"},
        {"label": "typo", "expected": "Father,", "got": "fahter"},
    ]
    assert data["words"][-2]["label"] == "variant"


@pytest.mark.parametrize(("level", "score"), [("gentle", 1), ("standard", 1), ("exact", 10 / 11)])
def test_levels(text: str, level: str, score: float) -> None:
    said = "Glory be to the Father and to the Holy Spirit. Amen"
    _, out, _ = run("--text", text, "--attempt", said, "--level", level, "--lang", "en", "--json")
    assert json.loads(out)["score"] == pytest.approx(score)


def test_plain_output_has_a_sign_for_each_label(text: str) -> None:
    said = "glory to to the fahter and the holy spirit now amen"
    _, out, _ = run("--text", text, "--attempt", said, "--lang", "en")
    assert out.splitlines() == [
        "Glory [✗be: to] to the [~Father,: fahter] and [_to] the Holy [≈Ghost.: spirit] [+now] Amen.",
        "",
        "77 % of 11 words",
        "✓ 7 ok, ≈ 1 variant, ~ 1 typo, ✗ 1 substituted, _ 1 missing, + 1 extra",
    ]


def test_an_attempt_from_stdin_and_variants_of_the_text(text: str) -> None:
    said = b"praise to the father and to the holy ghost"
    code, out, _ = run(
        *("--text", text, "--attempt", "-", "--variant", "Glory be=Praise", "--json"), stdin=said
    )
    assert (code, json.loads(out)["score"]) == (0, 1.0)


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("--text", "/nowhere.txt", "--attempt", "x"), 2),
        (("--attempt", "x"), 2),
        (("--text", "TEXT", "--attempt", "x", "--level", "kind"), 2),
        (("--text", "TEXT", "--attempt", "x", "--variant", "amen"), 2),
    ],
)
def test_usage(text: str, args: tuple[str, ...], code: int) -> None:
    ran, out, err = run(*(text if arg == "TEXT" else arg for arg in args))
    assert (ran, out) == (code, "")
    assert err


@pytest.mark.parametrize("data", [b"", b" ...\n", b"\xff\xfe"])
def test_a_file_without_words_fails(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "empty.txt"
    file.write_bytes(data)
    code, out, err = run("--text", str(file), "--attempt", "x")
    assert (code, out) == (1, "")
    assert err


def test_escape_sequences_reach_nobody(tmp_path: Path) -> None:
    file = tmp_path / "evil.txt"
    file.write_text("Hail\x1b]52;c;QUJD\x07 \u202eMary", encoding="utf-8")
    for flags in ((), ("--json",)):
        _, out, _ = run("--text", str(file), "--attempt", "Hail\x1b[2J x", *flags)
        assert not {"\x1b", "\x07", "\u202e"} & set(out)
