"""What a rendering would take, and what the ledger sums up to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from recalliq_tui.domain.cards import Side
from recalliq_tui.domain.ledger import Purpose, Saved, Spent
from recalliq_tui.domain.pricing import PriceList
from recalliq_tui.services.budget import Month, confirm_text, figure_lines, render_figures
from recalliq_tui.services.render_plan import RenderItem, RenderPlan
from recalliq_tui.services.spending import Quota, make_report
from recalliq_tui.speech.protocol import Account
from tests.services.ledgers import PRICES, spec

if TYPE_CHECKING:
    from recalliq_tui.domain.clips import ClipSpec

ENDS = datetime(2026, 12, 1, tzinfo=UTC)
FREE = spec("five!", provider="espeak")
MULTILINGUAL = spec("x" * 1000, model="eleven_multilingual_v2")
FLASH = spec("y" * 500, model="eleven_flash_v2_5")


def plan(*specs: ClipSpec) -> RenderPlan:
    items = tuple(
        RenderItem(f"c{n}", Side.FRONT, each, "o", each.key) for n, each in enumerate(specs)
    )
    return RenderPlan("d", len(items) + 7, 7, items, (), sum(len(each.text) for each in specs))


def test_a_dry_run_names_clips_characters_credits_and_money() -> None:
    month = Month("2026-11", 900, 2000, ENDS)
    found = render_figures(plan(FREE, MULTILINGUAL, FLASH), PRICES, month=month).to_json()
    assert found == {
        "deck": "d",
        "needed": 10,
        "present": 7,
        "free": 1,
        "paid": [
            {"provider": "elevenlabs", "model": "eleven_flash_v2_5", "clips": 1, "characters": 500, "credits": 250.0, "money": 0.05},
            {"provider": "elevenlabs", "model": "eleven_multilingual_v2", "clips": 1, "characters": 1000, "credits": 1000.0, "money": 0.2},
        ],
        "clips": 2,
        "characters": 1500,
        "credits": 1250.0,
        "money": 0.25,
        "currency": "EUR",
        "prices_as_of": "2026-11",
        "budget_left": 1100,
        "fits": False,
    }  # fmt: skip


def test_the_question_names_what_it_takes_and_what_the_budget_holds() -> None:
    month = Month("2026-11", 900, 2000, ENDS)
    asked = confirm_text(render_figures(plan(FREE, MULTILINGUAL, FLASH), PRICES, month=month))
    assert asked.splitlines() == [
        "10 clips needed, 7 cached already",
        "1 clip to render with the free local voice",
        (
            "elevenlabs eleven_flash_v2_5: 1 clip, 500 characters, about 250 credits,"
            " about 0.05 EUR (prices of 2026-11)"
        ),
        (
            "elevenlabs eleven_multilingual_v2: 1 clip, 1,000 characters, about 1,000 credits,"
            " about 0.20 EUR (prices of 2026-11)"
        ),
        "Played from the cache they cost nothing more, however often they are heard.",
        "Your budget for 2026-11 has 1,100 characters left; rendering stops where it is used up.",
        "Render 2 clips?",
    ]


@pytest.mark.parametrize(
    ("prices", "words"),
    [
        (PriceList(), "openai: 1 clip, 4 characters, price unknown"),
        (PRICES, "openai: 1 clip, 4 characters, less than 0.01 EUR (prices of 2026-11)"),
    ],
)
def test_a_server_counts_characters_and_money_only_where_it_has_a_price(
    prices: PriceList, words: str
) -> None:
    figures = render_figures(plan(spec("four", provider="openai")), prices)
    assert words in figure_lines(figures)
    assert figures.to_json()["credits"] is None


def test_what_is_free_asks_for_nothing() -> None:
    figures = render_figures(plan(FREE), PRICES, month=Month("2026-11", 9, 1, ENDS))
    assert (figures.clips, figures.fits, figures.cost.money) == (0, True, 0)


def spent(purpose: Purpose, characters: int, **more: object) -> Spent:
    fields: dict[str, object] = {
        "day": "2026-11-20",
        "deck": "spanish",
        "provider": "elevenlabs",
        "model": "eleven_multilingual_v2",
        "discarded": False,
        "outcome": "ok",
        "calls": 1,
        "credits": float(characters),
    }
    return Spent(purpose=purpose, characters=characters, **(fields | more))  # type: ignore[arg-type]


def test_the_ledger_sums_up_to_what_streaming_would_have_cost() -> None:
    month = Month("2026-11", 2300, 30_000, ENDS)
    calls = [
        spent(Purpose.RENDER, 1000, day="2026-10-31"),
        spent(Purpose.RENDER, 500, discarded=True, deck=None),
        spent(Purpose.FEEDBACK, 800, outcome="unknown", credits=400.0),
    ]
    plays = [Saved("2026-11-20", "spanish", "elevenlabs", "eleven_multilingual_v2", 12, 12_000)]
    quotas = (Quota("elevenlabs", Account("creator", 5, 9, ENDS)), Quota("openai", error="network_error"))  # fmt: skip
    found = make_report(calls, plays, prices=PRICES, month=month, quotas=quotas).to_json()
    assert found["month"] == {
        "month": "2026-11",
        "used": 2300,
        "cap": 30_000,
        "left": 27_700,
        "ends": "2026-12-01T00:00:00Z",
    }
    assert found["total"] == {"calls": 3, "characters": 2300, "credits": 1900.0, "money": 0.38}
    assert [(each["day"], each["calls"]) for each in found["days"]] == [("2026-10-31", 1), ("2026-11-20", 2)]  # fmt: skip
    assert [each["month"] for each in found["months"]] == ["2026-10", "2026-11"]
    assert [(each["deck"], each["characters"]) for each in found["decks"]] == [(None, 500), ("spanish", 1800)]  # fmt: skip
    assert [each["purpose"] for each in found["purposes"]] == ["feedback", "render"]
    assert found["streaming_everything"] == {"characters": 12_800, "credits": 12_400.0, "money": 2.48}  # fmt: skip
    assert found["cached_plays"]["plays"] == 12
    assert found["saved"] == {"characters": 10_500, "credits": 10_500.0, "money": 2.1}
    assert found["discarded"]["characters"] == 500
    assert found["unknown"] == {"calls": 1, "characters": 800, "credits": 400.0, "money": 0.08}
    assert found["quota"][0]["resets_at"] == "2026-12-01T00:00:00Z"
    assert found["quota"][1] == {"provider": "openai", "plan": None, "used": None, "limit": None, "resets_at": None, "code": "network_error"}  # fmt: skip


def test_what_is_not_paid_back_yet_is_said_as_it_is() -> None:
    report = make_report(
        [spent(Purpose.RENDER, 1000)], [], prices=PRICES, month=Month("2026-11", 1000, 0, ENDS)
    )
    assert report.to_json()["saved"]["credits"] == -1000.0
    assert report.to_json()["month"]["left"] is None
