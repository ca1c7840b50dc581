"""Why a call failed, from what came back. Pure: no I/O, the time is an argument.

The body's own code decides first and the HTTP status second: a used-up quota is seen both as 401
and as 402, and a client that reads 401 as "bad key" tells its user the wrong thing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.speech.bodies import BodyKind, Said, read_body
from recalliq_tui.speech.codes import (
    CODES,
    PERMISSION_CODES,
    PORTAL_STATUSES,
    STATUSES,
    TYPES,
    Reason,
)
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.secrets import scrub
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from recalliq_tui.speech.secrets import Secret


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
        remaining=remaining if code is SpeechCode.QUOTA_EXCEEDED else None,
        required=required if code is SpeechCode.QUOTA_EXCEEDED else None,
    )


def _decide(status: int, said: Said) -> tuple[SpeechCode, str | None]:
    """Return our code and the provider's own word for it."""
    named = next((code for code in (*said.codes, said.type) if code in CODES), None)
    own = said.codes[0] if said.codes else said.type
    if named is not None:
        return CODES[named], named if named in said.codes else own
    if said.kind in (BodyKind.JSON, BodyKind.TEXT):
        if _QUOTA_WORDS.search(said.message):
            return SpeechCode.QUOTA_EXCEEDED, own
        is_ours = status < _SERVER_FAULT and status != _UNPROCESSABLE
        if is_ours and (said.field == "voice" or _VOICE_WORDS.search(said.message)):
            return SpeechCode.VOICE_UNAVAILABLE, own
    if status == _OK:
        empty = said.kind is BodyKind.EMPTY
        return SpeechCode.PROVIDER_ERROR, Reason.NO_AUDIO if empty else Reason.NOT_AUDIO
    if said.kind is BodyKind.HTML and status in PORTAL_STATUSES:
        return SpeechCode.NETWORK_ERROR, Reason.NOT_AUDIO
    if 300 <= status < 400:  # noqa: PLR2004
        return SpeechCode.NETWORK_ERROR, own
    if status >= _SERVER_FAULT:
        return STATUSES.get(status, SpeechCode.PROVIDER_ERROR), own
    # A family word may be as vague as "invalid request": a status that says more wins.
    family = TYPES.get(own or "") or TYPES.get(said.type or "")
    by_status = STATUSES.get(status)
    if family is not None and (by_status is None or by_status is SpeechCode.BAD_INPUT):
        return family, own
    return by_status or SpeechCode.PROVIDER_ERROR, own


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
