"""``decks`` and ``check``: what is there, what is wrong with it, and nothing that acts on a terminal."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import Recalliq

SAMPLES = Path(__file__).parents[2] / "sample_decks"
HOSTILE = '---\nid = "hostile"\nname = "Hi \\u001b]52;c;ZXZpbA==\\u0007 \\u202e \\u009b31m"\n---\nQ: a?\nA: b\n'
ACTS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def test_the_decks_of_a_first_start_are_the_samples(recalliq: Recalliq) -> None:
    rows = {row["id"]: row for row in recalliq("decks", "--json").json}

    spanish = rows["spanish-first-words"]
    assert list(spanish) == [
        *("id", "title", "path", "origin", "new", "learning", "due", "total"),
        *("passages", "problems"),
    ]
    assert spanish["origin"] == "sample"
    assert spanish["new"] == 20
    assert spanish["total"] > 50
    assert Path(spanish["path"]).is_file()
    assert rows["prayers-latin"]["passages"] > 5
    assert rows["prayers-latin"]["total"] == 0


def test_the_list_for_people_is_aligned(quick: Recalliq, small: Path) -> None:
    lines = quick("decks").out.splitlines()

    assert lines[0].split() == [
        "new",
        "learning",
        "due",
        "total",
        "passages",
        "problems",
        "id",
        "(title)",
    ]
    (line,) = [line for line in lines if "small (Small)" in line]
    assert line.split()[:6] == ["2", "0", "0", "2", "0", "0"]


def test_no_decks_at_all_says_what_to_do(quick: Recalliq, config_file: Path) -> None:
    config_file.write_text("[decks]\nsamples = false\n", encoding="utf-8")

    ran = quick("decks")

    assert (ran.code, ran.out) == (0, "")
    assert "press `a`" in ran.err
    assert quick("decks", "--json").json == []


def test_a_deck_with_errors_is_listed_with_their_number(quick: Recalliq, own_decks: Path) -> None:
    (own_decks / "half.md").write_text("Q: one?\nA: 1\n\nQ: no answer?\n", encoding="utf-8")
    (row,) = [row for row in quick("decks", "--json").json if row["origin"] == "own"]
    assert (row["total"], row["problems"]) == (1, 1)


def test_a_hostile_title_is_harmless_text(quick: Recalliq, own_decks: Path) -> None:
    (own_decks / "hostile.md").write_text(HOSTILE, encoding="utf-8")

    for args in (("decks",), ("decks", "--json"), ("render", "hostile", "--dry-run")):
        ran = quick(*args)
        assert ran.code == 0
        assert ACTS.search(ran.out + ran.err) is None


def test_the_samples_have_no_problems(recalliq: Recalliq) -> None:
    ran = recalliq("check", str(SAMPLES))

    assert (ran.code, ran.out) == (0, "")
    assert re.search(r"fine: 1\d\d notes, [\d,]+ cards, \d+ passages in 5 decks", ran.err)


def test_every_problem_of_every_file_is_a_line(recalliq: Recalliq, tmp_path: Path) -> None:
    bad, good = tmp_path / "bad.md", tmp_path / "good.md"
    bad.write_text("Q: one?\nA: 1\n\nQ: no answer?\n\nC: no hole\n", encoding="utf-8")
    good.write_text("Q: a?\nA: b\n", encoding="utf-8")

    ran = recalliq("check", str(bad), str(good), str(tmp_path / "none.md"))

    lines = ran.out.splitlines()
    assert ran.code == 1
    assert all(re.match(r".+\.md:\d+: .+; .+", line) for line in lines)
    assert [line.split(": ")[0] for line in lines] == [
        f"{bad}:4",
        f"{bad}:6",
        f"{tmp_path / 'none.md'}:1",
    ]
    assert "read: 2 notes, 2 cards, 0 passages in 2 decks" in ran.err
    assert "3 errors" in ran.err


def test_check_as_json(quick: Recalliq, tmp_path: Path) -> None:
    bad = tmp_path / "bad.md"
    bad.write_text("Q: one?\nA: 1\n\nQ: no answer?\n", encoding="utf-8")

    ran = quick("check", str(bad), "--json")

    found = ran.json
    assert ran.code == 1
    assert {name: found[name] for name in ("files", "notes", "cards", "passages")} == {
        "files": 1,
        "notes": 1,
        "cards": 1,
        "passages": 0,
    }
    (problem,) = found["problems"]
    assert list(problem) == ["path", "line", "found", "expected", "severity"]
    assert (problem["path"], problem["line"], problem["severity"]) == (str(bad), 4, "error")


def test_warnings_alone_are_no_failure(quick: Recalliq, tmp_path: Path) -> None:
    deck = tmp_path / "unknown.md"
    deck.write_text('---\nname = "x"\nnaem = "y"\n---\nQ: one?\nA: 1\n', encoding="utf-8")

    ran = quick("check", str(deck), "--json")

    severities = {problem["severity"] for problem in ran.json["problems"]}
    assert severities
    assert ran.code == (1 if "error" in severities else 0)


def test_a_file_named_twice_is_read_once(quick: Recalliq, small: Path) -> None:
    found = quick("check", str(small), str(small.parent), "--json").json
    assert (found["files"], found["notes"]) == (1, 2)
