"""What a learner does with the card in sight besides answering it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from recalliq_tui.domain.cards import Side
    from recalliq_tui.services.steps import Question, Step
    from recalliq_tui.services.study import StudySession
    from recalliq_tui.tui.app import RecallApp


@dataclass(frozen=True, slots=True)
class InSight:
    """A session's card as it is on the screen; ``question`` is ``None`` while only waiting."""

    riq: RecallApp
    session: StudySession
    question: Question | None
    side: Side


@dataclass(frozen=True, slots=True)
class Cared:
    """What came of it: a step to show, or the same card with fresh flags, and words on it."""

    step: Step | None = None
    fresh: Question | None = None
    words: str = ""
    style: str = "$success"


async def _undo(here: InSight) -> Cared:
    step = await here.riq.runtime.db(here.session.undo)
    if step is None:
        return Cared(words="Nothing to take back.", style="$warning")
    title = getattr(step, "deck_title", "")
    elsewhere = here.question is not None and title and title != here.question.deck_title
    return Cared(step, words=f"Taken back: a card of {title}." if elsewhere else "Taken back.")


async def _bury(here: InSight) -> Cared:
    here.riq.sound.stop()
    return Cared(
        await here.riq.runtime.db(here.session.bury),
        words="Buried until tomorrow.",
    )


async def _suspend(here: InSight) -> Cared:
    here.riq.sound.stop()
    return Cared(
        await here.riq.runtime.db(here.session.suspend),
        words="Suspended. Find it with / and press @ to bring it back.",
    )


async def _mark(here: InSight) -> Cared:
    marked = await here.riq.runtime.db(here.session.toggle_mark)
    return Cared(
        fresh=here.session.step_in_sight(here.side),
        words="Marked." if marked else "No longer marked.",
    )


async def _wrong(here: InSight) -> Cared:
    if here.question is None:
        return Cared()
    from recalliq_tui.tui.screens.report import report_wrong  # noqa: PLC0415

    return Cared(words=await report_wrong(here.riq, here.question, here.side) or "")


async def _info(here: InSight) -> Cared:
    if here.question is not None:
        await here.riq.show_card_info(here.question.card.id)
    return Cared()


async def _edit(here: InSight) -> Cared:
    if here.question is None:
        return Cared()
    words = await here.riq.edit_note(here.question.deck_id, here.question.card)
    await here.riq.offer_kept_progress()
    step = await here.riq.runtime.db(here.session.reload, here.side)
    return Cared(step, words=words, style="$foreground-muted")


CARE: Final[Mapping[str, Callable[[InSight], Awaitable[Cared]]]] = {
    "undo": _undo,
    "bury": _bury,
    "suspend": _suspend,
    "mark": _mark,
    "wrong": _wrong,
    "info": _info,
    "edit": _edit,
}
"""By the name in the key's action."""
