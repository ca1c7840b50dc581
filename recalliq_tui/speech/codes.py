"""Providers' codes, words and statuses, and the code of ours that each one means.

These are tables and nothing else: :mod:`recalliq_tui.speech.taxonomy` reads them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.voice import SpeechCode

if TYPE_CHECKING:
    from collections.abc import Mapping


class Reason(StrEnum):
    """What happened where the provider itself gave no code."""

    NO_AUDIO = "no_audio"
    NOT_AUDIO = "not_audio"
    CUT = "cut"
    STALL = "stall"
    CONNECT = "connect"
    CONCURRENCY = "too_many_concurrent_requests"
    PERMISSION = "missing_permissions"
    CLOSED = "closed"


_QUOTA = SpeechCode.QUOTA_EXCEEDED
_KEY = SpeechCode.NOT_CONFIGURED
_PLAN = SpeechCode.PLAN_REQUIRED
_VOICE = SpeechCode.VOICE_UNAVAILABLE
_INPUT = SpeechCode.BAD_INPUT
_RATE = SpeechCode.RATE_LIMITED
_FAULT = SpeechCode.PROVIDER_ERROR
_NET = SpeechCode.NETWORK_ERROR

CODES: Final[Mapping[str, SpeechCode]] = {
    "quota_exceeded": _QUOTA,
    "insufficient_credits": _QUOTA,
    "insufficient_quota": _QUOTA,
    "billing_hard_limit_reached": _QUOTA,
    "invalid_api_key": _KEY,
    "missing_api_key": _KEY,
    "needs_authorization": _KEY,
    "unauthorized": _KEY,
    "missing_permissions": _KEY,
    "insufficient_permissions": _KEY,
    "detected_unusual_activity": SpeechCode.ACCOUNT_BLOCKED,
    "account_deactivated": SpeechCode.ACCOUNT_BLOCKED,
    "paid_plan_required": _PLAN,
    "subscription_required": _PLAN,
    "feature_not_available": _PLAN,
    "voice_access_denied": _PLAN,
    "model_access_denied": _PLAN,
    "voice_not_found": _VOICE,
    "voice_does_not_exist": _VOICE,
    "invalid_uid": _VOICE,
    "max_character_limit_exceeded": _INPUT,
    "text_too_long": _INPUT,
    "string_above_max_length": _INPUT,
    "model_not_found": _INPUT,
    "unsupported_model": _INPUT,
    "invalid_voice_settings": _INPUT,
    "invalid_output_format": _INPUT,
    "too_many_concurrent_requests": _RATE,
    "concurrent_limit_exceeded": _RATE,
    "system_busy": _RATE,
    "rate_limit_exceeded": _RATE,
    "maintenance": _FAULT,
    "server_error": _FAULT,
    "internal_error": _FAULT,
}
"""The provider's own codes. The first known one in a body decides."""

CONCURRENCY_CODES: Final = frozenset({"too_many_concurrent_requests", "concurrent_limit_exceeded"})
PERMISSION_CODES: Final = frozenset({"missing_permissions", "insufficient_permissions"})

TYPES: Final[Mapping[str, SpeechCode]] = {
    "authentication_error": _KEY,
    "permission_error": _KEY,
    "authorization_error": _KEY,
    "rate_limit_error": _RATE,
    "invalid_request_error": _INPUT,
    "validation_error": _INPUT,
    "invalid_request": _INPUT,
    "internal_server_error": _FAULT,
    "processing_error": _FAULT,
    "service_unavailable": _FAULT,
    "overloaded_error": _FAULT,
}
"""Words for families of errors; they count after codes, and after what the message gives away."""

STATUSES: Final[Mapping[int, SpeechCode]] = {
    400: _INPUT,
    401: _KEY,
    402: _PLAN,
    403: _KEY,
    404: _KEY,
    405: _KEY,
    407: _NET,
    408: _NET,
    413: _INPUT,
    414: _INPUT,
    415: _INPUT,
    422: _INPUT,
    425: _RATE,
    429: _RATE,
    511: _NET,
}
"""What a status means where the body says nothing. 5xx and unknown ones: ``provider_error``."""
PORTAL_STATUSES: Final = frozenset({*range(300, 400), 401, 403})
"""With a page instead of an error these come from a proxy or captive portal, not the provider."""
