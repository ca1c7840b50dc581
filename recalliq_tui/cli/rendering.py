"""Runs a render plan on the command line: a bar while it goes on, ``Ctrl+C`` to stop it."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from recalliq_tui.cli.progress import Progress
from recalliq_tui.domain.ledger import Purpose
from recalliq_tui.services.calendar import system_clock
from recalliq_tui.services.joining import voice_setups, voices_for_command, wishes_of
from recalliq_tui.services.rendering import Renderer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from recalliq_tui.audio.reports import Clips
    from recalliq_tui.cli.common import Setup
    from recalliq_tui.services.render_plan import RenderPlan
    from recalliq_tui.services.render_report import RenderProgress, RenderResult


def run_plan(
    plan: RenderPlan,
    clips: Clips,
    ready: Setup,
    *,
    allow_paid: bool,
    purpose: Purpose = Purpose.RENDER,
) -> RenderResult:
    """Render what the plan lacks, with progress on stderr. The first ``Ctrl+C`` only stops it."""
    progress = Progress("clips", sys.stderr)

    def show(at: RenderProgress) -> None:
        progress.show(at.done, at.total, rate=at.rate, left=at.seconds_left)

    try:
        return asyncio.run(_work(plan, clips, ready, show, allow_paid=allow_paid, purpose=purpose))
    finally:
        progress.finish()


async def _work(
    plan: RenderPlan,
    clips: Clips,
    ready: Setup,
    show: Callable[[RenderProgress], None],
    *,
    allow_paid: bool,
    purpose: Purpose,
) -> RenderResult:
    config = ready.config
    paid = {part.provider for part in plan.paid} if allow_paid else set()
    setups = voice_setups(config, also=paid) if paid else {}
    async with voices_for_command(
        config, ready.paths, wishes=wishes_of(config, setups), setups=setups
    ) as voices:
        if any(voices.is_set_up(name) for name in paid):
            await voices.start()
            await voices.asked_anew()
        renderer = Renderer(
            lambda item: voices.renders(item, purpose),
            clips,
            now=system_clock,
            monotonic=time.monotonic,
            purpose=purpose.value,
            workers=max(2, config.integer("limits.in_flight")),
        )
        with _stoppable(renderer.cancel):
            return await renderer.run(plan, allow_paid=allow_paid, on_progress=show)


@contextmanager
def _stoppable(cancel: Callable[[], None]) -> Iterator[None]:
    """Let the first ``Ctrl+C`` cancel the work, and a second one end the program."""
    loop = asyncio.get_running_loop()

    def stop(_signal: int, _frame: object) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        loop.call_soon_threadsafe(cancel)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
