from __future__ import annotations

import pytest

from recalliq_tui.paths import resolve_paths
from tests.tui.world import World


@pytest.fixture
def world() -> World:
    """A learner with no decks yet."""
    return World(resolve_paths())
