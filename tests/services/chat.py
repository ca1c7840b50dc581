"""A chat server on loopback that answers as a test says, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from recalliq_tui.lab.servers.wire import Answer, read_request

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from recalliq_tui.lab.servers.wire import Request

    Reply = tuple[int, bytes]


def completion(content: object) -> bytes:
    text = content if isinstance(content, str) else json.dumps(content)
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}).encode()


def verdicts(*points: tuple[str, str], off_topic: bool = False) -> dict[str, Any]:
    """Verdict and quote of each point in turn, as a model writes them."""
    rows = [
        {"id": number, "verdict": verdict, "quote": quote}
        for number, (verdict, quote) in enumerate(points, start=1)
    ]
    return {"points": rows, "off_topic": off_topic}


@dataclass
class ChatServer:
    """``replies`` are given in turn, the last one again and again; ``hold`` keeps them back."""

    replies: list[Reply | Callable[[Request], Reply]] = field(default_factory=list)
    hold: asyncio.Event | None = None
    asked: list[Request] = field(default_factory=list)
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""

    def say(self, *contents: object) -> None:
        self.replies = [(200, completion(content)) for content in contents]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (request := await read_request(reader, number=len(self.asked))) is not None:
                self.asked.append(request)
                answer = Answer(reader, writer, request)
                if self.hold is not None:
                    await self._held(reader, self.hold)
                reply = self.replies[min(len(self.asked), len(self.replies)) - 1]
                status, body = reply(request) if callable(reply) else reply
                await answer.whole(status, body, content_type="application/json", headers={})
        except ConnectionError:
            self.hung_up.set()
        finally:
            writer.close()

    async def _held(self, reader: asyncio.StreamReader, hold: asyncio.Event) -> None:
        """Wait for the event, or for the client to hang up."""
        gone = asyncio.ensure_future(reader.read(1))
        held = asyncio.ensure_future(hold.wait())
        try:
            await asyncio.wait((gone, held), return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                raise ConnectionResetError("the client has gone")
        finally:
            gone.cancel()
            held.cancel()
            await asyncio.gather(gone, held, return_exceptions=True)


@asynccontextmanager
async def a_chat_server() -> AsyncIterator[ChatServer]:
    made = ChatServer()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        server.close()
        if made.hold is not None:
            made.hold.set()
