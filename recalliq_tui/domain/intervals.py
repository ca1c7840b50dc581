"""Which of several near days a card comes back on.

Cards learnt together would come back together for ever. Fuzz spreads them over a few days, more
days for longer intervals, with the ranges that Anki uses. The choice is no chance: it follows
from the card and how often it was answered, so that a button shows the day it will give.
"""

from __future__ import annotations

import math
from typing import Final

_RANGES: Final = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, math.inf, 0.05))
_UNFUZZED_BELOW: Final = 2.5


def fuzz_fraction(card_id: str, reps: int) -> float:
    """A number in [0, 1) that is the same on every machine for a card and its repetition."""
    import hashlib  # noqa: PLC0415  (it loads OpenSSL; not before the first answer)

    digest = hashlib.blake2b(f"{card_id}\0{reps}".encode(), digest_size=6).digest()
    return int.from_bytes(digest, "big") / 2**48


def fuzz_bounds(days: int, *, minimum: int, maximum: int) -> tuple[int, int]:
    """First and last day that fuzz may choose for an interval; both within the two limits."""
    days = min(max(days, minimum), maximum)
    delta = 0.0
    if days >= _UNFUZZED_BELOW:
        delta = 1.0 + sum(f * max(min(days, end) - start, 0.0) for start, end, f in _RANGES)
    lower = min(max(round(days - delta), minimum), maximum)
    upper = min(max(round(days + delta), minimum), maximum)
    if upper == lower and 2 < upper < maximum:  # noqa: PLR2004 (short intervals stay exact)
        upper += 1
    return lower, upper


def choose_days(days: int, *, minimum: int, maximum: int, fraction: float | None) -> int:
    """Interval in days within the limits; ``fraction`` in [0, 1) fuzzes it, ``None`` doesn't."""
    minimum = min(minimum, maximum)
    if fraction is None:
        return min(max(days, minimum), maximum)
    lower, upper = fuzz_bounds(days, minimum=minimum, maximum=maximum)
    return lower + math.floor(fraction * (1 + upper - lower))
