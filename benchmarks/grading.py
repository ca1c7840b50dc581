"""How long grading a typed free answer takes: every case of the tests' own collection.

Prints one JSON document. The figures are of :func:`recalliq_tui.domain.grading.grade` alone, after
one warm-up run (the first one loads the stemmers), with no peer: there is no other local grader.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import time
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from recalliq_tui.domain.grading import grade

CASES = Path(__file__).parents[1] / "tests" / "domain" / "grading" / "cases.toml"
REACH_MS = 5.0


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="one round instead of twenty")
    quick = options.parse_args().quick
    rounds = 1 if quick else 20
    tree = tomllib.loads(CASES.read_text(encoding="utf-8"))
    items = {item["id"]: item for item in tree["item"]}
    cases = [
        {
            "question": items[case["item"]]["question"],
            "reference": items[case["item"]]["reference"],
            "points": items[case["item"]].get("points", ()),
            "lang": items[case["item"]].get("lang"),
            "answer": case["answer"],
        }
        for case in tree["case"]
    ]
    for case in cases:
        grade(**case)
    times = sorted(_timed(case) for _ in range(rounds) for case in cases)
    p95 = times[int(len(times) * 0.95)]
    document = {
        "benchmark": "grading",
        "quick": quick,
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "method": "processor time of grade() for each case of tests/domain/grading/cases.toml",
        "cases": len(cases),
        "median_ms": round(statistics.median(times), 3),
        "p95_ms": round(p95, 3),
        "max_ms": round(times[-1], 3),
        "reach_ms": REACH_MS,
        "reached": p95 <= REACH_MS,
        "peer": None,
    }
    json.dump(document, sys.stdout, indent=2)
    print()


def _timed(case: dict[str, Any]) -> float:
    begun = time.process_time()
    grade(**case)
    return (time.process_time() - begun) * 1000


if __name__ == "__main__":
    main()
