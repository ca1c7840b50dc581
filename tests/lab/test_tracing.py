"""What a trace holds, and that it is there however the program ends."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.audio.events import Cut, CutCause, DeviceLost, FirstFrame
from recalliq_tui.domain import trace as module
from recalliq_tui.domain.clips import ClipSpec
from recalliq_tui.domain.trace import (
    Trace,
    TraceError,
    TraceHeader,
    TraceRecord,
    header_line,
    read_trace,
    record_line,
)
from recalliq_tui.domain.voice import SpeechCode, VoiceHealth, VoiceState
from recalliq_tui.services.board import Board
from recalliq_tui.services.tracedvoice import TracedProvider, Where
from recalliq_tui.services.tracing import NotATraceError, TraceFile
from recalliq_tui.speech.errors import SpeechError
from tests.services.voices import StreamingVoice

KEY = "ab" * 32
SPEC = ClipSpec(text="My secret diary", provider="fake", voice="v")
WORDS = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)
HASHES = st.from_regex(r"[0-9a-f]{64}", fullmatch=True)


def read(path: Path) -> Trace:
    with path.open(encoding="utf-8") as file:
        return read_trace(file)


@given(
    st.builds(
        TraceRecord,
        t_ms=st.integers(0, 10**9).map(lambda ms: ms / 1000),
        seq=st.integers(0, 10**6),
        ev=WORDS,
        clip_key=st.none() | HASHES,
        sha256=st.none() | HASHES,
        dur_ms=st.none() | st.integers(0, 10**7),
        code=st.none() | WORDS,
        state=st.none() | WORDS,
    )
)
def test_what_is_written_is_read(record: TraceRecord) -> None:
    lines = [header_line(TraceHeader(program="1")), record_line(record)]
    assert read_trace(lines) == Trace(TraceHeader(program="1"), (record,))


@given(st.lists(st.text(max_size=80), max_size=6))
def test_lines_that_are_no_record_are_skipped(lines: list[str]) -> None:
    trace = read_trace([header_line(TraceHeader()), *lines])
    assert len(trace.records) + trace.skipped <= len(lines)


@pytest.mark.parametrize("first", ["", "hello", "{}", '{"trace": "recalliq-trace", "v": 99}'])
def test_another_file_is_no_trace(first: str) -> None:
    with pytest.raises(TraceError):
        read_trace([first])


def test_events_of_player_strip_and_voice_are_written(tmp_path: Path) -> None:
    board = Board()
    trace = TraceFile(tmp_path / "t.jsonl", sink="null")
    trace.know(KEY, "cd" * 32)
    trace.follow(board)
    trace.event(FirstFrame(t_ms=10, seq=0, key=KEY, duration_ms=900))
    trace.event(Cut(t_ms=20, seq=1, key=KEY, duration_ms=900, position_ms=10, cause=CutCause.MUTED))
    trace.event(DeviceLost(t_ms=30, seq=2, label="Speakers"))
    board.update(voice=VoiceHealth(VoiceState.QUOTA, until=datetime(2027, 1, 1, tzinfo=UTC)))
    board.update(muted=True)
    trace.mark("lit", t_ms=40, word=3)
    trace.close()
    found = read(tmp_path / "t.jsonl")
    assert found.header.sink == "null"
    assert [(r.ev, r.code, r.state) for r in found.records] == [
        ("voice", None, "checking"),
        ("cache", None, "checking"),
        ("sound", None, "on"),
        ("first_frame", None, "playing"),
        ("cut", "muted", "silent"),
        ("device_lost", None, "lost"),
        ("voice", None, "quota"),
        ("sound", None, "muted"),
        ("lit", None, None),
    ]
    assert found.records[3].sha256 == "cd" * 32
    assert [r.seq for r in found.records] == list(range(9))
    text = (tmp_path / "t.jsonl").read_text()
    assert json.loads(text.splitlines()[-1])["word"] == 3
    assert "Speakers" not in text
    assert (tmp_path / "t.jsonl").stat().st_mode & 0o777 == 0o600


def test_an_older_trace_is_written_over_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    for _ in range(2):
        TraceFile(path).close()
    (tmp_path / "deck.md").write_text("Q: mine\nA: mine\n")
    with pytest.raises(NotATraceError):
        TraceFile(tmp_path / "deck.md")
    assert (tmp_path / "deck.md").read_text() == "Q: mine\nA: mine\n"
    with pytest.raises(OSError, match="No such file"):
        TraceFile(tmp_path / "none" / "t.jsonl")


def test_it_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recalliq_tui.services.tracing.MAX_RECORDS", 5)
    trace = TraceFile(tmp_path / "t.jsonl")
    for _ in range(20):
        trace.note("voice", state="ready")
    trace.close()
    assert [r.ev for r in read(tmp_path / "t.jsonl").records] == ["voice"] * 5 + ["trace_full"]
    assert module.MAX_RECORDS > 1000


def test_threads_may_write_at_once(tmp_path: Path) -> None:
    trace = TraceFile(tmp_path / "t.jsonl")

    def write() -> None:
        for _ in range(200):
            trace.note("voice", state="ready")

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    trace.close()
    trace.note("voice", state="late")
    records = read(tmp_path / "t.jsonl").records
    assert [r.seq for r in records] == list(range(800))


KILLED = """
import os, signal, sys, threading
from pathlib import Path
from recalliq_tui.services.tracing import TraceFile

