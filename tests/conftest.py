"""What holds for every test: folders of its own, UTC, no animation, nothing of the machine's."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from tests.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FORGOTTEN = (
    "ELEVENLABS_API_KEY",
    "ELEVENLABS_BASE_URL",
    "RECALLIQ_API_TOKEN",
    "RECALLIQ_API_URL",
    "RECALLIQ_GRADER_API_KEY",
    "RECALLIQ_PROVIDER",
    "RECALLIQ_SPEECH_API_KEY",
    "RECALLIQ_SPEECH_BASE_URL",
    "RECALLIQ_VOICE",
    "NO_COLOR",
    "FORCE_COLOR",
    "COLORTERM",
    "VISUAL",
    "EDITOR",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let tests of real sound run one after the other, however many workers there are.

    They are heard through a real sound server in real time: where the machine itself stood still
    for a moment, a test is tried again before it counts as failed.
    """
    for item in items:
        if item.get_closest_marker("real_audio") is not None:
            item.add_marker(pytest.mark.xdist_group("sound"))
            item.add_marker(pytest.mark.flaky(reruns=2))
        elif "test_lab.py::test_a_scenario" in item.nodeid and "LAB_PATIENCE" not in os.environ:
            item.add_marker(pytest.mark.flaky(reruns=2))  # keys pressed in real time, as above


@pytest.fixture(autouse=True)
def own_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep the learner's own folders, time zone and settings out of every test."""
    for kind in ("config", "data", "cache"):
        monkeypatch.setenv(f"RECALLIQ_{kind.upper()}_DIR", str(tmp_path / f"riq-{kind}"))
    for name in _FORGOTTEN:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    monkeypatch.setenv("TERM", "xterm-256color")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture
def noon() -> Clock:
    """A clock that stands at noon of a Friday."""
    return Clock()
