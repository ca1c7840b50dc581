"""Every scenario of the fault lab on the real program: the voice is never silent about itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.lab.drive import play_headless, trace_of
from recalliq_tui.lab.scenario import load_scenario, scenario_names
from recalliq_tui.lab.servers.faults import KEY, SIGNATURE
from recalliq_tui.lab.stage import Stage
from recalliq_tui.lab.terminal import Terminal
from tests.e2e.learner import PROGRAM
from tests.e2e.terminal import terminal
from tests.lab.paths import forbidden

PATIENCE: Final = float(os.environ.get("LAB_PATIENCE", "1"))
LISTED: Final = (
    "healthy", "quota-mid-session-401", "quota-mid-session-402", "quota-at-once",
    "credits-left-text-too-long", "rate-limit-burst", "concurrency-full", "outage-and-recovery",
    "html-instead-of-audio", "empty-200", "slow-drip", "stall-mid-stream", "cut-mid-stream",
    "connection-refused", "dns-failure", "bad-key", "missing-permission", "voice-removed",
    "plan-required", "unknown-error-shape", "damaged-clip", "truncated-clip", "no-device",
    "device-pulled-and-returned", "disk-full", "read-only-cache",
)  # fmt: skip
"""What a lab must have at least."""
NOT_REACHED: Final = ("connection-refused", "dns-failure", "server-away-and-back")
"""Requests may leave there that no server gets."""


def test_no_scenario_is_missing() -> None:
    assert set(LISTED) <= set(scenario_names())


@pytest.mark.timeout(150)
@pytest.mark.parametrize("name", scenario_names())
def test_a_scenario(name: str, tmp_path: Path) -> None:
    report = play_headless(load_scenario(name), tmp_path, patience=PATIENCE)
    trace = trace_of(tmp_path / "trace.jsonl")
    if report.cannot:
        pytest.skip(report.cannot)
    told = json.dumps(report.as_json(), indent=1, ensure_ascii=False)
    assert report.ok, told
    assert report.ratings >= 1, "rating went on"
    assert "What do" in report.screen, "the text stayed"
    assert trace.skipped == 0
    assert forbidden(trace) == [], told
    if name not in NOT_REACHED:
        assert report.spoken == len(trace.of("speech_sent")), "trace and server counted alike"
    log = tmp_path / "data" / "recalliq.log"
    assert "Traceback" not in (log.read_text() if log.exists() else "")
    assert not leaks(told), "the report"
    assert_no_secret_below(tmp_path)


def assert_no_secret_below(folder: Path) -> None:
    """Logs, trace, screen, databases, caches, settings: none has the key or a signature."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert {"trace.jsonl", "terminal.raw", "collection.db"} <= {file.name for file in files}
    for file in files:
        assert not leaks(file.read_bytes().decode("latin-1")), file


def leaks(text: str) -> bool:
    return KEY in text or SIGNATURE in text


# --- what a deliberate mistake does to these tests ---------------------------------------------

RETRY_ON_QUOTA: Final = """
import recalliq_tui.speech.retrying as module
from recalliq_tui.domain.voice import SpeechCode

again = {SpeechCode.QUOTA_EXCEEDED: module.Recovery(live=2, render=5)}
module.RECOVERIES = {**module.RECOVERIES, **again}
"""
STATUS_FIRST: Final = """
import recalliq_tui.speech.taxonomy as module
from recalliq_tui.domain.voice import SpeechCode

decide = module._decide
bad_key = (SpeechCode.NOT_CONFIGURED, None)
module._decide = lambda status, said: bad_key if status == 401 else decide(status, said)
"""
RETRY_AFTER_BYTES: Final = """
import recalliq_tui.speech.retrying as module

module.recovery_of = lambda error: module.RECOVERIES[error.code]
"""
MUTANTS: Final = {
    "retry on quota": (RETRY_ON_QUOTA, "quota-openai"),
    "401 read as bad key": (STATUS_FIRST, "credits-left-text-too-long"),
    "retry after bytes": (RETRY_AFTER_BYTES, "cut-mid-stream"),
}


