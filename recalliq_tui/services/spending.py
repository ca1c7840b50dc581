"""What speech cost: the ledger summed up for ``budget``."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from recalliq_tui.domain.ledger import Outcome, Purpose, month_of
from recalliq_tui.domain.pricing import Cost, total
from recalliq_tui.services.budget import Figure, Month, cost_json, figure_json, stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from recalliq_tui.domain.ledger import Saved, Spent
    from recalliq_tui.domain.pricing import PriceList
    from recalliq_tui.speech.protocol import Account

_KEPT: Final = frozenset({Purpose.RENDER, Purpose.RETAKE})
"""Calls whose sound is kept for good; the others are streamed in any case."""


@dataclass(frozen=True, slots=True)
class Quota:
    """What a provider says of its own quota. ``error`` is a code where it couldn't be read."""

    provider: str
    account: Account | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class BudgetReport:
    """All that ``budget`` prints. Each group is sorted by its name.

    ``streaming`` is what it would have cost to stream every play, ``kept`` what rendering cost in
    its stead; ``plays`` are those from the cache. ``discarded`` are takes that were thrown away,
    ``unknown`` calls that were lost in a kill.
    """

    prices: PriceList
    month: Month
    quotas: tuple[Quota, ...]
    total: Figure
    days: tuple[tuple[str, Figure], ...]
    months: tuple[tuple[str, Figure], ...]
    decks: tuple[tuple[str | None, Figure], ...]
    purposes: tuple[tuple[str, Figure], ...]
    plays: Figure
    kept: Figure
    streaming: Cost
    discarded: Figure
    unknown: Figure

    @property
    def saved(self) -> tuple[float, float]:
        """Credits and money that the cache saved; negative until clips have played often enough."""
        return (
            self.plays.cost.credits - self.kept.cost.credits,
            self.plays.cost.money - self.kept.cost.money,
        )

    def to_json(self) -> dict[str, Any]:
        """Return the fields of ``budget --json``."""
        saved_credits, saved_money = self.saved
        priced = self.plays.cost.known_money is not None and self.kept.cost.known_money is not None
        return {
            "currency": self.prices.currency,
            "prices_as_of": self.prices.as_of,
            "month": {
                "month": self.month.month,
                "used": self.month.used,
                "cap": self.month.cap or None,
                "left": self.month.left,
                "ends": stamp(self.month.ends),
            },
            "quota": [_quota_json(each) for each in self.quotas],
            "total": figure_json(self.total),
            "days": _group_json("day", self.days),
            "months": _group_json("month", self.months),
            "decks": _group_json("deck", self.decks),
            "purposes": _group_json("purpose", self.purposes),
            "streaming_everything": cost_json(self.streaming),
            "cached_plays": {"plays": self.plays.calls, **cost_json(self.plays.cost)},
            "saved": {
                "characters": self.plays.cost.characters - self.kept.cost.characters,
                "credits": round(saved_credits, 2),
                "money": round(saved_money, 4) if priced else None,
            },
            "discarded": figure_json(self.discarded),
            "unknown": figure_json(self.unknown),
        }


def make_report(
    spent: Sequence[Spent],
    saved: Sequence[Saved],
    *,
    prices: PriceList,
    month: Month,
    quotas: Sequence[Quota] = (),
) -> BudgetReport:
    """Sum the ledger up."""
    calls = [(each, _figure(each, prices)) for each in spent]

    def group(key: Callable[[Spent], str]) -> tuple[tuple[str, Figure], ...]:
        sums: defaultdict[str, Figure] = defaultdict(Figure)
        for each, figure in calls:
            sums[key(each)] += figure
        return tuple(sorted(sums.items()))

    def those(wanted: Callable[[Spent], bool]) -> Figure:
        return sum((figure for each, figure in calls if wanted(each)), Figure())

    plays = Figure(
        sum(each.plays for each in saved),
        total(prices.cost(each.provider, each.model, each.characters) for each in saved),
    )
    live = those(lambda each: each.purpose not in _KEPT)
    return BudgetReport(
        prices=prices,
        month=month,
        quotas=tuple(quotas),
        total=those(lambda _each: True),
        days=group(lambda each: each.day),
        months=group(lambda each: month_of(each.day)),
        decks=tuple((name or None, sums) for name, sums in group(lambda each: each.deck or "")),
        purposes=group(lambda each: each.purpose.value),
        plays=plays,
        kept=those(lambda each: each.purpose in _KEPT),
        streaming=plays.cost + live.cost,
        discarded=those(lambda each: each.discarded),
        unknown=those(lambda each: each.outcome == Outcome.UNKNOWN),
    )


def _figure(each: Spent, prices: PriceList) -> Figure:
    cost = prices.cost(each.provider, each.model, each.characters, credits=each.credits)
    return Figure(each.calls, cost)


def _group_json(name: str, group: Iterable[tuple[str | None, Figure]]) -> list[dict[str, Any]]:
    return [{name: key, **figure_json(figure)} for key, figure in group]


def _quota_json(quota: Quota) -> dict[str, Any]:
    account = quota.account
    resets = account.resets_at if account is not None else None
    return {
        "provider": quota.provider,
        "plan": account.plan if account is not None else None,
        "used": account.used if account is not None else None,
        "limit": account.limit if account is not None else None,
        "resets_at": None if resets is None else stamp(resets),
        "code": quota.error,
    }
