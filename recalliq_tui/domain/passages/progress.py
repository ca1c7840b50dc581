"""The progress of acquiring a text as plain data, and back, also after the text was edited."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from recalliq_tui.domain.passages.acquire import Acquire, LineState, Rung, begin
from recalliq_tui.domain.recitation.folding import words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_VERSION: Final = 1


def fingerprint(line: str) -> str:
    """What of a line decides whether progress in it still holds: its folded words."""
    return " ".join(word.folded for word in words_of(line))


def to_data(state: Acquire, lines: Sequence[str]) -> dict[str, Any]:
    """JSON data of a state, with the lines it belongs to."""
    return {
        "v": _VERSION,
        "seed": state.seed,
        "section": state.section,
        "rung": state.rung.value,
        "line": state.line,
        "clean": state.clean,
        "turn": state.turn,
        "at": None if state.at is None else state.at.isoformat(),
        "lines": [
            {
                "text": fingerprint(text),
                "best": None if each.best is None else each.best.value,
                "missed": sorted(each.missed),
                "mask": sorted(each.mask),
            }
            for text, each in zip(lines, state.lines, strict=True)
        ],
    }


def from_data(data: object, stanzas: Sequence[Sequence[str]], *, seed: int) -> Acquire:
    """The state kept in ``data``, fitted to the text as it is now.

    Lines whose words are the same keep their progress wherever they stand now. Where nothing can
    be read a new state begins; never raises for what ``data`` may hold.
    """
    fresh = begin([len(stanza) for stanza in stanzas], seed=seed)
    texts = [line for stanza in stanzas for line in stanza]
    try:
        return _read(data, fresh, [fingerprint(text) for text in texts])
    except (KeyError, TypeError, ValueError, AttributeError):
        return fresh


def _read(data: Any, fresh: Acquire, texts: list[str]) -> Acquire:
    if data["v"] != _VERSION:
        return fresh
    kept: dict[str, list[LineState]] = {}
    old = [str(each["text"]) for each in data["lines"]]
    for each in data["lines"]:
        best = each["best"]
        known = LineState(
            best=None if best is None else Rung(best),
            missed=frozenset(int(n) for n in each["missed"]),
            mask=frozenset(int(n) for n in each["mask"]),
        )
        kept.setdefault(str(each["text"]), []).append(known)
    lines = tuple(kept[text].pop(0) if kept.get(text) else LineState() for text in texts)
    at = None if data["at"] is None else datetime.fromisoformat(data["at"])
    state = replace(fresh, lines=lines, seed=int(data["seed"]), turn=int(data["turn"]), at=at)
    if at is not None and at.tzinfo is None:
        raise ValueError("a time without a zone")
    if old != texts:
        return state
    line, section = int(data["line"]), int(data["section"])
    first, end = fresh.sections[section]
    if not first <= line < end:
        return state
    return replace(
        state,
        section=section,
        line=line,
        rung=Rung(data["rung"]),
        clean=int(data["clean"]),
    )