def run_mutant(root: Path, code: str, scenario: str) -> str:
    """Run one scenario's test while each Python process begins with ``code``; what pytest said."""
    outer = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    (root / "sitecustomize.py").write_text(code)
    ran = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-n0", "-p", "no:cacheprovider", "-q", __file__),
            *("-k", f"test_a_scenario and {scenario}", f"--basetemp={root / 'tmp'}"),
        ],
        env={**outer, "PYTHONPATH": str(root), "LAB_PATIENCE": "0.5"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    return f"{ran.returncode}\n{ran.stdout}\n{ran.stderr}"


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", MUTANTS)
def test_the_suite_fails_on_a_mutant(name: str, tmp_path: Path) -> None:
    code, scenario = MUTANTS[name]
    said = run_mutant(tmp_path, code, scenario)
    assert said.startswith("1\n"), said
    assert f"FAILED tests/e2e/test_lab.py::test_a_scenario[{scenario}]" in said, said


# --- tracebacks ----------------------------------------------------------------------------------

CRASHES: Final = {
    "while a request is sent": (
        "import httpx\n"
        "async def send(self, request, **kwargs):\n"
        "    raise RuntimeError('crashed on purpose')\n"
        "httpx.AsyncClient.send = send\n"
    ),
    "in the screen": (
        "import recalliq_tui.tui.screens.review as module\n"
        "def crash(self):\n"
        "    raise RuntimeError('crashed on purpose')\n"
        "module.ReviewScreen._open_back = crash\n"
    ),
}


@pytest.mark.parametrize("where", CRASHES)
def test_no_traceback_shows_the_key(where: str, tmp_path: Path) -> None:
    (tmp_path / "patch").mkdir()
    (tmp_path / "patch" / "sitecustomize.py").write_text(CRASHES[where])
    with (
        Stage(load_scenario("healthy"), tmp_path / "root", silent=True) as stage,
        Terminal(
            stage.command, env={**stage.env, "PYTHONPATH": str(tmp_path / "patch")}
        ) as program,
    ):
        assert program.wait(lambda words: "What does the heart do?" in words, seconds=20)
        program.press("s")
        program.press("space")
        program.wait_end(seconds=2)
        program.write("\x11")
        program.wait_end(seconds=10)
        program.close()
        shown = program.written.decode(errors="replace")
    log = tmp_path / "root" / "data" / "recalliq.log"
    said = shown + (log.read_text() if log.exists() else "")
    assert "RuntimeError: crashed on purpose" in said
    assert "Traceback" in said
    assert where != "in the screen" or "crashed" in shown, "the learner is told"
    assert not leaks(said)
    for file in (tmp_path / "root").rglob("*"):
        assert not (file.is_file() and leaks(file.read_bytes().decode("latin-1"))), file


# --- by hand, and again ----------------------------------------------------------------------------


def lab_env(tmp_path: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "TZ": "UTC",
        "HOME": str(tmp_path),
        **{f"RECALLIQ_{kind}_DIR": str(tmp_path / kind) for kind in ("CONFIG", "DATA", "CACHE")},
    }


@pytest.mark.terminal
def test_a_person_opens_a_scenario_in_a_terminal(tmp_path: Path) -> None:
    """Under tmux, keys pressed by hand; nothing of the person's own folders is touched."""
    trace = tmp_path / "trace.jsonl"
    argv = [*PROGRAM, "lab", "run", "voice-removed", "--silent", "--trace", str(trace)]
    with terminal(argv, env=lab_env(tmp_path), columns=100, rows=30) as shown:
        shown.wait_for("What does the heart do?", "voice: elevenlabs")
        shown.send("s")
        shown.wait_for("voice gone", "What does the heart do?")
        shown.send("Space")
        shown.wait_for("It pumps blood through the body.", "voice gone")
        shown.send("4")
        shown.wait_for("What do the lungs do?", "voice gone")
        shown.send("C-q")
        assert shown.wait_exit() == 0
        shown.wait_for("requests for speech reached the server")
    assert SpeechCode.VOICE_UNAVAILABLE.value in trace.read_text()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["trace.jsonl"]


def test_a_scenarios_trace_is_replayed(tmp_path: Path) -> None:
    assert play_headless(load_scenario("cut-mid-stream"), tmp_path / "played").ok
    ran = subprocess.run(
        [*PROGRAM, "lab", "replay", str(tmp_path / "played" / "trace.jsonl"), "--headless"],
        env=lab_env(tmp_path),
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    report = json.loads(ran.stdout)
    assert (ran.returncode, report["same"]) == (0, True), ran.stdout
    assert report["tones"] >= 1
    assert report["shift_ms"] < 400
    assert [event["ev"] for event in report["events"]] == [
        event["ev"] for event in report["wanted"]
    ]
