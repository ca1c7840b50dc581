"""The settings: where each value comes from, and every mistake told with the nearest right one."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.config import Config, ConfigError, load_config, read_step
from recalliq_tui.config.schema import BY_KEY, SETTINGS, Kind

if TYPE_CHECKING:
    from pathlib import Path


def load(tmp_path: Path, text: str, env: dict[str, str] | None = None) -> Config:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path, env or {})


def problems(tmp_path: Path, text: str, env: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        load(tmp_path, text, env)
    assert str(tmp_path / "config.toml") in str(raised.value)
    return raised.value.problems


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    config = load_config(tmp_path / "none.toml", {})
    for setting in SETTINGS:
        assert config._get(setting.key) == setting.default
    assert all(row.source == "default" for row in config.rows())
    assert config.day_start == time(4)
    assert config.steps("study.learning_steps") == (timedelta(minutes=1), timedelta(minutes=10))


def test_the_environment_beats_the_file_and_the_file_the_default(tmp_path: Path) -> None:
    text = '[voice]\nname = "espeak:de"\nwords_per_minute = 120\n'
    config = load(tmp_path, text, {"RECALLIQ_VOICE": "espeak:fr"})
    assert config.text("voice.name") == "espeak:fr"
    assert config.integer("voice.words_per_minute") == 120
    rows = {row.key: row for row in config.rows()}
    assert rows["voice.name"].source == "environment RECALLIQ_VOICE"
    assert rows["voice.words_per_minute"].source == str(tmp_path / "config.toml")
    assert rows["voice.words_per_minute"].default == 160
    assert rows["audio.sink"].source == "default"


def test_an_empty_variable_is_none(tmp_path: Path) -> None:
    assert load(tmp_path, "", {"RECALLIQ_VOICE": ""}).text("voice.name") == ""


def test_a_file_with_a_byte_order_mark(tmp_path: Path) -> None:
    assert load(tmp_path, "\ufeff[study]\nnew_per_day = 3\n").integer("study.new_per_day") == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[study]\nnew_perday = 3", ["unknown setting 'study.new_perday'", "'study.new_per_day'?"]),
        ("[stduy]\nretention = 0.9", ["unknown setting 'stduy.retention'", "'study.retention'?"]),
        ("new_per_day = 3", ["unknown setting 'new_per_day'", "'study.new_per_day'?"]),
        ("study = 3", ["unknown setting 'study'"]),
        ("[study]\nnew_per_day = 'many'", ["study.new_per_day is 'many'", "a whole number"]),
        ("[study]\nnew_per_day = true", ["study.new_per_day is True", "a whole number"]),
        ("[study]\nnew_per_day = 2.5", ["expected a whole number"]),
        ("[study]\nnew_per_day = -1", ["is -1", "expected 0 to 9999"]),
        ("[study]\nretention = 1.5", ["is 1.5", "expected 0.7 to 0.99"]),
        ("[study]\nretention = nan", ["is nan"]),
        ("[study]\nday_start = '25:00'", ["'25:00'", "a time such as 04:00"]),
        ("[study]\nlearning_steps = ['1x']", ["'1x'", "steps such as 30s, 10m, 2h"]),
        ("[study]\nlearning_steps = [1]", ["a list of texts"]),
        ("[study]\nlearning_steps = '1m'", ["a list of texts"]),
        ("[study]\nparameters = [1, 2]", ["holds 2 numbers", "expected 21 or none"]),
        ("[study]\ntyped = 'allways'", ["expected one of deck, always, never", "'always'?"]),
        ("[audio]\nenabled = 1", ["expected true or false"]),
        ("[audio]\nsink = 'pulse'", ["expected one of auto, miniaudio"]),
        ("[display]\ntheme = 'drak'", ["did you mean 'dark'?"]),
        ("[decks]\nfolders = 'x'", ["a list of texts"]),
        ("[keys]\n'review.shwo' = 'x'", ["unknown setting", "'keys.review.show'?"]),
        ("[keys]\nreview.show = 'spcae'", ["keys.review.show: unknown key 'spcae'", "'space'?"]),
        ("[keys]\nreview.show = 3", ["unknown key 3"]),
        ("[keys]\nreview.show = 'hyper+x'", ["unknown key 'hyper+x'"]),
        ("[keys]\nreview.show = ''", ["unknown key ''"]),
        ("x = [", ["is not TOML"]),
    ],
)
def test_each_mistake_is_told_with_what_is_expected(
    tmp_path: Path, text: str, words: list[str]
) -> None:
    found = problems(tmp_path, text)
    assert all(any(word in problem for problem in found) for word in words), found


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    assert len(problems(tmp_path, "[study]\na = 1\nb = 2\nretention = 'x'\n")) == 3


def test_a_wrong_variable_is_named(tmp_path: Path) -> None:
    found = problems(tmp_path, "", {"RECALLIQ_PROVIDER": "espaek"})
    assert "RECALLIQ_PROVIDER" in found[0]
    assert "did you mean 'espeak'?" in found[0]


def test_a_file_that_is_no_utf8_or_no_file(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"# caf\xe9")
    with pytest.raises(ConfigError, match="UTF-8"):
        load_config(path, {})
    with pytest.raises(ConfigError, match="can't be read"):
        load_config(tmp_path, {})


def test_hostile_names_reach_no_terminal(tmp_path: Path) -> None:
    found = problems(
        tmp_path, '"\\u001b]52;c;x\\u0007evil" = "\\u001b[2J"\n[study]\ntyped = "\\u001b[2J"'
    )
    assert all("\x1b" not in problem for problem in found)


def test_keys_are_remapped_by_many_names(tmp_path: Path) -> None:
    text = "[keys]\nreview.show = ['x', 'F5', 'Ctrl+N', '~', 'shift+k']\n\"review.bury\" = 'B'\n"
    config = load(tmp_path, text)
    assert config.keymap == {"review.show": "x,f5,ctrl+n,tilde,K", "review.bury": "B"}
    rows = {row.key: row for row in config.rows()}
    assert rows["keys.review.show"].value == "x,f5,ctrl+n,tilde,K"
    assert rows["keys.review.show"].default == "space,enter"
    assert rows["keys.review.hard"].source == "default"


@pytest.mark.parametrize(
    ("text", "clash"),
    [
        ("review.show = 'r'", "keys.review.show: 'r' is taken by keys.review.replay"),
        ("review.show = 'v'", "'v' is taken"),
        ("app.search = 'u'", "'u' is taken"),
        ("review.again = '4'", "'4' is taken"),
        ("app.search = 'a'", "keys.app.search: 'a' is taken by keys.home.add"),
        ("home.add = 'ctrl+c'", "always ends the program"),
    ],
)
def test_a_key_that_is_taken_is_an_error(tmp_path: Path, text: str, clash: str) -> None:
    found = problems(tmp_path, f"[keys]\n{text}\n")
    assert any(clash in problem for problem in found), found


@pytest.mark.parametrize(
    "text", ["home.add = 'r'", "review.replay = 'a'", "review.again = '4'\nreview.easy = '1'"]
)
def test_keys_of_different_screens_and_swaps_do_not_clash(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, f"[keys]\n{text}\n").keymap


def test_the_defaults_do_not_clash(tmp_path: Path) -> None:
    load(tmp_path, "")


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("30s", timedelta(seconds=30)),
        (" 10m ", timedelta(minutes=10)),
        ("2h", timedelta(hours=2)),
        ("", None),
        ("10", None),
        ("-1m", None),
        ("1d", None),
        ("1m2", None),
    ],
)
def test_steps(text: str, span: timedelta | None) -> None:
    assert read_step(text) == span


_VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20),
    st.lists(st.one_of(st.text(max_size=5), st.integers(), st.floats()), max_size=22),
)  # fmt: skip


@given(st.sampled_from([setting.key for setting in SETTINGS]), _VALUES)
def test_a_value_is_taken_or_refused_and_never_a_crash(key: str, value: object) -> None:
    from recalliq_tui.config import _wrong  # noqa: PLC0415

    setting = BY_KEY[key]
    if _wrong(setting, value) is None:
        kinds: dict[Kind, type | tuple[type, ...]] = {
            Kind.BOOL: bool, Kind.INT: int, Kind.FLOAT: (int, float), Kind.TEXT: str,
            Kind.TEXTS: list, Kind.NUMBERS: list,
        }  # fmt: skip
        assert isinstance(value, kinds[setting.kind])
