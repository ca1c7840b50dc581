"""The status strip: every state in words and a sign, at every width."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace

import pytest

from recalliq_tui.domain.voice import AudioState, VoiceHealth, VoiceState
from recalliq_tui.services.board import CacheState, DeviceState, Rendering, Status
from recalliq_tui.tui.signs import ASCII, UNICODE, Signs, choose_signs
from recalliq_tui.tui.widgets.strip import strip_content
from recalliq_tui.tui.words import audio_words, local_moment, voice_words

UNTIL = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
VOICES = {
    VoiceState.CHECKING: "voice: checking",
    VoiceState.READY: "voice: espeak en-us",
    VoiceState.OFFLINE_VOICE: "offline voice: espeak en-us",
    VoiceState.RATE_LIMITED: "rate limit",
    VoiceState.QUOTA: "quota",
    VoiceState.OFFLINE: "offline",
    VoiceState.NOT_CONFIGURED: "no voice set",
    VoiceState.VOICE_GONE: "voice gone",
    VoiceState.PLAN: "plan",
    VoiceState.BLOCKED: "blocked",
    VoiceState.BUDGET: "budget",
    VoiceState.FAILED: "engine failed",
}
DEVICES = {
    DeviceState.CHECKING: "audio: checking",
    DeviceState.READY: "PulseAudio",
    DeviceState.NONE: "no audio device",
    DeviceState.LOST: "no audio device (lost",
}
CACHES = {
    CacheState.CHECKING: "cache: checking",
    CacheState.READY: "cache 198/200",
    CacheState.READ_ONLY: "cache: read-only",
    CacheState.FULL: "cache: disk full",
    CacheState.FAILED: "cache: unusable",
}


def status(**changes: object) -> Status:
    values: dict[str, object] = {
        "voice": VoiceHealth(VoiceState.READY, "espeak en-us"),
        "device": DeviceState.READY,
        "device_label": "PulseAudio",
        "cache": CacheState.READY,
        "clips_have": 198,
        "clips_need": 200,
    }
    return Status(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize("signs", [UNICODE, ASCII], ids=["unicode", "ascii"])
@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("state", VoiceState)
def test_every_voice_state_has_its_words_at_every_width(
    state: VoiceState, width: int, signs: Signs
) -> None:
    shown = strip_content(status(voice=VoiceHealth(state, "espeak en-us")), signs, width)
    assert VOICES[state] in shown.plain
    assert shown.cell_length <= width
    assert signs is UNICODE or shown.plain.isascii()


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("state", DeviceState)
def test_every_device_state_has_its_words(state: DeviceState, width: int) -> None:
    shown = strip_content(status(device=state), UNICODE, width)
    assert shown.cell_length <= width
    assert DEVICES[state] in shown.plain or width == 40


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("state", CacheState)
def test_every_cache_state_has_its_words(state: CacheState, width: int) -> None:
    shown = strip_content(status(cache=state), UNICODE, width)
    assert shown.cell_length <= width
    assert CACHES[state] in shown.plain or width == 40


@pytest.mark.parametrize("device", [DeviceState.NONE, DeviceState.LOST])
def test_a_missing_device_is_seen_on_a_narrow_strip(device: DeviceState) -> None:
    assert "no audio device" in strip_content(status(device=device), UNICODE, 40).plain


@pytest.mark.parametrize("cache", [CacheState.FULL, CacheState.FAILED, CacheState.READ_ONLY])
def test_a_broken_cache_is_seen_on_a_narrow_strip(cache: CacheState) -> None:
    assert CACHES[cache] in strip_content(status(cache=cache), UNICODE, 40).plain


def test_muted_is_said_but_a_lost_device_first() -> None:
    assert "○ muted" in strip_content(status(muted=True), UNICODE, 80).plain
    shown = strip_content(status(muted=True, device=DeviceState.NONE), UNICODE, 80).plain
    assert "no audio device" in shown


def test_rendering_shows_its_count() -> None:
    shown = strip_content(status(rendering=Rendering(31, 48)), UNICODE, 80).plain
    assert "◐ rendering 31/48" in shown


def test_read_only_comes_first() -> None:
    shown = strip_content(status(read_only=True), UNICODE, 80).plain
    assert shown.startswith(" ▲ read-only: open elsewhere")


def test_what_was_spent_is_on_a_wide_strip() -> None:
    shown = strip_content(status(paid_characters=12_400), UNICODE, 120).plain
    assert shown.endswith("12,400 paid characters")


def test_a_budget_is_shown_with_what_was_used_of_it() -> None:
    shown = strip_content(status(paid_characters=12_400, paid_cap=30_000), UNICODE, 120).plain
    assert shown.endswith("12,400 of 30,000 characters")


def test_a_provider_that_is_down_is_no_broken_engine() -> None:
    down = VoiceHealth(VoiceState.FAILED, "elevenlabs:abc")
    assert voice_words(down, UNICODE) == ("✗", "voice: provider is down")
    assert voice_words(VoiceHealth(VoiceState.FAILED, "espeak:auto"), UNICODE)[1].endswith(
        "engine failed"
    )


@pytest.mark.parametrize("width", [40, 80])
def test_an_offline_voice_is_named_beside_the_reason(width: int) -> None:
    quota = VoiceHealth(VoiceState.QUOTA, "elevenlabs:abc", until=UNTIL)
    shown = strip_content(status(voice=quota, offline_voice=True), UNICODE, width).plain
    assert "voice: quota until" in shown
    assert ("offline voice" in shown) == (width == 80)
    well = strip_content(status(offline_voice=True), UNICODE, width).plain
    assert "offline" not in well


@pytest.mark.parametrize("width", [0, 1, 5, 10, 20])
def test_a_strip_without_room_is_cut_and_never_longer(width: int) -> None:
    shown = strip_content(status(voice=VoiceHealth(VoiceState.QUOTA, until=UNTIL)), UNICODE, width)
    assert shown.cell_length <= width


def test_until_is_told_in_local_time() -> None:
    health = VoiceHealth(VoiceState.QUOTA, until=UNTIL)
    zone = timezone(timedelta(hours=2))
    assert voice_words(health, UNICODE, zone) == ("▲", "voice: quota until 1 Dec 11:00")
    assert local_moment(UNTIL, UTC) == "1 Dec 09:00"


@pytest.mark.parametrize("signs", [UNICODE, ASCII], ids=["unicode", "ascii"])
def test_every_state_of_a_side_has_a_sign_and_words(signs: Signs) -> None:
    words = [audio_words(state, signs) for state in AudioState]
    assert all(sign and text for sign, text in words)
    assert len({text for _, text in words}) == len(words)
    assert ("○" if signs is UNICODE else "o", "muted") in words


def test_ascii_signs_are_ascii_and_none_is_missing() -> None:
    assert all(sign.isascii() for sign in ASCII)
    assert len(ASCII.levels) == len(UNICODE.levels)


@pytest.mark.parametrize(
    ("term", "encoding", "expected"),
    [
        ("xterm-256color", "UTF-8", UNICODE),
        ("linux", "UTF-8", ASCII),
        ("dumb", "UTF-8", ASCII),
        ("xterm", "ANSI_X3.4-1968", ASCII),
    ],
)
def test_signs_follow_the_terminal(
    term: str, encoding: str, expected: Signs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr("sys.__stdout__", SimpleNamespace(encoding=encoding))
    assert choose_signs("auto") is expected
    assert choose_signs("unicode") is UNICODE
    assert choose_signs("ascii") is ASCII