file = Path(sys.argv[1])
trace = TraceFile(file)
for _ in range(50):
    trace.note("voice", state="ready")
while file.read_text().count("voice") < 50:
    threading.Event().wait(0.01)
os.kill(os.getpid(), signal.SIGKILL)
"""
ENDED = """
import sys
from pathlib import Path
from recalliq_tui.services.tracing import TraceFile

trace = TraceFile(Path(sys.argv[1]))
for _ in range(50):
    trace.note("voice", state="ready")
sys.exit(0)
"""


@pytest.mark.parametrize("code", [KILLED, ENDED], ids=["killed", "ended without a word"])
def test_what_was_flushed_survives(code: str, tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    subprocess.run([sys.executable, "-c", code, str(path)], timeout=30, check=False)
    found = read(path)
    assert (len(found.records), found.skipped) == (50, 0)


# --- voices --------------------------------------------------------------------------------------


async def traced(tmp_path: Path, provider: StreamingVoice, where: Where) -> list[tuple[str, ...]]:
    trace = TraceFile(tmp_path / "t.jsonl")
    voice = TracedProvider(provider, trace, where)
    try:
        async for _ in voice.stream(SPEC):
            pass
        await voice.render(SPEC)
    except SpeechError:
        pass
    trace.close()
    text = (tmp_path / "t.jsonl").read_text()
    assert "diary" not in text
    return [
        tuple(filter(None, (r.ev, r.code, r.state))) for r in read(tmp_path / "t.jsonl").records
    ]


async def test_a_call_is_traced_as_asked_and_as_sent(tmp_path: Path) -> None:
    provider = StreamingVoice(speed=1e6)
    assert await traced(tmp_path, provider, Where.SENT) == [
        ("speech_sent", "stream"),
        ("speech_bytes",),
        ("speech_received",),
        ("speech_sent", "render"),
        ("speech_received",),
    ]
    assert await traced(tmp_path, provider, Where.ASKED) == [
        ("speech_asked", "stream"),
        ("speech_done",),
        ("speech_asked", "render"),
        ("speech_done",),
    ]


async def test_a_failure_is_traced_by_its_code(tmp_path: Path) -> None:
    refused = SpeechError(SpeechCode.QUOTA_EXCEEDED, "no credits for: diary")
    provider = StreamingVoice(errors={SPEC.text: (0, refused)})
    assert await traced(tmp_path, provider, Where.SENT) == [
        ("speech_sent", "stream"),
        ("speech_failed", "quota_exceeded"),
    ]
    assert await traced(tmp_path, provider, Where.ASKED) == [
        ("speech_asked", "stream"),
        ("speech_given_up", "quota_exceeded"),
    ]
