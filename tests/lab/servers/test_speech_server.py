"""The fake provider behaves as its script says; seen with a plain client."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import miniaudio
import pytest

from recalliq_tui.lab.servers import (
    SCRIPTS,
    Cut,
    FakeVoice,
    Refuse,
    Script,
    Speak,
    SpeechServer,
    Stall,
    faults,
)
from recalliq_tui.lab.servers.tone import speech_ms, tone
from recalliq_tui.speech.mp3 import duration_ms

if TYPE_CHECKING:
    from collections.abc import Iterator

BODY: dict[str, Any] = {"text": "Good morning, class.", "model_id": "eleven_multilingual_v2"}
SPEECH = "/v1/text-to-speech/voiceA1"


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=2.0) as made:
        yield made


def ask(
    client: httpx.Client, server: SpeechServer, path: str = SPEECH, **body: Any
) -> httpx.Response:
    return client.post(server.base_url + path, json={**BODY, **body})


def test_it_sends_real_mp3_in_the_format_that_was_asked_for(client: httpx.Client) -> None:
    with SpeechServer() as server:
        answer = ask(client, server, f"{SPEECH}?output_format=mp3_22050_32")
        [request] = server.requests
    sound = miniaudio.mp3_get_info(answer.content)
    assert (sound.sample_rate, sound.nchannels) == (22050, 1)
    assert abs(duration_ms(answer.content) - speech_ms(BODY["text"])) < 100
    assert answer.headers["character-cost"] == "20"
    assert request.text == BODY["text"]
    assert request.status == 200
    assert request.sent == len(answer.content)
    assert request.ended is not None
    assert request.ended >= request.started


def test_the_script_is_played_in_order(client: httpx.Client) -> None:
    script = Script(replies=(Refuse(faults.rate_limited), Refuse(faults.busy)))
    with SpeechServer(script) as server:
        statuses = [ask(client, server).status_code for _ in range(4)]
        server.play(Script(then=Refuse(lambda _wire: faults.portal())))
        page = ask(client, server)
        assert len(server.spoken) == 5
    assert statuses == [429, 429, 200, 200]
    assert b"<html>" in page.content


def test_credits_run_out_and_the_account_says_so(client: httpx.Client) -> None:
    with SpeechServer(Script(credits=30, credit_limit=100)) as server:
        assert ask(client, server).status_code == 200
        refused = ask(client, server)
        shorter = ask(client, server, text="Short.")
        account = client.get(server.base_url + "/v1/user/subscription").json()
        assert server.credits_left == 4
    assert refused.status_code == 401
    assert refused.json()["detail"]["status"] == "quota_exceeded"
    assert "10 credits remaining, while 20 credits are required" in refused.text
    assert shorter.status_code == 200
    assert account["character_count"] == 96


def test_too_many_at_once_and_too_many_a_second_are_refused() -> None:
    with SpeechServer(Script(then=Speak(latency=0.2), max_in_flight=2)) as server:
        with ThreadPoolExecutor(4) as pool, httpx.Client() as client:
            answers = list(pool.map(lambda _: ask(client, server), range(4)))
        assert sorted(a.status_code for a in answers) == [200, 200, 429, 429]
        assert server.max_in_flight >= 3
    with SpeechServer(Script(max_starts=3)) as server, httpx.Client() as client:
        statuses = [ask(client, server).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert server.starts == sorted(server.starts)


def test_it_can_be_cut_stalled_refused_and_brought_back(client: httpx.Client) -> None:
    with SpeechServer(Script(replies=(Cut(3000), Cut(-1), Stall(3000), Stall(-1)))) as server:
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            ask(client, server)
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            ask(client, server)
        with httpx.Client(timeout=0.2) as hasty:
            for _ in range(2):
                with pytest.raises(httpx.ReadTimeout):
                    ask(hasty, server)
        assert server.wait_for(lambda s: s.in_flight == 0)
        server.refuse_connections()
        with pytest.raises(httpx.ConnectError):
            ask(client, server)
        server.listen_again()
        assert ask(client, server).status_code == 200


def test_it_delivers_at_a_pace(client: httpx.Client) -> None:
    with SpeechServer(Script(then=Speak(pace=4.0, chunk=1024))) as server:
        began = time.monotonic()
        answer = ask(client, server)
        took = time.monotonic() - began
    real = duration_ms(answer.content) / 1000
    assert 0.8 * real / 4 <= took <= real


def test_timings_cover_the_text(client: httpx.Client) -> None:
    with SpeechServer() as server:
        answer = ask(client, server, f"{SPEECH}/with-timestamps").json()
    assert "".join(answer["alignment"]["characters"]) == BODY["text"]
    assert len(answer["audio_base64"]) > 1000


def test_voices_can_be_withdrawn(client: httpx.Client) -> None:
    with SpeechServer(Script(voices=(FakeVoice("voiceA1"), FakeVoice("voiceB2")))) as server:
        server.remove_voice("voiceA1")
        assert ask(client, server).status_code == 404
        listed = client.get(server.base_url + "/v2/voices").json()
        plain = client.get(server.base_url + "/v1/audio/voices").json()
    assert [voice["voice_id"] for voice in listed["voices"]] == ["voiceB2"]
    assert plain == {"voices": ["voiceB2"]}


def test_what_is_no_request_for_speech_costs_and_counts_nothing(client: httpx.Client) -> None:
    with SpeechServer(Script(credits=10)) as server:
        for path in ("/v1/models", "/v1/user/subscription", "/v2/voices", "/nowhere"):
            client.get(server.base_url + path)
        client.post(server.base_url + SPEECH, content=b"not json")
        assert len(server.requests) == 5
        assert server.credits_left == 10
        assert server.requests[-1].status == 422


def test_odd_clients_do_it_no_harm(client: httpx.Client) -> None:
    import socket  # noqa: PLC0415

    with SpeechServer() as server:
        for data in (b"", b"GARBAGE\r\n\r\n", b"GET / HTTP/1.1\r\ncontent-length: x\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", server.port)) as plain:
                plain.sendall(data)
        assert ask(client, server).status_code == 200


@pytest.mark.parametrize("name", sorted(set(SCRIPTS) - {"slow-drip", "quota-unknown"}))
def test_each_script_does_what_it_is_named_for(name: str) -> None:
    with SpeechServer(SCRIPTS[name]()) as server, httpx.Client(timeout=0.3) as hasty:
        outcomes = []
        for _ in range(7):
            try:
                answer = ask(hasty, server)
                kind = answer.headers["content-type"].split(";")[0]
                outcomes.append(f"{answer.status_code} {kind} {bool(answer.content)}")
            except httpx.TransportError as error:
                outcomes.append(type(error).__name__)
                if "stall" in name:
                    break
    healthy = outcomes == ["200 audio/mpeg True"] * 7
    assert healthy == (name == "healthy")


@pytest.mark.parametrize(
    "refusal",
    [
        faults.quota(faults.Wire.ELEVENLABS),
        faults.quota(faults.Wire.ELEVENLABS, shape=402),
        faults.quota(faults.Wire.OPENAI),
        faults.plan_required(faults.Wire.ELEVENLABS),
        faults.invalid("text"),
    ],
)
def test_refusals_are_json(refusal: faults.Refusal) -> None:
    assert isinstance(json.loads(refusal.body), dict)


def test_a_tone_is_as_long_as_it_should_be_and_always_the_same() -> None:
    assert abs(duration_ms(tone(1000)) - 1000) < 60
    assert tone(600) == tone(600)
