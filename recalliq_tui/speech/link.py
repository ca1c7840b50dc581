"""The way to one provider: a call goes out, audio or JSON or an error comes back.

No exception, log line or traceback of this module holds a key or the query of a signed address.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.speech.bodies import MAX_BODY
from recalliq_tui.speech.codes import Reason
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.taxonomy import Answer, Names, classify, request_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from datetime import datetime

    import httpx

    from recalliq_tui.speech.http import Web
    from recalliq_tui.speech.limits import Slot
    from recalliq_tui.speech.secrets import Secret

MAX_AUDIO: Final = 64 * 1024 * 1024
"""Bytes of one utterance; a server that sends more is at fault."""
MAX_JSON: Final = 96 * 1024 * 1024
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class Call:
    """One request. ``path`` is quoted already; ``json`` is the body of a POST."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] | None = None


class Reply:
    """A ``200`` whose body is still arriving."""

    def __init__(self, response: httpx.Response, link: Link) -> None:
        self.headers: Mapping[str, str] = response.headers
        self.received = 0
        """Bytes of the body that have arrived."""
        self._link = link
        self._pieces = response.aiter_bytes()

    @property
    def framed(self) -> bool:
        """Whether an early end would be noticed: the body has a length or is chunked."""
        return "content-length" in self.headers or "transfer-encoding" in self.headers

    async def piece(self) -> bytes:
        """Return the next bytes, ``b""`` at the end."""
        with self._link.translated(self.received):
            async for piece in self._pieces:
                if piece:
                    self.received += len(piece)
                    return piece
        return b""

    async def whole(self, first: bytes, *, limit: int) -> bytes:
        """Return ``first`` and all that follows; at most ``limit`` bytes."""
        body = bytearray(first)
        while piece := await self.piece():
            body += piece
            if len(body) > limit:
                raise self._link.failure(
                    SpeechCode.PROVIDER_ERROR,
                    f"{self._link.names.provider} sends more than {limit // 1_048_576} MB",
                    received=self.received,
                )
        return bytes(body)


@dataclass(frozen=True, slots=True)
class Link:
    """The way to one provider: base URL, key and how its failures read.

    ``auth`` names the header of the key and what stands before it. ``now`` gives UTC.
    """

    web: Web
    base_url: str
    key: Secret
    auth: tuple[str, str]
    names: Names
    now: Callable[[], datetime]

    @asynccontextmanager
    async def answer(
        self, call: Call, *, live: bool, slot: Slot | None = None
    ) -> AsyncIterator[tuple[Reply, bytes]]:
        """Send a call and wait for the first bytes of its ``200``; all else is raised.

        Yields the reply and its first bytes, ``b""`` for an empty body. Leaving the block early
        drops the connection, which is how a request is cancelled.
        """
        if self.key and not self.key.is_usable:
            raise self.failure(
                SpeechCode.NOT_CONFIGURED,
                f"{self.names.key_setting} holds characters that no key has",
            )
        client = await self.web.client()
        wait = self.web.timeouts
        loop = asyncio.get_running_loop()
        response: httpx.Response | None = None
        try:
            with self.translated():
                async with asyncio.timeout(wait.connect + wait.first(live=live) + 1.0) as deadline:

                    async def note(event: str, _info: object) -> None:
                        if event.endswith(".send_request_headers.started") and slot is not None:
                            slot.started()
                        if event.endswith(".send_request_body.complete"):
                            deadline.reschedule(loop.time() + wait.first(live=live))

                    response = await client.send(
                        self._request(client, call, live=live, note=note),
                        auth=_KeyHeader(*self.auth, self.key),
                        stream=True,
                    )
                    if slot is not None:
                        slot.answered()
                    if response.status_code != _OK:
                        raise await self._refused(response)
                    reply = Reply(response, self)
                    first = await reply.piece()
            yield reply, first
        finally:
            if response is not None:
                await response.aclose()

    def _request(
        self, client: httpx.AsyncClient, call: Call, *, live: bool, note: Callable[..., Any]
    ) -> httpx.Request:
        wait = self.web.timeouts
        # The deadline decides until the first byte, the gap from then on.
        times = {"connect": wait.connect, "read": wait.gap, "write": wait.gap, "pool": None}
        if not live:
            times["read"] = max(wait.gap, wait.first_render)
        return client.build_request(
            call.method,
            self.base_url + call.path,
            params=dict(call.query) or None,
            json=call.json,
            headers={"accept-encoding": "identity"},
            extensions={"trace": note, "timeout": times},
        )

    async def _refused(self, response: httpx.Response) -> SpeechError:
        body = bytearray()
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) >= MAX_BODY:
                break
        return self.error(response.status_code, response.headers, bytes(body))

    def error(self, status: int, headers: Mapping[str, str], body: bytes) -> SpeechError:
        """Return what an answer that isn't audio stands for."""
        answer = Answer(status, headers, body)
        return classify(answer, now=self.now(), names=self.names, secrets=(self.key,))

    def failure(
        self,
        code: SpeechCode,
        message: str,
        *,
        status: int | None = None,
        reason: str | None = None,
        received: int = 0,
    ) -> SpeechError:
        """Return an error of our own finding."""
        return SpeechError(code, message, status=status, reason=reason, received=received)

    async def get_json(self, path: str, query: Mapping[str, str] | None = None) -> Any:
        """Return what a GET answers. A call that speaks nothing: no slot, no cost."""
        call = Call("GET", path, query or {})
        async with self.answer(call, live=True) as (reply, first):
            return self.parsed(await reply.whole(first, limit=MAX_JSON), reply)

    async def post_json(self, path: str, body: Mapping[str, Any]) -> Any:
        """Return what a POST that speaks nothing answers."""
        async with self.answer(Call("POST", path, json=body), live=True) as (reply, first):
            return self.parsed(await reply.whole(first, limit=MAX_JSON), reply)

    def parsed(self, body: bytes, reply: Reply) -> Any:
        """Read a JSON body; ``provider_error`` for anything else."""
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            error = self.error(_OK, {**reply.headers, "content-type": ""}, body[:MAX_BODY])
            # The beginning of an answer was paid for; a web page in its place wasn't.
            error.received = len(body) if body.lstrip()[:1] == b"{" else 0
            raise error from None

    @property
    def host(self) -> str:
        """The host that is asked, with its port where it has one."""
        return self.base_url.split("://", 1)[-1].split("/", 1)[0]

    def translated(self, received: int = 0) -> _Translated:
        return _Translated(self, received)


