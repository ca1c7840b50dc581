"""Values of the domain as the database keeps them, and back, exactly."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from recalliq_tui.domain.cards import Card, CardId, CardKind, Face, NoteId
from recalliq_tui.domain.memory import Memory, Phase
from recalliq_tui.store.schema import Lane

if TYPE_CHECKING:
    from collections.abc import Sequence

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

Value: TypeAlias = str | int | float | None

MEMORY_COLUMNS: Final = (
    "phase, step, stability, difficulty, due_at, due_day, last_review, last_day,"
    " interval_days, reps, lapses"
)


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970 UTC of an aware datetime."""
    return (moment - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    return _EPOCH + micros * _MICROSECOND


def memory_values(memory: Memory) -> tuple[Value, ...]:
    """A memory in the order of :data:`MEMORY_COLUMNS`."""
    return (
        memory.phase.value,
        memory.step,
        memory.stability,
        memory.difficulty,
        None if memory.due_at is None else to_micros(memory.due_at),
        memory.due_day,
        None if memory.last_review is None else to_micros(memory.last_review),
        memory.last_day,
        memory.interval_days,
        memory.reps,
        memory.lapses,
    )


def memory_from(values: Sequence[Any]) -> Memory:
    """Undo :func:`memory_values`; a row of nulls (no state yet) is a new card."""
    if values[0] is None:
        return Memory()
    phase, step, stability, difficulty, due_at, due_day, last, last_day, days, reps, lapses = values
    return Memory(
        phase=Phase(phase),
        step=step,
        stability=stability,
        difficulty=difficulty,
        due_at=None if due_at is None else from_micros(due_at),
        due_day=due_day,
        last_review=None if last is None else from_micros(last),
        last_day=last_day,
        interval_days=days,
        reps=reps,
        lapses=lapses,
    )


def memory_json(memory: Memory) -> str:
    return json.dumps(memory_values(memory), separators=(",", ":"))


def lane_of(memory: Memory) -> tuple[Lane, int | None]:
    """Lane and place in it of a card that isn't out; ``None`` stands for its position."""
    match memory.phase:
        case Phase.NEW:
            return Lane.NEW, None
        case Phase.LEARNING | Phase.RELEARNING:
            return Lane.LEARNING, 0 if memory.due_at is None else to_micros(memory.due_at)
        case Phase.REVIEW:
            return Lane.REVIEW, memory.due_day or 0


_OPTIONAL: Final = ("front_lang", "back_lang", "voice", "say_front", "say_back", "typed")
_LISTS: Final = ("accept", "points", "tags")


def card_json(card: Card) -> str:
    """All of a card but its ids; what is empty is left out."""
    data: dict[str, Any] = {"kind": card.kind.value, "front": card.front.text}
    data["back"] = card.back.text
    if card.front.marks:
        data["front_marks"] = card.front.marks
    if card.back.marks:
        data["back_marks"] = card.back.marks
    for name in _OPTIONAL:
        value = getattr(card, name)
        if value is not None:
            data[name] = value
    for name in _LISTS:
        values = getattr(card, name)
        if values:
            data[name] = values
    data["line"] = card.line
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def card_from(card_id: str, note_id: str, content: str) -> Card:
    data: dict[str, Any] = json.loads(content)
    lists: dict[str, Any] = {name: tuple(data[name]) for name in _LISTS if name in data}
    return Card(
        id=CardId(card_id),
        note_id=NoteId(note_id),
        kind=CardKind(data["kind"]),
        front=_face(data, "front"),
        back=_face(data, "back"),
        line=data["line"],
        **{name: data[name] for name in _OPTIONAL if name in data},
        **lists,
    )


def _face(data: dict[str, Any], side: str) -> Face:
    marks = tuple((start, end) for start, end in data.get(f"{side}_marks", ()))
    return Face(data[side], marks)
