"""A second instance reads, says so, and harms nothing."""

from __future__ import annotations

import pytest

from tests.e2e.learner import DECK, SPEAKS, Learner, command
from tests.e2e.terminal import terminal

pytestmark = pytest.mark.terminal


def test_the_second_instance_is_read_only_and_says_so(learner: Learner) -> None:
    learner.write_deck(5)
    with terminal(command("study", DECK), env=learner.env) as first:
        first.wait_for("front001", SPEAKS)
        with terminal(command("study", DECK), env=learner.env, columns=100) as second:
            second.wait_for("front", "read-only: open elsewhere")
            second.send("Space")
            second.wait_for("back", "Again")
            second.send("3")
            second.wait_for("opened for reading only")
            assert second.exit_code is None
            second.send("q")
            second.send("q")
        with terminal(command(), env=learner.env, columns=100) as third:
            screen = third.wait_for(DECK, "read-only: open elsewhere", "10/10")
            assert "Go on" not in screen, "that session is the first one's"
            third.send("q")
            assert third.wait_exit() == 0
        first.send("Space")
        first.wait_for("back001")
        first.send("4")
        first.wait_gone("back001")
        first.send("q")
        first.wait_for("1 easy")
    assert learner.history() == [(1, 4)]
    assert learner.integrity() == "ok"


def test_the_next_instance_may_write_again(learner: Learner) -> None:
    learner.write_deck(5)
    with terminal(command("study", DECK), env=learner.env) as first:
        first.wait_for("front")
        first.kill()
    with terminal(command("study", DECK), env=learner.env) as second:
        second.wait_for("front", SPEAKS)
        assert "read-only" not in second.screen
