"""Renders what a plan lacks, in the background: in study order, but the card in view first."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from recalliq_tui.audio.clip import ClipInfo
from recalliq_tui.audio.errors import CacheError
from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.services.render_run import RenderRun
from recalliq_tui.speech.errors import SpeechError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from recalliq_tui.domain.cards import Side
    from recalliq_tui.services.render_plan import ClipStore, RenderItem, RenderPlan
    from recalliq_tui.services.render_report import RenderProgress, RenderResult
    from recalliq_tui.speech.protocol import Provider, Rendered

    ProviderFor = Callable[[RenderItem], Provider]

WORKERS: Final = 2
"""While one clip is put on the disk, the next one is spoken."""
TRIES: Final[Mapping[SpeechCode, int]] = {
    SpeechCode.PROVIDER_ERROR: 3,
    SpeechCode.NETWORK_ERROR: 3,
    SpeechCode.RATE_LIMITED: 5,
}
"""How often a free voice is asked; a paid one has a patience of its own."""
STOPS: Final = frozenset(
    {
        SpeechCode.NOT_CONFIGURED,
        SpeechCode.QUOTA_EXCEEDED,
        SpeechCode.ACCOUNT_BLOCKED,
        SpeechCode.BUDGET_REACHED,
    }
)
"""Codes after which asking the same provider again is pointless."""
_LOG: Final = logging.getLogger(__name__)


def wait_before(error: SpeechError, attempt: int, now: datetime) -> float:
    """Return the seconds to wait before ``attempt`` (from 2) after ``error``."""
    if error.retry_at is not None:
        return min(max((error.retry_at - now).total_seconds(), 0.0), 60.0)
    return 0.0 if error.code is SpeechCode.PROVIDER_ERROR else min(0.5 * 2 ** (attempt - 2), 8.0)


class Renderer:
    """Renders plans, one after the other. Belongs to one event loop.

    ``providers`` are by name, or chosen for each item; that choice may raise :class:`SpeechError`.
    ``now`` gives UTC for a clip's date, ``monotonic`` seconds for the rate. ``workers`` requests
    are under way at once.
    """

    def __init__(
        self,
        providers: Mapping[str, Provider] | ProviderFor,
        store: ClipStore,
        *,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        purpose: str = "render",
        workers: int = WORKERS,
    ) -> None:
        self._providers = providers
        self._store = store
        self._now = now
        self._monotonic = monotonic
        self._purpose = purpose
        self._workers = workers
        self._run: RenderRun | None = None
        self._flights: dict[str, asyncio.Future[Rendered]] = {}
        """What is being rendered or waits to be kept, so that no clip is rendered twice."""

    def first(self, card_id: str, side: Side | None = None) -> bool:
        """Move a card (or one side) to the front; ``False`` when nothing of it waits."""
        return self._run is not None and self._run.move_to_front(card_id, side)

    def cancel(self) -> None:
        """Stop the run at once; :meth:`run` returns what was done."""
        if self._run is not None:
            self._run.cancel()

    async def run(
        self,
        plan: RenderPlan,
        *,
        allow_paid: bool = False,
        on_progress: Callable[[RenderProgress], None] | None = None,
    ) -> RenderResult:
        """Render what ``plan`` lacks; without ``allow_paid`` only with free voices.

        Nothing is raised for a clip that fails: it is in the result. Cancelling this coroutine
        cancels the requests; clips that were kept stay.
        """
        if self._run is not None:
            raise RuntimeError("this renderer is at work already")
        self._run = RenderRun(plan, allow_paid=allow_paid, started=self._monotonic())
        try:
            await self._work_off(self._run, on_progress or (lambda _progress: None))
            return self._run.result()
        finally:
            self._run = None

    async def render_one(self, item: RenderItem, *, urgent: bool = False) -> Rendered:
        """Render one clip, beside a run and before it where ``urgent``; :meth:`keep` stores it.

        One that a run has begun already is waited for. Raises :class:`SpeechError`.
        """
        if self._run is not None:
            self._run.claim(item)
        return await self._render_once(item, urgent=urgent)

    async def _work_off(self, run: RenderRun, report: Callable[[RenderProgress], None]) -> None:
        report(run.progress(None, self._monotonic()))
        workers = [
            asyncio.create_task(self._worker(run, report), name="render")
            for _ in range(self._workers)
        ]
        run.workers = workers
        try:
            results = await asyncio.gather(*workers, return_exceptions=True)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException) and not isinstance(result, asyncio.CancelledError):
                raise result

    async def _worker(self, run: RenderRun, report: Callable[[RenderProgress], None]) -> None:
        while (item := run.take()) is not None:
            try:
                rendered = await self._render_missing(item)
            except SpeechError as error:
                run.fail(item, error.code.value, error.message, stops=error.code in STOPS)
                latest = None
            except CacheError as error:
                run.fail(item, f"cache_{error.code.value}", error.message, stops=True)
                latest = None
            else:
                if rendered is None:
                    run.skip(item)
                else:
                    run.succeed(item, rendered)
                latest = item
            report(run.progress(latest, self._monotonic()))

    async def _render_missing(self, item: RenderItem) -> Rendered | None:
        """Render and keep a clip of a run; ``None`` where somebody else has done so meanwhile."""
        if await asyncio.to_thread(self._store.present, [item.key]):
            return None
        flight = self._flights.get(item.key)
        if flight is not None:
            await asyncio.wait([flight])
            return None
        rendered = await self._render_once(item)
        await self.keep(item, rendered)
        return rendered

    async def _render_once(self, item: RenderItem, *, urgent: bool = False) -> Rendered:
        """Render a clip, or take what another caller gets for it."""
        while (flight := self._flights.get(item.key)) is not None:
            await asyncio.wait([flight])
            if not flight.cancelled():
                return flight.result()
        flight = self._flights[item.key] = asyncio.get_running_loop().create_future()
        try:
            rendered = await self._render(item, urgent=urgent)
        except SpeechError as error:
            self._flights.pop(item.key, None)
            flight.set_exception(error)
            flight.exception()  # whoever waits gets it; nobody need wait
            raise
        except BaseException:
            self._flights.pop(item.key, None)
            flight.cancel()
            raise
        flight.set_result(rendered)
        return rendered

    def drop(self, item: RenderItem) -> None:
        """Forget a rendered clip that won't be kept."""
        self._flights.pop(item.key, None)

    async def _render(self, item: RenderItem, *, urgent: bool = False) -> Rendered:
        provider = self._provider(item)
        attempt = 1
        while True:
            try:
                return await provider.render(item.spec, urgent=urgent)
            except SpeechError as error:
                attempt += 1
                if not item.free or attempt > TRIES.get(error.code, 1):
                    raise
                _LOG.info("clip %s, attempt %d after %s", item.key[:16], attempt, error)
                await asyncio.sleep(wait_before(error, attempt, self._now()))

    def _provider(self, item: RenderItem) -> Provider:
        if not isinstance(self._providers, Mapping):
            return self._providers(item)
        provider = self._providers.get(item.spec.provider)
        if provider is None:
            raise SpeechError(
                SpeechCode.NOT_CONFIGURED, f"the voice provider {item.spec.provider} is not set up"
            )
        return provider

    async def keep(self, item: RenderItem, rendered: Rendered) -> None:
        """Put a rendered clip into the store. Raises :class:`CacheError`."""
        info = ClipInfo.of(
            item.spec,
            rendered.audio,
            created=self._now().isoformat(timespec="seconds").replace("+00:00", "Z"),
            purpose=self._purpose,
            duration_ms=rendered.duration_ms,
            characters=rendered.characters,
            credits=rendered.credits,
            request_id=rendered.request_id,
            words=tuple((w.char_from, w.char_to, w.ms_from, w.ms_to) for w in rendered.words),
        )
        # A put that has begun is finished even when the run is cancelled.
        try:
            await asyncio.shield(asyncio.to_thread(self._store.put, item.key, rendered.audio, info))
        finally:
            self.drop(item)