class _Translated:
    """Turns what the HTTP library raises into ``network_error``, without its request in tow."""

    def __init__(self, link: Link, received: int) -> None:
        self._link = link
        self._received = received

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is None or isinstance(error, SpeechError):
            return
        found = _describe(error, self._link)
        if found is not None:
            message, reason = found
            raise SpeechError(
                SpeechCode.NETWORK_ERROR, message, reason=reason, received=self._received
            ) from None


def _describe(error: BaseException, link: Link) -> tuple[str, Reason] | None:
    """Return what happened in words, ``None`` for what is no transport's failure."""
    import httpx  # noqa: PLC0415

    who = link.names.provider
    match error:
        case httpx.ConnectError() if "CERTIFICATE" in str(error).upper():
            return f"the certificate of {link.host} is not trusted", Reason.CONNECT
        case httpx.ConnectTimeout() | httpx.ConnectError():
            return f"{who} can't be reached at {link.host}", Reason.CONNECT
        case httpx.TimeoutException() | TimeoutError():
            return f"{who} went silent", Reason.STALL
        case httpx.TransportError() | httpx.DecodingError():
            return f"the answer of {who} was cut off", Reason.CUT
        case httpx.InvalidURL() | httpx.TooManyRedirects():
            return f"{link.names.url_setting} is no address", Reason.CONNECT
        case _:
            return None


class _KeyHeader:
    """Signs a request as it leaves; its own text shows no key."""

    def __init__(self, header: str, prefix: str, key: Secret) -> None:
        self._header, self._prefix, self._key = header, prefix, key

    def __call__(self, request: httpx.Request) -> httpx.Request:
        if self._key:
            request.headers[self._header] = self._prefix + self._key.reveal()
        return request

    def __repr__(self) -> str:
        return f"<{self._header}>"


def costs(reply: Reply) -> tuple[float | None, str | None]:
    """Return the credits and the request id that the headers name."""
    return _credits(reply.headers.get("character-cost")), request_id(reply.headers)


def _credits(given: str | None) -> float | None:
    try:
        value = float(given) if given else None
    except ValueError:
        return None
    return value if value is not None and 0 <= value < 1e9 else None  # noqa: PLR2004
