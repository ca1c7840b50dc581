"""Every failure has its code. The rows are what providers are seen to answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.speech.codes import CODES, Reason
from recalliq_tui.speech.elevenlabs import ElevenLabsProvider
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.openai_compatible import OpenAICompatibleProvider
from recalliq_tui.speech.secrets import Secret
from recalliq_tui.speech.taxonomy import Answer, Names, classify, retry_after
from tests.clock import NOON
from tests.speech.cases import KEY, eleven_spec, noon, openai_spec

if TYPE_CHECKING:
    from collections.abc import Mapping

    import respx

HTML = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Welcome</body></html>"


def old(status: str, message: str = "Something.") -> dict[str, Any]:
    return {"detail": {"status": status, "message": message}}


def new(code: str, kind: str, message: str = "Something.") -> dict[str, Any]:
    detail = {"type": kind, "code": code, "status": kind, "message": message, "request_id": "r1"}
    return {"detail": detail}


def of_openai(
    code: str | None, kind: str, message: str = "Something.", param: str | None = None
) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


@dataclass(frozen=True)
class Row:
    status: int
    body: object
    code: SpeechCode
    reason: str | None = None
    says: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def raw(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()

    @property
    def content_type(self) -> str:
        if not isinstance(self.body, str):
            return "application/json"
        return "text/html" if self.body.startswith("<") else "text/plain"


LEFT = "You have 7 credits remaining, while 1,091 credits are required for this request."

ELEVENLABS = [
    Row(401, old("quota_exceeded", LEFT), SpeechCode.QUOTA_EXCEEDED, "quota_exceeded", "7 credits"),
    Row(402, new("insufficient_credits", "payment_required"), SpeechCode.QUOTA_EXCEEDED),
    Row(401, new("unknown_word", "payment_required", LEFT), SpeechCode.QUOTA_EXCEEDED),
    Row(401, old("invalid_api_key"), SpeechCode.NOT_CONFIGURED, says="ELEVENLABS_API_KEY"),
    Row(401, old("missing_api_key"), SpeechCode.NOT_CONFIGURED),
    Row(401, old("needs_authorization"), SpeechCode.NOT_CONFIGURED),
    Row(401, new("unauthorized", "authentication_error"), SpeechCode.NOT_CONFIGURED),
    Row(
        401,
        old("missing_permissions", "The key is missing the permission text_to_speech to do this."),
        SpeechCode.NOT_CONFIGURED,
        "missing_permissions",
        "lacks the permission text_to_speech",
    ),
    Row(403, new("insufficient_permissions", "authorization_error"), SpeechCode.NOT_CONFIGURED),
    Row(401, old("detected_unusual_activity"), SpeechCode.ACCOUNT_BLOCKED),
    Row(402, new("paid_plan_required", "payment_required"), SpeechCode.PLAN_REQUIRED),
    Row(403, old("subscription_required"), SpeechCode.PLAN_REQUIRED),
    Row(403, old("feature_not_available"), SpeechCode.PLAN_REQUIRED),
    Row(403, old("voice_access_denied"), SpeechCode.PLAN_REQUIRED),
    Row(403, old("model_access_denied"), SpeechCode.PLAN_REQUIRED),
    Row(404, old("voice_not_found"), SpeechCode.VOICE_UNAVAILABLE),
    Row(400, old("voice_not_found"), SpeechCode.VOICE_UNAVAILABLE),
    Row(400, old("voice_does_not_exist"), SpeechCode.VOICE_UNAVAILABLE),
    Row(400, old("invalid_uid"), SpeechCode.VOICE_UNAVAILABLE),
    Row(400, old("max_character_limit_exceeded"), SpeechCode.BAD_INPUT),
    Row(400, new("text_too_long", "validation_error"), SpeechCode.BAD_INPUT),
    Row(400, old("model_not_found"), SpeechCode.BAD_INPUT),
    Row(400, old("unsupported_model"), SpeechCode.BAD_INPUT),
    Row(
        400,
        old("invalid_voice_settings", "Voice settings are not supported"),
        SpeechCode.BAD_INPUT,
    ),
    Row(400, old("nobody_knows", "Voice settings are not supported"), SpeechCode.BAD_INPUT),
    Row(400, old("invalid_output_format"), SpeechCode.BAD_INPUT),
    Row(
        422,
        {"detail": [{"loc": ["body", "text"], "msg": "Field required", "type": "missing"}]},
        SpeechCode.BAD_INPUT,
        says="body.text: Field required",
    ),
    Row(429, old("too_many_concurrent_requests"), SpeechCode.RATE_LIMITED),
    Row(429, new("concurrent_limit_exceeded", "rate_limit_error"), SpeechCode.RATE_LIMITED),
    Row(429, old("system_busy"), SpeechCode.RATE_LIMITED),
    Row(429, old("rate_limit_exceeded"), SpeechCode.RATE_LIMITED),
    Row(429, "", SpeechCode.RATE_LIMITED),
    Row(503, old("system_busy"), SpeechCode.RATE_LIMITED),
    Row(500, old("internal_error"), SpeechCode.PROVIDER_ERROR),
    Row(503, old("maintenance"), SpeechCode.PROVIDER_ERROR),
    Row(502, HTML, SpeechCode.PROVIDER_ERROR),
    Row(503, "", SpeechCode.PROVIDER_ERROR),
    Row(520, "origin error", SpeechCode.PROVIDER_ERROR, says="origin error"),
    Row(500, of_openai(None, "invalid_request_error"), SpeechCode.PROVIDER_ERROR),
    Row(200, "", SpeechCode.PROVIDER_ERROR, Reason.NO_AUDIO, "without any audio"),
    Row(200, HTML, SpeechCode.PROVIDER_ERROR, Reason.NOT_AUDIO, "a web page"),
    Row(200, old("quota_exceeded", LEFT), SpeechCode.QUOTA_EXCEEDED, "quota_exceeded"),
    Row(200, {"fine": True}, SpeechCode.PROVIDER_ERROR, Reason.NOT_AUDIO),
    Row(302, HTML, SpeechCode.NETWORK_ERROR),
    Row(403, HTML, SpeechCode.NETWORK_ERROR, says="login page"),
    Row(407, "Proxy Authentication Required", SpeechCode.NETWORK_ERROR),
    Row(511, HTML, SpeechCode.NETWORK_ERROR),
    Row(401, "", SpeechCode.NOT_CONFIGURED),
    Row(402, {"detail": "Payment required"}, SpeechCode.PLAN_REQUIRED),
    Row(404, {"detail": "Not Found"}, SpeechCode.NOT_CONFIGURED, says="ELEVENLABS_BASE_URL"),
    Row(418, {"oops": [1]}, SpeechCode.PROVIDER_ERROR, says="418"),
    Row(400, "[1, 2]", SpeechCode.BAD_INPUT),
    Row(413, "", SpeechCode.BAD_INPUT),
]

OPENAI = [
    Row(429, of_openai("insufficient_quota", "insufficient_quota"), SpeechCode.QUOTA_EXCEEDED),
    Row(429, of_openai(None, "insufficient_quota"), SpeechCode.QUOTA_EXCEEDED),
    Row(
        429,
        of_openai(None, "requests", "You exceeded your current quota, please check your plan."),
        SpeechCode.QUOTA_EXCEEDED,
    ),
    Row(429, of_openai("rate_limit_exceeded", "requests"), SpeechCode.RATE_LIMITED),
    Row(
        401,
        of_openai("invalid_api_key", "invalid_request_error"),
        SpeechCode.NOT_CONFIGURED,
        says="RECALLIQ_SPEECH_API_KEY",
    ),
    Row(401, of_openai(None, "invalid_request_error"), SpeechCode.NOT_CONFIGURED),
    Row(404, of_openai("model_not_found", "invalid_request_error"), SpeechCode.BAD_INPUT),
    Row(
        400,
        of_openai(None, "invalid_request_error", "Input should be 'alloy'", "voice"),
        SpeechCode.VOICE_UNAVAILABLE,
    ),
    Row(400, of_openai("string_above_max_length", "x", "Too long", "input"), SpeechCode.BAD_INPUT),
    Row(
        400,
        {
            "detail": {
                "error": "validation_error",
                "message": "Voice 'x' not found. Available voices: af_heart",
                "type": "invalid_request_error",
            }
        },
        SpeechCode.VOICE_UNAVAILABLE,
        "validation_error",
    ),
    Row(
        500,
        {"detail": {"error": "processing_error", "message": "Boom", "type": "server_error"}},
        SpeechCode.PROVIDER_ERROR,
        "processing_error",
        "Boom",
    ),
    Row(404, {"detail": "Not Found"}, SpeechCode.NOT_CONFIGURED, says="RECALLIQ_SPEECH_BASE_URL"),
    Row(400, {"detail": "Unknown voice af_x"}, SpeechCode.VOICE_UNAVAILABLE),
    Row(400, {"error": "no such model"}, SpeechCode.BAD_INPUT, says="no such model"),
    Row(502, HTML, SpeechCode.PROVIDER_ERROR),
]


def name_of(row: Row) -> str:
    return f"{row.status}-{row.raw.decode()[:60]}"


def check(row: Row, error: SpeechError) -> None:
    assert error.code is row.code
    assert row.says in error.message
    assert error.message
    if row.reason is not None:
        assert error.reason == row.reason
    assert error.received == 0


@pytest.mark.parametrize("row", ELEVENLABS, ids=name_of)
@pytest.mark.parametrize("way", ["render", "stream"])
async def test_elevenlabs_at_the_wire(row: Row, way: str, respx_mock: respx.MockRouter) -> None:
    base = "https://speech.example.com"
    headers = {"content-type": row.content_type, "request-id": "req-7", **row.headers}
    route = respx_mock.post(url__startswith=f"{base}/v1/text-to-speech/voiceA1").mock(
        return_value=httpx.Response(row.status, content=row.raw, headers=headers)
    )
    respx_mock.get(f"{base}/v1/user/subscription").mock(
        return_value=httpx.Response(200, json={"next_character_count_reset_unix": 1_798_761_600})
    )
    provider = ElevenLabsProvider(Secret(KEY), now=noon, base_url=base)
    ask = provider.render if way == "render" else lambda spec: anext(provider.stream(spec))
    with pytest.raises(SpeechError) as raised:
        await ask(eleven_spec())
    await provider.aclose()
    check(row, raised.value)
    assert raised.value.status == row.status
    assert raised.value.request_id == "req-7"
    assert route.call_count == 1
    if row.code is SpeechCode.QUOTA_EXCEEDED:
        assert raised.value.retry_at == datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("row", OPENAI, ids=name_of)
async def test_openai_at_the_wire(row: Row, respx_mock: respx.MockRouter) -> None:
    base = "https://speech.example.com"
    headers = {"content-type": row.content_type}
    route = respx_mock.post(f"{base}/v1/audio/speech").mock(
        return_value=httpx.Response(row.status, content=row.raw, headers=headers)
    )
    provider = OpenAICompatibleProvider(Secret(KEY), base_url=base, model=None, now=noon)
    with pytest.raises(SpeechError) as raised:
        await provider.render(openai_spec())
    await provider.aclose()
    check(row, raised.value)
    assert route.call_count == 1


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (httpx.ConnectError("Name or service not known"), Reason.CONNECT),
        (httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED]"), Reason.CONNECT),
        (httpx.ConnectTimeout("slow"), Reason.CONNECT),
        (httpx.ReadTimeout("slow"), Reason.STALL),
        (httpx.RemoteProtocolError("peer closed connection"), Reason.CUT),
        (httpx.ReadError("reset"), Reason.CUT),
        (httpx.ProxyError("no"), Reason.CUT),
    ],
)
async def test_a_broken_transport_is_a_network_error(
    failure: Exception, reason: Reason, respx_mock: respx.MockRouter
) -> None:
    respx_mock.post(url__startswith="https://speech.example.com/").mock(side_effect=failure)
    provider = ElevenLabsProvider(Secret(KEY), now=noon, base_url="https://speech.example.com")
    with pytest.raises(SpeechError) as raised:
        await provider.render(eleven_spec())
    await provider.aclose()
    assert raised.value.code is SpeechCode.NETWORK_ERROR
    assert raised.value.reason == reason


def test_credits_that_are_named_are_read() -> None:
    body = json.dumps(old("quota_exceeded", LEFT)).encode()
    error = classify(Answer(401, {}, body), now=NOON)
    assert (error.remaining, error.required) == (7, 1091)


def test_the_bodys_own_request_id_serves_where_no_header_names_one() -> None:
    body = json.dumps(new("paid_plan_required", "payment_required")).encode()
    assert classify(Answer(402, {}, body), now=NOON).request_id == "r1"


@pytest.mark.parametrize(
    ("given_header", "seconds"),
    [
        ("30", 30),
        ("0", 0),
        ("1.5", 1.5),
        ("Fri, 20 Nov 2026 12:01:00 GMT", 60),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("nan", None),
        ("1e9", None),
        ("99999999999999", None),
        ("Fri, 20 Nov 9999 12:01:00 -9999", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(given_header: str, seconds: float | None) -> None:
    found = retry_after({"retry-after": given_header}, now=NOON)
    assert found == (None if seconds is None else NOON + timedelta(seconds=seconds))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["detail", "error", "status", "code", "message", "type", "loc", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
bodies = st.binary(max_size=200) | json_values.map(lambda v: json.dumps(v).encode())


@given(
    st.integers(100, 599),
    bodies,
    st.dictionaries(
        st.sampled_from(["content-type", "retry-after", "request-id"]), st.text(max_size=40)
    ),
)
def test_no_answer_makes_it_stumble(status: int, body: bytes, headers: dict[str, str]) -> None:
    error = classify(Answer(status, headers, body), now=NOON, names=Names(), secrets=(Secret(KEY),))
    assert error.message == error.message.strip()
    assert "\x1b" not in str(error)
    assert error.retry_at is None or error.retry_at >= NOON


@pytest.mark.parametrize(
    "body",
    [b"[" * 60_000, b'{"a":' * 10_000, b"\xff\xfe", b"{" + b" " * 70_000, b'{"detail": 1e999}'],
)
def test_no_odd_body_makes_it_stumble(body: bytes) -> None:
    assert classify(Answer(500, {}, body), now=NOON).code is SpeechCode.PROVIDER_ERROR


@given(st.integers(200, 599), st.sampled_from(sorted(CODES)), st.booleans())
def test_the_bodys_code_beats_every_status(status: int, code: str, newer: bool) -> None:  # noqa: FBT001
    body = json.dumps(new(code, "some_family") if newer else old(code)).encode()
    assert classify(Answer(status, {}, body), now=NOON).code is CODES[code]


@given(st.text(max_size=200))
def test_no_key_and_no_signed_address_comes_through(around: str) -> None:
    said = f"{around} {KEY} https://u:p@h.example.com/a.mp3?sig=SIGNED#f {around}"
    for body in (json.dumps(old("x_y", said)), said):
        error = classify(Answer(400, {}, body.encode()), now=NOON, secrets=(Secret(KEY),))
        assert KEY not in str(error)
        assert "SIGNED" not in str(error)
