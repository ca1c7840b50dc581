"""What is asked of ElevenLabs and what is made of its answers, over real sockets."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from recalliq_tui.domain.voice import SpeechCode, VoiceRef
from recalliq_tui.lab.servers import FakeVoice, Refuse, Script, Speak, SpeechServer, faults
from recalliq_tui.lab.servers.script import PERMISSIONS
from recalliq_tui.services.voices import Models, spec_for
from recalliq_tui.speech.eleven_catalogue import PREMADE_GONE, read_models, read_page, read_voice
from recalliq_tui.speech.elevenlabs import ElevenLabsProvider
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.http import Timeouts, Web
from recalliq_tui.speech.secrets import Secret
from tests.speech.cases import KEY, eleven_spec, noon


@dataclass(frozen=True)
class Pair:
    server: SpeechServer
    provider: ElevenLabsProvider


PairAt = Callable[..., Pair]


@pytest.fixture
async def pair() -> AsyncIterator[PairAt]:
    """Start a server with a script, and a provider that asks it."""
    web = Web(timeouts=Timeouts(connect=2, first_live=1, first_render=1, gap=1))
    servers = []

    def start(script: Script | None = None, *, key: str = KEY) -> Pair:
        server = SpeechServer(script)
        server.start()
        servers.append(server)
        return Pair(
            server,
            ElevenLabsProvider(Secret(key), now=noon, base_url=server.base_url, web=web),
        )

    yield start
    await web.aclose()
    for server in servers:
        server.stop()


async def speak(provider: ElevenLabsProvider) -> bytes:
    return b"".join([piece async for piece in provider.stream(eleven_spec())])


async def test_rendering_takes_the_whole_clip_and_live_speech_the_fast_model(pair: PairAt) -> None:
    both = pair()
    await both.provider.render(eleven_spec())
    await speak(both.provider)
    whole, stream = both.server.spoken
    assert whole.path == "/v1/text-to-speech/voiceA1"
    assert stream.path == "/v1/text-to-speech/voiceA1/stream"
    assert whole.query == stream.query == {"output_format": "mp3_44100_128"}
    assert whole.json == {"text": eleven_spec().text, "model_id": "eleven_multilingual_v2"}
    assert stream.json == {
        "text": eleven_spec().text,
        "model_id": "eleven_flash_v2_5",
        "language_code": "en",
    }
    assert whole.headers["xi-api-key"] == KEY


async def test_all_that_changes_the_sound_is_sent(pair: PairAt) -> None:
    both = pair()
    spec = replace(
        eleven_spec(lang="es-MX"),
        model="eleven_turbo_v2_5",
        settings={"stability": 0.4, "speed": 1.1, "use_speaker_boost": False},
        seed=7,
        normalize="off",
        dictionaries=(("dict1", "v3"),),
        format="mp3_22050_32",
    )
    await both.provider.render(spec)
    [asked] = both.server.spoken
    assert asked.query == {"output_format": "mp3_22050_32"}
    assert asked.json == {
        "text": spec.text,
        "model_id": "eleven_turbo_v2_5",
        "language_code": "es",
        "voice_settings": {"stability": 0.4, "speed": 1.1, "use_speaker_boost": False},
        "seed": 7,
        "apply_text_normalization": "off",
        "pronunciation_dictionary_locators": [
            {"pronunciation_dictionary_id": "dict1", "version_id": "v3"}
        ],
    }


@pytest.mark.parametrize(
    ("lang", "model", "code"),
    [
        ("en-GB", "eleven_flash_v2_5", "en"),
        ("nb", "eleven_flash_v2_5", "no"),
        ("zh_Hant", "eleven_flash_v2_5", "zh"),
        ("la", "eleven_flash_v2_5", None),
        ("he", "eleven_flash_v2_5", None),
        ("iw", "eleven_flash_v2_5", None),
        ("en", "eleven_multilingual_v2", None),
        ("en", "some_model_of_tomorrow", None),
        (None, "eleven_flash_v2_5", None),
    ],
)
async def test_a_language_is_named_only_to_a_model_that_knows_it(
    pair: PairAt, lang: str | None, model: str, code: str | None
) -> None:
    both = pair()
    await both.provider.render(replace(eleven_spec(), lang=lang, model=model))
    assert both.server.spoken[0].json.get("language_code") == code


@pytest.mark.parametrize(
    "change",
    [
        {"settings": {"stability": 2}},
        {"settings": {"speed": 3.0}},
        {"settings": {"wpm": 160}},
        {"settings": {"stability": True}},
        {"settings": {"use_speaker_boost": 1}},
        {"seed": -1},
        {"seed": 2**32},
        {"normalize": "sometimes"},
        {"dictionaries": tuple((f"d{i}", "1") for i in range(4))},
        {"format": "pcm_24000"},
        {"text": "  "},
    ],
)
async def test_what_can_never_work_is_not_asked(pair: PairAt, change: dict[str, object]) -> None:
    both = pair()
    with pytest.raises(SpeechError) as raised:
        await both.provider.render(replace(eleven_spec(), **change))  # type: ignore[arg-type]
    assert raised.value.code is SpeechCode.BAD_INPUT
    assert both.server.requests == []


@pytest.mark.parametrize("voice", ["../user", "a b", "", "voice?x=1", "é"])
async def test_a_voice_id_cannot_lead_elsewhere(pair: PairAt, voice: str) -> None:
    both = pair()
    with pytest.raises(SpeechError) as raised:
        await both.provider.render(eleven_spec(voice=voice))
    assert raised.value.code is SpeechCode.VOICE_UNAVAILABLE
    assert both.server.requests == []


# --- timings and cost ----------------------------------------------------------------------------


async def test_timings_come_when_they_are_asked_for(pair: PairAt) -> None:
    both = pair()
    spec = eleven_spec("In the beginning\nwas the word.")
    timed = await both.provider.render(spec)
    plain = await both.provider.render(spec, timings=False)
    assert [spec.text[w.char_from : w.char_to] for w in timed.words] == spec.text.split()
    assert plain.words == ()
    assert both.server.spoken[0].path.endswith("/with-timestamps")
    assert both.server.spoken[1].path == "/v1/text-to-speech/voiceA1"
    assert timed.audio == plain.audio


@pytest.mark.parametrize("alignment", ["missing", "late", "other", "backwards"])
async def test_timings_that_cannot_be_right_are_left_out(pair: PairAt, alignment: str) -> None:
    clip = await pair(Script(alignment=alignment)).provider.render(eleven_spec(), timings=True)
    assert clip.words == ()
    assert clip.duration_ms > 500


async def test_the_price_is_the_providers_own(pair: PairAt) -> None:
    both = pair(Script(credits=1000))
    clip = await both.provider.render(eleven_spec())
    stream = both.provider.stream(eleven_spec())
    pieces = [piece async for piece in stream]
    assert pieces
    assert clip.credits == len(eleven_spec().text)
    assert stream.receipt.credits == (len(eleven_spec().text) + 1) // 2
    assert clip.request_id == stream.receipt.request_id == faults.REQUEST_ID


# --- account, voices, models ---------------------------------------------------------------------


async def test_the_account_says_what_is_left_and_when_it_comes_back(pair: PairAt) -> None:
    account = await pair(Script(credits=400, credit_limit=1000)).provider.account()
    assert account is not None
    assert (account.plan, account.used, account.limit) == ("creator", 600, 1000)
    assert account.resets_at == datetime(2027, 1, 1, tzinfo=UTC)


async def test_a_key_that_may_only_speak_leaves_the_quota_unknown(pair: PairAt) -> None:
    both = pair(Script(permissions=PERMISSIONS - {"user_read", "voices_read"}))
    assert await both.provider.account() is None
    assert await speak(both.provider)
    with pytest.raises(SpeechError) as raised:
        await both.provider.voices()
    assert raised.value.reason == "missing_permissions"
    assert "voices_read" in raised.value.message


async def test_a_used_up_quota_without_a_readable_account_has_no_end(pair: PairAt) -> None:
    both = pair(Script(credits=0, permissions=PERMISSIONS - {"user_read"}))
    with pytest.raises(SpeechError) as raised:
        await both.provider.render(eleven_spec())
    assert raised.value.code is SpeechCode.QUOTA_EXCEEDED
    assert raised.value.retry_at is None


async def test_all_pages_of_voices_are_read(pair: PairAt) -> None:
    many = tuple(FakeVoice(f"voice{i}") for i in range(230))
    both = pair(Script(voices=many))
    voices = await both.provider.voices()
    assert [voice.id for voice in voices] == [voice.id for voice in many]
    assert [r.query["page_size"] for r in both.server.requests] == ["100"] * 3


async def test_voices_that_are_about_to_go_say_when(pair: PairAt) -> None:
    found = {voice.id: voice for voice in await pair().provider.voices()}
    assert found["voiceA1"].gone_at is None
    assert found["voiceB2"].gone_at == PREMADE_GONE
    assert found["voiceC3"].gone_at == datetime(2027, 1, 1, tzinfo=UTC)
    assert found["voiceC3"].lang == "es"
    assert (found["voiceA1"].owner, found["voiceC3"].owner) == (None, "owner1")
    assert "preview-secret" in (found["voiceA1"].preview or "")
    assert "preview-secret" not in repr(found["voiceA1"])


async def test_one_voice_can_be_asked_for(pair: PairAt) -> None:
    both = pair()
    found = await both.provider.voice("voiceB2")
    assert found is not None
    assert found.gone_at == PREMADE_GONE
    with pytest.raises(SpeechError) as raised:
        await both.provider.voice("gone0")
    assert raised.value.code is SpeechCode.VOICE_UNAVAILABLE


async def test_a_models_limit_holds_once_it_is_known(pair: PairAt) -> None:
    both = pair(Script(plan="free"))
    models = {model.id: model for model in await both.provider.models()}
    await both.provider.account()
    assert models["eleven_flash_v2_5"].credits(100) == 50
    with pytest.raises(SpeechError) as raised:
        await both.provider.render(eleven_spec("a" * 2501))
    assert raised.value.code is SpeechCode.BAD_INPUT
    assert "2,500" in raised.value.message
    assert both.server.spoken == []


async def test_a_shared_voice_is_added_to_the_account(pair: PairAt) -> None:
    both = pair()
    added = await both.provider.add_shared_voice(owner="owner1", voice="voiceZ9", name="Zoe")
    assert added == "voiceZ9"
    assert both.server.requests[0].path == "/v1/voices/add/owner1/voiceZ9"
    assert both.server.requests[0].json == {"new_name": "Zoe"}


@pytest.mark.parametrize("raw", [None, 5, [], {"voices": 3}, {"voices": [None, {"voice_id": 1}]}])
def test_odd_catalogues_are_empty_ones(raw: object) -> None:
    assert read_page(raw).voices == ()
    assert read_models(raw) == ()
    assert read_voice(raw) is None


def test_escape_sequences_in_names_go_no_further() -> None:
    voice = read_voice({"voice_id": "a1", "name": "Bad\x1b]52;c;xx\x07 Ada", "category": "cloned"})
    assert voice is not None
    assert voice.name == "Bad Ada"


# --- time and cancelling -------------------------------------------------------------------------


async def test_the_first_bytes_come_before_the_last_are_made(pair: PairAt) -> None:
    both = pair(Script(then=Speak(pace=1.0)))
    async with aclosing(both.provider.stream(eleven_spec())) as pieces:
        first = await anext(pieces)
    assert first
    [request] = both.server.spoken
    assert request.sent < 20_000


async def test_leaving_a_stream_hangs_up_at_once(pair: PairAt) -> None:
    both = pair(Script(then=Speak(pace=0.5)))
    async with aclosing(both.provider.stream(eleven_spec())) as pieces:
        await anext(pieces)
    assert await asyncio.to_thread(both.server.wait_for, lambda s: s.in_flight == 0, seconds=2)
    assert await speak_after(both)


async def speak_after(both: Pair) -> bytes:
    both.server.play(Script())
    return await speak(both.provider)


async def test_cancelling_a_render_hangs_up_at_once(pair: PairAt) -> None:
    both = pair(Script(then=Speak(latency=30)))
    work = asyncio.create_task(both.provider.render(eleven_spec()))
    assert await asyncio.to_thread(both.server.wait_for, lambda s: s.in_flight == 1)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert await asyncio.to_thread(both.server.wait_for, lambda s: s.in_flight == 0, seconds=2)


async def test_an_outage_ends_when_the_server_is_back(pair: PairAt) -> None:
    both = pair()
    both.server.refuse_connections()
    with pytest.raises(SpeechError) as raised:
        await speak(both.provider)
    assert raised.value.code is SpeechCode.NETWORK_ERROR
    assert raised.value.reason == "connect"
    both.server.listen_again()
    assert await speak(both.provider)


async def test_live_speech_overtakes_rendering_at_the_provider(pair: PairAt) -> None:
    both = pair(Script(then=Speak(latency=0.15)))
    texts = [f"Sentence number {i}." for i in range(4)]
    renders = [asyncio.create_task(both.provider.render(eleven_spec(t))) for t in texts]
    assert await asyncio.to_thread(both.server.wait_for, lambda s: s.in_flight == 2)
    await speak(both.provider)
    await asyncio.gather(*renders)
    assert [r.path.rsplit("/", 1)[1] for r in both.server.spoken].index("stream") == 2
    assert both.server.max_in_flight == 2


async def test_a_missing_key_is_found_before_anything_is_sent(pair: PairAt) -> None:
    both = pair(key="")
    with pytest.raises(SpeechError) as raised:
        await both.provider.render(eleven_spec())
    assert raised.value.code is SpeechCode.NOT_CONFIGURED
    assert "ELEVENLABS_API_KEY" in raised.value.message
    assert both.server.requests == []


async def test_a_wrong_key_is_told_apart_from_a_used_up_quota(pair: PairAt) -> None:
    wrong = pair(Script(key="another-key"))
    with pytest.raises(SpeechError) as raised:
        await wrong.provider.render(eleven_spec())
    assert raised.value.code is SpeechCode.NOT_CONFIGURED
    spent = pair(Script(then=Refuse(faults.quota)))
    with pytest.raises(SpeechError) as raised:
        await spent.provider.render(eleven_spec())
    assert raised.value.code is SpeechCode.QUOTA_EXCEEDED
    assert raised.value.status == 401


# --- specs -----------------------------------------------------------------------------------------


def test_specs_name_the_model_so_that_keys_differ_between_live_and_rendered() -> None:
    ada = VoiceRef("elevenlabs", "voiceA1")
    rendered, live = (spec_for("Hi", voice=ada, live=live) for live in (False, True))
    assert (rendered.model, live.model) == ("eleven_multilingual_v2", "eleven_flash_v2_5")
    assert rendered.key != live.key
    assert rendered.format == "mp3_44100_128"
    own = spec_for("Hi", voice=ada, models=Models(render="mine"))
    assert own.model == "mine"
    pinned = VoiceRef("elevenlabs", "voiceA1", "pinned")
    assert spec_for("Hi", voice=pinned, live=True).model == "pinned"
    local = VoiceRef("openai", "af_heart")
    assert spec_for("Hi", voice=local, models=Models(server="kokoro")).model == "kokoro"


def test_naming_the_providers_loads_no_http() -> None:
    code = (
        "import sys, recalliq_tui.services.voices, recalliq_tui.speech.configured,"
        " recalliq_tui.speech.elevenlabs, recalliq_tui.speech.openai_compatible,"
        " recalliq_tui.speech.retrying;"
        " print([m for m in ('httpx', 'httpcore', 'lameenc', 'keyring') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
