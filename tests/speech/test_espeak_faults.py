"""The local voice when its process fails."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.espeak.provider import EspeakProvider
from tests.speech.cases import espeak_spec


@pytest.mark.parametrize("fault", ["CRASH", "EXIT", "HANG", "GARBAGE", "HALF", "OTHER", "STRANGE"])
async def test_a_fault_costs_one_clip(faulty: EspeakProvider, fault: str) -> None:
    with pytest.raises(SpeechError) as raised:
        await faulty.render(espeak_spec(f"this one will {fault}"))
    assert raised.value.code is SpeechCode.PROVIDER_ERROR
    assert "\x1b" not in raised.value.message
    assert (await faulty.render(espeak_spec("this one is fine"))).audio
    assert faulty.worker.faults == 0


async def test_what_waits_behind_a_fault_is_served(faulty: EspeakProvider) -> None:
    results = await asyncio.gather(
        *(
            faulty.render(espeak_spec(text))
            for text in ("fine one", "CRASH", "fine two", "EXIT", "fine three")
        ),
        return_exceptions=True,
    )
    assert [isinstance(r, SpeechError) for r in results] == [False, True, False, True, False]


async def test_a_cancelled_request_is_stopped_and_the_process_lives(
    faulty: EspeakProvider,
) -> None:
    await faulty.render(espeak_spec("hello"))
    before = faulty.pid
    async with aclosing(faulty.stream(espeak_spec("WAIT for ever"))) as pieces:
        assert await anext(pieces) == b"piece"
    assert (await faulty.render(espeak_spec("hello"))).audio
    assert faulty.pid == before


async def test_a_cancelled_request_that_hangs_loses_its_process_quickly() -> None:
    patient = EspeakProvider(module="tests.speech.faulty_child", stall_limit=50)
    async with aclosing(patient.stream(espeak_spec("STUCK"))) as pieces:
        assert await anext(pieces) == b"piece"
        before = patient.pid
    async with asyncio.timeout(10):
        assert (await patient.render(espeak_spec("hello"))).audio
    assert patient.pid != before
    assert patient.worker.faults == 0
    await patient.aclose()


async def test_a_request_that_is_cancelled_while_it_waits_is_never_sent(
    faulty: EspeakProvider,
) -> None:
    async with aclosing(faulty.stream(espeak_spec("WAIT"))) as pieces:
        await anext(pieces)
        doomed = asyncio.create_task(faulty.render(espeak_spec("CRASH")))
        await asyncio.sleep(0)
        doomed.cancel()
        with pytest.raises(asyncio.CancelledError):
            await doomed
    assert (await faulty.render(espeak_spec("hello"))).audio
    assert faulty.worker.faults == 0


async def test_the_card_in_view_goes_before_the_background(faulty: EspeakProvider) -> None:
    order: list[str] = []

    async def render(text: str, *, urgent: bool) -> None:
        await faulty.render(espeak_spec(text), urgent=urgent)
        order.append(text)

    async with aclosing(faulty.stream(espeak_spec("WAIT"))) as pieces:
        await anext(pieces)
        tasks = [asyncio.create_task(render(f"later {i}", urgent=False)) for i in range(5)]
        await asyncio.sleep(0)
        tasks.append(asyncio.create_task(render("now", urgent=True)))
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert order == ["now", *(f"later {i}" for i in range(5))]


async def test_closing_fails_what_waits(faulty: EspeakProvider) -> None:
    stream = faulty.stream(espeak_spec("WAIT"))
    await anext(stream)
    waiting = asyncio.create_task(faulty.render(espeak_spec("hello")))
    await asyncio.sleep(0)
    await faulty.aclose()
    with pytest.raises(SpeechError):
        await waiting
    with pytest.raises(SpeechError):
        await anext(stream)
    await stream.aclose()
