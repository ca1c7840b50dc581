from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from recalliq_tui.speech.espeak.provider import EspeakProvider
from tests.speech.cases import CASES, ProviderCase

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from recalliq_tui.speech.protocol import Provider


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> ProviderCase:
    found = request.param
    assert isinstance(found, ProviderCase)
    return found


@pytest.fixture
async def provider(case: ProviderCase) -> AsyncIterator[Provider]:
    made = case.make()
    yield made
    await made.aclose()


@pytest.fixture
async def espeak() -> AsyncIterator[EspeakProvider]:
    made = EspeakProvider()
    yield made
    await made.aclose()


@pytest.fixture
async def faulty() -> AsyncIterator[EspeakProvider]:
    """The local voice with a process that fails on command, and little patience."""
    made = EspeakProvider(module="tests.speech.faulty_child", stall_limit=0.8, backoff=0.01)
    yield made
    await made.aclose()
