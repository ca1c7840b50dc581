"""A provider is configured when it has a key and a voice; nothing of it is ever guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from recalliq_tui.config import Config, load_config
from recalliq_tui.domain.voice import SpeechCode, VoiceRef
from recalliq_tui.services.voices import VoiceWishes, choose_voice
from recalliq_tui.speech.configured import (
    base_url,
    configured_providers,
    default_voices,
    make_limits,
    make_provider,
    system_keyring,
)
from recalliq_tui.speech.elevenlabs import ElevenLabsProvider
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.http import Web
from recalliq_tui.speech.openai_compatible import OpenAICompatibleProvider
from tests.speech.cases import KEY, noon

if TYPE_CHECKING:
    from collections.abc import Mapping

ADA = "elevenlabs:voiceA1"


def config_of(env: Mapping[str, str], **values: object) -> Config:
    written = {key.replace("__", "."): value for key, value in values.items()}
    loaded = load_config_from(env)
    return Config({**written, **loaded.values}, loaded.sources)


def load_config_from(env: Mapping[str, str]) -> Config:
    from pathlib import Path  # noqa: PLC0415

    return load_config(Path("/nowhere/config.toml"), env)


@pytest.mark.parametrize(
    ("env", "values", "voices"),
    [
        ({}, {}, {}),
        ({"ELEVENLABS_API_KEY": KEY}, {}, {}),
        ({"RECALLIQ_VOICE": ADA}, {}, {}),
        ({"ELEVENLABS_API_KEY": KEY}, {"voice__name": ADA}, {"elevenlabs": ADA}),
        ({"ELEVENLABS_API_KEY": KEY, "RECALLIQ_VOICE": ADA}, {}, {"elevenlabs": ADA}),
        ({"ELEVENLABS_API_KEY": "a b", "RECALLIQ_VOICE": ADA}, {}, {}),
        ({"RECALLIQ_VOICE": "openai:af_heart@kokoro"}, {}, {}),
        (
            {
                "RECALLIQ_VOICE": "openai:af_heart@kokoro",
                "RECALLIQ_SPEECH_BASE_URL": "http://127.0.0.1:8880/v1",
            },
            {},
            {"openai": "openai:af_heart@kokoro"},
        ),
        (
            {
                "RECALLIQ_VOICE": "openai:af_heart",
                "RECALLIQ_SPEECH_BASE_URL": "http://127.0.0.1:8880",
            },
            {},
            {},
        ),
        (
            {"RECALLIQ_VOICE": "openai:af_heart"},
            {"speech__base_url": "http://127.0.0.1:8880", "speech__model": "kokoro"},
            {"openai": "openai:af_heart@kokoro"},
        ),
        ({"ELEVENLABS_API_KEY": KEY, "RECALLIQ_VOICE": "espeak:la"}, {}, {}),
    ],
)
def test_who_is_configured(
    env: dict[str, str], values: dict[str, object], voices: dict[str, str]
) -> None:
    setups = configured_providers(config_of(env, **values), env)
    assert {name: str(ref) for name, ref in default_voices(setups).items()} == voices
    assert all(setup.lacks for setup in setups.values() if not setup.is_configured)
    assert KEY not in repr(setups)


def test_a_key_without_a_voice_serves_decks_that_name_one() -> None:
    env = {"ELEVENLABS_API_KEY": KEY}
    setups = configured_providers(config_of(env), env)
    assert not setups["elevenlabs"].is_configured
    assert "voices pin" in setups["elevenlabs"].lacks
    provider = make_provider(
        setups["elevenlabs"], web=Web(), limits=make_limits(config_of(env)), now=noon
    )
    assert isinstance(provider, ElevenLabsProvider)


def test_the_automatic_choice_takes_a_configured_provider() -> None:
    env = {"ELEVENLABS_API_KEY": KEY}
    setups = configured_providers(config_of(env, voice__name=ADA), env)
    choice = choose_voice(VoiceWishes(configured=default_voices(setups)))
    assert choice.ref == VoiceRef("elevenlabs", "voiceA1")
    assert not choice.free


def test_what_is_not_whole_says_what_it_lacks() -> None:
    env = {"RECALLIQ_VOICE": ADA}
    config = config_of(env)
    setup = configured_providers(config, env)["elevenlabs"]
    with pytest.raises(SpeechError) as raised:
        make_provider(setup, web=Web(), limits=make_limits(config), now=noon)
    assert raised.value.code is SpeechCode.NOT_CONFIGURED
    assert "ELEVENLABS_API_KEY" in raised.value.message


def test_providers_of_one_account_share_its_limits() -> None:
    env = {
        "ELEVENLABS_API_KEY": KEY,
        "RECALLIQ_SPEECH_BASE_URL": "http://127.0.0.1:1",
    }
    config = config_of(env, limits__in_flight=3)
    setups = configured_providers(config, env)
    limits, web = make_limits(config), Web()

    def made(name: str) -> Any:
        return make_provider(setups[name], web=web, limits=limits, now=noon)

    assert made("elevenlabs")._limits is made("elevenlabs")._limits
    assert made("elevenlabs")._limits is not made("openai")._limits
    assert isinstance(made("openai"), OpenAICompatibleProvider)


@pytest.mark.parametrize(
    ("written", "secure", "url", "is_wrong"),
    [
        ("https://api.example.com/", True, "https://api.example.com", False),
        (" https://h.example.com/tts/v1/ ", True, "https://h.example.com/tts", False),
        ("http://127.0.0.1:9000", True, "http://127.0.0.1:9000", False),
        ("http://[::1]:9000", True, "http://[::1]:9000", False),
        ("http://localhost:9000/v1", True, "http://localhost:9000", False),
        ("http://192.168.1.5:8880", False, "http://192.168.1.5:8880", False),
        ("http://api.example.com", True, "", True),
        ("http://127.0.0.1.evil.example.com", True, "", True),
        ("https://u:p@h.example.com", True, "", True),
        ("ftp://h.example.com", True, "", True),
        ("api.example.com", True, "", True),
        ("https://h.example.com?x=1", True, "", True),
        ("http://[::1", False, "", True),
        ("http://h:99999", False, "", True),
        ("", False, "", True),
    ],
)
def test_base_urls(written: str, secure: bool, url: str, is_wrong: bool) -> None:  # noqa: FBT001
    found, wrong = base_url(written, secure=secure)
    assert (found, bool(wrong)) == (url, is_wrong)
    assert "u:p" not in wrong


def test_the_keyring_is_asked_only_for_what_is_wanted() -> None:
    asked: list[str] = []

    def look(variable: str) -> str | None:
        asked.append(variable)
        return KEY

    assert configured_providers(config_of({}), {}, look) == {}
    assert asked == []
    setups = configured_providers(config_of({}, voice__name=ADA), {}, look)
    assert asked == ["ELEVENLABS_API_KEY"]
    assert setups["elevenlabs"].is_configured
    configured_providers(config_of({}), {}, look, also=("openai",))
    assert asked[1:] == ["RECALLIQ_SPEECH_API_KEY"]


def test_the_environment_beats_the_keyring() -> None:
    env = {"ELEVENLABS_API_KEY": "from-env"}
    setups = configured_providers(config_of(env, voice__name=ADA), env, lambda _: "from-keyring")
    assert setups["elevenlabs"].key.reveal() == "from-env"


def test_the_systems_keyring_gives_what_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = pytest.importorskip("keyring")
    backend = pytest.importorskip("keyring.backend")

    class Ring(backend.KeyringBackend):  # type: ignore[misc, name-defined]
        priority = 1

        def get_password(self, service: str, username: str) -> str | None:
            return KEY if (service, username) == ("recalliq", "ELEVENLABS_API_KEY") else None

        def set_password(self, service: str, username: str, password: str) -> None: ...

        def delete_password(self, service: str, username: str) -> None: ...

    before = keyring.get_keyring()
    try:
        keyring.set_keyring(Ring())
        assert system_keyring()("ELEVENLABS_API_KEY") == KEY
        assert system_keyring()("ANOTHER") is None
    finally:
        keyring.set_keyring(before)


def test_a_broken_keyring_is_an_empty_one() -> None:
    keyring = pytest.importorskip("keyring")
    fail = pytest.importorskip("keyring.backends.fail")
    before = keyring.get_keyring()
    try:
        keyring.set_keyring(fail.Keyring())
        assert system_keyring()("ELEVENLABS_API_KEY") is None
    finally:
        keyring.set_keyring(before)
