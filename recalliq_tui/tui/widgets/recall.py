"""A free answer with what was found in it, what wasn't, and what the learner credits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from textual import work
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.worker import Worker, WorkerState

from recalliq_tui.domain.answerwords import plain_text
from recalliq_tui.domain.grading import Standing, sentences
from recalliq_tui.domain.ledger import Purpose
from recalliq_tui.services.phrases import FIXED_LANG
from recalliq_tui.services.recall import By
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual import events
    from textual.app import RenderResult
    from textual.geometry import Size

    from recalliq_tui.domain.cards import Card
    from recalliq_tui.services.recall import Answered, Recall
    from recalliq_tui.services.speaking import Speaking
    from recalliq_tui.tui.signs import Signs

_GUTTER: Final = 5
_NARROW: Final = 50
_TALL: Final = 30
_ANSWER_LINES: Final = 3
_MAX_PHRASE: Final = 90
_NUMBERS: Final = "123456789"


class RecallPanel(Widget):
    """Grades an answer, shows and says what came of it, and takes credits.

    It has no keys of its own: the screen passes them on. Nothing here waits for the voice, and
    nothing but its own line waits for the grading model.
    """

    class Gated(Message):
        """What was typed is no answer: ``prompt`` asks for another."""

        def __init__(self, prompt: str) -> None:
            super().__init__()
            self.prompt = prompt

    class Graded(Message):
        """A grading is there, the first one for this answer or a changed one."""

        def __init__(self, answered: Answered, *, first: bool) -> None:
            super().__init__()
            self.answered = answered
            self.first = first

    class Trouble(Message):
        """Grading or keeping failed; for the screen to say."""

        def __init__(self, event: Worker.StateChanged) -> None:
            super().__init__()
            self.event = event

    def __init__(self, recall: Recall, sound: Speaking, signs: Signs) -> None:
        super().__init__(id="recall")
        self.display = False
        self._recall = recall
        self._sound = sound
        self._signs = signs
        self._answered: Answered | None = None
        self._choosing = False
        self._rows: list[int | None] = []
        """For each line the point that it shows."""

    # --- what the screen asks for ----------------------------------------------------------

    @property
    def answered(self) -> Answered | None:
        return self._answered if self.display else None

    @property
    def choosing(self) -> bool:
        """Whether a number chooses a point now."""
        return self._choosing and self.answered is not None

    @property
    def can_credit(self) -> bool:
        """Whether there is a point to credit, or a credit to take back."""
        return self.answered is not None and bool(self.answered.choices)

    def clear(self) -> None:
        """Forget the answer, and whatever is still asked about it."""
        self.workers.cancel_node(self)
        self._answered, self._choosing = None, False
        self.display = False

    @work(group="prepare", exclusive=True, exit_on_error=False)
    async def prepare(self, card: Card) -> None:
        await self._recall.prepare(card)

    @work(group="answer", exclusive=True, exit_on_error=False)
    async def answer(self, card: Card, text: str) -> None:
        """Grade what was typed: a ``Gated`` or a ``Graded`` follows."""
        answered = await self._recall.answer(card, text)
        said = sentences(answered.grading)
        if answered.grading.gated:
            self.post_message(self.Gated(said[0]))
            self._sound.say(said, lang=FIXED_LANG, purpose=Purpose.LIVE)
            return
        self._show(answered, first=True)
        if answered.by is By.ASKING:
            self._ask_model(answered)
        else:
            self._say(answered)

    def credit(self) -> None:
        """Credit the one point that is open, take its credit back, or ask which of several."""
        answered = self.answered
        if answered is None or not answered.choices:
            return
        if len(answered.choices) == 1:
            self._toggle(answered.choices[0])
        else:
            self._choosing = not self._choosing
            self.refresh(layout=True)

    def take_key(self, key: str) -> bool:
        """Use a key while a point is being chosen; whether it was used."""
        answered = self.answered
        if not self.choosing or answered is None:
            return False
        if key == "escape":
            self._choosing = False
            self.refresh(layout=True)
            return True
        if key not in _NUMBERS:
            return False
        if int(key) <= len(answered.choices):
            self._toggle(answered.choices[int(key) - 1])
        return True

    # --- inside ----------------------------------------------------------------------------

    def _show(self, answered: Answered, *, first: bool = False) -> None:
        self._answered = answered
        self._choosing = False
        self.display = True
        self.refresh(layout=True)
        self.post_message(self.Graded(answered, first=first))

    def _say(self, answered: Answered) -> None:
        """Say the verdict: the text is there, the sound may come."""
        if answered is self._answered:
            self._sound.say(sentences(answered.grading), lang=_spoken_lang(answered))

    @work(group="model", exclusive=True, exit_on_error=False)
    async def _ask_model(self, asked: Answered) -> None:
        opinion = await self._recall.ask_model(asked)
        now = self._answered
        if now is None or now.card is not asked.card or now.answer != asked.answer:
            return
        untouched = not now.credits
        self._show(self._recall.with_opinion(now, opinion))
        if untouched and self._answered is not None:
            self._say(self._answered)

    @work(group="credit", exclusive=True, exit_on_error=False)
    async def _toggle(self, point: int) -> None:
        answered = self._answered
        if answered is None:
            return
        self._sound.stop()
        changed = await self._recall.toggle_credit(answered, point)
        if self._answered is answered:
            self._show(changed)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        event.stop()
        if event.state is WorkerState.ERROR and event.worker.group != "prepare":
            self.post_message(self.Trouble(event))

    def on_click(self, event: events.Click) -> None:
        answered = self.answered
        row = self._rows[event.y] if event.y < len(self._rows) else None
        if answered is not None and self._choosing and row in answered.choices:
            self._toggle(row)

    # --- how it looks ----------------------------------------------------------------------

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        return len(self._lines(width))

    def render(self) -> RenderResult:
        lines = self._lines(self.content_size.width)
        return Content("\n").join(lines)

    def _lines(self, width: int) -> list[Content]:
        if self._answered is None or width <= 0:
            self._rows = []
            return []
        made = list(self._content(self._answered, width))
        self._rows = [row for _, row in made]
        return [line for line, _ in made]

    def _content(self, answered: Answered, width: int) -> Iterator[tuple[Content, int | None]]:
        gutter = _GUTTER if width >= _NARROW else 0
        you = Content.styled("you".ljust(gutter or 4), "$foreground-muted")
        most = _ANSWER_LINES if self.screen.size.height < _TALL else 2 * _ANSWER_LINES
        yield from _hung(you, Content(one_line(answered.answer, max_chars=2_000)), width, most=most)
        yield from self._points(answered, width, gutter)
        indent = Content(" " * gutter)
        if self.screen.size.height >= _TALL:
            yield Content(""), None
        verdict = Content(" ".join(sentences(answered.grading)))
        yield from _hung(indent, verdict, width)
        for line in self._notes(answered):
            yield from _hung(indent, line, width)

    def _points(
        self, answered: Answered, width: int, gutter: int
    ) -> Iterator[tuple[Content, int | None]]:
        grading = answered.grading
        for at, point in enumerate(grading.points):
            sign, style, words = self._standing(point.standing)
            if answered.credit_of(at) is not None:
                words = " (in your words)"
            number = ""
            if self._choosing and at in answered.choices:
                place = answered.choices.index(at) + 1
                number = str(place) if place <= len(_NUMBERS) else ""
            head = Content.assemble(
                (number.rjust(max(0, gutter - 1)), "bold $accent"),
                " " if gutter or number else "",
                (sign, style),
                " ",
            )
            text = Content.assemble(one_line(plain_text(point.text)), (words, "$foreground-muted"))
            yield from ((line, at) for line, _ in _hung(head, text, width))
            for check in grading.checks:
                if check.point == at:
                    mark = Content.styled(f"{' ' * (gutter + 2)}{self._signs.needs} ", "$warning")
                    yield from _hung(
                        mark, Content.styled(one_line(check.message), "$warning"), width
                    )

    def _standing(self, standing: Standing) -> tuple[str, str, str]:
        """Sign, style and the word beside a point."""
        match standing:
            case Standing.COVERED:
                return self._signs.ok, "$success", ""
            case Standing.HALF:
                return self._signs.working, "$warning", " (half)"
            case Standing.MISSING:
                return self._signs.failed, "$error", ""
            case _:
                assert_never(standing)

    def _notes(self, answered: Answered) -> Iterator[Content]:
        """Who graded, what was credited, and what a key does now."""
        model = answered.model
        match answered.by:
            case By.LOCAL:
                pass
            case By.ASKING:
                yield Content.styled(
                    f"{self._signs.working} graded on this computer; asking {model}",
                    "$foreground-muted",
                )
            case By.MODEL:
                yield Content.styled(f"graded by {model}", "$foreground-muted")
            case By.FALLBACK:
                words = one_line(f"{model} {answered.words}", max_chars=200)
                yield Content.styled(
                    f"{self._signs.needs} graded on this computer: {words}", "$warning"
                )
            case _:
                assert_never(answered.by)
        if self._choosing:
            yield Content.styled(
                "Which one did you say? Press its number; a credited one is taken back. Esc leaves"
                " all as it is.",
                "bold",
            )
        elif answered.credits:
            last = answered.credits[-1]
            phrase = one_line(last.phrase, max_chars=_MAX_PHRASE)
            kept = (
                f"From now on this counts too: “{phrase}”."
                if last.kept
                else "It counts for this answer."
            )
            yield Content.styled(f"{kept} m takes it back.", "$foreground-muted")


def _hung(
    head: Content, text: Content, width: int, *, most: int | None = None
) -> Iterator[tuple[Content, int | None]]:
    """A paragraph whose first line begins with ``head``, the others as far in."""
    room = max(8, width - head.cell_length)
    lines = text.wrap(room) or [Content("")]
    if most is not None and len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1].rstrip().append("…")]
        lines[-1] = lines[-1].truncate(room, ellipsis=True)
    for number, line in enumerate(lines):
        yield (head if number == 0 else Content(" " * head.cell_length)).append(line.rstrip()), None


def _spoken_lang(answered: Answered) -> str:
    """The language that says the verdict: its words are English, its points the card's.

    An English voice can't say points of another script, while such voices say English.
    """
    points = "".join(point.text for point in answered.grading.points)
    letters = [char for char in points if char.isalpha()]
    foreign = sum(ord(char) > 0x24F for char in letters)  # noqa: PLR2004  (the end of Latin)
    lang = answered.card.back_lang
    return lang if lang and 2 * foreign > len(letters) else FIXED_LANG
