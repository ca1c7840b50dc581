"""From “this audio sounds wrong” to another take, and to the fix that a person accepted.

A take is rendered beside the old clip; which of the two is right is for ears to say. Nothing
here touches the old clip: it plays on until the take is accepted.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from recalliq_tui.domain.cards import Side
from recalliq_tui.domain.clips import card_object_key, passage_object_key, text_sha256
from recalliq_tui.domain.reports import Change, Fix, Report, ReportState, spec_data
from recalliq_tui.domain.voice import parse_voice
from recalliq_tui.services.render_plan import RenderItem, RenderPlan
from recalliq_tui.services.voices import ESPEAK, spec_for
from recalliq_tui.textsafe import clean, one_line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from recalliq_tui.domain.cards import Card, DeckId
    from recalliq_tui.domain.clips import ClipKey, ClipSpec
    from recalliq_tui.domain.reports import Fixes, Reason

MAX_NOTE: Final = 2_000
_MAX_SAY: Final = 5_000
_SEEDED: Final = frozenset({"elevenlabs"})
"""Providers that say the same text in another way for another seed."""


class ChangeCode(StrEnum):
    """Why no take can be made, accepted or rejected."""

    NO_CLIP = "no_clip"
    NOTHING = "nothing"
    SAME = "same"
    BAD_VOICE = "bad_voice"
    NO_SEED = "no_seed"
    TOO_LONG = "too_long"
    SETTLED = "settled"
    NO_TAKE = "no_take"


RECOVERY: Final = {
    ChangeCode.NO_CLIP: "Play the card's side once, then report it again.",
    ChangeCode.NOTHING: "Give one of --say TEXT, --seed NUMBER or --voice PROVIDER:VOICE.",
    ChangeCode.SAME: "Change the text, the seed or the voice.",
    ChangeCode.BAD_VOICE: "Write provider:voice or provider:voice@model.",
    ChangeCode.NO_SEED: "Give --say TEXT or --voice PROVIDER:VOICE instead.",
    ChangeCode.TOO_LONG: "Shorten the text.",
    ChangeCode.SETTLED: "Report the clip again with ! if it still sounds wrong.",
    ChangeCode.NO_TAKE: "Make one with --say, --seed or --voice first.",
}


class ChangeError(Exception):
    """A report can't be dealt with in this way; nothing was changed."""

    def __init__(self, code: ChangeCode, message: str) -> None:
        self.code = code
        self.message = one_line(message)
        self.recovery = RECOVERY[code]
        super().__init__(f"{code.value}: {self.message}")


def report_of(
    card: Card,
    side: Side,
    *,
    deck_id: DeckId,
    reason: Reason,
    at: datetime,
    note: str = "",
    item: RenderItem | None = None,
) -> Report:
    """Return the report of what a learner heard; ``item`` is its clip, where one is known."""
    spec = item.spec if item is not None else None
    return Report(
        card_id=card.id,
        deck_id=deck_id,
        side=side,
        reason=reason,
        at=at,
        note=clean(note, max_chars=MAX_NOTE).strip(),
        voice=spec.voice_name if spec is not None else (card.voice or ""),
        clip_key=None if item is None else item.key,
        spec=spec,
        lang=card.front_lang if side is Side.FRONT else card.back_lang,
    )


def make_take(report: Report, change: Change, *, wpm: int | None = None) -> ClipSpec:
    """Return the spec of another take: the reported clip's with the change.

    ``wpm`` is the speed of the local voice where the change is to it. Raises
    :class:`ChangeError`: no clip, nothing or nothing new, a voice that can't be, a seed for a
    voice that has none, settled already.
    """
    require_unsettled(report)
    spec = report.spec
    if spec is None:
        raise ChangeError(ChangeCode.NO_CLIP, "no clip was known when this was reported")
    if not change:
        raise ChangeError(ChangeCode.NOTHING, "nothing would be different")
    text = spec.text if change.say is None else _spoken(change.say)
    take = replace(spec, text=text)
    if change.voice is not None:
        voice = parse_voice(change.voice)
        if voice is None:
            raise ChangeError(ChangeCode.BAD_VOICE, f"{change.voice!r} is not written as a voice")
        speed = wpm if spec.provider != ESPEAK else _wpm(spec)
        take = spec_for(text, voice=voice, lang=report.lang or spec.lang, wpm=speed)
    if change.seed is not None:
        if take.provider not in _SEEDED:
            raise ChangeError(ChangeCode.NO_SEED, f"{take.provider} has no seed to change")
        take = replace(take, seed=change.seed)
    if take.key == spec.key:
        raise ChangeError(ChangeCode.SAME, "that would be the same clip")
    return take


