from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.soundcard import SoundCard, require_real

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def sound_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundCard]:
    """A sound card that this process plays to."""
    require_real()
    card = SoundCard(tmp_path / "card")
    for name, value in card.env.items():
        monkeypatch.setenv(name, value)
    card.start()
    yield card
    card.kill()
