"""Answers cards for ever and says so after each: killed by the durability test."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from recalliq_tui.domain.memory import Rating
from recalliq_tui.store.collection import Collection
from recalliq_tui.store.models import SessionState
from tests.store.samples import DAY, SPANISH, deck, index, names, study


def main(path: Path) -> None:
    with Collection.open(path, clock=lambda: datetime.now(UTC)) as collection:
        index(collection, deck(names(200)))
        done = len(collection.history())
        while True:
            name = f"c{done % 200}"
            session = SessionState((SPANISH,), datetime.now(UTC), DAY, answered=done + 1)
            now = datetime.now(UTC)
            study(collection, name, Rating(done % 4 + 1), now=now, session=session)
            done += 1
            sys.stdout.write(f"{done}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
