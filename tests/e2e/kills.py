"""Studies on a pseudo terminal and is killed at any moment; keeps the books of what it saw.

An answer counts as acknowledged once the next card's frame was written to the terminal.
"""

from __future__ import annotations

import random
import re
import signal
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tests.e2e.learner import DECK, command
from tests.e2e.pseudo import Pseudo, pseudo

if TYPE_CHECKING:
    from tests.e2e.learner import Learner

CONFIG: Final = '[study]\nnew_per_day = 9999\n[audio]\nsink = "null"\n'
AFTER_RATING_S: Final = 0.05
"""A third of the kills come within so long after a rating key."""

_FRONT: Final = re.compile(r"front(\d{3})")
_STYLE: Final = r"(?:\x1b\[[0-9;]*m)*"
_KEYS: Final = f"space{_STYLE} {_STYLE}(?:show|good)"
"""The line of keys says which side is in sight."""

_SIDE_KEPT_S: Final = 1.0
"""The side in sight is kept without waiting for it, but surely after so long."""


class LostError(AssertionError):
    """What the program must never do."""


@dataclass
class Books:
    """What the learner saw and pressed, and how many kills there were of each kind."""

    acknowledged: list[tuple[int, int]] = field(default_factory=list)
    pressed: tuple[int, int] | None = None
    """An answer given whose next card was not painted."""
    sight: int | None = None
    """The card on the screen when last seen."""
    back_since: float | None = None
    """Since when its back is shown."""
    kills: int = 0
    kills_after_rating: int = 0
    kills_while_starting: int = 0
    kept_unseen: int = 0
    """Answers on disk whose next card had not been painted."""
    lost_unseen: int = 0
    """Answers not on disk, and nothing had said that they were."""


class Killer:
    """Runs the program again and again over one learner's folders."""

    def __init__(self, learner: Learner, *, seed: int) -> None:
        self.books = Books()
        self._learner = learner
        self._random = random.Random(seed)
        self._pause = threading.Event()
        self._place = 0
        self._side_sure = True
        self._seen = False
        """Whether this run of the program has shown a card."""

    def round(self) -> None:
        """Start, see where it goes on, study a little, be killed, look at the disk."""
        books = self.books
        self._seen = False
        with pseudo(command("study", DECK), env=self._learner.env) as program:
            if books.kills % 3 == 0:
                self._begin(program)
                self._answer(program, self._random.randrange(4))
                self._turn(program)
                self._press(program)
                self._wait(AFTER_RATING_S)
                books.kills_after_rating += 1
            elif books.kills % 9 == 1:
                self._wait(1.0)
                books.kills_while_starting += 1
            else:
                self._begin(program)
                self._answer(program, self._random.randrange(4))
                if self._random.random() < 0.7:
                    self._turn(program)
                self._wait(self._random.choice((0.1, 2 * _SIDE_KEPT_S)))
            self._kill(program)
        self._check_disk()

    # --- what the learner does ---------------------------------------------------------------

    def _begin(self, program: Pseudo) -> None:
        """See the first card: the one that was in sight, with the side that was shown."""
        books = self.books
        program.wait_match(_FRONT.pattern)
        keys = program.wait_match(_KEYS)
        number = int(_FRONT.findall(program.text())[0])
        back = keys.endswith("good")
        if books.sight is not None and number != books.sight:
            raise LostError(f"card {books.sight} was in sight, card {number} came back")
        if books.sight is not None and self._side_sure and back != (books.back_since is not None):
            raise LostError(f"card {number} came back with its other side in sight")
        books.sight, books.back_since = number, time.monotonic() if back else None
        self._seen = True

    def _answer(self, program: Pseudo, cards: int) -> None:
        for _ in range(cards):
            self._turn(program)
            self._press(program)
            pressed = self.books.pressed
            program.wait_match(f"front(?!{pressed[0]:03})" if pressed else "", after=self._place)
            self._take_painted(program)

    def _turn(self, program: Pseudo) -> None:
        books = self.books
        if books.back_since is None:
            place = program.place
            program.send(" ")
            program.wait_for(f"back{books.sight:03}", after=place)
            books.back_since = time.monotonic()

    def _press(self, program: Pseudo) -> None:
        books = self.books
        assert books.sight is not None
        rating = self._random.choice((2, 3, 4))
        self._place = program.place
        books.pressed = (books.sight, rating)
        program.send(str(rating))

    def _wait(self, most: float) -> None:
        """Let a random time pass."""
        self._pause.wait(self._random.uniform(0, most))

    def _kill(self, program: Pseudo) -> None:
        books, killed = self.books, time.monotonic()
        program.signal(signal.SIGKILL)
        if program.wait_exit() != -signal.SIGKILL:
            raise LostError(f"it had ended by itself:\n{program.text()[-2000:]}")
        books.kills += 1
        since = books.back_since
        if self._seen:
            self._side_sure = since is None or killed - since > _SIDE_KEPT_S
        self._take_painted(program)

    def _take_painted(self, program: Pseudo) -> None:
        """An answer is acknowledged when another card was painted after it."""
        books = self.books
        if books.pressed is None:
            return
        for number in _FRONT.findall(program.text(self._place)):
            if int(number) != books.pressed[0]:
                books.acknowledged.append(books.pressed)
                books.pressed, books.sight, books.back_since = None, int(number), None
                return

    # --- what is on disk -----------------------------------------------------------------------

    def _check_disk(self) -> None:
        books = self.books
        stored = self._learner.history()
        seen = books.acknowledged
        if stored[: len(seen)] != seen:
            raise LostError(
                f"an acknowledged answer was lost: seen {seen[-3:]}, kept {stored[-3:]}"
            )
        unseen = stored[len(seen) :]
        if unseen and unseen != [books.pressed]:
            raise LostError(f"nobody gave the answers {unseen}; pressed was {books.pressed}")
        if unseen:
            seen.extend(unseen)
            books.kept_unseen += 1
            books.sight = books.back_since = None
        elif books.pressed is not None:
            books.lost_unseen += 1
        books.pressed = None
        if (verdict := self._learner.integrity()) != "ok":
            raise LostError(f"the collection is damaged: {verdict}")


def run_kills(learner: Learner, kills: int, *, seed: int) -> Books:
    """Kill the program so many times; raises :class:`LostError` at the first thing that is lost."""
    killer = Killer(learner, seed=seed)
    while killer.books.kills < kills:
        killer.round()
    report = learner.cache_report()
    if report["damaged"] or report["missing"]:
        raise LostError(f"torn clips: {report}")
    return killer.books
