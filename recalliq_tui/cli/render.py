"""``render`` makes the clips that a deck lacks."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recalliq_tui.cli.common import (
    Json,
    Yes,
    collection,
    count,
    fail,
    narrate,
    plain_errors,
    say,
    say_json,
)
from recalliq_tui.cli.exits import Exit
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from recalliq_tui.audio.reports import Clips
    from recalliq_tui.services.render_plan import RenderPlan
    from recalliq_tui.services.render_report import RenderResult

_SHOWN = 10
_SET_UP = frozenset({"espeak"})
"""Providers that this version can ask."""


def render(
    deck: Annotated[
        str, typer.Argument(metavar="DECK", help="A deck's id or title, or a file or folder.")
    ],
    dry: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be rendered.")
    ] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Render what a deck lacks into the cache.

    Ctrl+C stops it and keeps what is done. JSON: {deck, needed, present, rendered, failed: [{id, side, code}], characters, credits, code}.
    Exit code 3 says that it is partly done, 4 quota or budget, 5 network.
    """
    from recalliq_tui.cli.rendering import run_plan  # noqa: PLC0415
    from recalliq_tui.services.deckclips import wanted_clips  # noqa: PLC0415
    from recalliq_tui.services.deckfiles import find_decks  # noqa: PLC0415
    from recalliq_tui.services.render_plan import plan_against  # noqa: PLC0415
    from recalliq_tui.services.render_report import dry_run  # noqa: PLC0415
    from recalliq_tui.wiring import open_clips, voice_wishes  # noqa: PLC0415

    with collection() as runtime:  # closed before the work, so that studying can go on beside it
        found = find_decks(runtime.library, deck)
        config, paths = runtime.config, runtime.paths
        wishes = replace(voice_wishes(config), fixes=runtime.collection.fixes())
    if found.errors:
        narrate(f"{count(found.errors, 'error')} in the deck's file: `recalliq check` names them")
    with plain_errors():
        clips, _ = open_clips(config, paths)
        try:
            plan = plan_against(found.title, wanted_clips(found.decks, wishes), clips)
            if dry:
                _report(dry_run(plan), as_json=as_json, dry=True)
                return
            _require_folder(clips, plan, as_json=as_json)
            result = run_plan(plan, clips, allow_paid=_may_pay(plan, yes=yes))
        finally:
            clips.close()
    _report(result, as_json=as_json)
    raise typer.Exit(_code(result))


def _may_pay(plan: RenderPlan, *, yes: bool) -> bool:
    """Whether paid voices may be used: asked for with what it takes, never taken as said.

    A provider that isn't set up costs nothing; its clips fail and say so.
    """
    paid = [part for part in plan.paid if part.provider in _SET_UP]
    if not paid or yes:
        return True
    for part in paid:
        narrate(
            f"{one_line(part.provider)}: {count(part.clips, 'clip')},"
            f" {count(part.characters, 'character')}"
        )
    if not sys.stdin.isatty():
        narrate("this may cost money: --yes renders it too")
        return False
    return typer.confirm("this may cost money. Render it?", err=True)


def _require_folder(clips: Clips, plan: RenderPlan, *, as_json: bool) -> None:
    """End the command where clips could only be kept until it ends."""
    from recalliq_tui.audio.memory import MemoryCache  # noqa: PLC0415
    from recalliq_tui.services.render_report import dry_run  # noqa: PLC0415

    if not isinstance(clips, MemoryCache) or clips.cause is None:
        return
    if as_json:
        nothing: dict[str, Any] = dry_run(plan).to_json()
        say_json(nothing | {"characters": 0, "credits": 0.0, "code": f"cache_{clips.cause.code}"})
    fail(f"{clips.cause.message}. {clips.cause.recovery}")


def _report(result: RenderResult, *, as_json: bool, dry: bool = False) -> None:
    plan = result.plan
    if as_json:
        say_json(result.to_json())
    else:
        done = (
            f"{count(len(plan.missing), 'clip')} to render"
            f" ({count(result.characters, 'character')})"
            if dry
            else f"{result.rendered:,} rendered, {len(result.failed):,} failed"
        )
        say(f"{one_line(plan.deck)}: {plan.needed:,} needed, {plan.present:,} present, {done}")
    for failure in result.failed[:_SHOWN]:
        narrate(one_line(f"{failure.card_id} ({failure.side}): {failure.code}: {failure.message}"))
    if len(result.failed) > _SHOWN:
        narrate(f"and {len(result.failed) - _SHOWN:,} more; --json names all")
    if result.unpaid:
        narrate(f"{count(result.unpaid, 'clip')} of paid voices left out")
    if result.cancelled:
        narrate(f"stopped: {count(result.left, 'clip')} left; the same command goes on from here")


def _code(result: RenderResult) -> Exit:
    if result.code in {"quota_exceeded", "budget_reached"}:
        return Exit.QUOTA
    if result.failed and not result.rendered and not result.plan.present:
        return Exit.NETWORK if result.code == "network_error" else Exit.FAILED
    if result.failed or result.cancelled or result.unpaid:
        return Exit.PARTLY
    return Exit.DONE
