"""What comes before paid rendering on the command line: figures, proofing, a question."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import typer

from recalliq_tui.cli.common import count, narrate
from recalliq_tui.services.bookkeeping import price_list
from recalliq_tui.services.budget import RenderFigures, confirm_text, cost_json, render_figures
from recalliq_tui.services.calendar import system_clock
from recalliq_tui.services.joining import this_month, voice_setups
from recalliq_tui.services.proofing import proof_paid
from recalliq_tui.store.collection import Collection
from recalliq_tui.store.errors import StoreError
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recalliq_tui.cli.common import Setup
    from recalliq_tui.domain.cards import Deck
    from recalliq_tui.services.proofing import Proofed
    from recalliq_tui.services.render_plan import RenderPlan
    from recalliq_tui.services.render_report import RenderResult
    from recalliq_tui.services.voices import VoiceWishes

_SHOWN = 10


def figures_for(plan: RenderPlan, ready: Setup) -> RenderFigures:
    """Return what a plan takes; the month's budget is looked up where the plan costs anything."""
    month = this_month(ready.config, ready.paths) if plan.paid else None
    return render_figures(plan, price_list(ready.config), month=month)


def paid_json(result: RenderResult, figures: RenderFigures) -> dict[str, Any]:
    """Return the fields of ``render --dry-run --json``: those of a run, then what it would cost."""
    if not figures.paid:
        return result.to_json()
    cost = cost_json(figures.cost)
    more = figures.to_json()
    keys = ("free", "paid", "currency", "prices_as_of", "budget_left", "fits")
    return result.to_json() | {
        "credits": cost["credits"],
        "money": cost["money"],
        **{key: more[key] for key in keys},
    }


def may_pay(
    plan: RenderPlan, decks: Sequence[Deck], ready: Setup, *, wishes: VoiceWishes, yes: bool
) -> bool:
    """Whether paid voices may be used: proofed, and asked for with what it takes.

    A provider that isn't set up costs nothing; its clips fail and say so.
    """
    paid = {part.provider for part in plan.paid}
    if not paid:
        return True
    setups = voice_setups(ready.config, also=paid)
    if not any(name in setups and not setups[name].unusable for name in paid):
        return True
    found = proof_paid(plan, decks, approved=_approved(ready), wishes=wishes)
    _narrate_findings(found)
    if yes:
        return True
    for line in confirm_text(figures_for(plan, ready)).splitlines()[:-1]:
        narrate(line)
    if not sys.stdin.isatty():
        narrate("this may cost money: --yes renders it too")
        return False
    texts = found.to_approve
    as_it_is = f", with {count(len(texts), 'flagged text')} as it is" if texts else ""
    if not typer.confirm(f"this may cost money. Render it{as_it_is}?", err=True):
        return False
    if texts:
        _approve(ready, texts)
    return True


def _narrate_findings(found: Proofed) -> None:
    for finding in found.findings[:_SHOWN]:
        narrate(one_line(str(finding.problem), max_chars=2_000))
    if len(found.findings) > _SHOWN:
        narrate(f"and {len(found.findings) - _SHOWN:,} more: `recalliq check --speech` names all")


def _approved(ready: Setup) -> frozenset[str]:
    with Collection.open(ready.paths.collection_file, clock=system_clock) as collection:
        return collection.approved()


def _approve(ready: Setup, texts: dict[str, str]) -> None:
    """Keep a person's word for texts; where it can't be kept it is asked for again next time."""
    try:
        with Collection.open(ready.paths.collection_file, clock=system_clock) as collection:
            collection.approve(texts)
    except StoreError as error:
        narrate(f"this approval can't be kept: {one_line(error.message)}")
