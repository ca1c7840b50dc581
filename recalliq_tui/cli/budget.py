"""``budget`` says what speech cost, what it would have cost, and what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recalliq_tui.cli.common import Json, count, narrate, plain_errors, say, say_json, setup
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    import typer

    from recalliq_tui.cli.common import Setup
    from recalliq_tui.services.budget import Figure
    from recalliq_tui.services.spending import BudgetReport, Quota

_DAYS_SHOWN = 14


def register(app: typer.Typer) -> None:
    """Add the command to the tree of commands."""
    app.command(epilog="Example:  recalliq budget --json")(budget)


def budget(as_json: Json = False) -> None:
    """Say what paid voices cost, and what the cache saved.

    By day, month, deck and purpose.

    JSON: {currency, prices_as_of, month: {month, used, cap, left, ends}, quota: [{provider, plan,
    used, limit, resets_at, code}], total, days, months, decks, purposes, streaming_everything,
    cached_plays, saved, discarded, unknown}; each figure has calls or plays, characters, credits
    and money, null where no price is known.
    """
    ready = setup()
    with plain_errors():
        report = _report(ready)
    if as_json:
        say_json(report.to_json())
        return
    _print(report)


def _report(ready: Setup) -> BudgetReport:
    from recalliq_tui.services.bookkeeping import (  # noqa: PLC0415
        calendar_date,
        month_end,
        price_list,
    )
    from recalliq_tui.services.budget import Month  # noqa: PLC0415
    from recalliq_tui.services.calendar import Calendar  # noqa: PLC0415
    from recalliq_tui.services.spending import make_report  # noqa: PLC0415
    from recalliq_tui.store.ledger import Ledger  # noqa: PLC0415

    calendar = Calendar()
    now = calendar.now()
    day = calendar_date(calendar, now)
    with Ledger.open(ready.paths.collection_file, clock=calendar.now) as ledger:
        spent, saved, used = ledger.spent(), ledger.saved(), ledger.used(day)
    cap = ready.config.integer("budget.monthly_characters")
    return make_report(
        spent,
        saved,
        prices=price_list(ready.config),
        month=Month(day[:7], used, cap, month_end(calendar, now)),
        quotas=_quotas(ready),
    )


def _quotas(ready: Setup) -> tuple[Quota, ...]:
    """What the providers that are set up say of their own quota; asking costs no characters."""
    import os  # noqa: PLC0415

    from recalliq_tui.speech.configured import configured_providers, system_keyring  # noqa: PLC0415

    setups = configured_providers(ready.config, os.environ, system_keyring())
    asked = {name: each for name, each in setups.items() if each.base_url and each.key}
    if not asked:
        return ()
    import asyncio  # noqa: PLC0415

    from recalliq_tui.services.quotas import read_quotas  # noqa: PLC0415

    return asyncio.run(read_quotas(asked, ready.config))


def _print(report: BudgetReport) -> None:
    from recalliq_tui.services.budget import cost_words  # noqa: PLC0415

    month, prices = report.month, report.prices
    of = f" of {month.cap:,}" if month.cap else ""
    say(f"{month.month}: {month.used:,}{of} characters")
    for each in report.quotas:
        say(_quota_words(each))
    if not report.total.calls:
        say("No paid voice was asked yet.")
    _table("By day", report.days[-_DAYS_SHOWN:], report)
    _table("By month", report.months, report)
    _table("By deck", [(name or "(no deck)", figure) for name, figure in report.decks], report)
    _table("By purpose", report.purposes, report)
    if report.plays.calls:
        say(f"Played from the cache: {count(report.plays.calls, 'time')}")
        say(f"Streaming everything would have cost {cost_words(report.streaming, prices)}")
        saved_credits, saved_money = report.saved
        if saved_credits >= 0:
            say(
                f"The cache saved about {saved_credits:,.0f} credits, {_money(saved_money, report)}"
            )
        else:
            say("The cache has not paid back its rendering yet: each further play does.")
    if report.discarded.calls:
        say(f"Discarded takes cost {cost_words(report.discarded.cost, prices)}")
    if report.unknown.calls:
        narrate(
            f"{count(report.unknown.calls, 'call')} ended in a way nobody knows and count in full"
        )


def _money(amount: float, report: BudgetReport) -> str:
    return f"{amount:,.2f} {one_line(report.prices.currency)}"


def _quota_words(quota: Quota) -> str:
    name, account = one_line(quota.provider), quota.account
    if quota.error is not None:
        return f"{name}: quota unknown ({quota.error})"
    if account is None or account.used is None or account.limit is None:
        return f"{name}: quota unknown"
    resets = ""
    if account.resets_at is not None:
        resets = f", resets {account.resets_at.astimezone():%Y-%m-%d %H:%M}"
    return f"{name}: {account.used:,} of {account.limit:,} credits used{resets}"


def _table(title: str, rows: Sequence[tuple[str, Figure]], report: BudgetReport) -> None:
    """Print a group: calls, characters, credits and money; a dash where no price is known."""
    if not rows:
        return
    say(title)
    width = max(len(one_line(name, max_chars=40)) for name, _ in rows)
    for name, figure in rows:
        credits_, money = figure.cost.known_credits, figure.cost.known_money
        say(
            f"  {one_line(name, max_chars=40):{width}}  {figure.calls:6,} calls"
            f"  {figure.cost.characters:10,} characters"
            f"  {'-' if credits_ is None else f'{credits_:,.0f}':>8} credits"
            f"  {'-' if money is None else _money(money, report):>10}"
        )
