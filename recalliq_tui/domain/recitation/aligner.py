"""Global alignment of typed words with a text (Needleman-Wunsch, a column for each typed word).

A column depends on the typed words before it only, so a keystroke costs one column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from recalliq_tui.domain.recitation.labels import Label, Level
from recalliq_tui.domain.recitation.slips import is_near, is_slip
from recalliq_tui.domain.recitation.variants import Rule, places

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from recalliq_tui.domain.recitation.folding import Word

_MISSING: Final = 1.0
_EXTRA: Final = 0.5
# A hair over what the score says, so that of two equal alignments the more natural one wins.
_SUBSTITUTED: Final = 1.001
_NEAR: Final = 0.999
_TYPO: Final = 0.001
_VARIANT: Final = 0.0005
_WRITTEN_APART: Final = 0.002


class Step(NamedTuple):
    """Words ``i`` to ``i_end`` of the text were said as typed words ``j`` to ``j_end``."""

    label: Label
    i: int
    i_end: int
    j: int
    j_end: int


class Jump(NamedTuple):
    """A way into a cell that takes several words at once, or leaves optional ones out."""

    rows: int
    columns: int
    label: Label
    cost: float


class Aligner:
    """Aligns one text with what is typed; what stays the same from call to call is kept.

    Not pure, but private to its owner: equal calls give equal answers whatever came before.
    """

    def __init__(
        self,
        text: Sequence[Word],
        *,
        level: Level = Level.STANDARD,
        rules: Iterable[Rule] = (),
        lang: str | None = None,
    ) -> None:
        self._want = [word.folded for word in text]
        self._known = frozenset(self._want)
        self._exact = level is Level.EXACT
        self._lang = lang
        self._places = {} if self._exact else places(rules, text)
        self._pairs: dict[str, list[float]] = {}
        self._have: list[str] = []
        self._columns: list[list[float]] = [self._first_column()]
        self._jumps: list[dict[int, list[Jump]]] = [self._jumps_into(0)]

    def feed(self, typed: Sequence[Word]) -> None:
        """Take the typed words, all of them, complete."""
        have = [word.folded for word in typed]
        same = 0
        for old, new in zip(self._have, have, strict=False):
            if old != new:
                break
            same += 1
        del self._columns[same + 1 :], self._jumps[same + 1 :]
        self._have = have
        for j in range(same + 1, len(have) + 1):
            self._jumps.append(self._jumps_into(j))
            self._columns.append(self._column(j))

    def reach(self) -> int:
        """Return how many words of the text the typed words have come to, as far as one can say."""
        column = self._columns[-1]
        spoken = len(self._have)
        return min(
            range(len(column)),
            key=lambda i: (column[i] + 0.51 * max(0, spoken - i), abs(spoken - i)),
        )

    def steps(self, reach: int | None = None) -> list[Step]:
        """Return the best alignment of the typed words with the first ``reach`` words, in order."""
        i = len(self._want) if reach is None else reach
        j = len(self._have)
        found: list[Step] = []
        while i or j:
            step = self._step_into(i, j)
            found.append(step)
            i, j = step.i, step.j
        found.reverse()
        return found

    def _step_into(self, i: int, j: int) -> Step:
        cost = self._columns[j][i]
        if i and j:
            pair = self._costs_of(self._have[j - 1])[i - 1]
            if cost == self._columns[j - 1][i - 1] + pair:
                return Step(_label_of(pair), i - 1, i, j - 1, j)
        for jump in self._jumps[j].get(i, ()):
            if cost == self._columns[j - jump.columns][i - jump.rows] + jump.cost:
                return Step(jump.label, i - jump.rows, i, j - jump.columns, j)
        if i and cost == self._columns[j][i - 1] + _MISSING:
            return Step(Label.MISSING, i - 1, i, j, j)
        return Step(Label.EXTRA, i, i, j - 1, j)

    def _first_column(self) -> list[float]:
        column = [0.0]
        jumps = self._jumps_into(0)
        for i in range(1, len(self._want) + 1):
            best = column[i - 1] + _MISSING
            for jump in jumps.get(i, ()):
                best = min(best, column[i - jump.rows] + jump.cost)
            column.append(best)
        return column

    def _column(self, j: int) -> list[float]:
        before, jumps = self._columns[j - 1], self._jumps[j]
        best = before[0] + _EXTRA
        column = [best]
        for i, pair in enumerate(self._costs_of(self._have[j - 1]), start=1):
            best += _MISSING
            best = min(best, before[i - 1] + pair, before[i] + _EXTRA)
            if i in jumps:
                for jump in jumps[i]:
                    source = column if jump.columns == 0 else self._columns[j - jump.columns]
                    best = min(best, source[i - jump.rows] + jump.cost)
            column.append(best)
        return column

    def _costs_of(self, typed: str) -> list[float]:
        costs = self._pairs.get(typed)
        if costs is None:
            known = {word: self._cost(word, typed) for word in self._known}
            costs = self._pairs[typed] = [known[word] for word in self._want]
        return costs

    def _cost(self, want: str, have: str) -> float:
        if want == have:
            return 0.0
        if not is_near(have, want):
            return _SUBSTITUTED
        if self._exact or not is_slip(have, want, lang=self._lang, known=self._known):
            return _NEAR
        return _TYPO

    def _jumps_into(self, j: int) -> dict[int, list[Jump]]:
        """Ways into the cells of column ``j``: by variants, and by words written apart or as one."""
        found: dict[int, list[Jump]] = {}
        if self._exact:
            return found
        for i, rules in self._places.items():
            for rule in rules:
                if self._said(rule.other, j):
                    jump = Jump(len(rule.words), len(rule.other), Label.VARIANT, _VARIANT)
                    found.setdefault(i, []).append(jump)
        if j == 0:
            return found
        last = self._have[j - 1]
        two = self._have[j - 2] + last if j > 1 else None
        for i, word in enumerate(self._want, start=1):
            if word == two:
                found.setdefault(i, []).append(Jump(1, 2, Label.TYPO, _WRITTEN_APART))
            if i > 1 and last.endswith(word) and self._want[i - 2] + word == last:
                found.setdefault(i, []).append(Jump(2, 1, Label.TYPO, _WRITTEN_APART))
        return found

    def _said(self, words: tuple[str, ...], j: int) -> bool:
        """Whether the typed words up to ``j`` end in ``words``, slips forgiven."""
        if len(words) > j:
            return False
        said = self._have[j - len(words) : j]
        return all(
            have == want or is_slip(have, want, lang=self._lang, known=self._known)
            for have, want in zip(said, words, strict=True)
        )


def _label_of(pair: float) -> Label:
    if pair == 0:
        return Label.OK
    return Label.TYPO if pair == _TYPO else Label.SUBSTITUTED
