"""One client, strict times, and no secret anywhere."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import pytest

from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.lab.servers import SCRIPTS, Script, Speak, SpeechServer, Stall
from recalliq_tui.speech.elevenlabs import ElevenLabsProvider
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.http import Timeouts, Web
from recalliq_tui.speech.link import Call, Link
from recalliq_tui.speech.openai_compatible import OpenAICompatibleProvider
from recalliq_tui.speech.secrets import HIDDEN, Secret, scrub
from recalliq_tui.speech.taxonomy import Names
from tests.speech.cases import KEY, eleven_spec, noon, openai_spec

if TYPE_CHECKING:
    import respx

QUICK = Timeouts(connect=1, first_live=0.25, first_render=0.6, gap=0.4)


async def test_all_providers_share_one_client(healthy_url: str) -> None:
    web = Web()
    assert not web.is_open
    eleven = ElevenLabsProvider(Secret(KEY), now=noon, base_url=healthy_url, web=web)
    other = OpenAICompatibleProvider(
        Secret(KEY), base_url=healthy_url, model=None, now=noon, web=web
    )
    await asyncio.gather(eleven.render(eleven_spec()), other.render(openai_spec()))
    client = await web.client()
    await eleven.aclose()
    assert (await other.render(openai_spec())).audio
    await web.aclose()
    await web.aclose()
    assert client.is_closed
    with pytest.raises(SpeechError):
        await other.render(openai_spec())


@dataclass(frozen=True)
class Times:
    way: str
    script: Script
    low: float
    high: float
    code: SpeechCode = SpeechCode.NETWORK_ERROR


@pytest.mark.parametrize(
    "case",
    [
        Times("stream", Script(then=Stall(-1)), 0.24, 0.9),
        Times("stream", Script(then=Stall(0)), 0.24, 0.9),
        Times("render", Script(then=Stall(-1)), 0.59, 1.3),
        Times("stream", Script(then=Stall(4000)), 0.39, 1.2),
    ],
    ids=["no headers", "no first byte", "rendering has longer", "a gap"],
)
async def test_silence_is_waited_for_only_so_long(case: Times) -> None:
    web = Web(timeouts=QUICK)
    with SpeechServer(case.script) as server:
        provider = ElevenLabsProvider(Secret(KEY), now=noon, base_url=server.base_url, web=web)
        await web.client()
        began = time.monotonic()
        with pytest.raises(SpeechError) as raised:
            await _ask(provider, case.way)
        took = time.monotonic() - began
        await web.aclose()
    assert raised.value.code is case.code
    assert case.low <= took <= case.high


async def test_a_slow_but_steady_voice_is_let_speak() -> None:
    web = Web(timeouts=QUICK)
    with SpeechServer(Script(then=Speak(pace=3.0, chunk=512))) as server:
        provider = ElevenLabsProvider(Secret(KEY), now=noon, base_url=server.base_url, web=web)
        assert await _ask(provider, "stream")
        await web.aclose()


async def _ask(provider: ElevenLabsProvider, way: str) -> bytes:
    if way == "render":
        return (await provider.render(eleven_spec())).audio
    return b"".join([piece async for piece in provider.stream(eleven_spec())])


async def test_a_redirect_does_not_take_the_key_along(respx_mock: respx.MockRouter) -> None:
    away = respx_mock.route(host="elsewhere.example.com").mock(return_value=httpx.Response(200))
    respx_mock.post(url__startswith="https://speech.example.com/").mock(
        return_value=httpx.Response(307, headers={"location": "https://elsewhere.example.com/"})
    )
    provider = ElevenLabsProvider(Secret(KEY), now=noon, base_url="https://speech.example.com")
    with pytest.raises(SpeechError) as raised:
        await provider.render(eleven_spec())
    await provider.aclose()
    assert raised.value.code is SpeechCode.NETWORK_ERROR
    assert away.call_count == 0


async def test_an_answer_without_end_is_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recalliq_tui.speech.answers.MAX_AUDIO", 20_000)
    web = Web()
    with SpeechServer() as server:
        provider = ElevenLabsProvider(Secret(KEY), now=noon, base_url=server.base_url, web=web)
        for way in ("render", "stream"):
            with pytest.raises(SpeechError) as raised:
                await _ask(provider, way)
            assert raised.value.code is SpeechCode.PROVIDER_ERROR
            assert raised.value.received > 20_000
        await web.aclose()


async def test_proxy_settings_that_cannot_be_used_are_a_network_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ALL_PROXY", "gopher://me:proxy-secret@h")
    web = Web()
    with pytest.raises(SpeechError) as raised:
        await web.client()
    assert raised.value.code is SpeechCode.NETWORK_ERROR
    assert "proxy-secret" not in str(raised.value)
    assert raised.value.__suppress_context__
    await web.aclose()


# --- secrets -------------------------------------------------------------------------------------


def everything(error: BaseException) -> str:
    """All that a crash report could show of an error: message, fields, frames with locals."""
    report = traceback.TracebackException.from_exception(error, capture_locals=True)
    assert report.__cause__ is None
    assert report.__suppress_context__ or report.__context__ is None
    frames = [f"{frame} {frame.locals}" for frame in report.stack if frame.filename != __file__]
    assert frames
    return "".join([*frames, *report.format_exception_only(), repr(error), repr(vars(error))])


@pytest.mark.parametrize("script", sorted(set(SCRIPTS) - {"slow-drip"}))
async def test_no_failure_shows_the_key(script: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    web = Web(timeouts=QUICK)
    with SpeechServer(SCRIPTS[script]()) as server:
        eleven = ElevenLabsProvider(Secret(KEY), now=noon, base_url=server.base_url, web=web)
        other = OpenAICompatibleProvider(
            Secret(KEY), base_url=server.base_url, model=None, now=noon, web=web
        )
        shown = [repr(eleven), repr(other), repr(web), repr(eleven._link), repr(server.requests)]
        for ask in (
            lambda: eleven.render(eleven_spec()),
            lambda: anext(eleven.stream(eleven_spec())),
            eleven.voices,
            eleven.account,
            lambda: other.render(openai_spec()),
        ):
            try:
                shown.append(repr(await ask()))
            except SpeechError as error:
                shown.append(everything(error))
        shown.append(repr(server.requests))
        await web.aclose()
    text = "\n".join(shown) + caplog.text
    assert KEY not in text
    assert "preview-secret" not in text


async def test_a_key_that_is_echoed_is_hidden(respx_mock: respx.MockRouter) -> None:
    said = f"Key {KEY} is wrong, see https://h.example.com/x?token=SIGNED"
    respx_mock.post(url__startswith="https://speech.example.com/").mock(
        return_value=httpx.Response(401, content=json.dumps({"detail": said}))
    )
    provider = ElevenLabsProvider(Secret(KEY), now=noon, base_url="https://speech.example.com")
    with pytest.raises(SpeechError) as raised:
        await provider.render(eleven_spec())
    await provider.aclose()
    assert HIDDEN in raised.value.message
    assert KEY not in everything(raised.value)
    assert "SIGNED" not in everything(raised.value)


@pytest.mark.parametrize("key", ["smart “quotes”", "two words", "line\nbreak", "ключ"])
async def test_a_key_that_no_header_can_hold_is_not_configured(key: str, healthy_url: str) -> None:
    provider = ElevenLabsProvider(Secret(key), now=noon, base_url=healthy_url)
    with pytest.raises(SpeechError) as raised:
        await provider.render(eleven_spec())
    await provider.aclose()
    assert raised.value.code is SpeechCode.NOT_CONFIGURED
    assert key not in everything(raised.value)


def test_a_secret_shows_nothing_of_itself() -> None:
    secret = Secret(f" {KEY}\n")
    assert secret.reveal() == KEY
    assert KEY not in f"{secret!r} {secret} {[secret]} {Names()}"
    assert secret == Secret(KEY)
    assert hash(secret) == hash(Secret(KEY))
    assert not Secret("  ")
    assert scrub(f"a {KEY} b", (secret,)) == f"a {HIDDEN} b"
    assert scrub("see http://h/p?q=1 now") == "see http://h/p now"


async def test_json_that_was_cut_off_is_not_asked_for_again(respx_mock: respx.MockRouter) -> None:
    respx_mock.get("https://speech.example.com/x").mock(
        return_value=httpx.Response(200, content=b'{"audio_base64": "AAAA')
    )
    web = Web()
    link = Link(web, "https://speech.example.com", Secret(KEY), ("k", ""), Names(), noon)
    with pytest.raises(SpeechError) as raised:
        await link.get_json("/x")
    assert raised.value.received > 0
    async with link.answer(Call("GET", "/x"), live=True) as (reply, first):
        assert first.startswith(b"{")
        assert reply.received == len(first)
    await web.aclose()
