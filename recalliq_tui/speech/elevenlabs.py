"""ElevenLabs over HTTP."""

from __future__ import annotations

import base64
import binascii
import logging
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final

from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.speech import answers
from recalliq_tui.speech import eleven_catalogue as catalogue
from recalliq_tui.speech import eleven_request as request
from recalliq_tui.speech.alignment import word_times
from recalliq_tui.speech.codes import PERMISSION_CODES, Reason
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.http import Web
from recalliq_tui.speech.limits import AccountLimits, Lane
from recalliq_tui.speech.link import MAX_JSON, Call, Link, costs
from recalliq_tui.speech.protocol import Receipt, Rendered, SpeechStream
from recalliq_tui.speech.taxonomy import Names

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence
    from datetime import datetime

    from recalliq_tui.domain.clips import ClipSpec
    from recalliq_tui.speech.protocol import Account, VoiceInfo
    from recalliq_tui.speech.secrets import Secret

BASE_URL: Final = "https://api.elevenlabs.io"
NAMES: Final = Names("ElevenLabs", "ELEVENLABS_API_KEY", "ELEVENLABS_BASE_URL")
PAGE: Final = "100"
MAX_PAGES: Final = 50
_LOG: Final = logging.getLogger(__name__)


def has_lines(spec: ClipSpec) -> bool:
    """Whether a text has several lines, as a passage has: then its word times are of use."""
    return "\n" in spec.text


