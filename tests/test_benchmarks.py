"""Each benchmark runs in its short form and prints what its table needs; times are not judged."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
HEAD = {"benchmark", "quick", "date", "machine", "what", "method", "command", "target", "reached"}
SUMMARY = {"unit", "trials", "min", "median", "p95", "max"}


def figures(name: str) -> dict[str, Any]:
    """Run a benchmark in its short form and return the JSON that it printed."""
    ran = subprocess.run(
        [sys.executable, str(BENCHMARKS / f"{name}.py"), "--quick"],
        capture_output=True,
        text=True,
        timeout=55,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr or ran.stdout
    found: dict[str, Any] = json.loads(ran.stdout)
    assert found["benchmark"] == name
    assert found["quick"] is True
    return found


def require(*programs: str) -> None:
    """Skip where a real part is missing; a failure where real parts are required."""
    missing = [name for name in programs if shutil.which(name) is None]
    if not missing:
        return
    words = f"needs {', '.join(missing)}"
    if os.environ.get("RECALLIQ_REQUIRE_REAL") == "1":
        pytest.fail(words)
    pytest.skip(words)


@pytest.mark.terminal
def test_start_up() -> None:
    found = figures("start_up")
    assert set(found) >= HEAD | {"peer_command", "peer_source", "ratio"}
    assert set(found["recalliq"]) == set(found["peer"]) == SUMMARY


@pytest.mark.terminal
def test_next_card() -> None:
    found = figures("next_card")
    assert set(found) >= (HEAD - {"reached"}) | {"reached_10_ms", "peer_command", "peer"}
    assert set(found["session"]) == set(found["screen"]) == SUMMARY


@pytest.mark.terminal
def test_memory() -> None:
    found = figures("memory")
    assert set(found) >= HEAD | {"indexing", "reached_indexing"}
    assert found["studying"]["peak_mb"] >= found["studying"]["rss_mb"] > 0


@pytest.mark.terminal
def test_idle_cpu() -> None:
    found = figures("idle_cpu")
    assert set(found) >= HEAD | {"seconds", "cpu_seconds", "share"}
    assert found["cpu_seconds"] >= 0


@pytest.mark.terminal
@pytest.mark.real_audio
def test_key_to_sound() -> None:
    require("pulseaudio", "parec", "mpv")
    found = figures("key_to_sound")
    assert set(found) >= HEAD | {"peer_command", "recorder", "first_play_ratio", "replay_ratio"}
    for name in ("first_play", "first_play_peer", "replay", "replay_peer"):
        assert set(found[name]) == SUMMARY


def test_the_table_names_every_benchmark() -> None:
    table = (BENCHMARKS / "README.md").read_text(encoding="utf-8")
    for script in BENCHMARKS.glob("*.py"):
        assert f"`{script.name}`" in table or script.stem in table, script.name


def test_grading() -> None:
    found = figures("grading")
    assert found["cases"] > 100
    assert set(found) >= {"median_ms", "p95_ms", "max_ms", "reached", "method", "date"}
