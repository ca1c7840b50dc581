"""All the voices of one program or command: local and paid, metered, patient and gated."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

from recalliq_tui.domain.health import Failed
from recalliq_tui.domain.ledger import Purpose
from recalliq_tui.domain.voice import SpeechCode, VoiceRef
from recalliq_tui.services.guarding import GuardedProvider
from recalliq_tui.services.metering import PaidVoice
from recalliq_tui.services.probing import probe
from recalliq_tui.services.voicehealth import HealthKeeper
from recalliq_tui.services.voices import FREE_PROVIDERS, choose_voice
from recalliq_tui.speech.configured import make_limits, make_provider
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.retrying import RetryingProvider
from recalliq_tui.store.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from recalliq_tui.config import Config
    from recalliq_tui.domain.clips import ClipSpec
    from recalliq_tui.domain.health import Event
    from recalliq_tui.services.board import Board
    from recalliq_tui.services.bookkeeping import Bookkeeper
    from recalliq_tui.services.render_plan import RenderItem
    from recalliq_tui.services.tracing import TraceFile
    from recalliq_tui.services.voices import VoiceWishes
    from recalliq_tui.speech.configured import Setup
    from recalliq_tui.speech.http import Web
    from recalliq_tui.speech.protocol import Provider

_LOG: Final = logging.getLogger(__name__)
NO_VOICE: Final = VoiceRef("none", "none")
"""Stands where the settings name no voice that could be asked."""
_PORTS: Final = {"https": 443, "http": 80}


class VoiceBox:
    """Who speaks. One for each program; made and used on its event loop.

    ``local`` is the voice that costs nothing, ``setups`` are the other providers as they are set
    up. Nothing of a provider is loaded, and no client opened, before it is asked for something.
    ``web`` gives the program's one HTTP client, which is closed by who owns it.
    """

    def __init__(
        self,
        local: Provider,
        *,
        setups: Mapping[str, Setup],
        config: Config,
        wishes: VoiceWishes,
        books: Bookkeeper,
        board: Board,
        web: Callable[[], Web],
        now: Callable[[], datetime],
        jitter: Callable[[], float],
    ) -> None:
        self.local = local
        self.setups = dict(setups)
        self.books = books
        self._board = board
        self._web = web
        self._now = now
        self._jitter = jitter
        self._limits = make_limits(config)
        self._providers: dict[str, Provider] = {}
        self._no_voice: SpeechError | None = None
        self.trace: TraceFile | None = None
        """Where all that is asked for is written down, if anywhere."""
        self.deck: str | None = None
        """Id of the deck that is studied, for the ledger."""
        self.voice = self._main_voice(wishes)
        self.keeper = HealthKeeper(
            board,
            voice=self.voice,
            probe=self._probe,
            memory=books,
            prices=books.prices,
            now=now,
            jitter=jitter,
            accounts={name: _fingerprint(setup) for name, setup in self.setups.items()},
        )

    def _main_voice(self, wishes: VoiceWishes) -> VoiceRef:
        try:
            self._no_voice = None
            return choose_voice(wishes).ref
        except SpeechError as error:
            self._no_voice = error
            return NO_VOICE

    # --- asking ------------------------------------------------------------------------------

    def is_set_up(self, name: str) -> bool:
        """Whether a provider can be asked at all; that says nothing about its health."""
        return name in FREE_PROVIDERS or (name in self.setups and not self.setups[name].unusable)

    def plain(self, name: str) -> Provider:
        """Return a provider for what costs nothing: voices, account. Never for speech.

        Raises ``not_configured``.
        """
        if name in FREE_PROVIDERS:
            return self.local
        if name not in self._providers:
            setup = self.setups.get(name)
            if setup is None:
                raise SpeechError(
                    SpeechCode.NOT_CONFIGURED, f"the voice provider {name} is not set up"
                )
            self._providers[name] = make_provider(
                setup, web=self._web(), limits=self._limits, now=self._now
            )
        return self._providers[name]

    def speaker(self, name: str, purpose: Purpose, deck: str | None = None) -> Provider:
        """Return a provider for calls of a purpose, and for a deck's id where there is one.

        A paid one is gated, patient and metered, in this order. Raises ``not_configured``.
        """
        if name in FREE_PROVIDERS:
            rendering = purpose in {Purpose.RENDER, Purpose.RETAKE}
            local = self.local if rendering else GuardedProvider(self.local, _Open(self.keeper))
            return self._traced(local, "asked")
        patient = partial(RetryingProvider, jitter=self._jitter, now=self._now)
        sent = self._traced(self.plain(name), "sent")
        paid = PaidVoice(sent, self.books, self.keeper, retrying=patient)
        return self._traced(paid.tagged(purpose, deck), "asked")

    def _traced(self, provider: Provider, where: Literal["asked", "sent"]) -> Provider:
        if self.trace is None:
            return provider
        from recalliq_tui.services.tracedvoice import TracedProvider, Where  # noqa: PLC0415

        return TracedProvider(provider, self.trace, Where[where.upper()])

    def renders(self, item: RenderItem, purpose: Purpose = Purpose.RENDER) -> Provider:
        """Return who renders an item, for its deck; errors as :meth:`speaker`."""
        return self.speaker(item.spec.provider, purpose, item.deck_id or None)

    @property
    def can_speak(self) -> bool:
        """Whether the voice in use may be asked, for a text that isn't long."""
        return self.allows(self.voice)

    def allows(self, voice: VoiceRef) -> bool:
        """Whether a voice may be asked now, as far as is known."""
        from recalliq_tui.domain.health import allows  # noqa: PLC0415

        name = f"{voice.provider}:{voice.voice}"
        return self.is_set_up(voice.provider) and allows(
            self.keeper.health(voice.provider), voice=name, characters=1, credits=1.0
        )

    # --- how they are doing --------------------------------------------------------------------

    async def start(self) -> None:
        """Show what was spent and how the voice is doing; a probe of it costs nothing."""
        self._board.update(paid_cap=self.books.cap)
        await asyncio.gather(self._count(), self.keeper.start())

    async def _count(self) -> None:
        try:
            await self.books.used()
        except StoreError as error:
            _LOG.warning("what was spent can't be read: %s", error)

    def works(self, spec: ClipSpec) -> None:
        """The local voice has spoken; a paid one tells so by itself."""
        if spec.provider in FREE_PROVIDERS:
            self.keeper.worked(spec)

    def fails(self, spec: ClipSpec, error: SpeechError) -> None:
        """The local voice has failed; a paid one tells so by itself."""
        if spec.provider in FREE_PROVIDERS:
            self.keeper.failed(spec, error)

    def use(self, wishes: VoiceWishes) -> None:
        """Another voice is set: its health is shown from now on."""
        self.voice = self._main_voice(wishes)
        setup = self.setups.get(self.voice.provider)
        self.keeper.changed(self.voice, _fingerprint(setup) if setup is not None else "")

    async def asked_anew(self) -> None:
        """A person asks for speech now: what only waits for a key is probed first."""
        self.keeper.pressed()
        if any(self.keeper.health(name).closed for name in self.setups):
            await self.keeper.settle()

    async def _probe(self, name: str) -> Event:
        if name in FREE_PROVIDERS:
            return await self._probe_local()
        try:
            if name == NO_VOICE.provider and self._no_voice is not None:
                raise self._no_voice
            provider = self.plain(name)
        except SpeechError as error:
            return Failed(error.code, error.message, probe=True)
        return await probe(provider, address=_address(self.setups[name]))

    async def _probe_local(self) -> Event:
        try:
            await self.local.voices()
        except SpeechError as error:
            return Failed(error.code, error.message, probe=True)
        return await probe(self.local)

    async def close(self) -> None:
        """Stop probes, finish the books. The local voice and the client close elsewhere."""
        await self.keeper.close()
        for provider in self._providers.values():
            await provider.aclose()
        await self.books.close()


class _Open:
    """Hears how the local voice does and never refuses it: asking it again costs nothing."""

    def __init__(self, keeper: HealthKeeper) -> None:
        self._keeper = keeper

    def check(self, spec: ClipSpec) -> None:
        """Let all through."""

    def worked(self, spec: ClipSpec, credits: float | None = None) -> None:  # noqa: A002
        self._keeper.worked(spec, credits)

    def failed(self, spec: ClipSpec, error: SpeechError) -> None:
        self._keeper.failed(spec, error)


def with_voice(wishes: VoiceWishes, voice: VoiceRef) -> VoiceWishes:
    """Return the wishes with another voice in the config."""
    return replace(wishes, config=str(voice), environment=None)


def _fingerprint(setup: Setup) -> str:
    """Return what tells accounts apart and gives no key away."""
    data = f"{setup.name}\n{setup.base_url}\n{setup.key.reveal()}".encode()
    return hashlib.sha256(data).hexdigest()[:16]


def _address(setup: Setup) -> tuple[str, int] | None:
    parts = urlsplit(setup.base_url)
    if not parts.hostname:
        return None
    return parts.hostname, parts.port or _PORTS.get(parts.scheme, 443)
