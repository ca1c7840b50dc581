"""Which providers the learner has set up: a key or an address, and a voice."""

from __future__ import annotations

import ipaddress
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from recalliq_tui.domain.voice import SpeechCode, VoiceRef, parse_voice
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.limits import Limits
from recalliq_tui.speech.secrets import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

    from recalliq_tui.config import Config
    from recalliq_tui.speech.http import Web
    from recalliq_tui.speech.protocol import Provider

_LOG: Final = logging.getLogger(__name__)
ELEVENLABS: Final = "elevenlabs"
OPENAI: Final = "openai"
NO_VOICE: Final = "no voice: choose one with recalliq voices pin"
KEYRING_SERVICE: Final = "recalliq"
"""The keyring holds keys under this service, with the environment variable as user name."""
KEY_VARIABLES: Final = {ELEVENLABS: "ELEVENLABS_API_KEY", OPENAI: "RECALLIQ_SPEECH_API_KEY"}


@dataclass(frozen=True, slots=True)
class Setup:
    """One provider that can be asked. ``voice`` is its default; without one it is only used by
    cards and decks that name a voice of it. ``lacks`` says in words what is missing still, and
    ``unusable`` why nothing of it can be asked at all.
    """

    name: str
    base_url: str
    key: Secret = field(default_factory=lambda: Secret(""))
    model: str | None = None
    voice: VoiceRef | None = None
    lacks: str = ""
    unusable: str = ""

    @property
    def is_configured(self) -> bool:
        """Whether the automatic choice may take this provider."""
        return self.voice is not None and not self.lacks


def configured_providers(
    config: Config,
    env: Mapping[str, str],
    keyring: Callable[[str], str | None] | None = None,
    *,
    also: Collection[str] = (),
) -> dict[str, Setup]:
    """Return the paid and server providers that have what a request needs, by name.

    Keys come from ``env``, else from ``keyring`` (variable name -> key; it may block, so it is
    asked only for providers that the settings or ``also`` name). A provider of which only a part
    is set up is there too, with ``lacks``.
    """
    named = parse_voice(config.text("voice.name"))
    wanted = {config.text("voice.provider"), *also} | ({named.provider} if named else set())

    def key(provider: str) -> Secret:
        variable = KEY_VARIABLES[provider]
        found = env.get(variable, "")
        if not found.strip() and keyring is not None and provider in wanted:
            found = keyring(variable) or ""
        return Secret(found)

    def default_voice(provider: str) -> VoiceRef | None:
        return named if named is not None and named.provider == provider else None

    found = {
        ELEVENLABS: _elevenlabs(config, key(ELEVENLABS), default_voice(ELEVENLABS)),
        OPENAI: _openai(config, key(OPENAI), default_voice(OPENAI)),
    }
    return {name: setup for name, setup in found.items() if setup is not None}


def default_voices(setups: Mapping[str, Setup]) -> dict[str, VoiceRef]:
    """Return the default voice of each provider that is set up whole."""
    return {
        name: setup.voice
        for name, setup in setups.items()
        if setup.voice is not None and setup.is_configured
    }


def _elevenlabs(config: Config, key: Secret, voice: VoiceRef | None) -> Setup | None:
    if not key and voice is None:
        return None
    url, wrong = base_url(config.text("elevenlabs.base_url"), secure=True)
    unusable = (
        wrong
        or ("" if key else f"no key: set {KEY_VARIABLES[ELEVENLABS]}")
        or ("" if key.is_usable else f"{KEY_VARIABLES[ELEVENLABS]} holds what no key holds")
    )
    lacks = unusable or ("" if voice else NO_VOICE)
    return Setup(ELEVENLABS, url, key, voice=voice, lacks=lacks, unusable=unusable)


def _openai(config: Config, key: Secret, voice: VoiceRef | None) -> Setup | None:
    written = config.text("speech.base_url").strip()
    if not written and voice is None:
        return None
    url, wrong = base_url(written, secure=False)
    model = (voice.model if voice else None) or config.text("speech.model").strip() or None
    no_address = "no address: set speech.base_url or RECALLIQ_SPEECH_BASE_URL"
    unusable = wrong if written else no_address
    lacks = (
        unusable or ("" if model else "no model: set speech.model") or ("" if voice else NO_VOICE)
    )
    if voice is not None and voice.model is None and model is not None:
        voice = VoiceRef(voice.provider, voice.voice, model)
    return Setup(OPENAI, url, key, model=model, voice=voice, lacks=lacks, unusable=unusable)


def base_url(written: str, *, secure: bool) -> tuple[str, str]:
    """Return an address without a trailing ``/`` or ``/v1``, and what is wrong with it.

    ``secure`` asks for https, except on this machine: a key goes there.
    """
    text = written.strip().rstrip("/")
    text = text.removesuffix("/v1")
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return "", "the base URL is no address"
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
        return "", "the base URL is no address such as https://host"
    if parts.username or parts.password:
        return "", "the base URL holds a password; keys belong into the environment"
    if secure and parts.scheme == "http" and not _is_here(host):
        return "", "the base URL must begin with https, or the key could be read on its way"
    return text, ""


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def system_keyring() -> Callable[[str], str | None]:
    """Return a look-up in the system's keyring; it finds nothing where there is none. Blocks."""

    def look(variable: str) -> str | None:
        try:
            import keyring  # noqa: PLC0415
            import keyring.errors  # noqa: PLC0415
        except ImportError:
            return None
        try:
            found: str | None = keyring.get_password(KEYRING_SERVICE, variable)
        except (keyring.errors.KeyringError, RuntimeError, OSError) as error:
            _LOG.info("the keyring can't be read: %s", type(error).__name__)
            return None
        return found

    return look


def make_provider(
    setup: Setup, *, web: Web, limits: Limits, now: Callable[[], datetime]
) -> Provider:
    """Return a provider that shares the program's client and its account's limits.

    Raises ``not_configured`` where what is lacking is more than a voice or a model.
    """
    if setup.unusable:
        raise SpeechError(SpeechCode.NOT_CONFIGURED, f"{setup.name}: {setup.unusable}")
    account = limits.of(setup.name, (setup.base_url, setup.key))
    if setup.name == ELEVENLABS:
        from recalliq_tui.speech.elevenlabs import ElevenLabsProvider  # noqa: PLC0415

        return ElevenLabsProvider(
            setup.key, now=now, base_url=setup.base_url, web=web, limits=account
        )
    from recalliq_tui.speech.openai_compatible import OpenAICompatibleProvider  # noqa: PLC0415

    return OpenAICompatibleProvider(
        setup.key, base_url=setup.base_url, model=setup.model, now=now, web=web, limits=account
    )


def make_limits(config: Config) -> Limits:
    """Return the limits that the settings name, for all accounts of this process."""
    return Limits(
        in_flight=config.integer("limits.in_flight"),
        starts=config.integer("limits.starts_per_second"),
    )
