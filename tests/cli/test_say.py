"""``say``: heard, or written; the second time from the cache; every failure has a code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from recalliq_tui.audio.decode import decode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Recalliq
    from tests.soundcard import SoundCard

FIELDS = [
    *("code", "message", "provider", "voice", "characters", "credits", "bytes", "cached"),
    *("first_byte_ms", "first_sound_ms"),
]


def test_a_text_is_written_as_mp3_and_the_second_time_comes_from_the_cache(
    recalliq: Recalliq, home: Path
) -> None:
    first = recalliq("say", "**Buenos** días", "--lang", "es", "--out", "a.mp3", "--json")
    again = recalliq("say", "Buenos días", "--lang", "es", "--out", "b.mp3", "--json")

    assert (first.code, again.code) == (0, 0)
    assert list(first.json) == FIELDS
    assert first.json | {"first_byte_ms": None} == {
        "code": None,
        "message": "",
        "provider": "espeak",
        "voice": "es",
        "characters": len("Buenos días"),
        "credits": 0.0,
        "bytes": (home / "a.mp3").stat().st_size,
        "cached": False,
        "first_byte_ms": None,
        "first_sound_ms": None,
    }
    assert 0 < first.json["first_byte_ms"] < 5_000
    assert again.json["cached"]
    assert (home / "a.mp3").read_bytes() == (home / "b.mp3").read_bytes()
    assert 400 < decode((home / "a.mp3").read_bytes()).duration_ms < 3_000
    status = recalliq("cache", "status", "--json").json
    assert (status["clips"], status["phrases"]) == (0, 1)
    assert sorted(each.name for each in home.iterdir() if each.suffix != ".db") == [
        "a.mp3",
        "b.mp3",
    ]


def test_without_a_device_it_says_so_and_fails_but_keeps_the_phrase(recalliq: Recalliq) -> None:
    ran = recalliq("say", "hello", "--json")

    assert ran.code == 1
    assert ran.json["code"] == "no_device"
    assert ran.json["bytes"] > 0
    assert ran.json["first_sound_ms"] is None
    assert "no audio device" in ran.err
    assert "--out FILE" in ran.err
    assert recalliq("say", "hello").code == 1


def test_the_silent_sink_plays_to_the_end(recalliq: Recalliq, config_file: Path) -> None:
    config_file.write_text('[audio]\nsink = "null"\n', encoding="utf-8")
    ran = recalliq("say", "no", "--json")
    assert (ran.code, ran.json["code"]) == (0, None)
    assert ran.json["first_byte_ms"] < ran.json["first_sound_ms"] < 5_000


@pytest.mark.real_audio
def test_what_is_said_is_heard_bit_for_bit(
    recalliq: Recalliq, sound_card: SoundCard, home: Path
) -> None:
    with sound_card.recording() as recording:
        ran = recalliq("say", "One, two, three.", "--json", **sound_card.env)
        written = recalliq("say", "One, two, three.", "--out", str(home / "said.mp3"))
        recording.wait_for(bytes(decode((home / "said.mp3").read_bytes()).data))

    assert (ran.code, ran.json["code"], written.code) == (0, None, 0)
    assert 0 < ran.json["first_byte_ms"] <= ran.json["first_sound_ms"]


@pytest.mark.parametrize(
    ("args", "env", "code"),
    [
        (("<!-- -->",), {}, "bad_input"),
        (("hi",), {"RECALLIQ_VOICE": "elevenlabs:abc"}, "not_configured"),
        (("hi",), {"RECALLIQ_VOICE": "abc"}, "not_configured"),
        (("hi",), {"RECALLIQ_VOICE": "espeak:xx-nonsense"}, "voice_unavailable"),
        (("hi", "--out", "none/hi.mp3"), {}, "not_written"),
    ],
)
def test_what_fails_has_a_code_and_a_message(
    quick: Recalliq, args: tuple[str, ...], env: dict[str, str], code: str
) -> None:
    ran = quick("say", *args, "--json", **env)
    assert (ran.code, ran.json["code"]) == (1, code)
    assert ran.json["message"]
    assert code in ran.err


def test_a_language_without_a_voice_is_said_to_be_read_in_english(quick: Recalliq) -> None:
    ran = quick("say", "hi", "--lang", "tlh", "--out", "hi.mp3")
    assert ran.code == 0
    assert "no local voice for 'tlh'" in ran.err


def test_a_cache_that_cannot_be_used_costs_only_the_keeping(
    quick: Recalliq, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    ran = quick("say", "hi", "--out", "hi.mp3", RECALLIQ_CACHE_DIR=str(tmp_path / "file"))
    assert ran.code == 0
    assert "spoken anew next time" in ran.err
