"""``render`` makes the clips that a deck lacks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recalliq_tui.cli.common import (
    Json,
    Setup,
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
_STOPPED = {
    "quota_exceeded": "the provider's quota is used up, so rendering stopped",
    "budget_reached": "your budget for the month is used up, so rendering stopped",
    "network_error": "the provider can't be reached",
}


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

    Ctrl+C stops it and keeps what is done. What a paid voice would say is proofed first, and rendered after a question that names clips,
    characters and cost. JSON: {deck, needed, present, rendered, failed: [{id, side, code}], characters, credits, code}; a dry run that would pay adds
    {free, paid: [{provider, model, clips, characters, credits, money}], money, currency, prices_as_of, budget_left, fits}. Exit code 3 says
    that it is partly done, 4 quota or budget, 5 network.
    """
    from recalliq_tui.cli.paying import figures_for, may_pay, paid_json  # noqa: PLC0415
    from recalliq_tui.cli.rendering import run_plan  # noqa: PLC0415
    from recalliq_tui.services.budget import figure_lines  # noqa: PLC0415
    from recalliq_tui.services.deckclips import wanted_clips  # noqa: PLC0415
    from recalliq_tui.services.deckfiles import find_decks  # noqa: PLC0415
    from recalliq_tui.services.render_plan import plan_against  # noqa: PLC0415
    from recalliq_tui.services.render_report import dry_run  # noqa: PLC0415
    from recalliq_tui.wiring import open_clips, voice_wishes  # noqa: PLC0415

    with collection() as runtime:  # closed before the work, so that studying can go on beside it
        found = find_decks(runtime.library, deck)
        config, paths = runtime.config, runtime.paths
        wishes = replace(voice_wishes(config), fixes=runtime.collection.fixes())
    ready = Setup(paths, config)
    if found.errors:
        narrate(f"{count(found.errors, 'error')} in the deck's file: `recalliq check` names them")
    with plain_errors():
        clips, _ = open_clips(config, paths)
        try:
            plan = plan_against(found.title, wanted_clips(found.decks, wishes), clips)
            if dry:
                figures = figures_for(plan, ready)
                if as_json:
                    say_json(paid_json(dry_run(plan), figures))
                else:
                    _report(dry_run(plan), as_json=False, dry=True)
                    for line in figure_lines(figures)[1:]:
                        say(line)
                return
            _require_folder(clips, plan, as_json=as_json)
            allowed = may_pay(plan, found.decks, ready, wishes=wishes, yes=yes)
            result = run_plan(plan, clips, ready, allow_paid=allowed)
        finally:
            clips.close()
    _report(result, as_json=as_json)
    raise typer.Exit(_code(result))


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
    elif result.code in _STOPPED:
        left = len({(each.card_id, each.side) for each in result.failed})
        narrate(
            f"{_STOPPED[result.code]}: {count(left, 'side')} left; the same command goes on from"
            " here"
        )


def _code(result: RenderResult) -> Exit:
    if result.code in {"quota_exceeded", "budget_reached"}:
        return Exit.QUOTA
    if result.failed and not result.rendered and not result.plan.present:
        return Exit.NETWORK if result.code == "network_error" else Exit.FAILED
    if result.failed or result.cancelled or result.unpaid:
        return Exit.PARTLY
    return Exit.DONE
