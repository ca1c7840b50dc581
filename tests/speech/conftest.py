from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from recalliq_tui.lab.servers import Script, SpeechServer
from recalliq_tui.speech.espeak.provider import EspeakProvider
from tests.speech.cases import CASES, ProviderCase

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from recalliq_tui.speech.protocol import Provider


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> ProviderCase:
    found = request.param
    assert isinstance(found, ProviderCase)
    return found


@pytest.fixture(scope="session")
def healthy_url() -> Iterator[str]:
    """The address of a speech server that speaks whatever it is given."""
    with SpeechServer() as server:
        yield server.base_url


@pytest.fixture
async def provider(case: ProviderCase, request: pytest.FixtureRequest) -> AsyncIterator[Provider]:
    made = case.make(request.getfixturevalue("healthy_url") if case.needs_server else "")
    yield made
    await made.aclose()


@pytest.fixture
def serve() -> Iterator[Callable[[Script], SpeechServer]]:
    """Start servers that play a script; they are gone after the test."""
    servers: list[SpeechServer] = []

    def start(script: Script) -> SpeechServer:
        server = SpeechServer(script)
        server.start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.stop()


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
