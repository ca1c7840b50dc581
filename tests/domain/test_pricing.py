"""Prices: what is known is summed, what isn't is said to be unknown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.domain.pricing import Cost, PriceList, total

PRICES = PriceList("EUR", "2026-11", {"elevenlabs": 0.2}, {"openai": 0.01})


@pytest.mark.parametrize(
    ("provider", "model", "credits_", "money"),
    [
        ("elevenlabs", "eleven_multilingual_v2", 1000.0, 0.2),
        ("elevenlabs", "eleven_flash_v2_5", 500.0, 0.1),
        ("elevenlabs", "a model of next year", 1000.0, 0.2),
        ("elevenlabs", None, 1000.0, 0.2),
        ("openai", "kokoro", None, 0.01),
        ("library", None, None, None),
        ("espeak", "espeak-ng-1.52", 0.0, 0.0),
    ],
)
def test_what_a_thousand_characters_cost(
    provider: str, model: str | None, credits_: float | None, money: float | None
) -> None:
    cost = PRICES.cost(provider, model, 1000)
    assert cost.known_credits == credits_
    assert cost.known_money == pytest.approx(money) if money is not None else not cost.known_money


def test_a_providers_own_figures_win() -> None:
    assert PRICES.cost("elevenlabs", None, 1000, credits=30.0).money == pytest.approx(0.006)
    own = PriceList(multipliers={"eleven_multilingual_v2": 0.3})
    assert own.credits("elevenlabs", "eleven_multilingual_v2", 10) == pytest.approx(3.0)


def test_without_a_price_only_characters_are_counted() -> None:
    cost = PriceList().cost("openai", "kokoro", 70)
    assert (cost.characters, cost.known_credits, cost.known_money) == (70, None, None)
    mixed = total([cost, PRICES.cost("elevenlabs", None, 100)])
    assert (mixed.characters, mixed.known_credits, mixed.unpriced) == (170, 100.0, 70)
    assert total([]) == Cost()
    assert Cost().known_money == 0


@given(st.lists(st.tuples(st.sampled_from(["elevenlabs", "openai", "x"]), st.integers(0, 999))))
def test_a_sum_loses_no_character(parts: list[tuple[str, int]]) -> None:
    cost = total(PRICES.cost(provider, None, n) for provider, n in parts)
    assert cost.characters == sum(n for _, n in parts)
    assert 0 <= cost.unpriced <= cost.uncredited <= cost.characters
