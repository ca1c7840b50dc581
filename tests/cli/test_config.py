"""``config``: what is in force and why; a mistake is named with the nearest right word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Recalliq


def test_each_setting_says_where_it_came_from(quick: Recalliq, config_file: Path) -> None:
    config_file.write_text(
        "[study]\nnew_per_day = 7\n[keys]\nreview.undo = 'z'\n", encoding="utf-8"
    )

    rows = {
        row["key"]: row
        for row in quick("config", "show", "--json", RECALLIQ_VOICE="espeak:en-gb").json
    }

    assert rows["study.new_per_day"] == {
        "key": "study.new_per_day",
        "value": 7,
        "default": 20,
        "source": str(config_file),
    }
    assert rows["voice.name"]["source"] == "environment RECALLIQ_VOICE"
    assert rows["study.retention"]["source"] == "default"
    assert (rows["keys.review.undo"]["value"], rows["keys.review.undo"]["default"]) == ("z", "u")


def test_show_for_people_marks_what_was_changed(quick: Recalliq, config_file: Path) -> None:
    config_file.write_text("[study]\nnew_per_day = 7\n", encoding="utf-8")

    lines = quick("config", "show").out.splitlines()

    assert f"study.new_per_day = 7  (default 20; from {config_file})" in lines
    assert 'study.learning_steps = ["1m", "10m"]' in lines
    assert "decks.samples = true" in lines


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("[study]\nnew_perday = 7\n", "did you mean 'study.new_per_day'?"),
        ("[keys]\nreview.und = 'z'\n", "did you mean 'keys.review.undo'?"),
        ("[audio]\nsink = 'miniadio'\n", "did you mean 'miniaudio'?"),
        ("[study]\nnew_per_day = 'many'\n", "expected a whole number"),
        ("nonsense", "is not TOML"),
    ],
)
def test_a_mistake_in_the_file_ends_any_command_with_a_hint(
    quick: Recalliq, config_file: Path, text: str, hint: str
) -> None:
    config_file.write_text(text, encoding="utf-8")

    for args in (("config", "show"), ("decks",), ("say", "hi", "--json")):
        ran = quick(*args)
        assert (ran.code, ran.out) == (2, "")
        assert hint in ran.err


def test_path_works_with_a_broken_file_too(quick: Recalliq, config_file: Path) -> None:
    assert quick("config", "path", "--json").json == {"path": str(config_file), "exists": False}
    config_file.write_text("nonsense", encoding="utf-8")
    ran = quick("config", "path")
    assert (ran.code, ran.out.strip()) == (0, str(config_file))
