"""What speech costs: credits and money for characters, by provider and model.

Prices are settings with a date, never asked of a server: they are for estimates that are shown
before anything is spent. What a provider says it charged beats them in the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.voice import FREE

if TYPE_CHECKING:
    from collections.abc import Iterable

_CREDITS: Final[Mapping[str, float]] = {
    "eleven_multilingual_v2": 1.0,
    "eleven_multilingual_v1": 1.0,
    "eleven_monolingual_v1": 1.0,
    "eleven_v3": 1.0,
    "eleven_turbo_v2": 0.5,
    "eleven_turbo_v2_5": 0.5,
    "eleven_flash_v2": 0.5,
    "eleven_flash_v2_5": 0.5,
}
"""Credits a character by ElevenLabs model; a model that isn't named takes the dearest."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What characters cost, as far as prices are known.

    ``uncredited`` are those of the characters whose credits aren't known, ``unpriced`` those whose
    money isn't: the sums leave them out.
    """

    characters: int = 0
    credits: float = 0.0
    money: float = 0.0
    uncredited: int = 0
    unpriced: int = 0

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.characters + other.characters,
            self.credits + other.credits,
            self.money + other.money,
            self.uncredited + other.uncredited,
            self.unpriced + other.unpriced,
        )

    @property
    def known_credits(self) -> float | None:
        """The credits, ``None`` where none of the characters has a known figure."""
        return None if self.characters and self.uncredited == self.characters else self.credits

    @property
    def known_money(self) -> float | None:
        """The money, ``None`` where none of the characters has a price."""
        return None if self.characters and self.unpriced == self.characters else self.money


def total(costs: Iterable[Cost]) -> Cost:
    """Return the sum of costs; nothing costs nothing."""
    return sum(costs, Cost())


@dataclass(frozen=True, slots=True)
class PriceList:
    """Prices in ``currency`` as they were ``as_of`` a month (``YYYY-MM``).

    ``per_1000_credits`` has the money of providers that count credits, ``per_1000_characters``
    that of those that don't; a provider in neither has no known price. ``multipliers`` are credits
    a character that a provider said of its models, beside the built-in ones.
    """

    currency: str = "USD"
    as_of: str = ""
    per_1000_credits: Mapping[str, float] = field(default_factory=dict)
    per_1000_characters: Mapping[str, float] = field(default_factory=dict)
    multipliers: Mapping[str, float] = field(default_factory=dict)

    def credits(self, provider: str, model: str | None, characters: int) -> float | None:
        """Return the credits for characters; 0 for a free voice, ``None`` where unknown."""
        if provider in FREE:
            return 0.0
        if provider != "elevenlabs":
            return None
        rate = self.multipliers.get(model or "", _CREDITS.get(model or "", max(_CREDITS.values())))
        return characters * rate

    def cost(
        self,
        provider: str,
        model: str | None,
        characters: int,
        *,
        credits: float | None = None,  # noqa: A002  (the field's name)
    ) -> Cost:
        """Return what characters cost; ``credits`` is a provider's own figure, where there is one.

        The money follows the credits for a provider that has a price for them.
        """
        if provider in FREE:
            return Cost(characters)
        if credits is None:
            credits = self.credits(provider, model, characters)  # noqa: A001
        money: float | None = None
        if provider in self.per_1000_credits and credits is not None:
            money = credits * self.per_1000_credits[provider] / 1000
        elif provider in self.per_1000_characters:
            money = characters * self.per_1000_characters[provider] / 1000
        return Cost(
            characters,
            credits or 0.0,
            money or 0.0,
            uncredited=characters if credits is None else 0,
            unpriced=characters if money is None else 0,
        )
