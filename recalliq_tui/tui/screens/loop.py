"""Loop: a text hands-free, line by line, with silence to say it after the voice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from recalliq_tui.domain.passages.plans import LoopWish, find_piece, loop_plan
from recalliq_tui.tui.bindings import bind
from recalliq_tui.tui.screens.praying import PassageScreen
from recalliq_tui.tui.widgets.passage import LineLook

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from recalliq_tui.domain.passages.plans import Place, Plan
    from recalliq_tui.services.prayers import PassageView

_GAPS: Final = (1.0, 1.5, 2.0, 0.0, 0.5)


class LoopScreen(PassageScreen[None]):
    """Goes on until it is left. One line says where it is; the rest may be dark."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("pray.play", "play_pause"),
        bind("pray.next", "line(1)"),
        bind("pray.before", "line(-1)"),
        bind("pray.again", "again"),
        bind("pray.from", "from_here"),
        bind("pray.to", "to_here"),
        bind("pray.more", "repeats(1)"),
        bind("pray.fewer", "repeats(-1)", show=False),
        bind("pray.step_up", "step_up"),
        bind("pray.gap", "gap"),
        bind("pray.go", "dark", label="dark"),
        bind("pray.beside", "beside", show=False),
        bind("app.voice", "app.voice", show=False),
        bind("app.help", "app.help", label="more"),
        bind("app.back", "leave", label="back"),
    ]

    def __init__(self, view: PassageView, *, line: int = 0) -> None:
        super().__init__(view)
        self._wish = LoopWish(0, len(view.passage.lines) - 1)
        self._plan: Plan | None = None
        self._at = line
        self._dark = False

    def compose_answer(self) -> ComposeResult:
        yield from ()

    @property
    def wish(self) -> LoopWish:
        return self._wish

    def head(self) -> tuple[str, str]:
        wish = self._wish
        lines = f"lines {wish.first + 1} to {wish.last + 1}"
        step = "   step up" if wish.step_up else ""
        gap = f"gap {wish.gap:g}x" if wish.gap else "no gap"
        return self.passage.title, f"loop {lines}   {wish.repeats} times   {gap}{step}"

    def current_line(self) -> int | None:
        return self._at

    def looks(self, place: Place | None) -> list[LineLook]:
        wish, lit = self._wish, self.lit_word(place)
        if place is not None:
            self._at = lit[0] if lit is not None else min(place.piece.last, len(self.levels) - 1)
        return [
            LineLook(
                text,
                current=number == self._at,
                dim=not wish.first <= number <= wish.last,
                lit=lit[1] if lit is not None and lit[0] == number else None,
            )
            for number, text in enumerate(self.passage.lines)
        ]

    # --- sound -------------------------------------------------------------------------------

    def clip_ready(self) -> None:
        self._begin(self._at)

    def _begin(self, line: int) -> None:
        """Loop as wished, from a line on."""
        if self.timing is None:
            return
        wish = self._wish
        self._plan = loop_plan(self.timing, wish)
        line = min(max(line, wish.first), wish.last)
        number = find_piece(self._plan, lambda piece: piece.first == line and not piece.gap)
        self._at = line
        self.play(self._plan, number=number or 0, endless=True)
        self.paint()

    def _change(self, wish: LoopWish) -> None:
        self._wish = wish.fitted(len(self.passage.lines))
        self._begin(self._at)
        self.paint()

    # --- keys --------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        lines = self.timing is None or bool(self.timing.lines)
        match action:
            case "line" | "from_here" | "to_here" | "step_up":
                return lines
            case "beside":
                return self._beside is not None
        return super().check_action(action, parameters)

    def action_play_pause(self) -> None:
        if self.sounding:
            self.toggle_pause()
        else:
            self._begin(self._at)

    def action_line(self, by: int) -> None:
        """To the next line of the loop, round its ends."""
        wish = self._wish
        size = wish.last - wish.first + 1
        self._begin(wish.first + (self._at - wish.first + by) % size)

    def action_again(self) -> None:
        self._begin(self._at)

    def action_from_here(self) -> None:
        self._change(replace(self._wish, first=self._at, last=max(self._at, self._wish.last)))

    def action_to_here(self) -> None:
        self._change(replace(self._wish, first=min(self._at, self._wish.first), last=self._at))

    def action_repeats(self, by: int) -> None:
        self._change(replace(self._wish, repeats=self._wish.repeats + by))

    def action_step_up(self) -> None:
        self._change(replace(self._wish, step_up=not self._wish.step_up))

    def action_gap(self) -> None:
        at = _GAPS.index(self._wish.gap) if self._wish.gap in _GAPS else 0
        self._change(replace(self._wish, gap=_GAPS[(at + 1) % len(_GAPS)]))

    def action_dark(self) -> None:
        """Show nothing but one line of state, or all of it again."""
        self._dark = not self._dark
        self.set_class(self._dark, "-dark")
        self.paint()

    def action_leave(self) -> None:
        self.fall_silent()
        self.dismiss(None)
