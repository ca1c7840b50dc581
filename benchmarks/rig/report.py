"""Figures, and the JSON that each benchmark prints."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_DIGITS = 3


class NotMeasured(Exception):  # noqa: N818  (an answer, not a fault)
    """A figure can't be taken on this machine; the message says what is missing."""


def summary(values: Sequence[float], *, unit: str = "ms") -> dict[str, Any]:
    """Return minimum, median, 95th percentile and maximum of values."""
    ordered = sorted(values)
    last = len(ordered) - 1
    return {
        "unit": unit,
        "trials": len(ordered),
        "min": rounded(ordered[0]),
        "median": rounded(statistics.median(ordered)),
        "p95": rounded(ordered[min(last, round(0.95 * last))]),
        "max": rounded(ordered[-1]),
    }


def rounded(value: float) -> float:
    """Return a value as it is printed."""
    return round(value, _DIGITS)


def run(name: str, measure: Callable[..., dict[str, Any]], description: str | None) -> None:
    """Read the command line, measure, and print one JSON document on stdout.

    ``measure`` is called with ``quick``. Exit code 1 where something could not be measured.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="few trials: does it work at all?")
    quick = parser.parse_args().quick
    head = {
        "benchmark": name,
        "quick": quick,
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": machine(),
    }
    try:
        found = measure(quick=quick)
    except NotMeasured as reason:
        found = {"not_measured": str(reason)}
    print(json.dumps(head | found, indent=2, ensure_ascii=False))
    sys.exit(1 if "not_measured" in found else 0)


def machine() -> dict[str, Any]:
    """Say what the figures were taken on, and how busy it was."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "textual": _version("textual"),
        "load_1min": round(os.getloadavg()[0], 2),
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
