"""Why a call failed, from what came back. Pure: no I/O, the time is an argument.

The body's own code decides first and the HTTP status second: a used-up quota is seen both as 401
and as 402, and a client that reads 401 as "bad key" tells its user the wrong thing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.speech.bodies import BodyKind, Said, read_body
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.secrets import scrub
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from recalliq_tui.speech.secrets import Secret


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

_CREDITS: Final = re.compile(
    r"(?P<left>[\d,.]{1,15}) credits? (?:remaining|left).{0,40}?(?P<need>[\d,.]{1,15}) credits?"
    r"(?: are| is)? required",
    re.IGNORECASE,
)
_QUOTA_WORDS: Final = re.compile(
    r"(?:exceed\w* your (?:current )?quota|quota (?:is |was )?exceeded|out of credits"
    r"|not enough credits|insufficient (?:credits|funds|quota)|credits? remaining, while)",
    re.IGNORECASE,
)
_VOICE_WORDS: Final = re.compile(
    r"(?:voice\b(?! settings).{0,160}?\b(?:not (?:found|available|supported|exist)|does(?:n't| not) exist"
    r"|unavailable)|(?:unknown|invalid|no such|unsupported) voice\b(?! settings))",
    re.IGNORECASE,
)
_PERMISSION: Final = re.compile(r"permissions?[ :'\"`]{1,3}(?P<name>[a-z]+_[a-z_]{1,40})")

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
_PORTAL_STATUSES: Final = frozenset({*range(300, 400), 401, 403})
"""With a page instead of an error these come from a proxy or captive portal, not the provider."""
_LONGEST_WAIT: Final = timedelta(days=45)
_OK: Final = 200
_SERVER_FAULT: Final = 500
_UNPROCESSABLE: Final = 422


@dataclass(frozen=True, slots=True)
class Names:
    """How the learner knows a provider: its name, and the settings to look at."""

    provider: str = "the voice provider"
    key_setting: str = "the API key"
    url_setting: str = "the base URL"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. ``headers`` have lower-case names; ``body`` may be cut short."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


def classify(
    answer: Answer,
    *,
    now: datetime,
    names: Names | None = None,
    secrets: Iterable[Secret] = (),
) -> SpeechError:
    """Return the error that an answer without audio stands for. Never raises."""
    names = names or Names()
    said = read_body(answer.body, content_type=answer.headers.get("content-type", ""))
    code, reason = _decide(answer.status, said)
    remaining, required = credits_named(said.message)
    return SpeechError(
        code,
        scrub(_message(code, reason, said, answer.status, names), secrets),
        status=answer.status,
        retry_at=retry_after(answer.headers, now=now),
        request_id=request_id(answer.headers) or said.request_id,
        reason=reason,
        remaining=remaining if code is _QUOTA else None,
        required=required if code is _QUOTA else None,
    )


def _decide(status: int, said: Said) -> tuple[SpeechCode, str | None]:
    """Return our code and the provider's own word for it."""
    named = next((code for code in (*said.codes, said.type) if code in CODES), None)
    if named is not None:
        return CODES[named], named
    own = said.codes[0] if said.codes else said.type
    if said.kind in (BodyKind.JSON, BodyKind.TEXT):
        if _QUOTA_WORDS.search(said.message):
            return _QUOTA, own
        is_ours = status < _SERVER_FAULT and status != _UNPROCESSABLE
        if is_ours and (said.field == "voice" or _VOICE_WORDS.search(said.message)):
            return _VOICE, own
    if status == _OK:
        empty = said.kind is BodyKind.EMPTY
        return _FAULT, Reason.NO_AUDIO if empty else Reason.NOT_AUDIO
    if said.kind is BodyKind.HTML and status in _PORTAL_STATUSES:
        return _NET, Reason.NOT_AUDIO
    if 300 <= status < 400:  # noqa: PLR2004
        return _NET, own
    if status >= _SERVER_FAULT:
        return STATUSES.get(status, _FAULT), own
    # A family word may be as vague as "invalid request": a status that says more wins.
    family = TYPES.get(own or "") or TYPES.get(said.type or "")
    by_status = STATUSES.get(status)
    if family is not None and (by_status is None or by_status is _INPUT):
        return family, own
    return by_status or _FAULT, own


def _message(code: SpeechCode, reason: str | None, said: Said, status: int, names: Names) -> str:
    words = said.message if said.kind in (BodyKind.JSON, BodyKind.TEXT) else ""
    own = f": {words}" if words else ""
    match code:
        case SpeechCode.NOT_CONFIGURED if reason in PERMISSION_CODES:
            found = _PERMISSION.search(words)
            which = f" {found['name']}" if found else ""
            return f"{names.key_setting} lacks the permission{which}{own}"
        case SpeechCode.NOT_CONFIGURED if status in (404, 405):
            return (
                f"{names.provider} has no such address ({status}); check {names.url_setting}{own}"
            )
        case SpeechCode.NOT_CONFIGURED:
            return f"{names.provider} refuses the key; check {names.key_setting}{own}"
        case SpeechCode.BAD_INPUT if said.field:
            return f"{said.field}{own or ' is not accepted'}"
        case SpeechCode.PROVIDER_ERROR if reason == Reason.NO_AUDIO:
            return f"{names.provider} answered without any audio"
        case SpeechCode.PROVIDER_ERROR if reason == Reason.NOT_AUDIO:
            what = "a web page" if said.kind is BodyKind.HTML else "something else"
            return f"{names.provider} sent {what} instead of audio" + (
                f" ({said.message})" if said.message else ""
            )
        case SpeechCode.NETWORK_ERROR:
            return f"a proxy or login page answers instead of {names.provider} ({status})"
        case _:
            return words or f"{names.provider} answered {status}" + (
                f" ({one_line(said.message, max_chars=80)})" if said.message else ""
            )


def credits_named(message: str) -> tuple[int | None, int | None]:
    """Return the remaining and the required credits that a message names."""
    found = _CREDITS.search(message)
    if found is None:
        return None, None
    return _whole(found["left"]), _whole(found["need"])


def _whole(text: str) -> int | None:
    digits = text.replace(",", "").split(".")[0]
    return int(digits) if digits.isascii() and digits.isdigit() else None


def request_id(headers: Mapping[str, str]) -> str | None:
    """Return the provider's own name of a call."""
    found = headers.get("request-id") or headers.get("x-request-id")
    return one_line(found, max_chars=100) or None if found else None


def retry_after(headers: Mapping[str, str], *, now: datetime) -> datetime | None:
    """Return when a ``Retry-After`` ends (UTC): seconds or a date; ``None`` for anything else."""
    given = headers.get("retry-after", "").strip()
    wait = _seconds(given)
    if wait is None and given:
        try:
            date = parsedate_to_datetime(given)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        date = date.replace(tzinfo=UTC) if date.tzinfo is None else date
        try:
            wait = date - now
        except OverflowError:
            return None
    if wait is None or wait > _LONGEST_WAIT:
        return None
    return now + max(wait, timedelta(0))


_DECIMAL: Final = re.compile(r"\d{1,9}(?:\.\d{1,6})?\Z", re.ASCII)


def _seconds(given: str) -> timedelta | None:
    return timedelta(seconds=float(given)) if _DECIMAL.match(given) else None
