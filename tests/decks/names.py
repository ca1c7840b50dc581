"""Short names for test cases whose values are long."""

from __future__ import annotations


def short(value: object) -> str:
    """Return a value's first characters, readable in a test's name."""
    return repr(value)[1:24].encode("ascii", "ignore").decode()
