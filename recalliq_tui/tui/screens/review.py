"""Review: a card's front, its back, and how well it was known."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual import work
from textual.binding import Binding

from recalliq_tui.domain.cards import Side
from recalliq_tui.domain.memory import Rating
from recalliq_tui.domain.voice import AudioState
from recalliq_tui.services.steps import Question, Summary, Waiting
from recalliq_tui.tui.bindings import bind
from recalliq_tui.tui.screens.answering import AnsweringScreen
from recalliq_tui.tui.widgets.session import Ratings

if TYPE_CHECKING:
    from textual.binding import BindingType
    from textual.timer import Timer

    from recalliq_tui.services.steps import Step
    from recalliq_tui.services.study import StudySession

_WAIT_SECONDS: Final = 1.0
_AHEAD: Final = 2


class ReviewScreen(AnsweringScreen):
    """Asks one card after another until the session ends or is left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("review.show", "show"),
        bind("review.show", "good", label="good"),
        bind("review.show", "accept", label="as suggested"),
        bind("review.again", "rate(1)", show=False),
        bind("review.hard", "rate(2)", show=False),
        bind("review.good", "rate(3)", show=False),
        bind("review.easy", "rate(4)", show=False),
        bind("review.type", "type"),
        bind("review.credit", "credit"),
        bind("review.replay", "replay"),
        bind("review.pause", "pause"),
        bind("review.speak", "speak"),
        bind("review.undo", "care('undo')"),
        bind("review.info", "care('info')"),
        bind("review.edit", "care('edit')", show=False),
        bind("review.mark", "care('mark')", show=False),
        bind("review.wrong", "care('wrong')", show=False),
        bind("review.bury", "care('bury')", show=False),
        bind("review.suspend", "care('suspend')", show=False),
        bind("app.search", "app.search", show=False),
        bind("app.voice", "app.voice", show=False),
        bind("app.help", "app.help", label="more"),
        bind("app.back", "leave", label="stop", show=False),
        Binding("down", "scroll_card(1)", show=False),
        Binding("up", "scroll_card(-1)", show=False),
        Binding("pagedown", "scroll_card(10)", show=False),
        Binding("pageup", "scroll_card(-10)", show=False),
    ]

    def __init__(self, session: StudySession, step: Step) -> None:
        super().__init__(session, step)
        self._shown_at = 0.0
        self._busy = False
        self._wait_timer: Timer | None = None

    def on_mount(self) -> None:
        super().on_mount()
        self._shown_at = self.riq.monotonic()
        self._wait_timer = self.set_interval(_WAIT_SECONDS, self._wait, pause=True)
        self._show(self._step)

    # --- one step after another ------------------------------------------------------------

    def _show(self, step: Step) -> None:
        self._step = step
        if isinstance(step, Summary):
            self.riq.sound.stop()
            self.dismiss(step)
            return
        if self._wait_timer is not None:
            (self._wait_timer.resume if isinstance(step, Waiting) else self._wait_timer.pause)()
        self._side = step.side if isinstance(step, Question) else Side.FRONT
        self._forget_answer()
        self._shown_at = self.riq.monotonic()
        self._notice("")
        self.face.scroll_home(animate=False)
        self._paint()
        if isinstance(step, Question):
            self.riq.card_in_sight(step.card, step.deck_id)
            self._play(automatic=True)
            if step.typed and self._side is Side.FRONT:
                self.call_later(self.action_type)
            self._prepare_next()
            self._show_aside()

    @work(group="next", exclusive=True, exit_on_error=False)
    async def _prepare_next(self) -> None:
        """Have the clips of the cards that probably come next decoded before they do."""
        for card in await self.riq.runtime.db(self._session.upcoming, _AHEAD):
            self.riq.sound.prepare(card)

    def _wait(self) -> None:
        """Count down, and go on by itself once the card may come."""
        if not isinstance(self._step, Waiting) or self._busy:
            return
        if self._step.until <= self.riq.runtime.now():
            self._go_on()
        else:
            self.face.wait(self._waiting_words(self._step))

    @work(group="rate", exit_on_error=False)
    async def _go_on(self) -> None:
        self._busy = True
        try:
            step = await self.riq.runtime.db(self._session.go_on)
        finally:
            self._busy = False
        self._show(step)

    # --- answering -------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        question = self.question
        match action:
            case "show":
                return question is not None and self._side is Side.FRONT
            case "rate":
                return question is not None and self._side is Side.BACK
            case "good" | "accept":
                good = self.query_one(Ratings).suggested in {None, Rating.GOOD}
                return (
                    question is not None and self._side is Side.BACK and good is (action == "good")
                )
            case "type":
                return question is not None and self._side is Side.FRONT and not self._typing
            case "credit":
                return self._recall is not None and self._recall.can_credit
            case "care":
                undo = parameters == ("undo",)
                return self._session.can_undo if undo else question is not None
            case "pause":
                return self.riq.sound.meter() is not None
            case "replay":
                audio = self._side_audio()
                return question is not None and (
                    audio is None or audio.state is not AudioState.NO_DEVICE
                )
            case "speak":
                audio = self._side_audio()
                return audio is not None and audio.state in {AudioState.MISSING, AudioState.BLOCKED}
        return super().check_action(action, parameters)

    def action_show(self) -> None:
        if self.question is not None:
            self._open_back()
            self._play(automatic=True)

    def _open_back(self) -> None:
        self._side = Side.BACK
        self._paint()
        self.call_after_refresh(self._bring_answer_into_sight)
        self.riq.runtime.remember_side(self._session, Side.BACK)

    def action_good(self) -> None:
        self.action_rate(Rating.GOOD)

    def action_accept(self) -> None:
        """Rate as the comparison suggests: what Enter does after a wrong answer isn't Good."""
        self.action_rate(self.query_one(Ratings).suggested or Rating.GOOD)

    def action_rate(self, rating: int) -> None:
        if self.question is not None and self._side is Side.BACK and not self._busy:
            self.riq.sound.stop()
            self._busy = True
            self._rate(Rating(rating))

    @work(group="rate", exit_on_error=False)
    async def _rate(self, rating: Rating) -> None:
        """Store the answer, then show the next card: it is on disk before that is painted."""
        spent = round(1000 * (self.riq.monotonic() - self._shown_at))
        try:
            step = await self.riq.runtime.db(self._session.rate, rating, spent)
        finally:
            self._busy = False
        self._show(step)

    def on_ratings_chosen(self, event: Ratings.Chosen) -> None:
        event.stop()
        self.action_rate(event.rating)

    # --- listening -------------------------------------------------------------------------

    def _play(self, *, automatic: bool = False) -> None:
        question = self.question
        if question is not None:
            self.riq.sound.play(question.card, self._side, automatic=automatic)
        self._show_audio()

    def action_replay(self) -> None:
        self._play()

    def action_pause(self) -> None:
        self.riq.sound.toggle_pause()
        self._show_audio()

    @work(group="speak", exclusive=True, exit_on_error=False)
    async def action_speak(self) -> None:
        if self.question is not None:
            await self.riq.sound.speak_once(self.question.card, self._side)

    # --- what else can be done with a card -------------------------------------------------

    @work(group="card", exclusive=True, exit_on_error=False)
    async def action_care(self, what: str) -> None:
        """Take back, leave out, mark, mend or look at the card: see ``CARE``."""
        from recalliq_tui.tui.screens.caring import CARE, InSight  # noqa: PLC0415

        came = await CARE[what](InSight(self.riq, self._session, self.question, self._side))
        if came.step is not None:
            self._show(came.step)
        if came.fresh is not None:
            self._step = came.fresh
            self._show_progress()
        if came.words:
            self._notice(came.words, came.style)

    def action_scroll_card(self, steps: int) -> None:
        self.face.scroll_steps(steps)

    def action_leave(self) -> None:
        self._leave()

    @work(group="rate", exclusive=True, exit_on_error=False)
    async def _leave(self) -> None:
        self.riq.sound.stop()
        self.dismiss(await self.riq.runtime.db(self._session.stop))
