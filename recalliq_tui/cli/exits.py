"""Exit codes, without what commands need to parse their options."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of every command; ``STOPPED`` is that of ``Ctrl+C``."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    PARTLY = 3
    QUOTA = 4
    NETWORK = 5
    STOPPED = 130
