"""The way through the program as a learner walks it, in a real terminal."""

from __future__ import annotations

import re

import pytest

from tests.e2e.learner import DECK, SAMPLES_OFF, SPEAKS, Learner, command
from tests.e2e.terminal import Terminal, terminal

pytestmark = pytest.mark.terminal


def front_on(screen: str) -> int:
    """Return the number of the card whose front is on a screen."""
    found = re.search(r"front(\d\d\d)", screen)
    assert found is not None, screen
    return int(found[1])


def answer(shown: Terminal, rating: int) -> int:
    """Show the back of the card in sight and rate it; return the card's number."""
    number = front_on(shown.wait_for("front"))
    shown.send("Space")
    shown.wait_for(f"back{number:03}", "Again", "Easy")
    shown.send(str(rating))
    shown.wait_gone(f"back{number:03}")
    return number


def test_ten_cards_from_the_first_screen_to_the_last(learner: Learner) -> None:
    (learner.config / "config.toml").write_text(SAMPLES_OFF)
    learner.write_deck(12)
    with terminal(command(), env=learner.env) as shown:
        shown.wait_for("RecallIQ", DECK, "12 new")
        shown.send("Enter")
        ratings = (3, 3, 4, 2, 3, 4, 3, 3, 4, 4)
        pressed = [(answer(shown, rating), rating) for rating in ratings]
        shown.send("q")
        shown.wait_for("10 answers", "1 hard, 5 good, 4 easy")
        shown.send("Enter")
        shown.wait_for("RecallIQ", DECK)
        shown.send("q")
        assert shown.wait_exit() == 0
    assert len({card for card, _ in pressed}) == 10
    assert learner.history() == pressed
    assert learner.integrity() == "ok"


def test_enter_shows_and_says_good_and_undo_takes_it_back(learner: Learner) -> None:
    learner.write_deck(3)
    with terminal(command("study", DECK), env=learner.env) as shown:
        first = front_on(shown.wait_for("front"))
        shown.send("Enter")
        shown.wait_for(f"back{first:03}", "Again")
        shown.send("Enter")
        shown.wait_gone(f"front{first:03}")
        shown.wait_for("front")
        shown.send("u")
        shown.wait_for(f"front{first:03}", "Taken back")
        answer(shown, 1)
        shown.send("q")
        shown.wait_for("1 again")
    assert learner.history() == [(first, 1)]


def test_the_samples_are_there_on_a_machine_that_has_nothing(learner: Learner) -> None:
    with terminal(command(), env=learner.env) as shown:
        shown.wait_for("Welcome. Three keys", "new")
        shown.send("Enter")
        shown.wait_for(" of ")
        shown.send("Space")
        shown.wait_for("Again", "Hard", "Good", "Easy")
        shown.send("q")
        shown.wait_for("Nothing was asked")


@pytest.mark.parametrize(("columns", "rows"), [(40, 10), (60, 16), (200, 60)])
def test_any_size_shows_the_card_and_the_ratings(learner: Learner, columns: int, rows: int) -> None:
    learner.write_deck(3)
    with terminal(command("study", DECK), env=learner.env, columns=columns, rows=rows) as shown:
        first = front_on(shown.wait_for("front", "voice"))
        shown.send("Space")
        screen = shown.wait_for(f"back{first:03}", "Again", "Easy", "Good")
        assert max(len(line) for line in screen.splitlines()) <= columns
        shown.send("3")
        shown.wait_gone(f"back{first:03}")
    assert learner.history() == [(first, 3)]


def test_the_terminal_may_change_its_size_at_any_time(learner: Learner) -> None:
    learner.write_deck(3)
    with terminal(command("study", DECK), env=learner.env) as shown:
        first = front_on(shown.wait_for("front"))
        for columns, rows in ((40, 10), (200, 50), (20, 5), (132, 43)):
            shown.resize(columns, rows)
            shown.wait_for(f"front{first:03}")
        shown.send("Space")
        for columns, rows in ((40, 10), (100, 30)):
            shown.resize(columns, rows)
            shown.wait_for(f"back{first:03}", "Again", "Easy")
        shown.send("4")
        shown.wait_gone(f"back{first:03}")
    assert learner.history() == [(first, 4)]
    assert "Traceback" not in learner.log


def test_without_colour_no_colour_is_sent(learner: Learner) -> None:
    learner.write_deck(3)
    env = {**learner.env, "NO_COLOR": "1"}
    with terminal(command("study", DECK), env=env) as shown:
        shown.wait_for("front")
        shown.send("Space")
        shown.wait_for("Again", SPEAKS)
        hues = {
            (red, green, blue)
            for red, green, blue in re.findall(r"[34]8;2;(\d+);(\d+);(\d+)", shown.coloured)
        }
    assert all(red == green == blue for red, green, blue in hues), hues


def test_the_terminal_of_linux_itself_gets_signs_it_has(learner: Learner) -> None:
    learner.write_deck(3)
    env = {**learner.env, "TERM": "linux"}
    with terminal(command("study", DECK), env=env) as shown:
        shown.wait_for("front")
        shown.send("Space")
        screen = shown.wait_for("Again", SPEAKS)
    assert screen.isascii(), [char for char in screen if not char.isascii()]
