"""What a rendering would take before it starts: clips, characters, credits, money, budget."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from recalliq_tui.domain.pricing import Cost, total
from recalliq_tui.domain.wording import plural
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from datetime import datetime

    from recalliq_tui.domain.pricing import PriceList
    from recalliq_tui.services.render_plan import RenderPlan

NOTHING: Final = Cost()


@dataclass(frozen=True, slots=True)
class Month:
    """This month's budget. ``cap`` is 0 for no limit, ``ends`` (UTC) when the next one begins."""

    month: str
    used: int
    cap: int
    ends: datetime

    @property
    def left(self) -> int | None:
        return max(0, self.cap - self.used) if self.cap else None


@dataclass(frozen=True, slots=True)
class Figure:
    """Calls and what they cost."""

    calls: int = 0
    cost: Cost = NOTHING

    def __add__(self, other: Figure) -> Figure:
        return Figure(self.calls + other.calls, self.cost + other.cost)


def stamp(moment: datetime) -> str:
    """Return a moment as RFC 3339 in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def cost_json(cost: Cost) -> dict[str, Any]:
    """Return a cost; ``null`` where no price is known."""
    credits_, money = cost.known_credits, cost.known_money
    return {
        "characters": cost.characters,
        "credits": None if credits_ is None else round(credits_, 2),
        "money": None if money is None else round(money, 4),
    }


def figure_json(figure: Figure) -> dict[str, Any]:
    return {"calls": figure.calls, **cost_json(figure.cost)}


@dataclass(frozen=True, slots=True)
class PaidFigure:
    """What one paid provider's model would be asked for."""

    provider: str
    model: str | None
    clips: int
    cost: Cost


@dataclass(frozen=True, slots=True)
class RenderFigures:
    """A render plan in clips, characters, credits and money. ``month`` holds the budget, if known.

    ``needed`` and ``present`` count clips; ``free`` are those missing that cost nothing.
    """

    deck: str
    needed: int
    present: int
    free: int
    paid: tuple[PaidFigure, ...]
    prices: PriceList
    month: Month | None = None

    @property
    def clips(self) -> int:
        return sum(each.clips for each in self.paid)

    @property
    def cost(self) -> Cost:
        return total(each.cost for each in self.paid)

    @property
    def fits(self) -> bool:
        """Whether the month's budget holds all of it."""
        left = self.month.left if self.month is not None else None
        return left is None or self.cost.characters <= left

    def to_json(self) -> dict[str, Any]:
        """Return the figures: what would be paid for, and what is there already."""
        month = self.month
        return {
            "deck": self.deck,
            "needed": self.needed,
            "present": self.present,
            "free": self.free,
            "paid": [
                {
                    "provider": each.provider,
                    "model": each.model,
                    "clips": each.clips,
                    **cost_json(each.cost),
                }
                for each in self.paid
            ],
            "clips": self.clips,
            **cost_json(self.cost),
            "currency": self.prices.currency,
            "prices_as_of": self.prices.as_of,
            "budget_left": month.left if month is not None else None,
            "fits": self.fits,
        }


def render_figures(
    plan: RenderPlan, prices: PriceList, *, month: Month | None = None
) -> RenderFigures:
    """Return what rendering ``plan`` would take."""
    sums: defaultdict[tuple[str, str], Figure] = defaultdict(Figure)
    free = 0
    for item in plan.missing:
        if item.free:
            free += 1
            continue
        spec = item.spec
        cost = prices.cost(spec.provider, spec.model, len(spec.text))
        sums[spec.provider, spec.model or ""] += Figure(1, cost)
    paid = tuple(
        PaidFigure(provider, model or None, figure.calls, figure.cost)
        for (provider, model), figure in sorted(sums.items())
    )
    return RenderFigures(plan.deck, plan.needed, plan.present, free, paid, prices, month)


def cost_words(cost: Cost, prices: PriceList) -> str:
    """Say a cost: ``1,200 characters, about 600 credits, about 0.13 USD (prices of 2025-08)``."""
    words = [plural(cost.characters, "character")]
    if cost.known_credits is None and cost.known_money is None:
        words.append("price unknown")
    if cost.known_credits:
        words.append(f"about {cost.known_credits:,.0f} credits")
    if cost.known_money:
        words.append(_money(cost.money, prices))
    return ", ".join(words)


def _money(amount: float, prices: PriceList) -> str:
    dated = f" (prices of {one_line(prices.as_of)})" if prices.as_of else ""
    about = "less than 0.01" if amount < 0.01 else f"about {amount:,.2f}"  # noqa: PLR2004
    return f"{about} {one_line(prices.currency)}{dated}"


def figure_lines(figures: RenderFigures) -> list[str]:
    """Say the figures in lines for people; nothing is asked."""
    lines = [f"{plural(figures.needed, 'clip')} needed, {figures.present:,} cached already"]
    if figures.free:
        lines.append(f"{plural(figures.free, 'clip')} to render with the free local voice")
    for each in figures.paid:
        model = f" {one_line(each.model)}" if each.model else ""
        cost = cost_words(each.cost, figures.prices)
        lines.append(f"{one_line(each.provider)}{model}: {plural(each.clips, 'clip')}, {cost}")
    if figures.paid:
        lines.append("Played from the cache they cost nothing more, however often they are heard.")
    month = figures.month
    if figures.paid and month is not None and month.left is not None:
        over = "" if figures.fits else "; rendering stops where it is used up"
        lines.append(f"Your budget for {month.month} has {month.left:,} characters left{over}.")
    return lines


def confirm_text(figures: RenderFigures) -> str:
    """Return the question before paid rendering: clips, characters and cost, then what to decide."""
    return "\n".join([*figure_lines(figures), f"Render {plural(figures.clips, 'clip')}?"])
