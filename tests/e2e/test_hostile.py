"""Text that others wrote reaches the terminal as harmless text: the pty's raw bytes are read."""

from __future__ import annotations

import re

import pytest

from tests.e2e.learner import DECK, Learner, command
from tests.e2e.pseudo import Pseudo, pseudo

OSC_52 = "\x1b]52;c;cHduZWQ=\x07"
CSI = "\x1b[66;6;66m\x1b[7;77H"
C1_CSI = "\x9b66;6;66m"
C1_OSC = "\x9d0;pwned title\x9c"
DCS = "\x1bP$qpwned\x1b\\"
OVERRIDE = "\u202edesrever\u202c\u2066isolated\u2069"
MARKUP = "[@click=app.quit]press me[/] [bold red]loud[/] [link=file:///etc]go[/link]"
EVIL = f"{OSC_52}{CSI}{C1_CSI}{C1_OSC}{DCS}{OVERRIDE}\x07\x08"

FORBIDDEN = [
    b"\x1b]52;", b"\x1b[66;", b"\x1b[7;77H", b"\xc2\x9b", b"\xc2\x9d", b"\xc2\x9c",
    b"\xe2\x80\xae", b"\xe2\x80\xac", b"\xe2\x81\xa6", b"\xe2\x81\xa9", b"\x1bP", b"\x08", b"\x00",
]  # fmt: skip

LONG = "longline" * 12_000
DECK_TEXT = f"""\
---
id = "{DECK}"
name = "Evil \\u001b]52;c;cHduZWQ=\\u0007 deck \\u202e"
lang = "en"
tags = ["plain"]
---
Q: evil front {EVIL}{MARKUP} end
A: evil back {EVIL}{MARKUP} end

C: evil cloze [hole{EVIL}] {EVIL} end

Q: big {LONG}
A: big back {LONG}
"""


PAYLOADS = [b"pwned", b"cHduZWQ", b"66;6;66m"]
"""What a sequence carries goes with it where it stood in a card."""


def assert_harmless(program: Pseudo) -> None:
    data = program.data
    for piece in FORBIDDEN:
        at = data.find(piece)
        assert at < 0, (piece, data[max(0, at - 80) : at + 80])
    # Textual itself ends its commands for the mouse pointer's shape with a BEL.
    assert b"\x07" not in re.sub(rb"\x1b\]22;\w*\x07", b"", data)
    assert not program.text().count("Traceback")


def test_hostile_cards_are_shown_as_text(learner: Learner) -> None:
    learner.write_text(DECK_TEXT)
    with pseudo(command("study", DECK), env=learner.env, columns=100, rows=40) as program:
        place = 0
        for words in ("evil front", "evil cloze", "big"):
            program.wait_for(words, after=place)
            place = program.place
            program.send("i")
            program.wait_for("esc closes this", after=place)
            program.send("i")
            place = program.place
            program.send(" ")
            program.wait_for("Again", after=place)
            if words == "evil front":
                program.wait_for("[@click=app.quit]press me[/]")
                program.wait_for("[bold red]loud[/]")
            place = program.place
            program.send("4")
        program.wait_for("3 easy")
        program.send("q")
        program.wait_for("Evil deck ")
        program.send("/")
        program.wait_for("earch the cards")
        place = program.place
        program.send("evil")
        program.wait_for("evil front", after=place)
        assert_harmless(program)
        assert not [payload for payload in PAYLOADS if payload in program.data]
        program.send("\x03")
        assert program.wait_exit() == 0
    assert len(learner.ratings()) == 3
    assert "Traceback" not in learner.log
    assert "\x1b" not in learner.log


def test_hostile_names_and_errors_are_shown_as_text(learner: Learner) -> None:
    name = "bad\x1b[66;6;66m\u202ename"
    learner.write_text(f"Q: no answer {EVIL}\n<!-- riq wrong{EVIL}=1 -->\n", name)
    with pseudo(command(), env=learner.env, columns=100, rows=40) as program:
        program.wait_for("Welcome")
        program.wait_for("bad")
        assert_harmless(program)
        program.send("\x03")
        assert program.wait_exit() == 0
    with pseudo(command("check", str(learner.decks)), env=learner.env) as program:
        assert program.wait_exit() == 1
        assert_harmless(program)
    with pseudo(command("study", f"no such {OSC_52}"), env=learner.env) as program:
        assert program.wait_exit() == 2
        assert_harmless(program)


@pytest.mark.parametrize("text", ["\x1b]52;c;paste=\x07", "a\x9b66;6;66mb", "\u202eabc"])
def test_what_is_pasted_comes_back_harmless(learner: Learner, text: str) -> None:
    learner.write_deck(3)
    with pseudo(command("study", DECK), env=learner.env) as program:
        program.wait_for("front")
        program.send("\t")
        program.wait_for("type the answer")
        place = program.place
        program.send(f"\x1b[200~{text}\x1b[201~pasted\r")
        program.wait_for("pasted", after=place)
        assert_harmless(program)
