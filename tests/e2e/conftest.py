"""Fixtures of the end-to-end tests, and what a missing real part means."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.learner import Learner
from tests.soundcard import SoundCard, require_real

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs a program that isn't there, and name what to install."""
    if item.get_closest_marker("terminal") and shutil.which("tmux") is None:
        pytest.skip("needs a terminal; install tmux")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """With ``RECALLIQ_REQUIRE_REAL=1`` a part that is missing is a failure."""
    report: pytest.TestReport = yield
    if report.skipped and os.environ.get("RECALLIQ_REQUIRE_REAL") == "1":
        report.outcome = "failed"
        report.longrepr = f"RECALLIQ_REQUIRE_REAL=1, but it was skipped: {call.excinfo}"
    return report


@pytest.fixture
def learner(tmp_path: Path) -> Learner:
    """A learner with empty folders who hears nothing."""
    return Learner.make(tmp_path / "riq")


@pytest.fixture
def sound_card(tmp_path: Path) -> Iterator[SoundCard]:
    """A sound card for the programs that are given its ``env``."""
    require_real()
    card = SoundCard(tmp_path / "card")
    card.start()
    yield card
    card.kill()


@pytest.fixture
def hearing(tmp_path: Path, sound_card: SoundCard) -> Learner:
    """A learner with empty folders and a sound card."""
    return Learner.make(tmp_path / "riq", config="", **sound_card.env)
