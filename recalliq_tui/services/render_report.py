"""How a rendering goes and how it went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recalliq_tui.services.render_plan import RenderFailure, RenderItem, RenderPlan


@dataclass(frozen=True, slots=True)
class RenderProgress:
    """After each clip. ``rate`` is in clips a second, ``seconds_left`` ``None`` while unknown.

    ``latest`` is the item whose clip has just been kept, ``None`` when it failed or at the start.
    """

    done: int
    total: int
    rate: float
    seconds_left: float | None
    failed: tuple[RenderFailure, ...]
    latest: RenderItem | None = None


@dataclass(frozen=True, slots=True)
class RenderResult:
    """What a rendering did. ``code`` is of what stopped it or of the first failure, else ``None``.

    ``unpaid`` counts clips of paid providers that were left out, ``left`` those not reached
    because it was cancelled. ``credits`` is ``None`` where a provider didn't say.
    """

    plan: RenderPlan
    rendered: int
    failed: tuple[RenderFailure, ...]
    characters: int
    credits: float | None
    code: str | None
    unpaid: int = 0
    left: int = 0
    cancelled: bool = False

    def to_json(self) -> dict[str, object]:
        """Return the fields of ``render --json``."""
        return {
            "deck": self.plan.deck,
            "needed": self.plan.needed,
            "present": self.plan.present,
            "rendered": self.rendered,
            "failed": [
                {"id": f.card_id, "side": f.side.value, "code": f.code} for f in self.failed
            ],
            "characters": self.characters,
            "credits": self.credits,
            "code": self.code,
        }


def dry_run(plan: RenderPlan) -> RenderResult:
    """Return what a rendering of ``plan`` would report before it starts.

    ``characters`` are those that would be rendered; ``credits`` is 0 where nothing costs any.
    """
    return RenderResult(
        plan=plan,
        rendered=0,
        failed=plan.refused,
        characters=plan.characters,
        credits=None if plan.paid else 0.0,
        code=plan.refused[0].code if plan.refused else None,
        left=len(plan.missing),
    )
