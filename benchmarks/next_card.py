"""The next card after a rating in a deck of 100,000 cards, beside Anki's own library.

Three ways are timed. The session: ``StudySession.rate`` on its thread, from the call to the next
card, the commit on disk included. The screen: from the rating key's byte at the terminal to the
next card's text there. Anki: its library answers a card through its own scheduler, commits, and
gives the next card, in a collection with as many cards of the same text; it is installed into a
virtual environment of its own for this.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rig.ankienv import anki_python
from rig.learner import DECK, front, learner, plain_notes, program
from rig.report import NotMeasured, rounded, run, summary
from rig.terminal import terminal

if TYPE_CHECKING:
    from rig.learner import Learner

CARDS = 100_000
QUICK_CARDS = 20
TRIALS = 200
TARGET_MS = 10.0
_WARM = 5


def session_times(someone: Learner, trials: int) -> list[float]:
    """Answer cards through the program's own session, in this process."""
    from recalliq_tui.config import load_config  # noqa: PLC0415
    from recalliq_tui.domain.memory import Rating  # noqa: PLC0415
    from recalliq_tui.paths import resolve_paths  # noqa: PLC0415
    from recalliq_tui.wiring import make_runtime  # noqa: PLC0415

    paths = resolve_paths(someone.env)
    runtime = make_runtime(load_config(paths.config_file, someone.env), paths)
    try:

        def begin() -> Any:
            ids, title = runtime.library.resolve(DECK)
            begun = runtime.begin_now(ids, title)
            begun.session.warm()
            return begun.session

        def answer() -> list[float]:
            session = begin()
            times = []
            for number in range(trials + _WARM):
                began = time.perf_counter()
                session.rate(Rating(2 + number % 3), 1000)
                times.append(1000 * (time.perf_counter() - began))
            return times[_WARM:]

        return runtime.submit(answer).result()
    finally:
        runtime.shut()


def screen_times(someone: Learner, first: int, trials: int) -> list[float]:
    """Answer cards at the terminal of the real program; cards come in the file's order."""
    with terminal(program("study", DECK), env=someone.env) as screen:
        screen.wait_for(front(first))
        screen.wait_quiet(1.0)
        times = []
        for number in range(first + 1, first + 1 + trials + _WARM):
            at = len(screen.data)
            screen.send(" ")
            screen.wait_for("Again", after=at)
            screen.wait_quiet(0.05)
            at = len(screen.data)
            began = screen.send("4")
            times.append(1000 * (screen.wait_for(front(number), after=at) - began))
            screen.wait_quiet(0.05)
        return times[_WARM:]


def anki_times(python: Path, cards: int, trials: int, folder: Path) -> dict[str, Any]:
    """Answer cards through Anki's library, in a process of its own."""
    peer = Path(__file__).with_name("rig") / "anki_peer.py"
    argv = [str(python), str(peer), str(folder / "anki.anki2"), str(cards), str(trials)]
    ran = subprocess.run(argv, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise NotMeasured(f"Anki's library did not run: {ran.stderr.strip()[-300:]}")
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def measure(*, quick: bool) -> dict[str, Any]:
    cards, trials = (QUICK_CARDS, 3) if quick else (CARDS, TRIALS)
    with learner(new_per_day=9999) as someone:
        someone.write_deck(plain_notes(cards))
        began = time.perf_counter()
        someone.command("decks", "--json")
        indexed = time.perf_counter() - began
        screen = screen_times(someone, 0, trials)
        session = summary(session_times(someone, trials))
        found = {
            "what": f"rating to the next card, deck of {cards} cards",
            "method": "session: rate() on its thread, commit (WAL, FULL) included; screen: key "
            "byte at the pty to the next card's text",
            "command": "recalliq study bench",
            "indexing_s": rounded(indexed),
            "session": session,
            "screen": summary(screen),
            "target": f"session at most {TARGET_MS:g} ms and at most 1.0 x Anki's library",
            "reached_10_ms": session["median"] <= TARGET_MS,
        }
        return found | peer_figures(session, cards, trials, someone.root, quick=quick)


def peer_figures(
    session: dict[str, Any], cards: int, trials: int, folder: Path, *, quick: bool
) -> dict[str, Any]:
    """Return the peer's part: its times and the ratio, or why there are none."""
    command = (
        f"python {sys.argv[0].rpartition('/')[2]}: rig/anki_peer.py COLLECTION {cards} {trials}"
    )
    if quick:
        return {"peer_command": command, "peer": "not run with --quick"}
    try:
        theirs = anki_times(anki_python(folder), cards, trials, folder)
    except NotMeasured as reason:
        return {"peer_command": command, "peer": f"not measured: {reason}"}
    peer = summary(theirs["times_ms"][_WARM:])
    return {
        "peer_command": command,
        "peer_version": theirs["version"],
        "peer_synchronous": theirs["synchronous"],
        "peer": peer,
        "ratio": rounded(session["median"] / peer["median"]),
        "ratio_p95": rounded(session["p95"] / peer["p95"]),
        "reached": session["median"] <= min(TARGET_MS, peer["median"]),
    }


if __name__ == "__main__":
    run("next_card", measure, __doc__)
