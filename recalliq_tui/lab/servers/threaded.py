"""A small HTTP server on loopback with a thread and an event loop of its own."""

from __future__ import annotations

import asyncio
import threading
import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Final, Self

from recalliq_tui.lab.servers.wire import Answer, Request, read_request

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

HOST: Final = "127.0.0.1"
_PATIENCE: Final = 10.0


class ThreadedServer(ABC):
    """Answers requests with :meth:`answer`. Usable from any thread, and as a context manager.

    ``requests`` are all that came, in their order.
    """

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.port = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._changed = threading.Condition()

    @abstractmethod
    async def answer(self, request: Request, answer: Answer) -> None:
        """Write the answer to a request. Runs on the server's loop."""

    def start(self) -> str:
        """Listen on a free port; returns the base URL."""
        ready = threading.Event()
        loop = asyncio.new_event_loop()
        self._loop = loop

        def run() -> None:
            asyncio.set_event_loop(loop)
            loop.call_soon(ready.set)
            loop.run_forever()
            loop.close()

        self._thread = threading.Thread(target=run, name="lab server", daemon=True)
        self._thread.start()
        ready.wait()
        self.listen_again()
        return self.base_url

    @property
    def base_url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def stop(self) -> None:
        """Stop listening, break all connections and end the thread. Safe to call twice."""
        loop, thread = self._loop, self._thread
        if loop is None or thread is None:
            return
        self._do(self._shut())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        self._loop = self._thread = None

    def refuse_connections(self) -> None:
        """Stop listening and break all connections, until :meth:`listen_again`."""
        self._do(self._shut())

    def listen_again(self) -> None:
        """Listen, on the same port as before."""
        self._do(self._listen())

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def wait_for(self, true: Callable[[Self], bool], *, seconds: float = 5.0) -> bool:
        """Wait until something holds of the server; whether it did in time. Blocks."""
        with self._changed:
            return self._changed.wait_for(lambda: true(self), seconds)

    def change(self, what: Callable[[], None]) -> None:
        """Do something on the server's loop, between two requests; at once while it isn't on."""
        if self._loop is None:
            what()
            return

        async def work() -> None:
            what()

        self._do(work())

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        if self._loop is None:
            work.close()
            return
        asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE)

    def _notify(self) -> None:
        with self._changed:
            self._changed.notify_all()

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, HOST, self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def _shut(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
        for writer in tuple(self._writers):
            writer.transport.abort()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            while not writer.transport.is_closing():
                request = await read_request(reader, number=len(self.requests) + 1)
                if request is None:
                    return
                self.requests.append(request)
                self._notify()
                try:
                    await self.answer(request, Answer(reader, writer, request))
                finally:
                    request.ended = time.monotonic()
                    self._notify()
        except (ConnectionError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            self._tasks.discard(task)
            self._writers.discard(writer)
            writer.close()
