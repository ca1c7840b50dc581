"""As much HTTP/1.1 as a fake server needs: requests read, answers written piece by piece."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_BODY: Final = 8 * 1024 * 1024


@dataclass(slots=True)
class Request:
    """One request as it arrived. ``started`` and ``ended`` are monotonic seconds."""

    number: int
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str] = field(repr=False)
    raw: bytes = field(repr=False)
    started: float
    in_flight: int = 0
    """Requests for speech under way when this one came, itself included."""
    status: int | None = None
    ended: float | None = None
    sent: int = 0
    """Bytes of the body that went out."""

    @property
    def json(self) -> dict[str, Any]:
        """The body; empty where it is none."""
        try:
            parsed = json.loads(self.raw or b"{}")
        except ValueError:
            return {}
        return parsed if isinstance(parsed, dict) else {}

    @property
    def text(self) -> str:
        """What is to be said."""
        return str(self.json.get("text") or self.json.get("input") or "")


async def read_request(reader: asyncio.StreamReader, *, number: int) -> Request | None:
    """Read one request; ``None`` when the other side has hung up."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        method, target, _version = lines[0].split(" ", 2)
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines[1:] if line)
        }
        size = int(headers.get("content-length", "0"))
        body = await reader.readexactly(min(size, MAX_BODY)) if size else b""
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, OSError):
        return None
    parts = urlsplit(target)
    return Request(
        number=number,
        method=method,
        path=unquote(parts.path),
        query=dict(parse_qsl(parts.query)),
        headers=headers,
        raw=body,
        started=time.monotonic(),
    )


class Answer:
    """Writes one answer and counts what has gone out."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: Request
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._request = request
        self._chunked = False

    async def head(
        self, status: int, headers: Mapping[str, str], *, length: int | None = None
    ) -> None:
        """Write status and headers; without a ``length`` the body is chunked."""
        self._request.status = status
        self._chunked = length is None
        framing = {"content-length": str(length)} if length is not None else {}
        if self._chunked:
            framing = {"transfer-encoding": "chunked"}
        try:
            phrase = HTTPStatus(status).phrase
        except ValueError:
            phrase = "Unknown"
        lines = [f"HTTP/1.1 {status} {phrase}"]
        lines += [f"{name}: {value}" for name, value in {**headers, **framing}.items()]
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
        await self._writer.drain()

    async def piece(self, data: bytes) -> None:
        if not data:
            return
        self._request.sent += len(data)
        self._writer.write(b"%x\r\n%b\r\n" % (len(data), data) if self._chunked else data)
        await self._writer.drain()

    async def end(self) -> None:
        if self._chunked:
            self._writer.write(b"0\r\n\r\n")
        await self._writer.drain()

    async def whole(
        self, status: int, body: bytes, *, content_type: str, headers: Mapping[str, str]
    ) -> None:
        """Write an answer of known length."""
        await self.head(status, {"content-type": content_type, **headers}, length=len(body))
        await self.piece(body)
        await self.end()

    async def pause(self, seconds: float | None) -> None:
        """Wait, ``None`` for ever; ends with ``ConnectionResetError`` when the client hangs up."""
        try:
            await asyncio.wait_for(self._reader.read(1), seconds)
        except TimeoutError:
            return
        raise ConnectionResetError("the client has gone")

    def break_off(self) -> None:
        """Break the connection, as a crash does."""
        self._writer.transport.abort()
