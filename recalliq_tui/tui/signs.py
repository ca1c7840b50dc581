"""Signs that stand before a word, with stand-ins for terminals that can't show them."""

from __future__ import annotations

import os
import sys
from typing import NamedTuple


class Signs(NamedTuple):
    """One sign a state: ready, working, nothing yet, needs you, failed, sound, and bars."""

    ready: str = "●"
    working: str = "◐"
    nothing: str = "○"
    needs: str = "▲"
    failed: str = "✗"
    ok: str = "✓"
    sound: str = "♪"
    open: str = "▾"
    closed: str = "▸"
    full: str = "▰"
    empty: str = "▱"
    rule: str = "─"
    between: str = "│"
    dot: str = "·"
    enter: str = "↵"
    star: str = "★"
    suggest: str = "◂"
    levels: str = " ▁▂▃▄▅▆▇"


UNICODE = Signs()
ASCII = Signs(
    ready="*",
    working="~",
    nothing="o",
    needs="!",
    failed="x",
    ok="+",
    sound="#",
    open="v",
    closed=">",
    full="=",
    empty="-",
    rule="-",
    between="|",
    dot="-",
    enter="Enter",
    star="*",
    suggest="<",
    levels=" .:-=+*#",
)


def choose_signs(wanted: str) -> Signs:
    """Return the signs for ``auto``, ``unicode`` or ``ascii``.

    ``auto`` takes ASCII for a locale that is not UTF-8 and for the Linux console, whose font has
    no such signs.
    """
    if wanted == "unicode":
        return UNICODE
    if wanted == "ascii":
        return ASCII
    encoding = (getattr(sys.__stdout__, "encoding", None) or "utf-8").lower()
    plain = "utf" not in encoding or os.environ.get("TERM") in {"linux", "dumb"}
    return ASCII if plain else UNICODE
