"""Processor time of the real program while a card stands on the screen and nobody does anything.

The program studies on a pseudo terminal with the voice on and a sink that plays to nobody. Once
the deck's clips are rendered and the card's sound has ended, its processor time and that of its
helpers is read twice, 30 s apart.
"""

from __future__ import annotations

import time
from typing import Any

from rig.learner import DECK, front, learner, plain_notes, program
from rig.report import rounded, run
from rig.terminal import Terminal, cpu_seconds, family, terminal

CARDS = 6
IDLE_S = 30.0
TARGET = 0.01


def used(screen: Terminal) -> float:
    """Return the seconds of processor time that the program and its helpers have used."""
    return sum(cpu_seconds(pid) for pid in family(screen.pid))


def measure(*, quick: bool) -> dict[str, Any]:
    span = 1.0 if quick else IDLE_S
    with learner(new_per_day=CARDS) as someone:
        someone.write_deck(plain_notes(CARDS))
        someone.command("render", DECK)
        with terminal(program("study", DECK), env=someone.env) as screen:
            screen.wait_for(front(0))
            screen.wait_for("cached")
            screen.wait_quiet(2.0)
            before, began = used(screen), time.monotonic()
            drawn = screen.read_for(span)
            seconds = time.monotonic() - began
            cpu = used(screen) - before
    share = cpu / seconds
    return {
        "what": "processor time of an idle session, as a share of one core",
        "method": "utime + stime of the program and its helpers, read twice",
        "command": "recalliq study bench",
        "seconds": rounded(seconds),
        "cpu_seconds": rounded(cpu),
        "bytes_drawn": drawn,
        "share": round(share, 5),
        "target": f"at most {TARGET:.0%} of a core",
        "reached": share <= TARGET,
    }


if __name__ == "__main__":
    run("idle_cpu", measure, __doc__)
