"""Owns the voice process: keeps it running, and serves requests one by one."""

from __future__ import annotations

import asyncio
import itertools
import logging
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.espeak.files import EngineFiles, locate, shorten
from recalliq_tui.speech.espeak.jobs import Answer, Job, Lane, Waiting
from recalliq_tui.speech.espeak.process import ChildFault, EngineProcess

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

CANCEL_SECONDS: Final = 0.25
"""How long a cancelled request may go on before its process is killed."""
START_SECONDS: Final = 15.0
"""A start takes 0.05 s; this is for a machine that swaps."""
MAX_BACKOFF: Final = 2.0
_LOG: Final = logging.getLogger(__name__)
_LAST: Final = frozenset({"done", "voices"})


class VoiceWorker:
    """Requests in, answers out. ``faults`` counts failures of the process in a row.

    A task runs only while something waits; the process stays. ``files`` is found with the first
    request where it is ``None``.
    """

    def __init__(
        self,
        *,
        stall_limit: float,
        backoff: float,
        module: str,
        files: EngineFiles | None = None,
    ) -> None:
        self.faults = 0
        self.child: EngineProcess | None = None
        self.files = files
        self._stall_limit = stall_limit
        self._backoff = backoff
        self._module = module
        self._waiting = Waiting()
        self._ids = itertools.count(1)
        self._pump: asyncio.Task[None] | None = None
        self._current: tuple[Job, asyncio.Timeout] | None = None
        self._closed = False
        self._resources = ExitStack()

    def warm(self) -> None:
        """Start the process ahead of the first request; a failure waits for that request."""
        if not self._closed and self.child is None:
            self._wake()

    async def ask(
        self, header: Mapping[str, object], body: bytes = b"", *, lane: Lane
    ) -> AsyncGenerator[Answer]:
        """Yield the answers to one request; closing the generator cancels it.

        Raises :class:`SpeechError`.
        """
        if self._closed:
            raise _closed_error()
        job = Job(next(self._ids), dict(header), body)
        self._waiting.add(job, lane)
        self._wake()
        finished = False
        try:
            while not finished:
                answer = await job.answers.get()
                if isinstance(answer, SpeechError):
                    finished = True
                    raise answer
                finished = answer.header.get("ev") in _LAST
                yield answer
        finally:
            if not finished:
                self._abandon(job)

    def _wake(self) -> None:
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._run(), name="espeak")

    def _abandon(self, job: Job) -> None:
        job.abandoned = True
        if self._current is None or self._current[0] is not job or self.child is None:
            return
        timeout = self._current[1]
        try:
            self.child.send({"op": "cancel", "id": job.id})
        except ChildFault:
            return
        if not timeout.expired():
            timeout.reschedule(asyncio.get_running_loop().time() + CANCEL_SECONDS)

    async def _run(self) -> None:
        """Serve what waits, then end. The one place that touches the process."""
        if not self._waiting:
            await self._try_start()
        while (job := self._waiting.take()) is not None:
            try:
                await self._serve_with_deadline(job)
            except (ChildFault, TimeoutError) as fault:
                await self._fault(job, fault)
            except SpeechError as error:
                job.answers.put_nowait(error)
            except asyncio.CancelledError:
                job.answers.put_nowait(_closed_error())
                raise
            except Exception as error:  # noqa: BLE001  # the edge of this worker: somebody waits
                _LOG.exception("local voice")
                await self._fault(job, ChildFault(f"the local voice failed: {error}"))

    async def _serve_with_deadline(self, job: Job) -> None:
        child = await self._running()
        try:
            async with asyncio.timeout(None) as timeout:
                self._current = (job, timeout)
                await self._serve(child, job)
        finally:
            self._current = None
        self.faults = 0

    async def _try_start(self) -> None:
        try:
            await self._running()
        except (ChildFault, SpeechError) as fault:
            self.faults += 1
            _LOG.info("the local voice did not start: %s", fault)

    async def _running(self) -> EngineProcess:
        if self.child is not None and not self.child.alive:
            await self._drop()
        if self.child is None:
            if self.faults:
                await asyncio.sleep(min(self._backoff * 2 ** (self.faults - 1), MAX_BACKOFF))
            if self.files is None:
                found = await asyncio.to_thread(locate)
                data = await asyncio.to_thread(shorten, found.data, self._resources)
                self.files = EngineFiles(found.library, data)
            self.child = await EngineProcess.start(
                self.files, module=self._module, limit=START_SECONDS
            )
        return self.child

    async def _serve(self, child: EngineProcess, job: Job) -> None:
        child.send({**job.header, "id": job.id}, job.body)
        while True:
            header, body = await child.read(limit=self._stall_limit)
            if header.get("id") != job.id:
                raise ChildFault("the voice process answered another request")
            match header.get("ev"):
                case "audio":
                    job.answers.put_nowait(Answer(header, body))
                case "done" | "voices":
                    job.answers.put_nowait(Answer(header, body))
                    return
                case "error":
                    job.answers.put_nowait(_refusal(header))
                    return
                case other:
                    raise ChildFault(f"the voice process sent {str(other)[:40]!r}")

    async def _fault(self, job: Job, fault: ChildFault | TimeoutError) -> None:
        await self._drop()
        if job.abandoned:
            return
        self.faults += 1
        code = fault.code if isinstance(fault, ChildFault) else SpeechCode.PROVIDER_ERROR
        _LOG.warning("local voice: %s (fault %d in a row)", fault, self.faults)
        job.answers.put_nowait(SpeechError(code, str(fault)))

    async def _drop(self) -> None:
        child, self.child = self.child, None
        if child is not None:
            await child.kill()

    async def aclose(self) -> None:
        """Stop all requests and end the process. Safe to call twice."""
        self._closed = True
        pump, self._pump = self._pump, None
        if pump is not None:
            pump.cancel()
            await asyncio.gather(pump, return_exceptions=True)
        while (job := self._waiting.take()) is not None:
            job.answers.put_nowait(_closed_error())
        child, self.child = self.child, None
        if child is not None:
            await child.close()
        self._resources.close()


def _refusal(header: dict[str, object]) -> SpeechError:
    message = str(header.get("message", ""))
    match header.get("code"):
        case "voice":
            return SpeechError(SpeechCode.VOICE_UNAVAILABLE, message)
        case "blank":
            return SpeechError(SpeechCode.BAD_INPUT, message)
        case _:
            return SpeechError(SpeechCode.PROVIDER_ERROR, message)


def _closed_error() -> SpeechError:
    return SpeechError(SpeechCode.PROVIDER_ERROR, "the local voice was closed")
