from __future__ import annotations

import pytest
from pytest_textual_snapshot import SVGImageExtension

from recalliq_tui.paths import resolve_paths
from tests.tui.world import World

# syrupy 5 renamed the attribute that the plugin sets.
SVGImageExtension.file_extension = "svg"


@pytest.fixture
def world() -> World:
    """A learner with no decks yet."""
    return World(resolve_paths())
