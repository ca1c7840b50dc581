"""Acquire: from hearing a text for the first time to saying it with nothing to see.

Nothing here writes a review; where the learner stands is kept at each step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, assert_never

from textual.containers import VerticalScroll
from textual.widgets import Static

from recalliq_tui.domain.passages import acquire as steps
from recalliq_tui.domain.passages.acquire import Rung, Step
from recalliq_tui.domain.passages.letters import begin_letters, press
from recalliq_tui.domain.passages.plans import chain_plan, echo_plan, listen_plan
from recalliq_tui.domain.passages.strip import line_level
from recalliq_tui.domain.passages.words import spots
from recalliq_tui.tui.bindings import bind
from recalliq_tui.tui.screens.praying import PassageScreen
from recalliq_tui.tui.widgets.field import Field
from recalliq_tui.tui.widgets.letters import LettersPad
from recalliq_tui.tui.widgets.passage import LineLook
from recalliq_tui.tui.widgets.recital import live_content, recital_content

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widgets import Input

    from recalliq_tui.domain.passages.acquire import Acquire
    from recalliq_tui.domain.passages.letters import Letters
    from recalliq_tui.domain.passages.plans import Place, Plan
    from recalliq_tui.services.practice import Practice
    from recalliq_tui.services.prayers import PassageView

_NAMES: Final = {
    Rung.LISTEN: "listen and read along",
    Rung.ECHO: "say each line after the voice",
    Rung.CHAIN: "chain the lines",
    Rung.FADE_25: "a quarter of the words hidden",
    Rung.FADE_50: "half the words hidden",
    Rung.FADE_75: "most words hidden",
    Rung.FADE_100: "all words hidden",
    Rung.LETTERS: "first letters",
    Rung.RECITE: "nothing to see",
}
_SHORT_NAMES: Final = {
    Rung.LISTEN: "listen",
    Rung.ECHO: "echo",
    Rung.CHAIN: "chain",
    Rung.FADE_25: "25 % hidden",
    Rung.FADE_50: "50 % hidden",
    Rung.FADE_75: "75 % hidden",
    Rung.FADE_100: "all hidden",
    Rung.LETTERS: "letters",
    Rung.RECITE: "nothing",
}
_HELP: Final = {
    Step.LISTEN: "Listen, and read along. Enter goes on.",
    Step.ECHO: "Say each line in the silence after it. Enter goes on.",
    Step.CHAIN: "Say what you heard, longer each time. Enter goes on.",
    Step.FADE: "Type the hidden words, or the whole line. Esc: say it aloud instead.",
    Step.LETTERS: "Type the first letter of each word. There is no way back.",
    Step.RECITE: "Type the line with nothing to see. Esc: say it aloud instead.",
}


class AcquireScreen(PassageScreen[str]):
    """Ends with what to do next: ``recite``, ``loop``, or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("pray.play", "play_pause"),
        bind("pray.go", "go_on"),
        bind("pray.knew", "aloud(True)"),
        bind("pray.missed", "aloud(False)"),
        bind("pray.again", "hear_line"),
        bind("pray.next", "line(1)"),
        bind("pray.before", "line(-1)"),
        bind("pray.harder", "rung(1)", show=False),
        bind("pray.easier", "rung(-1)", show=False),
        bind("pray.section", "section"),
        bind("pray.type", "type"),
        bind("pray.recite", "leave('recite')"),
        bind("pray.loop", "leave('loop')"),
        bind("pray.listen", "step(1)", show=False),
        bind("pray.echo", "step(2)", show=False),
        bind("pray.chain", "step(3)", show=False),
        bind("pray.fade", "step(4)", show=False),
        bind("pray.letters", "step(5)", show=False),
        bind("pray.bare", "step(6)", show=False),
        bind("pray.beside", "beside", show=False),
        bind("app.voice", "app.voice", show=False),
        bind("app.help", "app.help", label="more"),
        bind("app.back", "leave('')", label="back"),
    ]

    def __init__(self, view: PassageView, state: Acquire, practice: Practice) -> None:
        super().__init__(view)
        self._state = state
        self._practice = practice
        self._letters: Letters | None = None
        self._aloud = False
        self._revealed: tuple[tuple[int, str], ...] | None = None
        """Styles of the words of a line that was just judged; ``None`` while it is asked."""
        self._next: Acquire | None = None
        """Where a judged line leads, while it is still shown."""
        self._autoplay = False

    # --- the screen --------------------------------------------------------------------------

    def compose_answer(self) -> ComposeResult:
        with VerticalScroll(id="pray-live-holder", can_focus=False):
            yield Field(id="pray-answer", placeholder="type, then press Enter")
            yield LettersPad(id="letters")
            yield Static("", id="pray-live", markup=False)

    def on_mount(self) -> None:
        self._autoplay = self.riq.runtime.config.flag("audio.autoplay")
        super().on_mount()
        self._enter_line()

    @property
    def state(self) -> Acquire:
        return self._state

    def head(self) -> tuple[str, str]:
        state = self._state
        rung = state.rung
        names = _NAMES if self.size.width >= 72 else _SHORT_NAMES  # noqa: PLR2004
        step = f"step {rung.step.value} of 6: {names[rung]}"
        return self.passage.title, f"line {state.line + 1} of {len(state.lines)}   {step}"

    def current_line(self) -> int | None:
        return self._state.line

    def looks(self, place: Place | None) -> list[LineLook]:
        state = self._state
        first, end = state.bounds
        lit = self.lit_word(place)
        if not state.rung.judged:
            at = place.piece.first if place is not None else state.line
            if lit is not None:
                at = lit[0]
            return [
                LineLook(
                    text,
                    current=number == at,
                    dim=not first <= number < end,
                    lit=lit[1] if lit is not None and lit[0] == number else None,
                )
                for number, text in enumerate(self.passage.lines)
            ]
        return [self._judged_look(number, lit) for number in range(len(state.lines))]

    def _judged_look(self, number: int, lit: tuple[int, int | None] | None) -> LineLook:
        state, text = self._state, self.passage.lines[number]
        first, end = state.bounds
        inside = first <= number < end
        if number != state.line:
            before = number < state.line and state.rung is not Rung.RECITE
            return LineLook(text, dim=True, bare=not (inside and before))
        if self._revealed is not None:
            word = lit[1] if lit is not None and lit[0] == number else None
            return LineLook(text, current=True, styles=self._revealed, lit=word)
        if state.rung is Rung.RECITE:
            return LineLook(text, current=True, bare=True)
        if self._letters is not None:
            styles = tuple((n, "$error") for n in self._letters.missed)
            hidden = frozenset(range(self._letters.at, len(self._letters.words)))
            return LineLook(text, current=True, hidden=hidden, styles=styles)
        return LineLook(text, current=True, hidden=state.lines[number].mask)

    def may_show_beside(self) -> bool:
        return not self._state.rung.judged

    # --- where the learner is ----------------------------------------------------------------

    def _take(self, state: Acquire) -> None:
        """Go to another state, keep it, and show it."""
        self._state = state
        self._practice.keep(state)
        self.levels = self._levels()
        self._enter_line()

    def _levels(self) -> list[int]:
        return [
            max(level, line_level(None, each.best))
            for level, each in zip(self.view.levels, self._state.lines, strict=True)
        ]

    def _enter_line(self) -> None:
        """Ask the line in sight as its rung does."""
        self._revealed = self._letters = self._next = None
        rung = self._state.rung
        words = self._words(self._state.line)
        if rung.step is Step.FADE:
            self._state = steps.mask_line(self._state, words, lang=self.passage.lang)
        elif rung is Rung.LETTERS:
            self._letters = begin_letters(words)
        field, pad = self.query_one(Field), self.query_one(LettersPad)
        typed = rung.judged and rung is not Rung.LETTERS
        field.display = typed and not self._aloud
        pad.display = rung is Rung.LETTERS
        field.value = ""
        self.query_one("#pray-live", Static).update("")
        self.set_focus(field if field.display else pad if pad.display else None)
        self._show_beside(self.size.width)
        self.notice(self._help(), "$text-muted")
        self.paint()

    def _help(self) -> str:
        state = self._state
        if state.done:
            return "You know every line. Press w to recite the whole text."
        if state.section_done:
            return "You know this part. Press s for the next one."
        return _HELP[state.rung.step]

    def _words(self, line: int) -> list[str]:
        return [spot.folded for spot in spots(self.passage.lines[line], lang=self.passage.lang)]

    # --- sound -------------------------------------------------------------------------------

    def clip_ready(self) -> None:
        if self._autoplay and not self.riq.status.muted and not self._state.rung.judged:
            self._play_step()

    def _plan(self) -> Plan | None:
        timing = self.timing
        if timing is None:
            return None
        first, end = self._state.bounds
        match self._state.rung:
            case Rung.ECHO:
                return echo_plan(timing, first, end) if timing.lines else None
            case Rung.CHAIN:
                return chain_plan(timing, first, end) if timing.lines else None
            case (
                Rung.LISTEN | Rung.FADE_25 | Rung.FADE_50 | Rung.FADE_75 | Rung.FADE_100
                | Rung.LETTERS | Rung.RECITE
            ):  # fmt: skip
                return listen_plan(timing, first, end)
            case _:
                assert_never(self._state.rung)

    def _play_step(self) -> None:
        plan = self._plan()
        if plan is None and self.timing is not None:
            plan = listen_plan(self.timing, *self._state.bounds)
        if plan is not None:
            first = next(
                (n for n, piece in enumerate(plan.pieces) if piece.last >= self._state.line), 0
            )
            self.play(plan, number=first if self._state.rung is not Rung.LISTEN else 0)

    def action_play_pause(self) -> None:
        if self.sounding:
            self.toggle_pause()
        elif self._state.rung.judged:
            self.action_hear_line()
        else:
            self._play_step()

    def action_hear_line(self) -> None:
        """Hear the line in sight. While it is asked and hidden that is a help, not a failure."""
        if self.timing is not None:
            self.play(listen_plan(self.timing, self._state.line, self._state.line + 1))

    # --- keys --------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        judged = self._state.rung.judged
        match action:
            case "aloud":
                return judged and self._aloud and self._revealed is not None
            case "type":
                return judged and self._aloud and self._state.rung is not Rung.LETTERS
            case "section":
                return len(self._state.sections) > 1
            case "play_pause" | "hear_line":
                return self.clip is not None
            case "beside":
                return self._beside is not None
        return super().check_action(action, parameters)

    def action_go_on(self) -> None:
        state = self._state
        now = self.riq.runtime.now()
        if not state.rung.judged:
            self.fall_silent()
            self._take(steps.rise(state, at=now))
            if not self._state.rung.judged and not self.riq.status.muted:
                self._play_step()
        elif self._revealed is None and self._aloud:
            self._reveal(())
            self.notice("Did you know it? k knew it   m missed it", "$text-muted")
        elif self._revealed is not None and self._aloud:
            self.action_aloud(knew=True)
        elif self._revealed is not None:
            self._take(self._going)

    @property
    def _going(self) -> Acquire:
        """Where the learner stands once the line in sight is left."""
        return self._state if self._next is None else self._next

    def action_aloud(self, knew: bool) -> None:  # noqa: FBT001  (an action's argument)
        hidden = self._hidden()
        missed = frozenset[int]() if knew else hidden
        self._take(steps.attempted(self._state, missed, at=self.riq.runtime.now()))

    def _hidden(self) -> frozenset[int]:
        state = self._state
        if state.rung.step is Step.FADE:
            return state.lines[state.line].mask
        return frozenset(range(len(self._words(state.line)))) or frozenset({0})

    def action_line(self, by: int) -> None:
        self.fall_silent()
        self._take(steps.move(self._going, by, at=self.riq.runtime.now()))

    def action_rung(self, by: int) -> None:
        self.fall_silent()
        change = steps.rise if by > 0 else steps.sink
        self._take(change(self._going, at=self.riq.runtime.now()))

    def action_step(self, number: int) -> None:
        self.fall_silent()
        self._take(steps.go_step(self._going, Step(number), at=self.riq.runtime.now()))

    def action_section(self) -> None:
        self.fall_silent()
        self._take(steps.next_section(self._going, at=self.riq.runtime.now()))
        if not self.riq.status.muted:
            self._play_step()

    def action_type(self) -> None:
        self._aloud = False
        self._enter_line()

    def action_leave(self, then: str) -> None:
        self.fall_silent()
        self._practice.keep(self._going)
        self.dismiss(then)

    # --- typed lines -------------------------------------------------------------------------

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self._revealed is None and self._state.rung.judged:
            view = self._practice.live(self._state, event.value)
            self.query_one("#pray-live", Static).update(live_content(view, self.riq.signs))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._revealed is not None:
            self._take(self._going)
            return
        if not event.value.strip():
            return
        checked = self._practice.check(self._state, event.value)
        self._judged(checked.missed)
        self.query_one("#pray-live", Static).update(
            recital_content(checked.recital.words, self.riq.signs)
        )

    def _judged(self, missed: frozenset[int]) -> None:
        """Show how the line was, and go on from there with the next Enter."""
        styles = [(n, "$error bold" if n in missed else "$success") for n in self._hidden()]
        before = self._state
        after = steps.attempted(before, missed, at=self.riq.runtime.now())
        self._reveal(tuple(styles))
        self._practice.keep(after)
        self.notice(_verdict(before, after, len(missed)), "$error" if missed else "$success")
        self._next = after

    def _reveal(self, styles: tuple[tuple[int, str], ...]) -> None:
        self._revealed = styles
        self.paint()

    def on_letters_pad_typed(self, event: LettersPad.Typed) -> None:
        event.stop()
        if self._letters is None or self._revealed is not None:
            return
        self._letters = press(self._letters, event.character, lang=self.passage.lang)
        if self._letters.done:
            self._judged(self._letters.missed)
        self.paint()

    def on_key(self, event: events.Key) -> None:
        field = self.query_one(Field)
        if event.key == "escape" and (field.has_focus or self.query_one(LettersPad).has_focus):
            event.stop()
            self._aloud = self._state.rung is not Rung.LETTERS
            if self._aloud:
                self._enter_line()
                self.notice("Say it aloud, then press Enter to see it.", "$text-muted")
            else:
                self.set_focus(None)
                self.notice("The keys work again; 5 goes back to the letters.", "$text-muted")


def _verdict(before: Acquire, after: Acquire, missed: int) -> str:
    if missed:
        words = "word" if missed == 1 else "words"
        return f"{missed} {words} missed. Enter: the line again, with more of it to see."
    if after.rung > before.rung:
        return "Clean, twice in a row. Enter: on with less to see."
    return "Clean. Enter goes on."
