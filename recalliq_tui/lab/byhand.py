"""Opens the program in a scenario for a person, who presses the keys."""

from __future__ import annotations

import signal
import subprocess
import threading
from typing import TYPE_CHECKING

from recalliq_tui.lab.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from recalliq_tui.lab.scenario import Scenario


def play_by_hand(
    scenario: Scenario, root: Path, narrate: Callable[[str], None], *, silent: bool = False
) -> int:
    """Open the program and wait for its end; its exit code.

    What the scenario does between keys happens at its own times. Raises
    :class:`~recalliq_tui.lab.stage.CannotPlayError`.
    """
    narrate(f"{scenario.title}\n{scenario.about.strip()}\n")
    with Stage(scenario, root, silent=silent) as stage:
        over = threading.Event()
        acting = threading.Thread(target=_act, args=(stage, over), name="lab scenario", daemon=True)
        # Ctrl+C is the program's; a handler, for it would inherit that a signal is ignored.
        before = signal.signal(signal.SIGINT, lambda *_: None)
        try:
            program = subprocess.Popen(stage.command, env=stage.env)
            acting.start()
            code = program.wait()
        finally:
            signal.signal(signal.SIGINT, before)
            over.set()
        acting.join()
        narrate(f"{stage.spoken} requests for speech reached the server")
    return code


def _act(stage: Stage, over: threading.Event) -> None:
    for step in stage.scenario.steps:
        if step.act is None:
            continue
        if over.wait(step.after):
            return
        stage.act(step.act)
