"""What is tried again and what never is; counted where it would cost money: at the server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.lab.servers import (
    SCRIPTS,
    Cut,
    Nothing,
    Refuse,
    Script,
    Speak,
    SpeechServer,
    Stall,
    faults,
)
from recalliq_tui.lab.servers.script import PERMISSIONS
from recalliq_tui.speech.codes import Reason
from recalliq_tui.speech.elevenlabs import ElevenLabsProvider
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.http import Timeouts, Web
from recalliq_tui.speech.limits import AccountLimits
from recalliq_tui.speech.mp3 import duration_ms
from recalliq_tui.speech.retrying import (
    PATIENCE,
    RECOVERIES,
    Purpose,
    RetryingProvider,
    recovery_of,
    wait_before,
)
from recalliq_tui.speech.secrets import Secret
from tests.clock import NOON
from tests.speech.cases import KEY, eleven_spec, noon

if TYPE_CHECKING:
    from recalliq_tui.lab.servers.script import Reply

IMPATIENT = Timeouts(connect=2, first_live=0.3, first_render=0.3, gap=0.3)
ONCE = {
    SpeechCode.NOT_CONFIGURED,
    SpeechCode.QUOTA_EXCEEDED,
    SpeechCode.VOICE_UNAVAILABLE,
    SpeechCode.PLAN_REQUIRED,
    SpeechCode.ACCOUNT_BLOCKED,
    SpeechCode.BAD_INPUT,
    SpeechCode.BUDGET_REACHED,
}


# --- the table ---------------------------------------------------------------------------------


def test_every_code_has_its_one_row() -> None:
    assert set(RECOVERIES) == set(SpeechCode)
    for code, row in RECOVERIES.items():
        expected = (1, 1) if code in ONCE else (2, 5)
        assert (row.live, row.render) == expected, code


@given(
    st.sampled_from(list(SpeechCode)),
    st.none() | st.sampled_from([*Reason, "system_busy", "x"]),
    st.none() | st.integers(100, 599),
    st.integers(1, 10**9),
)
def test_what_has_begun_to_arrive_is_never_asked_for_again(
    code: SpeechCode, reason: str | None, status: int | None, received: int
) -> None:
    error = SpeechError(code, "x", status=status, reason=reason, received=received)
    for purpose in Purpose:
        assert wait_before(error, 1, purpose=purpose, now=NOON, jitter=0.5) is None


@given(
    st.sampled_from(sorted(ONCE)),
    st.none() | st.integers(100, 599),
    st.sampled_from(list(Purpose)),
    st.none() | st.integers(0, 100),
)
def test_what_cannot_work_is_tried_once(
    code: SpeechCode, status: int | None, purpose: Purpose, named: int | None
) -> None:
    retry_at = None if named is None else NOON + timedelta(seconds=named)
    error = SpeechError(code, "x", status=status, retry_at=retry_at)
    assert wait_before(error, 1, purpose=purpose, now=NOON, jitter=0) is None


@given(
    st.sampled_from([SpeechCode.RATE_LIMITED, SpeechCode.NETWORK_ERROR, SpeechCode.PROVIDER_ERROR]),
    st.floats(0, 1),
    st.sampled_from(list(Purpose)),
)
def test_waits_grow_are_spread_and_have_a_bound(
    code: SpeechCode, jitter: float, purpose: Purpose
) -> None:
    error = SpeechError(code, "x", status=500)
    waits: list[float] = []
    for tries in range(1, 30):
        wait = wait_before(error, tries, purpose=purpose, now=NOON, jitter=jitter)
        if wait is None:
            break
        first = recovery_of(error).first_wait * 2 ** (tries - 1)
        assert min(first / 2, PATIENCE[purpose]) <= wait <= min(first, PATIENCE[purpose])
        waits.append(wait)
    assert len(waits) == (1 if purpose is Purpose.LIVE else 4)
    assert waits == sorted(waits)


@given(st.floats(0, 200), st.floats(0, 1), st.sampled_from(list(Purpose)))
def test_a_named_time_is_never_undercut_nor_waited_for_too_long(
    named: float, jitter: float, purpose: Purpose
) -> None:
    error = SpeechError(
        SpeechCode.RATE_LIMITED, "x", status=429, retry_at=NOON + timedelta(seconds=named)
    )
    wait = wait_before(error, 1, purpose=purpose, now=NOON, jitter=jitter)
    if wait is None:
        assert named > PATIENCE[purpose] - 0.001
    else:
        assert named - 0.001 <= wait <= PATIENCE[purpose]


def test_an_answer_of_no_known_kind_is_not_insisted_on() -> None:
    odd = SpeechError(SpeechCode.PROVIDER_ERROR, "x", status=418)
    assert wait_before(odd, 1, purpose=Purpose.RENDER, now=NOON, jitter=0) is None


# --- at the server -----------------------------------------------------------------------------


@dataclass
class Voice:
    """A retrying provider that never really waits, and the waits that it would have made."""

    server: SpeechServer
    waits: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.web = Web(timeouts=IMPATIENT)
        inner = ElevenLabsProvider(
            Secret(KEY),
            now=noon,
            base_url=self.server.base_url,
            web=self.web,
            limits=AccountLimits(starts=100),
        )
        self.provider = RetryingProvider(inner, jitter=lambda: 1.0, now=noon, sleep=self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    async def speak(self, way: str) -> bytes:
        if way == "stream":
            return b"".join([piece async for piece in self.provider.stream(eleven_spec())])
        return (await self.provider.render(eleven_spec(), urgent=way == "urgent")).audio


VoiceAt = Callable[[Script], Voice]


@pytest.fixture
async def voice_at() -> AsyncIterator[Callable[[Script], Voice]]:
    """Start servers that play a script, each with a voice that asks it."""
    voices: list[Voice] = []

    def start(script: Script) -> Voice:
        server = SpeechServer(script)
        server.start()
        voices.append(Voice(server))
        return voices[-1]

    yield start
    for voice in voices:
        await voice.web.aclose()
        voice.server.stop()


@pytest.mark.parametrize(
    ("script", "code", "live", "render"),
    [
        ("quota-at-once", SpeechCode.QUOTA_EXCEEDED, 1, 1),
        ("bad-key", SpeechCode.NOT_CONFIGURED, 1, 1),
        ("missing-permission", SpeechCode.NOT_CONFIGURED, 1, 1),
        ("voice-removed", SpeechCode.VOICE_UNAVAILABLE, 1, 1),
        ("plan-required", SpeechCode.PLAN_REQUIRED, 1, 1),
        ("account-blocked", SpeechCode.ACCOUNT_BLOCKED, 1, 1),
        ("unknown-error-shape", SpeechCode.PROVIDER_ERROR, 1, 1),
        ("outage", SpeechCode.PROVIDER_ERROR, 2, 5),
        ("html-instead-of-audio", SpeechCode.PROVIDER_ERROR, 2, 2),
        ("empty-200", SpeechCode.PROVIDER_ERROR, 2, 2),
        ("stall-mid-stream", SpeechCode.NETWORK_ERROR, 1, 1),
        ("cut-mid-stream", SpeechCode.NETWORK_ERROR, 1, 1),
        ("cut-before-audio", SpeechCode.NETWORK_ERROR, 2, 5),
    ],
)
@pytest.mark.parametrize("way", ["stream", "urgent", "render"])
async def test_each_failure_is_tried_as_often_as_its_row_says(
    voice_at: VoiceAt, script: str, code: SpeechCode, live: int, render: int, way: str
) -> None:
    voice = voice_at(SCRIPTS[script]())
    with pytest.raises(SpeechError) as raised:
        await voice.speak(way)
    assert raised.value.code is code
    assert len(voice.server.spoken) == (render if way == "render" else live)


async def test_silence_before_the_first_sound_is_tried_again_while_live(voice_at: VoiceAt) -> None:
    voice = voice_at(Script(replies=(Stall(0),)))
    assert duration_ms(await voice.speak("stream")) > 500
    assert len(voice.server.spoken) == 2
    assert voice.waits == [0.5]


@pytest.mark.parametrize(
    ("replies", "waits"),
    [
        ((Refuse(faults.rate_limited),) * 3, [1.0, 2.0, 4.0]),
        ((Refuse(partial(faults.rate_limited, retry_after="30")),), [30.0]),
        ((Refuse(faults.busy),) * 2, [0.25, 0.5]),
        ((Refuse(lambda _wire: faults.unavailable()),) * 4, [0.5, 1.0, 2.0, 4.0]),
        ((Nothing(),), []),
        ((Cut(-1), Refuse(faults.rate_limited), Cut(-1)), [0.5, 2.0, 2.0]),
    ],
)
async def test_rendering_outlasts_what_passes(
    voice_at: VoiceAt, replies: tuple[Reply, ...], waits: list[float]
) -> None:
    voice = voice_at(Script(replies=replies))
    assert duration_ms(await voice.speak("render")) > 500
    assert voice.waits == waits
    assert len(voice.server.spoken) == len(replies) + 1


async def test_live_speech_does_not_wait_for_half_a_minute(voice_at: VoiceAt) -> None:
    voice = voice_at(SCRIPTS["rate-limit-retry-after"]())
    with pytest.raises(SpeechError) as raised:
        await voice.speak("stream")
    assert raised.value.retry_at == NOON + timedelta(seconds=30)
    assert len(voice.server.spoken) == 1
    assert voice.waits == []


async def test_a_quota_that_ends_in_the_midst_of_a_session_ends_the_calls(
    voice_at: VoiceAt,
) -> None:
    cost = len(eleven_spec().text)
    voice = voice_at(Script(credits=2 * cost + 5))
    for _ in range(2):
        assert (await voice.provider.render(eleven_spec())).credits == cost
    with pytest.raises(SpeechError) as raised:
        await voice.speak("render")
    assert len(voice.server.spoken) == 3
    assert (raised.value.remaining, raised.value.required) == (5, cost)
    assert raised.value.retry_at is not None


@pytest.mark.parametrize("shape", [401, 402])
@pytest.mark.parametrize("way", ["stream", "render"])
async def test_a_quota_of_unknown_end_is_not_tried_again_either(
    voice_at: VoiceAt, way: str, shape: int
) -> None:
    blind = PERMISSIONS - {"user_read"}
    voice = voice_at(Script(credits=0, quota_shape=shape, permissions=blind))
    with pytest.raises(SpeechError) as raised:
        await voice.speak(way)
    assert raised.value.code is SpeechCode.QUOTA_EXCEEDED
    assert raised.value.retry_at is None
    assert len(voice.server.spoken) == 1


async def test_bytes_that_were_heard_come_once_and_then_the_error(voice_at: VoiceAt) -> None:
    voice = voice_at(Script(then=Cut(6000), replies=(Cut(6000),)))
    heard = bytearray()
    stream = voice.provider.stream(eleven_spec())

    async def listen() -> None:
        async with aclosing(stream):
            async for piece in stream:
                heard.extend(piece)

    with pytest.raises(SpeechError) as raised:
        await listen()
    assert len(heard) == 6000
    assert raised.value.received == 6000
    assert len(voice.server.spoken) == 1
    assert stream.receipt.credits == -(-len(eleven_spec().text) // 2)


async def test_a_receipt_names_the_call_that_spoke(voice_at: VoiceAt) -> None:
    voice = voice_at(Script(replies=(Nothing(),), then=Speak(chunked=False)))
    stream = voice.provider.stream(eleven_spec())
    async for _ in stream:
        pass
    assert stream.receipt.tries == 2
    assert stream.receipt.request_id == faults.REQUEST_ID
