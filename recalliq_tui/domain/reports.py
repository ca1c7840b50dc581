"""“This audio sounds wrong”: what a learner reports, and what mends it.

A report names a clip. A *change* (another text, seed or voice) makes a *take*, a new clip beside
the old one. When a person accepts it, the change becomes the *fix* of that card's side.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from recalliq_tui.domain.cards import Side
from recalliq_tui.domain.clips import ClipSpec, text_sha256

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Reason(StrEnum):
    MISPRONOUNCED = "mispronounced"
    WRONG_LANGUAGE = "wrong_language"
    CUT_OFF = "cut_off"
    NOISE = "noise"
    WRONG_TEXT = "wrong_text"
    OTHER = "other"


class ReportState(StrEnum):
    OPEN = "open"
    TAKE = "take"
    """A new take waits for somebody to hear it; the old clip still plays."""
    FIXED = "fixed"
    CLOSED = "closed"
    """Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is different in a new take. ``voice`` is written ``provider:voice[@model]``."""

    say: str | None = None
    seed: int | None = None
    voice: str | None = None

    def __bool__(self) -> bool:
        return (self.say, self.seed, self.voice) != (None, None, None)

    def over(self, earlier: Change) -> Change:
        """This change on top of an earlier one that is in force. A new voice drops its seed."""
        seed = earlier.seed if self.voice is None else None
        return Change(
            earlier.say if self.say is None else self.say,
            seed if self.seed is None else self.seed,
            self.voice or earlier.voice,
        )


@dataclass(frozen=True, slots=True)
class Fix:
    """An accepted change of one card's side.

    It holds for the text it was made for (``text_sha256``, as spoken without it): when the author
    changes the text, it no longer does. A ``seed`` holds for the ``voice`` it was tried with.
    """

    card_id: str
    side: Side
    text_sha256: str
    change: Change
    voice: str = ""

    def fits(self, text: str) -> bool:
        return text_sha256(text.strip()) == self.text_sha256


Fixes: TypeAlias = "Mapping[tuple[str, Side], Fix]"
NO_FIXES: Final[Fixes] = {}


@dataclass(frozen=True, slots=True)
class Report:
    """One complaint about one clip. ``id`` is 0 until it is stored; times are UTC.

    ``spec`` is what the clip was made of, ``None`` where no clip was known. ``take`` is the spec
    of the new take while one waits or was accepted, ``change`` what it was made with.
    """

    card_id: str
    deck_id: str
    side: Side
    reason: Reason
    at: datetime
    note: str = ""
    voice: str = ""
    clip_key: str | None = None
    spec: ClipSpec | None = None
    lang: str | None = None
    id: int = 0
    state: ReportState = ReportState.OPEN
    change: Change | None = None
    take: ClipSpec | None = None
    decided_at: datetime | None = None

    @property
    def text(self) -> str:
        """What was said."""
        return self.spec.text if self.spec is not None else ""


def spec_data(spec: ClipSpec) -> dict[str, Any]:
    """A spec as JSON data from which :func:`spec_from` makes the same one again."""
    return asdict(spec)


def spec_from(data: Mapping[str, Any]) -> ClipSpec:
    """Undo :func:`spec_data`. Raises ``TypeError`` or ``ValueError`` for what is no spec."""
    known = {field.name for field in fields(ClipSpec)}
    values = {name: value for name, value in data.items() if name in known}
    pairs = values.get("dictionaries")
    if pairs is not None:
        values["dictionaries"] = tuple((str(name), str(version)) for name, version in pairs)
    return ClipSpec(**values)


def change_json(change: Change) -> str:
    kept = {name: value for name, value in asdict(change).items() if value is not None}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def change_from(text: str) -> Change:
    data = json.loads(text)
    return Change(data.get("say"), data.get("seed"), data.get("voice"))
