"""The record of a session's sound: what was asked, what sounded, what failed, and when.

A trace is JSON lines: a header, then records of the fields of :class:`TraceRecord`. It names
clips by their keys only and holds no text of cards, no keys of accounts and no addresses, so that
it can be sent to somebody else.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

VERSION: Final = 1
MAX_RECORDS: Final = 100_000
"""So many records are written and read; a trace that is longer ends with ``trace_full``."""
MAX_LINE: Final = 4_096
_FARTHEST_MS: Final = 10.0**12
_KIND: Final = "recalliq-trace"
_HASH: Final = re.compile(r"[0-9a-f]{64}\Z")
_WORD: Final = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")


class TraceError(ValueError):
    """A file that is no trace of this version; the text says why."""


@dataclass(frozen=True, slots=True)
class TraceHeader:
    """Who wrote the trace: program version, ``made`` (RFC 3339 UTC), system, Python, sink."""

    program: str = ""
    made: str = ""
    system: str = ""
    python: str = ""
    sink: str = ""
    v: int = VERSION


@dataclass(frozen=True, slots=True)
class TraceRecord:
    """One event. ``t_ms`` is monotonic from the beginning of the trace, ``seq`` without gaps.

    ``ev`` is one of

    - the player's: ``requested``, ``first_frame``, ``ended``, ``cut``, ``failed``, ``starved``,
      ``flowing``, ``paused``, ``resumed``, ``device_ready``, ``device_missing``, ``device_lost``,
      ``device_back``. ``dur_ms`` is the clip's length, of one that still arrives what has
      arrived; ``code`` says who cut it or why it failed; ``state`` is the player's or device's
      afterwards;
    - the voice's: ``speech_asked`` (``state`` says ``stream`` or ``render``) ends with
      ``speech_done``, ``speech_cancelled`` or ``speech_given_up`` (``code``); between them each
      request that leaves is ``speech_sent``, then ``speech_bytes`` with its first audio, and ends
      with ``speech_received``, ``speech_broken_off`` or ``speech_failed`` (``code``). Where
      nothing was sent, nothing was allowed or the voice is on this machine. ``dur_ms`` counts
      from the event that began it;
    - of what the strip shows: ``voice``, ``cache``, ``sound`` (``state`` says muted or on);
    - ``trace_full``: nothing more was written.
    """

    t_ms: float
    seq: int
    ev: str
    clip_key: str | None = None
    sha256: str | None = None
    dur_ms: int | None = None
    code: str | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """A trace that was read. ``skipped`` lines could not be: a kill tears the last one."""

    header: TraceHeader
    records: tuple[TraceRecord, ...] = ()
    skipped: int = 0

    def of(self, *evs: str) -> list[TraceRecord]:
        """Return the records of some kinds, in their order."""
        return [record for record in self.records if record.ev in evs]


def header_line(header: TraceHeader) -> str:
    """Return the first line of a trace, without its end."""
    return _dumps({"trace": _KIND, **asdict(header)})


def record_line(record: TraceRecord, **more: Any) -> str:
    """Return one record's line, without its end; ``more`` are fields beside the usual ones."""
    return _dumps({**more, **asdict(record), "t_ms": round(record.t_ms, 3)})


def is_header(line: str) -> bool:
    """Whether a file that begins with this line is a trace, of whatever version."""
    try:
        body = json.loads(line[:MAX_LINE])
    except ValueError:
        return False
    return isinstance(body, dict) and body.get("trace") == _KIND


def read_trace(lines: Iterable[str]) -> Trace:
    """Read a trace. Raises :class:`TraceError`; single lines that are no record are skipped."""
    each = iter(lines)
    header = _header(next(each, ""))
    records: list[TraceRecord] = []
    skipped = 0
    for line in each:
        if not line.strip():
            continue
        record = _record(line)
        if record is None:
            skipped += 1
        elif len(records) < MAX_RECORDS + 1:
            records.append(record)
    return Trace(header, tuple(records), skipped)


def _header(line: str) -> TraceHeader:
    if not is_header(line):
        raise TraceError("it doesn't begin with the header of a trace")
    body = json.loads(line)
    version = body.get("v")
    if version != VERSION:
        raise TraceError(f"it is a trace of version {one_line(str(version), max_chars=20)}")

    def words(name: str) -> str:
        return one_line(str(body.get(name, "")), max_chars=60)

    return TraceHeader(
        program=words("program"),
        made=words("made"),
        system=words("system"),
        python=words("python"),
        sink=words("sink"),
    )


def _record(line: str) -> TraceRecord | None:
    try:
        body = json.loads(line) if len(line) <= MAX_LINE else None
    except ValueError:
        return None
    if not isinstance(body, dict):
        return None
    t_ms, dur = _number(body.get("t_ms")), _number(body.get("dur_ms"))
    seq, ev = body.get("seq"), _word(body.get("ev"))
    if t_ms is None or type(seq) is not int or ev is None:
        return None
    return TraceRecord(
        t_ms=t_ms,
        seq=seq,
        ev=ev,
        clip_key=_hash(body.get("clip_key")),
        sha256=_hash(body.get("sha256")),
        dur_ms=int(dur) if dur is not None and dur >= 0 else None,
        code=_word(body.get("code")),
        state=_word(body.get("state")),
    )


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < _FARTHEST_MS else None


def _hash(value: object) -> str | None:
    return value if isinstance(value, str) and _HASH.match(value) else None


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and _WORD.match(value) else None


def _dumps(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=True, separators=(",", ":"))
