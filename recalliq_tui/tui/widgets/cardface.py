"""A card as it is asked: front, back, the line of its audio, and what is between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from recalliq_tui.tui.cardtext import card_text
from recalliq_tui.tui.widgets.session import AudioLine

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget

    from recalliq_tui.domain.cards import Card
    from recalliq_tui.services.speaking import Speaking
    from recalliq_tui.tui.signs import Signs

_ANSWER_LINES: Final = 4
"""So much of an answer is to be seen when it opens."""
_RULE: Final = 30


class CardFace(VerticalScroll):
    """Scrolls where a card is longer than the screen. Others mount an answer's field and its
    grading into it."""

    def __init__(self, sound: Speaking, signs: Signs) -> None:
        super().__init__(id="card", can_focus=False)
        self._sound = sound
        self._signs = signs

    def compose(self) -> ComposeResult:
        yield Static("", id="front", markup=False)
        yield Static("", id="rule", markup=False)
        yield Static("", id="typed", markup=False)
        yield Static("", id="back", markup=False)
        yield AudioLine(self._sound, self._signs)

    def ask(self, card: Card, *, opened: bool) -> None:
        """Show a card's front, and its back where it is opened; a cloze opens in its place."""
        front, rule, back = (self.query_one(part, Static) for part in ("#front", "#rule", "#back"))
        cloze = bool(card.back.marks)
        front.update(card_text(card.back if opened and cloze else card.front))
        rule.display = back.display = opened and not cloze
        if opened:
            rule.update(Content(self._signs.rule * _RULE))
            back.update(card_text(card.back))

    def wait(self, words: str) -> None:
        """Show why there is no card now."""
        self.query_one("#front", Static).update(Content(words))
        self.query_one("#rule").display = self.query_one("#back").display = False

    async def put_aside(self, content: Content) -> None:
        """Show ``content`` beside the card, where there is room."""
        aside = next(iter(self.query("#aside").results(Static)), None)
        if aside is None:
            aside = Static("", id="aside", markup=False)
            await self.mount(aside)
        aside.update(content)

    # --- what is in sight of it ------------------------------------------------------------

    def pad(self, height: int) -> None:
        """Air above the question, on a screen of that height."""
        self.styles.padding = (max(0, height // 4 - 3), 0, 0, 0)

    def place_audio_line(self, after: Widget | None) -> None:
        """Below the grading while there is one, else below the back."""
        above = after if after is not None else self.query_one("#back")
        line = self.query_one(AudioLine)
        children = list(self.children)
        if children.index(line) != children.index(above) + 1:
            self.move_child(line, after=above)

    def bring_back_into_sight(self) -> None:
        """The question stays where it is, unless it is so long that the answer would not show."""
        back = self.query_one("#back")
        hidden = back.virtual_region.y + min(_ANSWER_LINES, back.size.height) - self.size.height
        if back.display and hidden > self.scroll_offset.y:
            self.scroll_to(y=hidden, animate=False)

    def bring_grading_into_sight(self, grading: Widget) -> None:
        """All of it with the line of the voice: the air above goes first, then the question."""
        begin, end = grading.virtual_region.y, grading.virtual_region.bottom
        line = self.query_one(AudioLine)
        if line.display:
            end = max(end, line.virtual_region.bottom)
        over = end - self.size.height
        if over <= 0:
            return
        air = self.styles.padding.top
        self.styles.padding = (air - min(air, over), 0, 0, 0)
        hidden = min(begin, over - air)
        if hidden > self.scroll_offset.y:
            self.call_after_refresh(self.scroll_to, y=hidden, animate=False)

    def scroll_steps(self, steps: int) -> None:
        """Scroll by a line, or by the screen for more than one step."""
        rows = steps if abs(steps) == 1 else (self.size.height - 2) * (1 if steps > 0 else -1)
        self.scroll_relative(y=rows, animate=False)
