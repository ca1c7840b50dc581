"""From process start to the first card's text on a terminal, beside a minimal Textual app.

Both run in turn on a pseudo terminal of 80 by 24, from a fork to the byte that completes the
text. The deck of 100 plain cards is indexed and all files are in the system's cache. The peer is
an App with one Static that shows the same text.
"""

from __future__ import annotations

import statistics
import sys
from typing import TYPE_CHECKING, Any

from rig.learner import DECK, front, learner, plain_notes, program
from rig.report import rounded, run, summary
from rig.terminal import terminal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CARDS = 100
TRIALS = 20
TARGET = 1.3
MINIMAL = """\
from textual.app import App
from textual.widgets import Static

class Minimal(App):
    def compose(self):
        yield Static("What is the name of number 000000 here?")

Minimal().run()
"""


def time_to(text: str, argv: Sequence[str], env: Mapping[str, str]) -> float:
    """Milliseconds from the start of a program to a text on its terminal."""
    with terminal(argv, env=env) as running:
        return 1000 * (running.wait_for(text) - running.started)


def measure(*, quick: bool) -> dict[str, Any]:
    with learner() as someone:
        someone.write_deck(plain_notes(CARDS))
        peer_file = someone.root / "minimal.py"
        peer_file.write_text(MINIMAL, encoding="utf-8")
        study, peer = program("study", DECK), [sys.executable, str(peer_file)]
        for argv in (study, study, peer):
            time_to(front(0), argv, someone.env)
        ours, theirs = [], []
        for _ in range(2 if quick else TRIALS):
            ours.append(time_to(front(0), study, someone.env))
            theirs.append(time_to(front(0), peer, someone.env))
    pairs = [mine / other for mine, other in zip(ours, theirs, strict=True)]
    ratio = rounded(statistics.median(pairs))
    return {
        "what": "process start to the first card's text, deck of 100 cards",
        "method": "alternating on one pty, warm caches; ratio: median over the pairs",
        "command": "recalliq study bench",
        "peer_command": "python minimal.py",
        "peer_source": MINIMAL,
        "recalliq": summary(ours),
        "peer": summary(theirs),
        "ratio": ratio,
        "ratio_of_minima": rounded(min(ours) / min(theirs)),
        "target": f"at most {TARGET} x the minimal app",
        "reached": ratio <= TARGET,
    }


if __name__ == "__main__":
    run("start_up", measure, __doc__)
