"""System calls of a rating: the log is on disk before the next card's frame is written."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.e2e.learner import DECK, Learner, command
from tests.e2e.pseudo import pseudo

_CALLS = "trace=read,write,writev,pwrite64,fdatasync,fsync"


@pytest.mark.timeout(120)
def test_the_answer_is_synced_before_the_next_card_is_painted(
    learner: Learner, tmp_path: Path
) -> None:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("needs to see system calls; install strace")
    learner.write_deck(5)
    trace = tmp_path / "trace"
    argv = [
        strace,
        "-f",
        "-y",
        "-s",
        "65536",
        "-e",
        _CALLS,
        "-o",
        str(trace),
        *command("study", DECK),
    ]
    answered = []
    with pseudo(argv, env=learner.env) as program:
        sight = program.wait_match(r"front\d{3}")
        for _ in range(3):
            program.send(" ")
            program.wait_for("Again")
            place = program.place
            program.send("3")
            answered.append(sight)
            sight = program.wait_match(f"front(?!{sight[-3:]})...", after=place)
        program.send("q")
        program.wait_for("3 answers")
        program.send("q\x03")
        program.wait_exit()
    calls = _completed(trace.read_text(errors="replace").splitlines())
    for number, front in enumerate(answered):
        following = [*answered, sight][number + 1]
        _assert_order(calls, front, following)


def _completed(lines: list[str]) -> list[str]:
    """Join calls that strace shows in two pieces, each where it came back or, if a write, began."""
    open_: dict[str, str] = {}
    calls: list[str] = []
    for line in lines:
        process, _, rest = line.partition(" ")
        rest = rest.strip()
        if rest.endswith("<unfinished ...>"):
            begun = rest.removesuffix("<unfinished ...>")
            if rest.startswith("write"):
                calls.append(begun)
            else:
                open_[process] = begun
        elif resumed := re.match(r"<\.\.\. \w+ resumed>", rest):
            if process in open_:
                calls.append(open_.pop(process) + rest[resumed.end() :])
        else:
            calls.append(rest)
    return calls


def _assert_order(calls: list[str], front: str, following: str) -> None:
    """Between the rating key and the next card's first frame: the log's bytes, then a sync."""
    painted = next(n for n, call in enumerate(calls) if "/dev/pts/" in call and following in call)
    key = max(
        n for n, call in enumerate(calls[:painted]) if call.startswith("read(0<") and '"3"' in call
    )
    between = calls[key:painted]
    written = [
        n for n, c in enumerate(between) if c.startswith("pwrite64") and "collection.db-wal" in c
    ]
    synced = [
        n
        for n, call in enumerate(between)
        if re.match(r"f(data)?sync\(\d+<[^>]*collection\.db-wal>\s*\)\s*= 0", call)
    ]
    assert written, f"nothing was logged between {front} and {following}"
    assert synced, f"no sync between {front} and {following}"
    assert any(n > written[0] for n in synced)
    commit = max(n for n in written if n < synced[-1])
    assert synced[-1] > commit
