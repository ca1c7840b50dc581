from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pytest_textual_snapshot import SVGImageExtension  # type: ignore[import-untyped]

from recalliq_tui.paths import resolve_paths
from tests.tui.world import World

if TYPE_CHECKING:
    from pathlib import Path

# syrupy 5 renamed the attribute that the plugin sets.
SVGImageExtension.file_extension = "svg"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A learner with no decks yet."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("EDITOR", "nano")
    return World(resolve_paths())
