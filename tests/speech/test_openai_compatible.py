"""What is asked of an OpenAI-compatible server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest

from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.lab.servers import Script, SpeechServer
from recalliq_tui.lab.servers.tone import tone
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.openai_compatible import OpenAICompatibleProvider
from recalliq_tui.speech.secrets import Secret
from tests.speech.cases import KEY, noon, openai_spec

if TYPE_CHECKING:
    import respx

BASE = "https://speech.example.com"
Make = Callable[..., OpenAICompatibleProvider]


@pytest.fixture
async def make() -> AsyncIterator[Make]:
    made: list[OpenAICompatibleProvider] = []

    def start(base_url: str = BASE, *, key: str = KEY, model: str | None = None) -> object:
        made.append(OpenAICompatibleProvider(Secret(key), base_url=base_url, model=model, now=noon))
        return made[-1]

    yield start  # type: ignore[misc]
    for provider in made:
        await provider.aclose()


async def test_the_request_is_openais(make: Make) -> None:
    with SpeechServer(Script()) as server:
        provider = make(server.base_url, model="tts")
        clip = await provider.render(replace(openai_spec(), settings={"speed": 0.9}))
        await provider.render(replace(openai_spec(), model=None))
        first, second = server.spoken
    assert clip.duration_ms > 500
    assert first.path == "/v1/audio/speech"
    assert first.json == {
        "model": "kokoro",
        "input": openai_spec().text,
        "voice": "voiceA1",
        "response_format": "mp3",
        "speed": 0.9,
    }
    assert first.headers["authorization"] == f"Bearer {KEY}"
    assert second.json["model"] == "tts"


async def test_a_server_of_ones_own_needs_no_key(make: Make) -> None:
    with SpeechServer(Script()) as server:
        await make(server.base_url, key="").render(openai_spec())
        assert "authorization" not in server.spoken[0].headers


async def test_without_a_model_nothing_is_asked(make: Make) -> None:
    with SpeechServer(Script()) as server:
        with pytest.raises(SpeechError) as raised:
            await make(server.base_url).render(replace(openai_spec(), model=None))
        assert raised.value.code is SpeechCode.NOT_CONFIGURED
        assert server.requests == []


@pytest.mark.parametrize("settings", [{"speed": 9}, {"speed": "x"}, {"stability": 0.5}])
async def test_settings_that_it_does_not_take_are_refused(
    make: Make, settings: dict[str, object]
) -> None:
    with pytest.raises(SpeechError) as raised:
        await make().render(replace(openai_spec(), settings=settings))
    assert raised.value.code is SpeechCode.BAD_INPUT


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ({"voices": ["af_heart", "bf_emma"]}, ["af_heart", "bf_emma"]),
        ({"voices": [{"id": "a", "name": "Ada", "language": "en"}, {"voice_id": "b"}]}, ["a", "b"]),
        ({"data": [{"id": "x"}]}, ["x"]),
        (["x", "x", "", None, 4], ["x"]),
        ({"nothing": 1}, []),
    ],
)
async def test_voices_are_read_in_each_known_shape(
    make: Make, listed: object, expected: list[str], respx_mock: respx.MockRouter
) -> None:
    respx_mock.get(f"{BASE}/v1/audio/voices").mock(return_value=httpx.Response(200, json=listed))
    assert [voice.id for voice in await make().voices()] == expected


async def test_a_server_that_lists_no_voices_has_none_to_show(
    make: Make, respx_mock: respx.MockRouter
) -> None:
    respx_mock.get(f"{BASE}/v1/audio/voices").mock(return_value=httpx.Response(404))
    assert await make().voices() == ()
    assert await make().account() is None  # type: ignore[func-returns-value]


@pytest.mark.parametrize("start", [b"RIFF\x00\x00\x00\x00WAVE", b"OggS\x00\x02", b"fLaC\x00\x00"])
async def test_another_format_than_mp3_is_said_to_be_one(
    make: Make, start: bytes, respx_mock: respx.MockRouter
) -> None:
    respx_mock.post(f"{BASE}/v1/audio/speech").mock(
        return_value=httpx.Response(200, content=start + b"\x00" * 500)
    )
    with pytest.raises(SpeechError) as raised:
        await make().render(openai_spec())
    assert raised.value.code is SpeechCode.PROVIDER_ERROR
    assert "another format" in raised.value.message


async def test_noise_is_no_mp3(make: Make, respx_mock: respx.MockRouter) -> None:
    respx_mock.post(f"{BASE}/v1/audio/speech").mock(
        return_value=httpx.Response(200, content=b"\x01\x02\x03" * 500)
    )
    with pytest.raises(SpeechError) as raised:
        await make().render(openai_spec())
    assert raised.value.received == 1500


async def test_a_body_without_a_frame_that_ends_inside_a_frame_was_cut(
    make: Make, respx_mock: respx.MockRouter
) -> None:
    audio = tone(700)

    async def pieces() -> AsyncIterator[bytes]:
        yield audio[:-50]

    response = httpx.Response(200, content=pieces())
    del response.headers["transfer-encoding"]
    respx_mock.post(f"{BASE}/v1/audio/speech").mock(return_value=response)
    with pytest.raises(SpeechError) as raised:
        await make().render(openai_spec())
    assert raised.value.code is SpeechCode.NETWORK_ERROR
