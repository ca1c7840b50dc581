"""Review: a card's front, its back, and how well it was known."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from textual import work
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from recalliq_tui.domain.cards import Side
from recalliq_tui.domain.memory import Rating
from recalliq_tui.domain.voice import AudioState
from recalliq_tui.domain.wording import short_span
from recalliq_tui.services.study import Question, Summary, Waiting
from recalliq_tui.tui.bindings import bind, first_key
from recalliq_tui.tui.cardtext import card_text
from recalliq_tui.tui.failures import failure_of
from recalliq_tui.tui.screens.base import RiqScreen
from recalliq_tui.tui.widgets.field import AnswerField
from recalliq_tui.tui.widgets.keyline import key_name
from recalliq_tui.tui.widgets.session import (
    ASIDE_FROM,
    AudioLine,
    Ratings,
    progress_content,
    typed_content,
)

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.timer import Timer

    from recalliq_tui.domain.cards import Card
    from recalliq_tui.services.board import Status
    from recalliq_tui.services.speaking import SideAudio
    from recalliq_tui.services.study import Step, StudySession
    from recalliq_tui.tui.widgets.recall import RecallPanel

_METER_SECONDS: Final = 1 / 8
_WAIT_SECONDS: Final = 1.0
_ANSWER_LINES: Final = 4
"""So much of an answer is to be seen when it opens."""
_AHEAD: Final = 2
_RATING_ACTIONS: Final = {
    Rating.AGAIN: "review.again",
    Rating.HARD: "review.hard",
    Rating.GOOD: "review.good",
    Rating.EASY: "review.easy",
}
_SUGGEST: Final = {True: Rating.GOOD, False: Rating.AGAIN}


class ReviewScreen(RiqScreen[Summary | None]):
    """Asks one card after another until the session ends or is left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("review.show", "show"),
        bind("review.show", "rate(3)", label="good"),
        bind("review.again", "rate(1)", show=False),
        bind("review.hard", "rate(2)", show=False),
        bind("review.good", "rate(3)", show=False),
        bind("review.easy", "rate(4)", show=False),
        bind("review.type", "type"),
        bind("review.credit", "credit"),
        bind("review.replay", "replay"),
        bind("review.pause", "pause"),
        bind("review.speak", "speak"),
        bind("review.undo", "undo"),
        bind("review.info", "info"),
        bind("review.edit", "edit", show=False),
        bind("review.mark", "mark", show=False),
        bind("review.wrong", "wrong", show=False),
        bind("review.bury", "bury", show=False),
        bind("review.suspend", "suspend", show=False),
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
        super().__init__()
        self._session = session
        self._step: Step = step
        self._side = Side.FRONT
        self._shown_at = 0.0
        self._busy = False
        self._typed_done = False
        self._recall: RecallPanel | None = None
        self._meter_timer: Timer | None = None
        self._wait_timer: Timer | None = None

    # --- what is on the screen -------------------------------------------------------------

    def compose_body(self) -> ComposeResult:
        yield Static("", id="session", markup=False)
        with VerticalScroll(id="card", can_focus=False):
            yield Static("", id="front", markup=False)
            yield Static("", id="rule", markup=False)
            yield Static("", id="typed", markup=False)
            yield Static("", id="back", markup=False)
            yield AudioLine(self.riq.signs)
        with Vertical(id="notices"):
            yield Static("", id="notice", markup=False)
        yield Ratings(self.riq.signs, self._rating_keys())

    def _rating_keys(self) -> dict[Rating, str]:
        keymap = self.riq.runtime.config.keymap
        return {
            rating: key_name(first_key(action, keymap), self.riq.signs)
            for rating, action in _RATING_ACTIONS.items()
        }

    def on_mount(self) -> None:
        super().on_mount()
        self._shown_at = self.riq.monotonic()
        self._meter_timer = self.set_interval(_METER_SECONDS, self._meter, pause=True)
        self._wait_timer = self.set_interval(_WAIT_SECONDS, self._wait, pause=True)
        self._show(self._step)

    @property
    def question(self) -> Question | None:
        """The card being asked; ``None`` while only waiting."""
        return self._step if isinstance(self._step, Question) else None

    def _show(self, step: Step) -> None:
        self._step = step
        if isinstance(step, Summary):
            self.riq.sound.stop()
            self.dismiss(step)
            return
        if self._wait_timer is not None:
            (self._wait_timer.resume if isinstance(step, Waiting) else self._wait_timer.pause)()
        self._side = step.side if isinstance(step, Question) else Side.FRONT
        self._typed_done = False
        if self._recall is not None and self._recall.answered is not None:
            self._recall.clear()
            self._pad(self.size.height)
        self._shown_at = self.riq.monotonic()
        self._notice("")
        self.query_one("#card").scroll_home(animate=False)
        self._paint()
        if isinstance(step, Question):
            self.riq.card_in_sight(step.card, step.deck_id)
            self._play(automatic=True)
            if step.typed and self._side is Side.FRONT:
                self.call_later(self.action_type)
            self._prepare_next()
            self._show_aside()

    @work(group="aside", exclusive=True, exit_on_error=False)
    async def _show_aside(self) -> None:
        """Show what is known of the card beside it, where the terminal is wide enough."""
        shown = self.query("#aside").results(Static)
        wide = self.size.width >= ASIDE_FROM
        question = self.question if wide else None
        aside = next(iter(shown), None)
        if aside is not None:
            aside.display = wide
        if question is None:
            return
        info = await self.riq.runtime.card_info(question.card.id)
        if info is None or self.question is None or self.question.card.id != question.card.id:
            return
        from recalliq_tui.tui.screens.info import info_content  # noqa: PLC0415

        if aside is None:
            aside = Static("", id="aside", markup=False)
            await self.query_one("#card").mount(aside)
        aside.update(info_content(info, self.riq.signs, self.riq.runtime, brief=True))

    @work(group="next", exclusive=True, exit_on_error=False)
    async def _prepare_next(self) -> None:
        """Have the clips of the cards that probably come next decoded before they do."""
        for card in await self.riq.runtime.db(self._session.upcoming, _AHEAD):
            self.riq.sound.prepare(card)

    @property
    def _field(self) -> Input | None:
        """The field for a typed answer, once it was needed."""
        return next(iter(self.query("#answer").results(Input)), None)

    def _paint(self) -> None:
        """Draw the step: everything that depends on card and side."""
        front, back = self.query_one("#front", Static), self.query_one("#back", Static)
        typed = self.query_one("#typed", Static)
        rule, ratings = self.query_one("#rule", Static), self.query_one(Ratings)
        step = self._step
        if self._field is not None:
            self._field.display = False
        typed.display = self._typed_done
        self._place_audio_line()
        if isinstance(step, Waiting):
            front.update(Content(self._waiting_words(step)))
            rule.display = back.display = False
            ratings.intervals = None
        elif isinstance(step, Question):
            open_ = self._side is Side.BACK
            cloze = bool(step.card.back.marks)
            front.update(card_text(step.card.back if open_ and cloze else step.card.front))
            rule.display = open_ and not cloze
            back.display = open_ and not cloze
            if open_:
                rule.update(Content(self.riq.signs.rule * 30))
                back.update(card_text(step.card.back))
            ratings.intervals = self._session.intervals(step) if open_ else None
            if not open_:
                ratings.suggested = None
        self._show_progress()
        self._show_audio()
        self.refresh_bindings()

    def _place_audio_line(self) -> None:
        """Below the grading while there is one, else below the back."""
        graded = self._recall is not None and self._recall.answered is not None
        after = self._recall if graded else self.query_one("#back")
        line = self.query_one(AudioLine)
        children = list(self.query_one("#card").children)
        if after is not None and children.index(line) != children.index(after) + 1:
            self.query_one("#card").move_child(line, after=after)

    def _show_progress(self) -> None:
        if isinstance(self._step, Summary):
            return
        title = self._step.deck_title if isinstance(self._step, Question) else "Nothing to ask yet"
        if self.question and self.question.marked:
            title = f"{self.riq.signs.star} {title}"
        self.query_one("#session", Static).update(
            progress_content(title, self._step.progress, self.riq.signs, self.size.width)
        )

    def _waiting_words(self, step: Waiting) -> str:
        left = max(timedelta(seconds=1), step.until - self.riq.runtime.now())
        return (
            f"The next card comes back in {short_span(left)}.\n\n"
            "Wait here, or press q to stop: nothing is lost, the card will be there."
        )

    def _wait(self) -> None:
        """Count down, and go on by itself once the card may come."""
        if not isinstance(self._step, Waiting) or self._busy:
            return
        if self._step.until <= self.riq.runtime.now():
            self._go_on()
        else:
            self.query_one("#front", Static).update(Content(self._waiting_words(self._step)))

    @work(group="rate", exit_on_error=False)
    async def _go_on(self) -> None:
        self._busy = True
        try:
            step = await self.riq.runtime.db(self._session.go_on)
        finally:
            self._busy = False
        self._show(step)

    def tell_failure(self, words: str) -> None:
        self._notice(f"{self.riq.signs.failed} {words}", "$error")

    def _notice(self, text: str, style: str = "$warning") -> None:
        notice = self.query_one("#notice", Static)
        notice.display = bool(text)
        notice.update(Content.styled(text, style))

    def on_resize(self, event: events.Resize) -> None:
        self._show_progress()
        self._show_aside()
        self._pad(event.size.height)

    def _pad(self, height: int) -> None:
        """Air above the question."""
        self.query_one("#card").styles.padding = (max(0, height // 4 - 3), 0, 0, 0)

    def show_status(self, status: Status) -> None:
        super().show_status(status)
        self._show_audio()

    def sound_changed(self) -> None:
        self._show_audio()

    # --- sound -----------------------------------------------------------------------------

    def _side_audio(self) -> SideAudio | None:
        question = self.question
        return self.riq.sound.side(question.card, self._side) if question else None

    def _show_audio(self) -> None:
        line = self.query_one(AudioLine)
        audio = self.riq.sound.talk
        if audio is not None:
            line.display = True
            line.show_state(audio.state, label=audio.label)
            return
        audio = self._side_audio()
        line.display = audio is not None
        if audio is None:
            return
        playing = audio.state is AudioState.PLAYING
        if self._meter_timer is not None:
            (self._meter_timer.resume if playing else self._meter_timer.pause)()
        if playing:
            self._meter()
        else:
            line.show_state(audio.state, label=audio.label)

    def _meter(self) -> None:
        playing = self.riq.sound.meter()
        if playing is None:
            self._show_audio()
            return
        levels = self.riq.signs.levels
        bars = "".join(
            levels[min(len(levels) - 1, round(x * (len(levels) - 1)))] for x in playing.levels
        )
        self.query_one(AudioLine).show_playing(
            playing.position_ms,
            playing.duration_ms,
            bars,
            paused=playing.paused,
            label=audio.label if (audio := self._side_audio()) is not None else "",
        )

    def _play(self, *, automatic: bool = False) -> None:
        question = self.question
        if question is not None:
            self.riq.sound.play(question.card, self._side, automatic=automatic)
        self._show_audio()

    # --- keys ------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        question = self.question
        match action:
            case "show":
                return question is not None and self._side is Side.FRONT
            case "rate":
                return question is not None and self._side is Side.BACK
            case "type":
                field = self._field
                typing = field is not None and field.has_focus
                return question is not None and self._side is Side.FRONT and not typing
            case "credit":
                return self._recall is not None and self._recall.can_credit
            case "undo":
                return self._session.can_undo
            case "pause":
                return self.riq.sound.meter() is not None
            case "replay" | "info" | "edit" | "mark" | "wrong" | "bury" | "suspend":
                return question is not None
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

    def _bring_answer_into_sight(self) -> None:
        """The question stays where it is, unless it is so long that the answer would not show."""
        card, back = self.query_one("#card", VerticalScroll), self.query_one("#back")
        if self._recall is not None and self._recall.display:
            self._bring_grading_into_sight(card, self._recall)
            return
        hidden = back.virtual_region.y + min(_ANSWER_LINES, back.size.height) - card.size.height
        if back.display and hidden > card.scroll_offset.y:
            card.scroll_to(y=hidden, animate=False)

    def _bring_grading_into_sight(self, card: VerticalScroll, panel: RecallPanel) -> None:
        """All of it with the line of the voice: the air above goes first, then the question."""
        begin, end = panel.virtual_region.y, panel.virtual_region.bottom
        line = self.query_one(AudioLine)
        if line.display:
            end = max(end, line.virtual_region.bottom)
        over = end - card.size.height
        if over <= 0:
            return
        air = card.styles.padding.top
        card.styles.padding = (air - min(air, over), 0, 0, 0)
        hidden = min(begin, over - air)
        if hidden > card.scroll_offset.y:
            self.call_after_refresh(card.scroll_to, y=hidden, animate=False)

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

    def action_replay(self) -> None:
        self._play()

    def action_pause(self) -> None:
        self.riq.sound.toggle_pause()
        self._show_audio()

    @work(group="speak", exclusive=True, exit_on_error=False)
    async def action_speak(self) -> None:
        if self.question is not None:
            await self.riq.sound.speak_once(self.question.card, self._side)

    async def action_type(self) -> None:
        field = self._field
        if field is None:
            field = AnswerField(id="answer", placeholder="type the answer, then press Enter")
            await self.query_one("#card").mount(field, after="#front")
        field.value = ""
        field.display = True
        field.focus()
        if self.question is not None:
            from recalliq_tui.services.recall import is_recall  # noqa: PLC0415

            if is_recall(self.question.card):
                (await self._recall_panel()).prepare(self.question.card)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        question = self.question
        if question is None:
            return
        from recalliq_tui.services.recall import is_recall  # noqa: PLC0415

        card = question.card
        if is_recall(card):
            self._notice("")
            self.call_later(self._answer_freely, card, event.value)
            return
        self._leave_field()
        from recalliq_tui.domain.answers import compare  # noqa: PLC0415  (loads rapidfuzz)

        lang = card.front_lang if card.back.marks else card.back_lang
        check = compare(event.value, card.answer, card.accept, lang=lang)
        self._typed_done = True
        self.query_one("#typed", Static).update(typed_content(check, self.riq.signs))
        self.query_one(Ratings).suggested = (
            Rating.HARD if check.near and not check.correct else _SUGGEST[check.correct]
        )
        self.action_show()

    async def _answer_freely(self, card: Card, text: str) -> None:
        (await self._recall_panel()).answer(card, text)

    async def _recall_panel(self) -> RecallPanel:
        """What grades a free answer, made when the first one is typed."""
        if self._recall is None:
            from recalliq_tui.tui.widgets.recall import RecallPanel  # noqa: PLC0415

            self._recall = RecallPanel(self.riq.runtime.recall, self.riq.sound, self.riq.signs)
            await self.query_one("#card").mount(self._recall, after="#typed")
        return self._recall

    def on_recall_panel_gated(self, event: RecallPanel.Gated) -> None:
        """What was typed is no answer: the field stays open for another."""
        event.stop()
        if self._side is Side.FRONT:
            key = key_name(first_key("review.show", self.riq.runtime.config.keymap), self.riq.signs)
            needs = self.riq.signs.needs
            self._notice(
                f"{needs} {event.prompt}\n  Esc leaves the field, {key} shows the answer then."
            )

    def on_recall_panel_graded(self, event: RecallPanel.Graded) -> None:
        event.stop()
        if self._recall is None or self._recall.answered is not event.answered:
            return
        self.query_one(Ratings).suggested = event.answered.grading.rating
        if event.first:
            self._leave_field()
            self._open_back()
        self.call_after_refresh(self._bring_answer_into_sight)
        self.refresh_bindings()

    def on_recall_panel_trouble(self, event: RecallPanel.Trouble) -> None:
        event.stop()
        if words := failure_of(event.event):
            self.tell_failure(words)

    def action_credit(self) -> None:
        if self._recall is not None:
            self._recall.credit()

    def on_key(self, event: events.Key) -> None:
        if self._recall is not None and self._recall.take_key(event.key):
            event.stop()
            return
        field = self._field
        if event.key == "escape" and field is not None and field.has_focus:
            event.stop()
            self._leave_field()

    def action_leave_field(self) -> None:
        self._leave_field()

    def _leave_field(self) -> None:
        if self._field is not None:
            self._field.display = False
        self.set_focus(None)
        self.refresh_bindings()

    # --- what else can be done with a card -------------------------------------------------

    @work(group="card", exclusive=True, exit_on_error=False)
    async def action_undo(self) -> None:
        step = await self.riq.runtime.db(self._session.undo)
        if step is None:
            self._notice("Nothing to take back.")
        else:
            self._show(step)
            self._notice("Taken back.", "$success")

    @work(group="card", exclusive=True, exit_on_error=False)
    async def action_bury(self) -> None:
        self.riq.sound.stop()
        self._show(await self.riq.runtime.db(self._session.bury))
        self._notice("Buried until tomorrow.", "$success")

    @work(group="card", exclusive=True, exit_on_error=False)
    async def action_suspend(self) -> None:
        self.riq.sound.stop()
        self._show(await self.riq.runtime.db(self._session.suspend))
        self._notice("Suspended. Find it with / and press @ to bring it back.", "$success")

    @work(group="card", exclusive=True, exit_on_error=False)
    async def action_mark(self) -> None:
        marked = await self.riq.runtime.db(self._session.toggle_mark)
        self._step = self._session.step_in_sight(self._side)
        self._show_progress()
        self._notice("Marked." if marked else "No longer marked.", "$success")

    @work(group="card", exclusive=True, exit_on_error=False)
    async def action_wrong(self) -> None:
        if self.question is None:
            return
        from recalliq_tui.tui.screens.report import report_wrong  # noqa: PLC0415

        words = await report_wrong(self.riq, self.question, self._side)
        if words:
            self._notice(words, "$success")

    @work(group="card", exclusive=True, exit_on_error=False)
    async def action_info(self) -> None:
        if self.question is not None:
            await self.riq.show_card_info(self.question.card.id)

    @work(group="card", exclusive=True, exit_on_error=False)
    async def action_edit(self) -> None:
        if self.question is None:
            return
        outcome = await self.riq.edit_note(self.question.deck_id, self.question.card)
        await self.riq.offer_kept_progress()
        self._show(await self.riq.runtime.db(self._session.reload, self._side))
        self._notice(outcome, "$foreground-muted")

    def action_scroll_card(self, steps: int) -> None:
        card = self.query_one("#card", VerticalScroll)
        rows = steps if abs(steps) == 1 else (card.size.height - 2) * (1 if steps > 0 else -1)
        card.scroll_relative(y=rows, animate=False)

    def action_leave(self) -> None:
        self._leave()

    @work(group="rate", exclusive=True, exit_on_error=False)
    async def _leave(self) -> None:
        self.riq.sound.stop()
        self.dismiss(await self.riq.runtime.db(self._session.stop))
