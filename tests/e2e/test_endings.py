"""However it ends: the terminal is as it was, and nothing that was answered is lost."""

from __future__ import annotations

import random
import signal
import threading
from typing import TYPE_CHECKING

import pytest

from tests.e2e.learner import DECK, Learner, command
from tests.e2e.pseudo import Pseudo, pseudo

if TYPE_CHECKING:
    from typing import Any


def assert_tidy(program: Pseudo, before: list[Any]) -> None:
    """The terminal has its settings back, shows its normal screen and its cursor, and no fault."""
    text = program.text()
    assert "Traceback" not in text, text[-3000:]
    assert "Exception" not in text, text[-3000:]
    assert program.settings == before
    for on, off in (("[?1049h", "[?1049l"), ("[?25l", "[?25h"), ("[?1003h", "[?1003l")):
        assert text.rfind(f"\x1b{off}") >= text.rfind(f"\x1b{on}"), f"{on} stayed on"


def before_its_first_line(program: Pseudo) -> bool:
    """Say whether Python itself was interrupted, which answers with a traceback of its own."""
    text = program.text()
    return "KeyboardInterrupt" in text and "recalliq_tui" not in text


def answer_one(program: Pseudo) -> None:
    """Answer the first card and see the second one."""
    first = program.wait_match(r"front\d{3}")
    program.send(" ")
    program.wait_for("Again")
    place = program.place
    program.send("3")
    program.wait_match(f"front(?!{first[-3:]})", after=place)


@pytest.mark.parametrize(
    ("number", "codes"),
    [(signal.SIGTERM, {143}), (signal.SIGINT, {130}), (signal.SIGHUP, {129})],
    ids=["SIGTERM", "SIGINT", "SIGHUP"],
)
def test_a_signal_ends_it_tidily(learner: Learner, number: signal.Signals, codes: set[int]) -> None:
    learner.write_deck(30)
    with pseudo(command("study", DECK), env=learner.env) as program:
        before = program.settings
        answer_one(program)
        program.signal(number)
        assert program.wait_exit() in codes
        assert_tidy(program, before)
    assert len(learner.ratings()) == 1
    assert "Traceback" not in learner.log


def test_ctrl_c_at_any_time_while_it_starts(learner: Learner) -> None:
    """From the first moment on it is the program that ends, with 130 or as if one had quit."""
    learner.write_deck(30)
    chance = random.Random(3)
    pause = threading.Event()
    for n in range(8):
        with pseudo(command("study", DECK), env=learner.env) as program:
            before = program.settings
            pause.wait(0.08 + n * 0.07 + chance.uniform(0, 0.07))
            program.send("\x03")
            code = program.wait_exit()
            if before_its_first_line(program):
                continue
            assert code in {0, 130, -signal.SIGINT}, program.text()
            assert_tidy(program, before)
    assert "Traceback" not in learner.log


@pytest.mark.parametrize("keys", ["", " ", " 3", "i", "?", "/", "\t", "\x10"])
def test_ctrl_c_on_any_screen(learner: Learner, keys: str) -> None:
    learner.write_deck(30)
    with pseudo(command("study", DECK), env=learner.env) as program:
        before = program.settings
        program.wait_for("front")
        for key in keys:
            place = program.place
            program.send(key)
            program.wait_match(".", after=place)
        program.send("\x03")
        assert program.wait_exit() == 0
        assert_tidy(program, before)


def test_ctrl_c_again_and_again_changes_nothing(learner: Learner) -> None:
    learner.write_deck(30)
    with pseudo(command("study", DECK), env=learner.env) as program:
        before = program.settings
        program.wait_for("rendering")
        program.send("\x03\x03\x03")
        assert program.wait_exit() in {0, 130}
        assert_tidy(program, before)


def test_a_lost_terminal_ends_it(learner: Learner) -> None:
    learner.write_deck(30)
    with pseudo(command("study", DECK), env=learner.env) as program:
        answer_one(program)
        program.hang_up()
        program.wait_exit()
    assert len(learner.ratings()) == 1
    assert learner.integrity() == "ok"
    assert "Traceback" not in learner.log
