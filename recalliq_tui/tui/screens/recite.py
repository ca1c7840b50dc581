"""Recite: what is asked of a text is typed (or said aloud), judged word by word, and rated."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Final, assert_never

from textual import work
from textual.containers import VerticalScroll
from textual.widgets import Static

from recalliq_tui.domain.memory import Rating
from recalliq_tui.domain.passages.asking import line_verdicts
from recalliq_tui.domain.passages.parts import PartKind
from recalliq_tui.domain.passages.plans import listen_plan
from recalliq_tui.domain.passages.rules import Standing
from recalliq_tui.domain.passages.words import spots
from recalliq_tui.domain.recitation import Level, LiveLine
from recalliq_tui.domain.wording import short_days
from recalliq_tui.services.judging import Attempt, judge
from recalliq_tui.tui.bindings import bind
from recalliq_tui.tui.screens.praying import PassageScreen
from recalliq_tui.tui.widgets.field import Field
from recalliq_tui.tui.widgets.passage import LineLook
from recalliq_tui.tui.widgets.recital import live_content, recital_content, verdict_content
from recalliq_tui.tui.widgets.session import Ratings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.content import Content
    from textual.widgets import Input

    from recalliq_tui.domain.passages.asking import Asked
    from recalliq_tui.domain.passages.plans import Place
    from recalliq_tui.services.judging import Judged
    from recalliq_tui.services.prayers import PassageView, Settled

_LONG: Final = 150
"""Words from which on a recital is judged on a thread."""
_LEVELS: Final = (Level.GENTLE, Level.STANDARD, Level.EXACT)


class Phase(StrEnum):
    ASKING = "asking"
    SHOWN = "shown"
    """Said aloud, and now the text is there to compare."""
    JUDGED = "judged"
    DONE = "done"


class ReciteScreen(PassageScreen[bool]):
    """Asks the parts of one text, one after the other. Ends with whether anything was rated."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("pray.go", "go_on"),
        bind("review.again", "rate(1)", show=False),
        bind("review.hard", "rate(2)", show=False),
        bind("review.good", "rate(3)", show=False),
        bind("review.easy", "rate(4)", show=False),
        bind("pray.hint", "hint"),
        bind("pray.word", "word"),
        bind("pray.line", "show_line"),
        bind("pray.level", "level", show=False),
        bind("pray.type", "type"),
        bind("pray.play", "play_pause"),
        bind("review.undo", "undo"),
        bind("pray.beside", "beside", show=False),
        bind("app.voice", "app.voice", show=False),
        bind("app.help", "app.help", label="more"),
        bind("app.back", "leave", label="stop"),
    ]

    def __init__(self, view: PassageView, asked: Sequence[Asked], level: Level) -> None:
        super().__init__(view)
        self._queue = list(asked)
        self._number = 0
        self._level = level
        self._phase = Phase.ASKING
        self._aloud = False
        self._typed: list[str] = []
        self._peeked: set[int] = set()
        self._shown: set[int] = set()
        self._hints = 0
        self._live: LiveLine | None = None
        self._judged: Judged | None = None
        self._rated = False
        self._busy = False
        self._came_by_itself = False
        self._began = 0.0

    # --- the screen --------------------------------------------------------------------------

    def compose_answer(self) -> ComposeResult:
        with VerticalScroll(id="pray-live-holder", can_focus=False):
            yield Static("", id="pray-live", markup=False)
            yield Field(id="pray-answer", placeholder="recite the line, then press Enter")
        yield Ratings(self.riq.signs, self.riq.runtime.config.keymap)

    def on_mount(self) -> None:
        super().on_mount()
        self._ask()

    @property
    def asked(self) -> Asked:
        return self._queue[self._number]

    @property
    def _line(self) -> int:
        """Which of the wanted lines is being recited."""
        return min(len(self._typed), len(self.asked.wanted) - 1)

    def head(self) -> tuple[str, str]:
        asked = self.asked
        match asked.part.kind:
            case PartKind.WHOLE:
                what = f"the whole text, line {self._line + 1} of {len(asked.wanted)}"
            case PartKind.LINE:
                what = f"line {asked.part.index + 1}"
            case PartKind.JOIN:
                what = f"from line {asked.part.index + 1} to the next"
            case PartKind.TITLE:
                what = "the title"
            case _:
                assert_never(asked.part.kind)
        place = f"{self._number + 1} of {len(self._queue)}   " if len(self._queue) > 1 else ""
        title = self.passage.title
        if asked.part.kind is PartKind.TITLE and self._phase is Phase.ASKING:
            title = "What is it called?"
        return title, f"{place}recite {what}   {self._level.value}"

    def current_line(self) -> int | None:
        if self.asked.part.kind is PartKind.TITLE:
            return None
        return self.asked.first + self._line

    def looks(self, place: Place | None) -> list[LineLook]:
        asked = self.asked
        lines = self.passage.lines
        looks = [LineLook(line, dim=True, bare=True) for line in lines]
        if asked.part.kind is PartKind.TITLE:
            looks[0] = LineLook(lines[0])
            return looks
        for number, text in enumerate(asked.context, start=asked.first - len(asked.context)):
            looks[number] = LineLook(text)
        lit = self.lit_word(place)
        verdicts = self._line_contents()
        for offset, text in enumerate(asked.wanted):
            number = asked.first + offset
            current = offset == self._line and self._phase is Phase.ASKING
            if verdicts is not None:
                looks[number] = LineLook(text, judged=verdicts[offset])
            elif self._phase is not Phase.ASKING or number in self._shown:
                word = lit[1] if lit is not None and lit[0] == number else None
                looks[number] = LineLook(text, current=current, lit=word)
            elif offset < len(self._typed):
                looks[number] = LineLook(self._typed[offset] or "…", dim=True)
            else:
                looks[number] = LineLook(text, current=current, dim=not current, bare=True)
        return looks

    def _line_contents(self) -> list[Content] | None:
        judged = self._judged
        if judged is None or judged.recital is None:
            return None
        verdicts = line_verdicts(judged.asked, judged.recital, lang=self.passage.lang)
        return [recital_content(v.words, self.riq.signs, level=self._level) for v in verdicts]

    def may_show_beside(self) -> bool:
        return self._phase is not Phase.ASKING

    # --- asking ------------------------------------------------------------------------------

    def _ask(self) -> None:
        self._phase = Phase.ASKING
        self._typed, self._judged = [], None
        self._peeked, self._shown, self._hints = set(), set(), 0
        self._began = self.riq.monotonic()
        self._next_line()

    def _next_line(self) -> None:
        asked = self.asked
        self._live = LiveLine(
            asked.wanted[self._line],
            level=self._level,
            lang=self.passage.lang,
            variants=self.passage.variants,
        )
        field = self.query_one(Field)
        field.value = ""
        field.display = not self._aloud
        self.set_focus(None if self._aloud else field)
        self.query_one("#pray-live", Static).update("")
        self.query_one(Ratings).intervals = None
        words = "Say it aloud, then press Enter to see it." if self._aloud else ""
        self.notice(words, "$text-muted")
        self.paint()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self._phase is not Phase.ASKING or self._live is None:
            return
        view = self._live.update(event.value)
        if view.finished and event.value[-1:].isspace() and self._more_lines():
            self._came_by_itself = True
            self._commit(event.value)
            return
        if event.value:
            self._came_by_itself = False
        content = live_content(view, self.riq.signs, level=self._level)
        self.query_one("#pray-live", Static).update(content)

    def _more_lines(self) -> bool:
        return len(self._typed) + 1 < len(self.asked.wanted)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._came_by_itself and not event.value:
            # The space after the last word led here already; Enter out of habit leaves no line out.
            self._came_by_itself = False
        elif self._phase is Phase.ASKING:
            self._commit(event.value)

    def _commit(self, typed: str) -> None:
        """A line was said; after the last one all of it is judged."""
        last = not self._more_lines()
        self._typed.append(" ".join(typed.split()))
        if last:
            self._judge_typed()
        else:
            self._next_line()

    @work(group="judge", exclusive=True, exit_on_error=False)
    async def _judge_typed(self) -> None:
        attempt = Attempt(
            typed="\n".join(self._typed),
            level=self._level,
            peeked=frozenset(self._peeked),
            shown_lines=frozenset(self._shown),
            hints=self._hints,
        )
        await self._judge(attempt)

    async def _judge(self, attempt: Attempt) -> None:
        runtime, asked = self.riq.runtime, self.asked
        counting = await runtime.db(runtime.prayers.counting, self.passage, asked.part)
        if len(asked.text.split()) > _LONG:
            judged = await asyncio.to_thread(judge, self.passage, asked, attempt, counting=counting)
        else:
            judged = judge(self.passage, asked, attempt, counting=counting)
        days = await runtime.db(runtime.prayers.intervals, self.view.stored, asked.part)
        self._judged = judged
        self._phase = Phase.SHOWN if attempt.typed is None else Phase.JUDGED
        self.query_one(Field).display = False
        self.set_focus(None)
        live = self.query_one("#pray-live", Static)
        live.update(verdict_content(judged.recital, self.riq.signs) if judged.recital else "")
        ratings = self.query_one(Ratings)
        ratings.suggested = judged.suggested
        if counting and not self.riq.status.read_only:
            ratings.intervals = {each: short_days(count) for each, count in days.items()}
            self.notice("")
        else:
            self.notice(self._why_not(counting=counting), "$text-muted")
        self._show_beside(self.size.width)
        self.paint()

    def _why_not(self, *, counting: bool) -> str:
        if counting:
            return "This collection is open elsewhere: nothing is rated. Enter goes on."
        return "Recited today already: this one is practice and isn't rated. Enter goes on."

    # --- rating ------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        asking = self._phase is Phase.ASKING
        match action:
            case "rate":
                return self.query_one(Ratings).intervals is not None
            case "hint" | "word" | "show_line":
                return asking and not self._aloud
            case "type":
                return asking and self._aloud
            case "play_pause":
                return not asking and self.clip is not None
            case "undo":
                return self._rated
            case "beside":
                return self._beside is not None
        return super().check_action(action, parameters)

    def action_go_on(self) -> None:
        match self._phase:
            case Phase.ASKING:
                if self._aloud:
                    self._show_aloud()
            case Phase.SHOWN | Phase.JUDGED:
                ratings = self.query_one(Ratings)
                if ratings.intervals is None:
                    self._go_to_next()
                elif ratings.suggested is not None:
                    self.action_rate(ratings.suggested)
            case Phase.DONE:
                self.action_leave()
            case _:
                assert_never(self._phase)

    @work(group="judge", exclusive=True, exit_on_error=False)
    async def _show_aloud(self) -> None:
        await self._judge(Attempt(typed=None, level=self._level))

    def on_ratings_chosen(self, event: Ratings.Chosen) -> None:
        event.stop()
        self.action_rate(event.rating)

    def action_rate(self, rating: int) -> None:
        if self._judged is not None and not self._busy and self._phase is not Phase.DONE:
            self._busy = True
            self.fall_silent()
            self._settle(self._judged, Rating(rating))

    @work(group="rate", exit_on_error=False)
    async def _settle(self, judged: Judged, rating: Rating) -> None:
        """Store the ratings; they are on disk before the next part shows."""
        runtime = self.riq.runtime
        spent = round(1000 * (self.riq.monotonic() - self._began))
        try:
            settled = await runtime.db(
                runtime.prayers.settle, self.view.stored, judged, rating, milliseconds=spent
            )
            await self._look_again()
        finally:
            self._busy = False
        self._rated = True
        self._go_to_next(_words_on(settled))

    async def _look_again(self) -> None:
        runtime = self.riq.runtime
        self.view = await runtime.db(runtime.prayers.view, self.passage.id)
        self.levels = self.view.levels

    def _go_to_next(self, words: str = "") -> None:
        if self._number + 1 < len(self._queue):
            self._number += 1
            self._ask()
            if words:
                self.notice(words, "$success")
            return
        self._phase = Phase.DONE
        self.query_one(Ratings).intervals = None
        due = self.view.next_day
        today = self.riq.runtime.calendar.day(self.riq.runtime.now())
        next_time = f" It comes back in {short_days(max(1, due - today))}." if due else ""
        self.notice(f"{words or 'Done.'}{next_time} Enter goes back.", "$success")
        self.paint()

    @work(group="rate", exit_on_error=False)
    async def action_undo(self) -> None:
        runtime = self.riq.runtime
        parts = await runtime.db(runtime.prayers.undo, self.passage)
        if not parts:
            self.notice("Nothing to take back.")
            return
        await self._look_again()
        self._rated = False
        wanted = {part for part in parts if part.kind is PartKind.WHOLE} or set(parts)
        again = next((n for n, each in enumerate(self._queue) if each.part in wanted), 0)
        self._number = again
        self._ask()
        self.notice("Taken back.", "$success")

    # --- help while reciting -----------------------------------------------------------------

    def _position(self) -> int | None:
        """Index in its line of the word that comes next."""
        if self._live is None or self._phase is not Phase.ASKING:
            return None
        view = self._live.update(self.query_one(Field).value)
        return None if view.finished else view.position

    def _next_word(self) -> str:
        at = self._position()
        line = self.asked.wanted[self._line]
        words = spots(line, lang=self.passage.lang)
        return line[words[at].start : words[at].end] if at is not None and at < len(words) else ""

    def action_hint(self) -> None:
        word = self._next_word()
        if word:
            self._hints += 1
            self.notice(f"It begins with {word[0]}")

    def action_word(self) -> None:
        word, at = self._next_word(), self._position()
        if word and at is not None:
            before = self.asked.wanted[: self._line]
            self._peeked.add(at + sum(len(spots(line, lang=self.passage.lang)) for line in before))
            self.notice(f"The next word is {word}")

    def action_show_line(self) -> None:
        number = self.asked.first + self._line
        self._shown.add(number)
        if self.asked.part.kind is PartKind.TITLE:
            self.notice(self.passage.title)
        self.paint()

    def action_level(self) -> None:
        self._level = _LEVELS[(_LEVELS.index(self._level) + 1) % len(_LEVELS)]
        if self._phase is Phase.ASKING:
            value = self.query_one(Field).value
            self._next_line()
            self.query_one(Field).value = value
        self.paint()

    def action_type(self) -> None:
        self._aloud = False
        self._next_line()

    def on_key(self, event: events.Key) -> None:
        if event.key == "escape" and self.query_one(Field).has_focus:
            event.stop()
            self._aloud = True
            self._typed = []
            self._next_line()

    def action_play_pause(self) -> None:
        if self.sounding:
            self.toggle_pause()
        elif self.timing is not None and self._phase is not Phase.ASKING:
            first = self.asked.first
            self.play(listen_plan(self.timing, first, first + len(self.asked.wanted)))

    def action_leave(self) -> None:
        self.fall_silent()
        self.dismiss(self._rated)


def _words_on(settled: Settled) -> str:
    """What a recital changed, in a few words."""
    if settled.standing is not settled.before:
        if settled.standing is Standing.BY_HEART:
            return "You know it by heart."
        if settled.standing is Standing.LAPSED:
            return "It was by heart, and isn't quite now."
    again = sum(rating is Rating.AGAIN for rating in settled.rated.values())
    if again:
        return f"Stored. {again} to see again tomorrow."
    return "Stored."
