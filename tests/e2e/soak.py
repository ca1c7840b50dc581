"""Kills the program many times and writes what came of it: ``python -m tests.e2e.soak``."""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from recalliq_tui import __version__
from tests.e2e.kills import CONFIG, LostError, run_kills
from tests.e2e.learner import Learner


def soak(kills: int, seed: int) -> dict[str, object]:
    """Run so many kills over one learner; return the result as it is written."""
    begun = time.monotonic()
    result: dict[str, object] = {
        "date": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "version": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "seed": seed,
        "kills": kills,
    }
    with tempfile.TemporaryDirectory(prefix="recalliq-soak-") as folder:
        learner = Learner.make(Path(folder), config=CONFIG)
        learner.write_deck(min(999, 20 + 5 * kills))
        try:
            books = run_kills(learner, kills, seed=seed)
        except LostError as fault:
            result |= {"passed": False, "fault": str(fault)}
        else:
            result |= {
                "passed": True,
                "answers_acknowledged": len(books.acknowledged) - books.kept_unseen,
                "answers_lost": 0,
                "kills_after_rating": books.kills_after_rating,
                "kills_while_starting": books.kills_while_starting,
                "kept_though_not_painted": books.kept_unseen,
                "not_kept_and_not_painted": books.lost_unseen,
                "torn_clips": 0,
            }
    result["seconds"] = round(time.monotonic() - begun)
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--result", type=Path, required=True)
    wanted = parser.parse_args()
    result = soak(wanted.kills, wanted.seed)
    text = json.dumps(result, indent=2) + "\n"
    wanted.result.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0 if result["passed"] else 1


if __name__ == "__main__":
    sys.exit(main())
