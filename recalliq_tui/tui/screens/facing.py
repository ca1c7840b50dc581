"""The screen of a session's card: what is on it, and how it is drawn."""

from __future__ import annotations

from abc import abstractmethod
from datetime import timedelta
from typing import TYPE_CHECKING

from textual import work
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from recalliq_tui.domain.cards import Side
from recalliq_tui.domain.wording import short_span
from recalliq_tui.services.steps import Question, Summary, Waiting
from recalliq_tui.tui.screens.base import RiqScreen
from recalliq_tui.tui.widgets.cardface import CardFace
from recalliq_tui.tui.widgets.session import ASIDE_FROM, AudioLine, Ratings, progress_content

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from recalliq_tui.services.board import Status
    from recalliq_tui.services.speaking import SideAudio
    from recalliq_tui.services.steps import Step
    from recalliq_tui.services.study import StudySession


class CardScreen(RiqScreen[Summary | None]):
    """Shows one step of a session: a card's side, or how long to wait for one."""

    def __init__(self, session: StudySession, step: Step) -> None:
        super().__init__()
        self._session = session
        self._step: Step = step
        self._side = Side.FRONT
        self._sounds = False

    def compose_body(self) -> ComposeResult:
        yield Static("", id="session", markup=False)
        yield CardFace(self.riq.sound, self.riq.signs)
        with Vertical(id="notices"):
            yield Static("", id="notice", markup=False)
        yield Ratings(self.riq.signs, self.riq.runtime.config.keymap)

    @property
    def question(self) -> Question | None:
        """The card being asked; ``None`` while only waiting."""
        return self._step if isinstance(self._step, Question) else None

    @property
    def face(self) -> CardFace:
        return self.query_one(CardFace)

    # --- drawing ---------------------------------------------------------------------------

    def _paint(self) -> None:
        """Draw the step: everything that depends on card and side."""
        ratings, step = self.query_one(Ratings), self._step
        if isinstance(step, Waiting):
            self.face.wait(self._waiting_words(step))
            ratings.intervals = None
        elif isinstance(step, Question):
            opened = self._side is Side.BACK
            self.face.ask(step.card, opened=opened)
            ratings.intervals = self._session.intervals(step) if opened else None
            if not opened:
                ratings.suggested = None
        self._show_progress()
        self._show_audio()
        self.refresh_bindings()

    def _waiting_words(self, step: Waiting) -> str:
        left = max(timedelta(seconds=1), step.until - self.riq.runtime.now())
        return (
            f"The next card comes back in {short_span(left)}.\n\n"
            "Wait here, or press q to stop: nothing is lost, the card will be there."
        )

    def _show_progress(self) -> None:
        if isinstance(self._step, Summary):
            return
        title = self._step.deck_title if isinstance(self._step, Question) else "Nothing to ask yet"
        if self.question and self.question.marked:
            title = f"{self.riq.signs.star} {title}"
        self.query_one("#session", Static).update(
            progress_content(title, self._step.progress, self.riq.signs, self.size.width)
        )

    @work(group="aside", exclusive=True, exit_on_error=False)
    async def _show_aside(self) -> None:
        """Show what is known of the card beside it, where the terminal is wide enough."""
        wide = self.size.width >= ASIDE_FROM
        self.query("#aside").set(display=wide)
        question = self.question if wide else None
        if question is None:
            return
        info = await self.riq.runtime.decks.card_info(question.card.id)
        if info is None or self.question is None or self.question.card.id != question.card.id:
            return
        from recalliq_tui.tui.screens.info import info_content  # noqa: PLC0415

        await self.face.put_aside(info_content(info, self.riq.signs, self.riq.runtime, brief=True))

    def tell_failure(self, words: str) -> None:
        self._notice(f"{self.riq.signs.failed} {words}", "$error")

    def _notice(self, text: str, style: str = "$warning") -> None:
        notice = self.query_one("#notice", Static)
        notice.display = bool(text)
        notice.update(Content.styled(text, style))

    def on_resize(self, event: events.Resize) -> None:
        self._show_progress()
        self._show_aside()
        self.face.pad(event.size.height)

    # --- sound -----------------------------------------------------------------------------

    def show_status(self, status: Status) -> None:
        super().show_status(status)
        self._show_audio()

    def sound_changed(self) -> None:
        self._show_audio()
        sounds = self.riq.sound.meter() is not None
        if sounds is not self._sounds:
            self._sounds = sounds
            self.refresh_bindings()

    def _side_audio(self) -> SideAudio | None:
        question = self.question
        return self.riq.sound.side(question.card, self._side) if question else None

    def _show_audio(self) -> None:
        question = self.question
        self.query_one(AudioLine).follow(question.card if question else None, self._side)

    # --- what an answer leads to -----------------------------------------------------------

    @abstractmethod
    def action_show(self) -> None:
        """Show the back and say it."""

    @abstractmethod
    def _open_back(self) -> None:
        """Show the back."""
