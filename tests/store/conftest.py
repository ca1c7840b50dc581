from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from recalliq_tui.store.collection import Collection
from tests.store.samples import Clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "collection.db"


@pytest.fixture
def collection(path: Path, clock: Clock) -> Iterator[Collection]:
    with Collection.open(path, clock=clock) as opened:
        yield opened
