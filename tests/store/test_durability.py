"""A kill at any time loses no answer that was acknowledged, and leaves a sound collection."""

from __future__ import annotations

import os
import random
import select
import subprocess
import sys
from pathlib import Path
from time import monotonic

from recalliq_tui.store.collection import Collection
from tests.store.samples import Clock

ROOT = Path(__file__).parents[2]


def run_and_kill(path: Path, seconds: float) -> int:
    """Let a writer answer cards, kill it some time after its first answer; the last it told of."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.store.writer", str(path)],
        stdout=subprocess.PIPE,
        bufsize=0,
        cwd=ROOT,
    ) as writer:
        assert writer.stdout is not None
        told = writer.stdout.readline()
        end = monotonic() + seconds
        while (left := end - monotonic()) > 0:
            if select.select([writer.stdout], [], [], left)[0]:
                told += os.read(writer.stdout.fileno(), 65536)
        writer.kill()
        told += writer.stdout.read()
    whole = told[: told.rindex(b"\n")] if b"\n" in told else b""
    return int(whole.split()[-1])


def test_no_acknowledged_answer_is_lost(path: Path, clock: Clock) -> None:
    chance = random.Random(7)
    for _ in range(6):
        told = run_and_kill(path, chance.uniform(0, 0.2))
        with Collection.open(path, clock=clock) as collection:
            assert not collection.read_only
            kept = len(collection.history())
            assert told <= kept <= told + 1
            session = collection.load_session()
            assert session is not None
            assert session.answered == kept
            assert collection.check_integrity() == []
            assert collection.rebuild(write=False).changed == ()
