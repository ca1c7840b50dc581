"""Makes and settles takes on the command line. Loaded when a report is dealt with."""

from __future__ import annotations

import sys
from enum import Enum, auto
from typing import TYPE_CHECKING

import typer

from recalliq_tui.cli.common import Setup, count, fail, narrate
from recalliq_tui.cli.exits import Exit
from recalliq_tui.cli.rendering import run_plan
from recalliq_tui.domain.ledger import Purpose
from recalliq_tui.domain.proofing import Said, proof_text
from recalliq_tui.services.reports import (
    accepted,
    closed,
    make_take,
    rejected,
    take_plan,
    tried,
)
from recalliq_tui.textsafe import one_line
from recalliq_tui.wiring import open_clips

if TYPE_CHECKING:
    from recalliq_tui.domain.clips import ClipSpec
    from recalliq_tui.domain.reports import Change, Report
    from recalliq_tui.services.runtime import Runtime

_CODES = {
    "quota_exceeded": Exit.QUOTA,
    "budget_reached": Exit.QUOTA,
    "network_error": Exit.NETWORK,
}


class Wish(Enum):
    TAKE = auto()
    ACCEPT = auto()
    REJECT = auto()
    CLOSE = auto()


def settle(runtime: Runtime, report: Report, wish: Wish, change: Change, *, yes: bool) -> Report:
    """Do what was asked with a report and store it; returns it as it is now.

    Raises :class:`~recalliq_tui.services.reports.ChangeError`.
    """
    fix = None
    match wish:
        case Wish.TAKE:
            take = make_take(report, change, wpm=_speed(runtime))
            _render(runtime, report, take, yes=yes)
            _discard(runtime, report, keep=take.key)
            after = tried(report, change, take)
        case Wish.ACCEPT:
            after, fix = accepted(report, runtime.collection.fixes(), at=runtime.now())
            _note_discarded(runtime, report.clip_key)
        case Wish.REJECT:
            after = rejected(report)
            _discard(runtime, report)
        case Wish.CLOSE:
            after = closed(report, at=runtime.now())
            _discard(runtime, report)
    runtime.collection.decide(after, fix=fix)
    return after


def _speed(runtime: Runtime) -> int:
    return runtime.config.integer("voice.words_per_minute")


def _render(runtime: Runtime, report: Report, take: ClipSpec, *, yes: bool) -> None:
    """Render a take once; one that was rendered before costs nothing again."""
    said = Said(take.text, take.text, report.side, take.lang or report.lang, replaced=True)
    for finding in proof_text(said):
        narrate(one_line(f"{finding.found}; {finding.expected}", max_chars=400))
    clips, _ = open_clips(runtime.config, runtime.paths)
    try:
        plan = take_plan(report, take, clips.present({take.key}))
        if not plan.missing:
            return
        paid = bool(plan.paid)
        if paid and not yes:
            _ask(plan.paid[0].provider, plan.characters)
        ready = Setup(runtime.paths, runtime.config)
        result = run_plan(plan, clips, ready, allow_paid=paid, purpose=Purpose.RETAKE)
    finally:
        clips.close()
    if result.rendered:
        return
    failure = result.failed[0] if result.failed else None
    code = failure.code if failure is not None else "cancelled"
    words = failure.message if failure is not None else "stopped; nothing was changed"
    fail(f"{code}: {words}", _CODES.get(code, Exit.FAILED))


def _ask(provider: str, characters: int) -> None:
    narrate(f"{one_line(provider)}: 1 clip, {count(characters, 'character')}")
    if not sys.stdin.isatty():
        fail("this may cost money: --yes renders it")
    if not typer.confirm("this may cost money. Render it?", err=True):
        fail("nothing was rendered")


def _discard(runtime: Runtime, report: Report, *, keep: str = "") -> None:
    """Note in the ledger that a take was thrown away; its clip goes with the next prune."""
    if report.take is not None and report.take.key != keep:
        _note_discarded(runtime, report.take.key)


def _note_discarded(runtime: Runtime, clip_key: str | None) -> None:
    from recalliq_tui.store.ledger import Ledger  # noqa: PLC0415

    if clip_key is None:
        return
    with Ledger.open(runtime.paths.collection_file, clock=runtime.now) as ledger:
        ledger.discard(clip_key)
