"""What each recovery path forbids, read from a session's trace; counted at the server besides."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.voice import SpeechCode

if TYPE_CHECKING:
    from recalliq_tui.domain.trace import Trace, TraceRecord

LIVE_TRIES: Final = 2
SHUT: Final = frozenset(
    code.value
    for code in (
        SpeechCode.NOT_CONFIGURED,
        SpeechCode.VOICE_UNAVAILABLE,
        SpeechCode.PLAN_REQUIRED,
        SpeechCode.ACCOUNT_BLOCKED,
    )
)
"""After these nothing is asked of that voice again before something was changed."""
NEVER_AGAIN: Final = SHUT | {SpeechCode.QUOTA_EXCEEDED.value, SpeechCode.BAD_INPUT.value}
"""After these the same text isn't sent again."""


def forbidden(trace: Trace) -> list[str]:
    """Return each request of a trace that its recovery path forbids, in words."""
    found: list[str] = []
    tries: Counter[str] = Counter()
    heard: set[str] = set()
    never: dict[str, str] = {}
    shut = ""
    for record in trace.records:
        key = record.clip_key or ""
        match record.ev:
            case "speech_asked":
                tries[key] = 0
                heard.discard(key)
            case "speech_bytes":
                heard.add(key)
            case "speech_failed":
                if record.code in NEVER_AGAIN:
                    never[key] = record.code or ""
                if record.code in SHUT:
                    shut = record.code or ""
            case "speech_sent":
                tries[key] += 1
                found += _why(record, tries=tries[key], heard=heard, never=never, shut=shut)
            case _:
                pass
    return found


def _why(
    record: TraceRecord, *, tries: int, heard: set[str], never: dict[str, str], shut: str
) -> list[str]:
    key = record.clip_key or ""
    where = f"request {record.seq}"
    found = []
    if tries > LIVE_TRIES:
        found.append(f"{where}: try {tries} of live speech")
    if key in heard:
        found.append(f"{where}: asked again after its bytes had come")
    if key in never:
        found.append(f"{where}: the same text again after {never[key]}")
    if shut:
        found.append(f"{where}: asked after {shut}")
    return found
