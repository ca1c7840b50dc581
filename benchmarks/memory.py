"""Memory of the real program while it studies a deck of 100,000 cards, and while it indexes one.

The program studies on a pseudo terminal; after 20 ratings its resident set is read from the
system, and its peak too. The run that indexes the deck is another one and reported apart: there
the program is started with a deck that it has never seen.
"""

from __future__ import annotations

from typing import Any

from rig.learner import DECK, front, learner, plain_notes, program
from rig.report import rounded, run
from rig.terminal import Terminal, family, memory_mb, terminal

CARDS = 100_000
QUICK_CARDS = 300
RATINGS = 20
TARGET_MB = 150.0
_SETTLE_S = 3.0
"""The sound opens meanwhile, and clips begin to be rendered in the background."""


def figures(screen: Terminal) -> dict[str, float]:
    """Return megabytes (10**6 bytes): the program's own, its peak, and its helpers'."""
    helpers = [pid for pid in family(screen.pid) if pid != screen.pid]
    return {
        "rss_mb": rounded(memory_mb(screen.pid)),
        "peak_mb": rounded(memory_mb(screen.pid, "VmHWM")),
        "helpers_mb": rounded(sum(memory_mb(pid) for pid in helpers)),
        "helpers": len(helpers),
    }


def measure(*, quick: bool) -> dict[str, Any]:
    cards, ratings = (QUICK_CARDS, 2) if quick else (CARDS, RATINGS)
    with learner(new_per_day=200) as someone:
        someone.write_deck(plain_notes(cards))
        with terminal(program("study", DECK), env=someone.env) as screen:
            seconds = screen.wait_for(front(0), seconds=300) - screen.started
            screen.read_for(_SETTLE_S)
            indexing = figures(screen)
        with terminal(program("study", DECK), env=someone.env) as screen:
            screen.wait_for(front(0))
            screen.read_for(_SETTLE_S)
            begun = figures(screen)
            for number in range(1, ratings + 1):
                at = len(screen.data)
                screen.send(" ")
                screen.wait_for("Again", after=at)
                screen.send("4")
                screen.wait_for(front(number), after=at)
            screen.read_for(_SETTLE_S)
            studying = figures(screen)
    return {
        "what": f"resident memory while studying a deck of {cards} cards, after {ratings} ratings",
        "method": "VmRSS and VmHWM of the program on a pty; helpers: the voice's own process",
        "command": "recalliq study bench",
        "studying": studying,
        "begun": begun,
        "indexing": indexing | {"first_card_after_s": rounded(seconds)},
        "target": f"at most {TARGET_MB:g} MB",
        "reached": studying["peak_mb"] <= TARGET_MB,
        "reached_indexing": indexing["peak_mb"] <= TARGET_MB,
        "reached_with_helpers": studying["rss_mb"] + studying["helpers_mb"] <= TARGET_MB,
    }


if __name__ == "__main__":
    run("memory", measure, __doc__)
