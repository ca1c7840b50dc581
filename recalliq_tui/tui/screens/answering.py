"""Typed answers: compared word by word, or graded by the points that they cover."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.widgets import Input, Static

from recalliq_tui.domain.cards import Side
from recalliq_tui.domain.memory import Rating
from recalliq_tui.tui.bindings import first_key
from recalliq_tui.tui.failures import failure_of
from recalliq_tui.tui.screens.facing import CardScreen
from recalliq_tui.tui.widgets.field import AnswerField
from recalliq_tui.tui.widgets.keyline import key_name
from recalliq_tui.tui.widgets.session import Ratings, typed_content

if TYPE_CHECKING:
    from textual import events

    from recalliq_tui.domain.cards import Card
    from recalliq_tui.services.steps import Step
    from recalliq_tui.services.study import StudySession
    from recalliq_tui.tui.widgets.recall import RecallPanel

_SUGGEST: Final = {True: Rating.GOOD, False: Rating.AGAIN}


class AnsweringScreen(CardScreen):
    """Takes an answer to the card in sight; field and grading are made when first needed."""

    def __init__(self, session: StudySession, step: Step) -> None:
        super().__init__(session, step)
        self._typed_done = False
        self._recall: RecallPanel | None = None

    @property
    def _field(self) -> Input | None:
        """The field for a typed answer, once it was needed."""
        return next(iter(self.query("#answer").results(Input)), None)

    @property
    def _typing(self) -> bool:
        field = self._field
        return field is not None and field.has_focus

    def _forget_answer(self) -> None:
        """Nothing was answered to the step that comes now."""
        self._typed_done = False
        if self._recall is not None and self._recall.answered is not None:
            self._recall.clear()
            self.face.pad(self.size.height)

    def _paint(self) -> None:
        if self._field is not None:
            self._field.display = False
        self.query_one("#typed").display = self._typed_done
        graded = self._recall is not None and self._recall.answered is not None
        self.face.place_audio_line(self._recall if graded else None)
        super()._paint()

    def _bring_answer_into_sight(self) -> None:
        if self._recall is not None and self._recall.display:
            self.face.bring_grading_into_sight(self._recall)
        else:
            self.face.bring_back_into_sight()

    # --- the field -------------------------------------------------------------------------

    async def action_type(self) -> None:
        field = self._field
        if field is None:
            field = AnswerField(id="answer", placeholder="type the answer, then press Enter")
            await self.face.mount(field, after="#front")
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

        if is_recall(question.card):
            self._notice("")
            self.call_later(self._answer_freely, question.card, event.value)
            return
        self._leave_field()
        self._compare(question.card, event.value)
        self.action_show()

    def on_key(self, event: events.Key) -> None:
        if self._recall is not None and self._recall.take_key(event.key):
            event.stop()
        elif event.key == "escape" and self._typing:
            event.stop()
            self._leave_field()

    def action_leave_field(self) -> None:
        self._leave_field()

    def _leave_field(self) -> None:
        if self._field is not None:
            self._field.display = False
        self.set_focus(None)
        self.refresh_bindings()

    def _compare(self, card: Card, typed: str) -> None:
        """Show what was typed against the answer, and suggest a rating."""
        from recalliq_tui.domain.answers import compare  # noqa: PLC0415  (loads rapidfuzz)

        lang = card.front_lang if card.back.marks else card.back_lang
        check = compare(typed, card.answer, card.accept, lang=lang)
        self._typed_done = True
        self.query_one("#typed", Static).update(typed_content(check, self.riq.signs))
        self.query_one(Ratings).suggested = (
            Rating.HARD if check.near and not check.correct else _SUGGEST[check.correct]
        )

    # --- free answers ----------------------------------------------------------------------

    async def _answer_freely(self, card: Card, text: str) -> None:
        (await self._recall_panel()).answer(card, text)

    async def _recall_panel(self) -> RecallPanel:
        """What grades a free answer, made when the first one is typed."""
        if self._recall is None:
            from recalliq_tui.tui.widgets.recall import RecallPanel  # noqa: PLC0415

            self._recall = RecallPanel(self.riq.runtime.recall, self.riq.sound, self.riq.signs)
            await self.face.mount(self._recall, after="#typed")
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
