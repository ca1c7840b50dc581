"""The providers' refusals, byte for byte as they are seen on the wire."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


class Wire(StrEnum):
    """Whose format an answer has."""

    ELEVENLABS = "elevenlabs"
    OPENAI = "openai"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is no audio."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


PORTAL: Final = (
    b"<!DOCTYPE html><html><head><title>Hotel WiFi - Sign in</title></head>"
    b"<body><h1>Welcome</h1></body></html>"
)
REQUEST_ID: Final = "req_lab_0001"
KEY: Final = "lab-key-0123456789abcdef"
"""The key that the lab gives the program for its own servers. It opens nothing."""
SIGNATURE: Final = "preview-secret"


def eleven(status: int, code: str, message: str, *, family: str | None = None) -> Refusal:
    """Return an ElevenLabs error; with a ``family`` in the newer shape with type and code."""
    detail: dict[str, Any] = {"status": code, "message": message}
    if family is not None:
        detail = {
            "type": family,
            "code": code,
            "status": family,
            "message": message,
            "request_id": REQUEST_ID,
            "param": None,
        }
    return Refusal(status, json.dumps({"detail": detail}).encode())


def openai(
    status: int,
    message: str,
    *,
    family: str = "invalid_request_error",
    code: str | None = None,
    param: str | None = None,
) -> Refusal:
    """Return an error as OpenAI's own service words it."""
    error = {"message": message, "type": family, "param": param, "code": code}
    return Refusal(status, json.dumps({"error": error}).encode())


def server(status: int, error: str, message: str, *, family: str) -> Refusal:
    """Return an error as Kokoro-FastAPI words it."""
    detail = {"error": error, "message": message, "type": family}
    return Refusal(status, json.dumps({"detail": detail}).encode())


def credits_message(remaining: int, required: int) -> str:
    return (
        "This request exceeds your quota of 10000. You have"
        f" {remaining} credits remaining, while {required} credits are required for this request."
    )


def quota(wire: Wire, *, shape: int = 401, remaining: int = 0, required: int = 91) -> Refusal:
    """Return a used-up quota: 401 and 402 at ElevenLabs, always 429 at OpenAI."""
    if wire is Wire.OPENAI:
        return openai(
            429,
            "You exceeded your current quota, please check your plan and billing details.",
            family="insufficient_quota",
            code="insufficient_quota",
        )
    message = credits_message(remaining, required)
    if shape == 402:  # noqa: PLR2004
        return eleven(402, "insufficient_credits", message, family="payment_required")
    return eleven(shape, "quota_exceeded", message)


def bad_key(wire: Wire) -> Refusal:
    if wire is Wire.OPENAI:
        return openai(401, "Incorrect API key provided: wr***ng.", code="invalid_api_key")
    return eleven(401, "invalid_api_key", "Invalid API key")


def leaky(wire: Wire) -> Refusal:
    """Return a refusal that repeats the key and names a signed address."""
    words = f"The key {KEY} may not read https://files.example.com/a.mp3?signature={SIGNATURE}"
    if wire is Wire.OPENAI:
        return openai(401, words, code="invalid_api_key")
    return eleven(401, "invalid_api_key", words)


def missing_permission(permission: str) -> Refusal:
    return eleven(
        401,
        "missing_permissions",
        f"The API key you used is missing the permission {permission} to execute this operation.",
    )


def plan_required(wire: Wire) -> Refusal:
    if wire is Wire.OPENAI:
        return openai(403, "Your plan does not include this voice.", code="model_access_denied")
    return eleven(
        402,
        "paid_plan_required",
        "Free users cannot use library voices via the API. Please upgrade your subscription.",
        family="payment_required",
    )


def voice_gone(wire: Wire, voice: str) -> Refusal:
    if wire is Wire.OPENAI:
        return server(
            400,
            "validation_error",
            f"Voice '{voice}' not found. Available voices: af_heart, bf_emma",
            family="invalid_request_error",
        )
    return eleven(404, "voice_not_found", f"A voice with the voice_id {voice} was not found.")


def too_long(wire: Wire, limit: int) -> Refusal:
    if wire is Wire.OPENAI:
        return openai(
            400, f"Input is longer than {limit} characters.", code="string_above_max_length"
        )
    return eleven(400, "max_character_limit_exceeded", f"The text exceeds {limit} characters.")


def rate_limited(wire: Wire, *, retry_after: str | None = None) -> Refusal:
    headers = {"retry-after": retry_after} if retry_after is not None else {}
    base = (
        openai(429, "Rate limit reached.", family="requests", code="rate_limit_exceeded")
        if wire is Wire.OPENAI
        else eleven(429, "rate_limit_exceeded", "Too many requests.", family="rate_limit_error")
    )
    return Refusal(base.status, base.body, headers=headers)


def busy(wire: Wire) -> Refusal:
    """Return the answer to more requests at once than the plan allows."""
    if wire is Wire.OPENAI:
        return rate_limited(wire)
    return eleven(
        429, "too_many_concurrent_requests", "Too many concurrent requests. Your limit is 2."
    )


def blocked() -> Refusal:
    return eleven(
        401,
        "detected_unusual_activity",
        "Unusual activity detected. Free Tier usage disabled. Please purchase a Paid Plan.",
    )


def unavailable() -> Refusal:
    """Return what a gateway answers while the service behind it is away."""
    return Refusal(503, b"<html><body>503 Service Unavailable</body></html>", "text/html")


def invalid(field_name: str) -> Refusal:
    """Return what a body that doesn't validate gets, before the key is looked at."""
    problem = {"loc": ["body", field_name], "msg": "Field required", "type": "missing"}
    return Refusal(422, json.dumps({"detail": [problem]}).encode())


def portal(status: int = 200) -> Refusal:
    return Refusal(status, PORTAL, "text/html; charset=utf-8")


def unknown_shape() -> Refusal:
    return Refusal(418, b'{"oops": [1, 2, {"what": "no idea"}], "trace": null}')
