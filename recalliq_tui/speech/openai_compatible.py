"""Any server that speaks as OpenAI's does: Kokoro-FastAPI, speaches and others."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final

from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.speech import answers
from recalliq_tui.speech.codes import Reason
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.http import Web
from recalliq_tui.speech.limits import AccountLimits, Lane
from recalliq_tui.speech.link import Call, Link
from recalliq_tui.speech.protocol import Receipt, Rendered, SpeechStream, VoiceInfo
from recalliq_tui.speech.taxonomy import Names
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence
    from datetime import datetime

    from recalliq_tui.domain.clips import ClipSpec
    from recalliq_tui.speech.secrets import Secret

NAMES: Final = Names("the speech server", "RECALLIQ_SPEECH_API_KEY", "RECALLIQ_SPEECH_BASE_URL")
FORMAT: Final = "mp3"
_SPEED: Final = (0.25, 4.0)
_MISSING: Final = frozenset({404, 405, 501})


class OpenAICompatibleProvider:
    """A speech server. Each method is one request; nothing is tried again here.

    ``base_url`` ends before ``/v1``. ``model`` speaks specs that name none; there is no default.
    Belongs to one event loop.
    """

    name: str = "openai"

    def __init__(
        self,
        key: Secret,
        *,
        base_url: str,
        model: str | None,
        now: Callable[[], datetime],
        web: Web | None = None,
        limits: AccountLimits | None = None,
    ) -> None:
        self._own_web = Web() if web is None else None
        self._web = web or self._own_web or Web()
        self._link = Link(self._web, base_url, key, ("authorization", "Bearer "), NAMES, now)
        self._limits = limits or AccountLimits()
        self._model = model
        self._closed = False

    async def render(self, spec: ClipSpec, *, urgent: bool = False) -> Rendered:
        receipt = Receipt()
        lane = Lane.LIVE if urgent else Lane.RENDER
        async with answers.sound(
            self._link,
            self._call(spec),
            limits=self._limits,
            lane=lane,
            live=False,
            receipt=receipt,
        ) as (reply, first):
            audio, length = await answers.whole(self._link, reply, first)
        return Rendered(
            audio, length, len(spec.text), credits=receipt.credits, request_id=receipt.request_id
        )

    def stream(self, spec: ClipSpec) -> SpeechStream:
        receipt = Receipt()
        return SpeechStream(self._stream(spec, receipt), receipt)

    async def _stream(self, spec: ClipSpec, receipt: Receipt) -> AsyncGenerator[bytes]:
        async with (
            answers.sound(
                self._link,
                self._call(spec),
                limits=self._limits,
                lane=Lane.LIVE,
                live=True,
                receipt=receipt,
            ) as (reply, first),
            aclosing(answers.pieces(self._link, reply, first)) as pieces,
        ):
            async for piece in pieces:
                yield piece

    async def voices(self) -> Sequence[VoiceInfo]:
        """Return the server's voices; none where it doesn't say."""
        self._check_open()
        try:
            raw = await self._link.get_json("/v1/audio/voices")
        except SpeechError as error:
            if error.status in _MISSING:
                return ()
            raise
        return _voices(raw)

    async def account(self) -> None:
        """There is no account to read."""

    async def aclose(self) -> None:
        """Refuse further calls; the client is closed by who owns it. Safe to call twice."""
        self._closed = True
        if self._own_web is not None:
            await self._own_web.aclose()

    def _call(self, spec: ClipSpec) -> Call:
        self._check_open()
        if not spec.text.strip():
            raise self._link.failure(SpeechCode.BAD_INPUT, "there is no text to say")
        if spec.format.split("_")[0] != FORMAT:
            raise self._link.failure(
                SpeechCode.BAD_INPUT, f"clips are {FORMAT}, not {spec.format[:40]!r}"
            )
        model = spec.model or self._model
        if not model:
            raise self._link.failure(
                SpeechCode.NOT_CONFIGURED, "no model is set; see speech.model in the config"
            )
        made: dict[str, Any] = {
            "model": model,
            "input": spec.text,
            "voice": spec.voice,
            "response_format": FORMAT,
        }
        for name, value in (spec.settings or {}).items():
            made[name] = self._setting(name, value)
        return Call("POST", "/v1/audio/speech", json=made)

    def _setting(self, name: str, value: object) -> object:
        if name == "instructions" and isinstance(value, str):
            return value
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if name == "speed" and number and _SPEED[0] <= value <= _SPEED[1]:  # type: ignore[operator]
            return value
        raise self._link.failure(
            SpeechCode.BAD_INPUT,
            f"{name[:40]!r}: a speech server takes speed ({_SPEED[0]:g} to {_SPEED[1]:g})"
            " and instructions",
        )

    def _check_open(self) -> None:
        if self._closed:
            raise self._link.failure(
                SpeechCode.NETWORK_ERROR, "the voice is closed", reason=Reason.CLOSED
            )


def _voices(raw: Any) -> tuple[VoiceInfo, ...]:
    """Read ``{"voices": [...]}``, ``{"data": [...]}`` or a list; of names, or of objects."""
    if isinstance(raw, dict):
        raw = next((raw[name] for name in ("voices", "data") if name in raw), [])
    found: dict[str, VoiceInfo] = {}
    for item in raw if isinstance(raw, list) else []:
        match item:
            case str(name) if name.strip():
                info = VoiceInfo(one_line(name, max_chars=128), one_line(name, max_chars=128))
            case dict() if isinstance(ident := item.get("id") or item.get("voice_id"), str):
                lang = item.get("language")
                info = VoiceInfo(
                    one_line(ident, max_chars=128),
                    one_line(str(item.get("name") or ident), max_chars=128),
                    lang=one_line(lang, max_chars=40) if isinstance(lang, str) else None,
                )
            case _:
                continue
        found[info.id] = info
    return tuple(found.values())