def _spoken(say: str) -> str:
    text = " ".join(clean(say).split())
    if not text:
        raise ChangeError(ChangeCode.NOTHING, "the text is empty")
    if len(text) > _MAX_SAY:
        raise ChangeError(ChangeCode.TOO_LONG, f"more than {_MAX_SAY:,} characters")
    return text


def _wpm(spec: ClipSpec) -> int | None:
    found = (spec.settings or {}).get("wpm")
    return found if isinstance(found, int) else None


def require_unsettled(report: Report) -> None:
    """Raise :class:`ChangeError` for a report that is fixed or closed."""
    if report.state in {ReportState.FIXED, ReportState.CLOSED}:
        raise ChangeError(ChangeCode.SETTLED, f"report {report.id} is {report.state.value}")


def take_plan(report: Report, take: ClipSpec, present: Collection[str]) -> RenderPlan:
    """Return the plan that renders a take, once: nothing is missing of one that is there."""
    key = take.key
    item = RenderItem(report.card_id, report.side, take, _object_key(report, key), key)
    missing = () if key in present else (item,)
    return RenderPlan(
        deck=report.deck_id,
        needed=1,
        present=1 - len(missing),
        missing=missing,
        sharing=(),
        characters=sum(len(each.spec.text) for each in missing),
    )


def _object_key(report: Report, key: ClipKey) -> str:
    if report.side is Side.WHOLE:
        return passage_object_key(report.card_id, key)
    return card_object_key(report.card_id, report.side, key)


def tried(report: Report, change: Change, take: ClipSpec) -> Report:
    """The report with a take that waits to be heard, in place of an earlier one."""
    return replace(report, state=ReportState.TAKE, change=change, take=take, decided_at=None)


def accepted(report: Report, fixes: Fixes, *, at: datetime) -> tuple[Report, Fix]:
    """The report settled, and the fix that holds from now on for this card's side.

    A fix of a side that was fixed before holds for the same text as the first, and keeps of it
    what it doesn't change itself. Raises :class:`ChangeError` (no take).
    """
    require_unsettled(report)
    if report.take is None or report.change is None:
        raise ChangeError(ChangeCode.NO_TAKE, f"report {report.id} has no take yet")
    change = report.change
    if change.say is not None:
        change = replace(change, say=report.take.text)
    digest = text_sha256(report.text)
    earlier = fixes.get((report.card_id, report.side))
    if earlier is not None and (earlier.change.say == report.text or earlier.fits(report.text)):
        change, digest = change.over(earlier.change), earlier.text_sha256
    fix = Fix(report.card_id, report.side, digest, change, report.take.voice_name)
    return replace(report, state=ReportState.FIXED, decided_at=at), fix


def rejected(report: Report) -> Report:
    """The report open again, without its take. Raises :class:`ChangeError` (no take)."""
    require_unsettled(report)
    if report.take is None:
        raise ChangeError(ChangeCode.NO_TAKE, f"report {report.id} has no take to reject")
    return replace(report, state=ReportState.OPEN, change=None, take=None)


def closed(report: Report, *, at: datetime) -> Report:
    """The report settled without a change."""
    require_unsettled(report)
    return replace(report, state=ReportState.CLOSED, change=None, take=None, decided_at=at)


def clips_in_question(reports: Iterable[Report]) -> set[str]:
    """Keys of the clips that must be kept until their reports are settled: old and new."""
    keys: set[str] = set()
    for report in reports:
        if report.clip_key is not None:
            keys.add(report.clip_key)
        if report.take is not None:
            keys.add(report.take.key)
    return keys


def report_json(report: Report) -> dict[str, Any]:
    """A report as ``reports --json`` gives it; times are RFC 3339 UTC."""
    return {
        "id": report.id,
        "state": report.state.value,
        "reason": report.reason.value,
        "note": report.note,
        "card": report.card_id,
        "deck": report.deck_id,
        "side": report.side.value,
        "lang": report.lang,
        "voice": report.voice,
        "at": _moment(report.at),
        "clip_key": report.clip_key,
        "spec": None if report.spec is None else spec_data(report.spec),
        "change": None
        if report.change is None
        else {
            "say": report.change.say,
            "seed": report.change.seed,
            "voice": report.change.voice,
        },
        "take_key": None if report.take is None else report.take.key,
        "take": None if report.take is None else spec_data(report.take),
        "decided_at": None if report.decided_at is None else _moment(report.decided_at),
    }


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
