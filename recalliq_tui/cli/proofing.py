"""``check --speech``: what would sound wrong, and what a person approves of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recalliq_tui.cli.common import count, narrate, plain_errors, say, setup
from recalliq_tui.services.calendar import system_clock
from recalliq_tui.services.proofing import Proofed, proof_files
from recalliq_tui.store.collection import Collection
from recalliq_tui.textsafe import one_line
from recalliq_tui.wiring import voice_wishes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from recalliq_tui.cli.common import Setup


def proof_speech(files: Sequence[Path], *, approve: bool) -> tuple[Proofed, int]:
    """Proof decks against what was approved; with ``approve`` approve what is left.

    Returns what was found, and how many texts were approved now.
    """
    ready = setup()
    with plain_errors():
        found = proof_files(files, approved=_approved(ready), wishes=voice_wishes(ready.config))
        if not approve or not found.to_approve:
            return found, 0
        with Collection.open(ready.paths.collection_file, clock=system_clock) as collection:
            return found, collection.approve(found.to_approve)


def _approved(ready: Setup) -> frozenset[str]:
    """What was approved before; a learner without a collection approved nothing."""
    path = ready.paths.collection_file
    if not path.exists():
        return frozenset()
    with Collection.open(path, clock=system_clock) as collection:
        return collection.approved()


def say_findings(found: Proofed) -> None:
    for finding in found.findings:
        say(one_line(str(finding.problem), max_chars=2_000))


def narrate_findings(found: Proofed, *, approved_now: int) -> None:
    narrate(
        f"speech: {count(found.texts, 'text')}, {count(len(found.findings), 'thing')} to look at,"
        f" {count(found.approved, 'flagged text')} approved before"
    )
    if approved_now:
        narrate(f"approved now: {count(approved_now, 'text')}; they are not shown again")
    elif found.to_approve:
        narrate("--speech --approve approves these texts as they are")


def is_bad(found: Proofed, *, approved: bool) -> bool:
    """Whether something is left that surely sounds wrong, or that no voice would take."""
    return any(not approved or not each.finding.approvable for each in found.errors)
