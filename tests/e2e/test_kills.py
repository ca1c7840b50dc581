"""What was acknowledged outlives a kill at any moment."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pytest

from tests.e2e.kills import CONFIG, run_kills
from tests.e2e.learner import DECK, SPEAKS, Learner, command
from tests.e2e.pseudo import eventually, pseudo
from tests.e2e.terminal import terminal

KILLS = int(os.environ.get("RECALLIQ_KILLS", "10"))
SEED = int(os.environ.get("RECALLIQ_SEED", "7"))


@pytest.mark.timeout(120 + 10 * KILLS)
def test_no_acknowledged_answer_is_lost_and_no_clip_is_torn(tmp_path: Path) -> None:
    learner = Learner.make(tmp_path / "riq", config=CONFIG)
    learner.write_deck(min(999, 20 + 5 * KILLS))
    books = run_kills(learner, KILLS, seed=SEED)
    assert books.kills_after_rating >= KILLS // 3
    assert books.acknowledged


@pytest.mark.terminal
def test_the_next_start_offers_to_go_on_at_the_card_and_side(learner: Learner) -> None:
    learner.write_deck(5)
    with terminal(command("study", DECK), env=learner.env) as shown:
        shown.wait_for("front")
        shown.send("Space")
        shown.wait_for("back")
        shown.send("3")
        shown.wait_gone("back")
        screen = shown.wait_for("front")
        number = re.findall(r"front(\d{3})", screen)[0]
        shown.send("Space")
        shown.wait_for(f"back{number}")
        eventually(lambda: "back" in learner.session_row(), "the side to be kept")
        shown.kill()
    with terminal(command(), env=learner.env) as shown:
        shown.wait_for("Go on where you stopped?", f"front{number}", "1 answered")
        shown.send("Enter")
        shown.wait_for(f"front{number}", f"back{number}", "Again")
        shown.send("3")
        shown.wait_gone(f"back{number}")
        shown.send("q")
        shown.wait_for("1 answer")
    with terminal(command(), env=learner.env) as shown:
        assert "Go on where you stopped?" not in shown.wait_for(DECK, SPEAKS)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes in /proc")
def test_a_kill_leaves_no_process_behind(learner: Learner) -> None:
    learner.write_deck(300)
    with pseudo(command("study", DECK), env=learner.env) as program:
        program.wait_for("rendering")
        children = [*_children(program.pid)]
        assert children
        program.signal(signal.SIGKILL)
        program.wait_exit()
        eventually(lambda: not any(_runs(child) for child in children), "its children to end")


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
