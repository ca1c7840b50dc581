"""Runs a render plan on the command line: a bar while it goes on, ``Ctrl+C`` to stop it."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from recalliq_tui.cli.progress import Progress
from recalliq_tui.services.calendar import system_clock
from recalliq_tui.services.rendering import Renderer
from recalliq_tui.speech.espeak.provider import EspeakProvider

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from recalliq_tui.audio.reports import Clips
    from recalliq_tui.services.render_plan import RenderPlan
    from recalliq_tui.services.render_report import RenderProgress, RenderResult


def run_plan(plan: RenderPlan, clips: Clips, *, allow_paid: bool) -> RenderResult:
    """Render what the plan lacks, with progress on stderr. The first ``Ctrl+C`` only stops it."""
    progress = Progress("clips", sys.stderr)
    try:
        return asyncio.run(_work(plan, clips, progress, allow_paid=allow_paid))
    finally:
        progress.finish()


async def _work(
    plan: RenderPlan, clips: Clips, progress: Progress, *, allow_paid: bool
) -> RenderResult:
    def show(at: RenderProgress) -> None:
        progress.show(at.done, at.total, rate=at.rate, left=at.seconds_left)

    espeak = EspeakProvider()
    renderer = Renderer({espeak.name: espeak}, clips, now=system_clock, monotonic=time.monotonic)
    try:
        with _stoppable(renderer.cancel):
            return await renderer.run(plan, allow_paid=allow_paid, on_progress=show)
    finally:
        await espeak.aclose()


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
