"""``recalliq lab`` on the command line."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

from tests.e2e.learner import PROGRAM, Learner

if TYPE_CHECKING:
    from pathlib import Path


def test_scenarios_are_listed(tmp_path: Path) -> None:
    listed = Learner.make(tmp_path).run("lab", "list", "--json")
    assert listed.returncode == 0, listed.stderr
    names = {each["name"]: each for each in json.loads(listed.stdout)}
    assert names["quota-at-once"]["title"] == "The quota is used up before the session"


def test_a_scenario_is_run_and_traced(tmp_path: Path) -> None:
    learner = Learner.make(tmp_path)
    trace = tmp_path / "trace.jsonl"
    ran = learner.run("lab", "run", "quota-at-once", "--headless", "--trace", str(trace))
    report = json.loads(ran.stdout)
    assert (ran.returncode, report["ok"]) == (0, True), ran.stdout
    assert report["voice"] == ["checking", "quota"]
    assert report["spoken"] == 0
    assert "quota until" in report["steps"][0]["strip"]
    assert '"state":"quota"' in trace.read_text()
    assert not learner.collection.exists(), "the learner's own folders stay as they are"


def test_what_isnt_as_expected_is_said(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'title = "x"\nscript = "healthy"\n'
        '[[step]]\nsee = "no such text"\nwithin = 1.5\n[expect]\nratings = 7\n'
    )
    ran = Learner.make(tmp_path / "riq").run("lab", "run", str(own), "--headless")
    report = json.loads(ran.stdout)
    assert (ran.returncode, report["ok"]) == (1, False)
    assert report["steps"][0]["missing"] == ["on the screen: 'no such text'"]
    assert report["problems"] == ["ratings is 0, not 7"]


def test_mistakes_are_a_matter_of_usage(tmp_path: Path) -> None:
    learner = Learner.make(tmp_path)
    (tmp_path / "deck.md").write_text("Q: a\nA: b\n")
    for arguments, said in (
        (("run", "nonesuch", "--headless"), "no scenario 'nonesuch'"),
        (("run", "healthy"), "need a terminal"),
        (("run", "healthy", "--headless", "--trace", str(tmp_path / "deck.md")), "is no trace"),
        (("replay", str(tmp_path / "deck.md")), "can't be replayed"),
        (("replay", str(tmp_path / "none.jsonl")), "can't be replayed"),
    ):
        ran = learner.run("lab", *arguments)
        assert ran.returncode == 2, arguments
        assert said in ran.stderr
        assert "Traceback" not in ran.stderr
    assert (tmp_path / "deck.md").read_text() == "Q: a\nA: b\n"


def test_listing_loads_no_screen_and_no_server() -> None:
    code = (
        "import sys\n"
        "from recalliq_tui.lab.scenario import scenario_names\n"
        "scenario_names()\n"
        "assert not {'textual', 'httpx', 'miniaudio'} & set(sys.modules)\n"
    )
    subprocess.run([PROGRAM[0], "-c", code], check=True, timeout=30)
