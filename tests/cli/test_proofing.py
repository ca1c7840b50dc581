"""``check --speech``: what would be paid for and sound wrong, and its approval."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from recalliq_tui.store.collection import Collection

if TYPE_CHECKING:
    from tests.cli.conftest import Recalliq

WARN = 'Q: How many dogs?\nA: Between 10-20, e.g. these\n<!-- riq id="a" -->\n'
WRONG = "Q: Some <b>bold\nA: an answer \\alpha\n"


@pytest.fixture
def deck(home: Path) -> Path:
    file = home / "deck.md"
    file.write_text(WARN, encoding="utf-8")
    return file


def test_findings_stand_beside_problems_and_warnings_are_no_failure(
    recalliq: Recalliq, deck: Path
) -> None:
    ran = recalliq("check", "--speech", "deck.md")
    assert ran.code == 0
    assert [line.split(": ")[0] for line in ran.out.splitlines()] == ["deck.md:1"] * 2
    assert "say_back would make sure" in ran.out
    assert "2 things to look at" in ran.err
    assert not Path(os.environ["RECALLIQ_DATA_DIR"]).exists(), "looking makes no collection"


def test_without_speech_nothing_is_proofed(quick: Recalliq, deck: Path) -> None:
    ran = quick("check", "deck.md", "--json")
    assert "speech" not in ran.json
    assert quick("check", "deck.md").out == ""


def test_json_has_every_field(quick: Recalliq, deck: Path) -> None:
    found = quick("check", "deck.md", "--speech", "--json").json
    first = found["speech"][0]
    assert list(first) == [
        *("path", "line", "card", "side", "kind", "found", "expected", "severity"),
        "text_sha256",
    ]
    assert (first["card"], first["side"], first["kind"]) == ("deck.md#a", "back", "abbreviation")
    assert (found["texts"], found["approved"], found["approved_now"]) == (2, 0, 0)


def test_approved_once_and_asked_again_when_the_text_changes(quick: Recalliq, deck: Path) -> None:
    ran = quick("check", "deck.md", "--speech", "--approve")
    assert ran.code == 0
    assert "approved now: 1 text" in ran.err

    found = quick("check", "deck.md", "--speech", "--json").json
    assert (found["speech"], found["approved"]) == ([], 1)

    deck.write_text(WARN.replace("these", "those"), encoding="utf-8")
    assert len(quick("check", "deck.md", "--speech", "--json").json["speech"]) == 2


def test_what_surely_sounds_wrong_fails_until_it_is_approved(quick: Recalliq, deck: Path) -> None:
    deck.write_text(WRONG, encoding="utf-8")
    assert quick("check", "deck.md", "--speech").code == 1
    assert quick("check", "deck.md", "--speech", "--approve").code == 0
    assert quick("check", "deck.md", "--speech").code == 0


def test_approving_needs_the_collection_and_the_other_option(quick: Recalliq, deck: Path) -> None:
    assert quick("check", "deck.md", "--approve").code == 2
    path = Path(os.environ["RECALLIQ_DATA_DIR"]) / "collection.db"
    with Collection.open(path, clock=lambda: datetime.now(UTC)):
        assert quick("check", "deck.md", "--speech").code == 0
        ran = quick("check", "deck.md", "--speech", "--approve")
    assert ran.code == 1
    assert "Close the other recalliq" in ran.err