class ElevenLabsProvider:
    """One account at ElevenLabs. Each method is one request; nothing is tried again here.

    ``timings`` says which specs are rendered with word times. Speech waits for its place in
    ``limits``; calls that cost nothing (voices, models, account) don't. Belongs to one event loop.
    """

    name: str = "elevenlabs"

    def __init__(
        self,
        key: Secret,
        *,
        now: Callable[[], datetime],
        base_url: str = BASE_URL,
        web: Web | None = None,
        limits: AccountLimits | None = None,
        timings: Callable[[ClipSpec], bool] = has_lines,
    ) -> None:
        self._own_web = Web() if web is None else None
        self._web = web or self._own_web or Web()
        self._link = Link(self._web, base_url, key, ("xi-api-key", ""), NAMES, now)
        self._limits = limits or AccountLimits()
        self._timings = timings
        self._models: dict[str, catalogue.ModelInfo] = {}
        self._plan: str | None = None
        self._closed = False

    # --- speech ------------------------------------------------------------------------------

    async def render(
        self, spec: ClipSpec, *, urgent: bool = False, timings: bool | None = None
    ) -> Rendered:
        """Return the whole utterance; ``timings`` beats what the provider was made with."""
        self._check_open()
        timed = self._timings(spec) if timings is None else timings
        call = self._call(spec, "with-timestamps" if timed else "", model=request.RENDER_MODEL)
        lane = Lane.LIVE if urgent else Lane.RENDER
        try:
            return await (self._render_timed if timed else self._render_plain)(spec, call, lane)
        except SpeechError as error:
            raise await self._explained(error) from None

    async def _render_plain(self, spec: ClipSpec, call: Call, lane: Lane) -> Rendered:
        receipt = Receipt()
        async with answers.sound(
            self._link, call, limits=self._limits, lane=lane, live=False, receipt=receipt
        ) as (reply, first):
            audio, length = await answers.whole(self._link, reply, first)
        return Rendered(
            audio,
            length,
            len(spec.text),
            credits=receipt.credits,
            request_id=receipt.request_id,
        )

    async def _render_timed(self, spec: ClipSpec, call: Call, lane: Lane) -> Rendered:
        async with (
            self._limits.slot(lane) as slot,
            self._link.answer(call, live=False, slot=slot) as (reply, first),
        ):
            price, request_id = costs(reply)
            body = await reply.whole(first, limit=MAX_JSON)
            answer = self._link.parsed(body, reply)
            audio = self._decoded(answer, len(body))
        length = answers.checked_length(self._link, audio, framed=True)
        words = word_times(answer.get("alignment"), spec.text, duration_ms=length)
        return Rendered(audio, length, len(spec.text), words, credits=price, request_id=request_id)

    def _decoded(self, answer: Any, received: int) -> bytes:
        given = answer.get("audio_base64") if isinstance(answer, dict) else None
        try:
            audio = base64.b64decode(given, validate=True) if isinstance(given, str) else b""
        except (binascii.Error, ValueError):
            audio = b""
        if not audio:
            raise self._link.failure(
                SpeechCode.PROVIDER_ERROR,
                "ElevenLabs answered without any audio",
                status=200,
                reason=Reason.NO_AUDIO,
                received=0 if given in (None, "") else received,
            )
        return audio

    def stream(self, spec: ClipSpec) -> SpeechStream:
        """Yield MP3 as it arrives; a spec without a model takes the one with low latency."""
        receipt = Receipt()
        return SpeechStream(self._stream(spec, receipt), receipt)

    async def _stream(self, spec: ClipSpec, receipt: Receipt) -> AsyncGenerator[bytes]:
        self._check_open()
        call = self._call(spec, "stream", model=request.LIVE_MODEL)
        try:
            async with (
                answers.sound(
                    self._link,
                    call,
                    limits=self._limits,
                    lane=Lane.LIVE,
                    live=True,
                    receipt=receipt,
                ) as (reply, first),
                aclosing(answers.pieces(self._link, reply, first)) as pieces,
            ):
                async for piece in pieces:
                    yield piece
        except SpeechError as error:
            raise await self._explained(error) from None

    def _call(self, spec: ClipSpec, kind: str, *, model: str) -> Call:
        model = spec.model or model
        known = self._models.get(model)
        voice = request.voice_path(spec.voice)
        return Call(
            "POST",
            f"/v1/text-to-speech/{voice}" + (f"/{kind}" if kind else ""),
            {"output_format": request.output_format(spec)},
            request.body(
                spec,
                model=model,
                languages=known.languages if known and known.languages else None,
                limit=known.limit(self._plan) if known else None,
            ),
        )

    async def _explained(self, error: SpeechError) -> SpeechError:
        """Add when a used-up quota comes back, where the account may be read."""
        if error.code is SpeechCode.QUOTA_EXCEEDED and error.retry_at is None:
            try:
                account = await self.account()
            except SpeechError as other:
                _LOG.info("the quota's end is not known: %s", other)
            else:
                error.retry_at = account.resets_at if account is not None else None
        return error

    # --- what costs nothing --------------------------------------------------------------------

    async def voices(self) -> Sequence[VoiceInfo]:
        """Return the account's voices; a key without ``voices_read`` gets ``not_configured``
        with a reason that says so: it may still speak."""
        self._check_open()
        found: dict[str, VoiceInfo] = {}
        token: str | None = None
        for _ in range(MAX_PAGES):
            query = {"page_size": PAGE} | ({"next_page_token": token} if token else {})
            page = catalogue.read_page(await self._link.get_json("/v2/voices", query))
            found |= {voice.id: voice for voice in page.voices}
            if page.next_token is None or page.next_token == token:
                break
            token = page.next_token
        return tuple(found.values())

    async def voice(self, voice_id: str) -> VoiceInfo | None:
        """Return one voice; ``None`` where it is no voice. Raises ``voice_unavailable``."""
        self._check_open()
        path = f"/v1/voices/{request.voice_path(voice_id)}"
        return catalogue.read_voice(await self._link.get_json(path))

    async def account(self) -> Account | None:
        """Return quota and plan; ``None`` where the key may not read them."""
        self._check_open()
        try:
            raw = await self._link.get_json("/v1/user/subscription")
        except SpeechError as error:
            if error.reason in PERMISSION_CODES:
                return None
            raise
        account = catalogue.read_account(raw)
        self._plan = account.plan if account is not None else None
        return account

    async def models(self) -> Sequence[catalogue.ModelInfo]:
        """Return the models that speak; their limits and languages hold from then on."""
        self._check_open()
        models = catalogue.read_models(await self._link.get_json("/v1/models"))
        self._models = {model.id: model for model in models}
        return tuple(model for model in models if model.speaks)

    async def add_shared_voice(self, *, owner: str, voice: str, name: str) -> str:
        """Add a voice of the public library to the account's own; returns its id there."""
        self._check_open()
        path = f"/v1/voices/add/{request.voice_path(owner)}/{request.voice_path(voice)}"
        raw = await self._link.post_json(path, {"new_name": name})
        added = raw.get("voice_id") if isinstance(raw, dict) else None
        return added if isinstance(added, str) and added else voice

    async def aclose(self) -> None:
        """Refuse further calls; the client is closed by who owns it. Safe to call twice."""
        self._closed = True
        if self._own_web is not None:
            await self._own_web.aclose()

    def _check_open(self) -> None:
        if self._closed:
            raise self._link.failure(
                SpeechCode.NETWORK_ERROR, "the voice is closed", reason=Reason.CLOSED
            )
        if not self._link.key:
            raise self._link.failure(
                SpeechCode.NOT_CONFIGURED, f"no key is set; put it into {NAMES.key_setting}"
            )
