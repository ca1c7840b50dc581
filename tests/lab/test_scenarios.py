"""Scenario files: all of ours can be read, and mistakes in one's own are said in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from recalliq_tui.lab.scenario import (
    Act,
    Address,
    Cache,
    ScenarioError,
    load_scenario,
    parse_scenario,
    scenario_names,
)

SMALL = 'title = "x"\nscript = "healthy"\n[[step]]\npress = "4"\nsee = ["a", "b"]\nact = "pull device"\n'


@pytest.mark.parametrize("name", scenario_names())
def test_every_scenario_says_what_it_is_about_and_proves_something(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.title
    assert scenario.about.strip()
    assert scenario.expect.ratings, "rating goes on in each"
    assert any(step.strip or step.briefly for step in scenario.steps), "the strip is read"
    assert not scenario.script or scenario.expect.spoken is not None, "requests are counted"


def test_a_file_is_read() -> None:
    scenario = parse_scenario(f'{SMALL}[expect]\nspoken = 2\ncodes = "bad_input"\n', name="own")
    [step] = scenario.steps
    assert (step.press, step.see, step.act) == (("4",), ("a", "b"), Act.PULL_DEVICE)
    assert scenario.expect.codes == ("bad_input",)
    assert (scenario.address, scenario.cache) == (Address.SERVER, Cache.FINE)


def test_a_scenario_of_ones_own_is_read_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(SMALL)
    assert load_scenario(str(tmp_path / "mine.toml")).name == "mine"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = ", "Invalid value"),
        ('title = "x"\nscirpt = "healthy"', "'scirpt' is unknown"),
        ('title = "x"\nscript = "helthy"', "no script 'helthy'"),
        ('script = "healthy"', "title"),
        ('title = "x"\n[[step]]\nact = "jump"', "jump"),
        ('title = "x"\nspoil = "burn"', "'damage' or 'truncate'"),
        ('title = "x"\nstep = 3', "own"),
    ],
)
def test_a_mistake_is_said(text: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        parse_scenario(text, name="own")


@pytest.mark.parametrize("name", ["nonesuch", "../secrets", "x/y.toml", ""])
def test_what_isnt_there_is_said(name: str) -> None:
    with pytest.raises(ScenarioError):
        load_scenario(name)
