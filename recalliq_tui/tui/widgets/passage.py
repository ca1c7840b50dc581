"""A text to learn on the screen: its lines with what is hidden or lit, and the strip of levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from recalliq_tui.domain.passages.strip import LEVELS, squeezed
from recalliq_tui.domain.passages.words import spots
from recalliq_tui.tui.bidi import is_right_to_left, mirrored, visual_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.app import ComposeResult

    from recalliq_tui.tui.signs import Signs

NOW: Final = "bold $accent"
LIT: Final = "bold reverse"
DIM: Final = "$text-muted"
HIDDEN: Final = "$warning"


@dataclass(frozen=True, slots=True)
class LineLook:
    """How a line is shown. ``hidden`` and ``lit`` are indices of its words; ``shown`` are words
    that were hidden and came back, with a style each. ``bare`` hides all but the place;
    ``judged`` stands in for the text once it was recited."""

    text: str
    current: bool = False
    dim: bool = False
    bare: bool = False
    hidden: frozenset[int] = frozenset()
    lit: int | None = None
    styles: tuple[tuple[int, str], ...] = ()
    judged: Content | None = None


def line_content(
    look: LineLook, signs: Signs, *, lang: str | None = None, bidi: str = "terminal"
) -> Content:
    """One line as styled text: a mark before the current one, hidden words as blanks."""
    text = look.text
    styles: list[tuple[int, int, str]] = []
    chars = list(text)
    words = spots(text, lang=lang)
    if look.bare:
        chars = list(signs.dot * 3)
        words = ()
    for index in look.hidden:
        if index < len(words):
            word = words[index]
            chars[word.start : word.end] = "_" * (word.end - word.start)
            styles.append((word.start, word.end, HIDDEN))
    styles += [
        (words[index].start, words[index].end, style)
        for index, style in look.styles
        if index < len(words)
    ]
    if look.lit is not None and look.lit < len(words):
        styles.append((words[look.lit].start, words[look.lit].end, LIT))
    body = look.judged or _laid_out(chars, styles, bidi=bidi, right=is_right_to_left(text))
    if look.dim:
        body = body.stylize_before(DIM)
    mark = f"{signs.closed} " if look.current else "  "
    return Content.assemble((mark, NOW), body)


def _laid_out(
    chars: Sequence[str], styles: Iterable[tuple[int, int, str]], *, bidi: str, right: bool
) -> Content:
    """The characters with their styles, in the order of the screen where the app lays out."""
    text = "".join(chars)
    if bidi != "app" or not right:
        content = Content(text)
        for start, end, style in styles:
            content = content.stylize(style, start, end)
        return content
    order = visual_order(text)
    places = {old: new for new, old in enumerate(order)}
    content = Content("".join(mirrored(text[at]) for at in order))
    for start, end, style in styles:
        for at in range(start, end):
            content = content.stylize(style, places[at], places[at] + 1)
    return content


def strip_content(
    levels: Sequence[int], signs: Signs, *, width: int, at: int | None = None
) -> Content:
    """The state of each line, one cell each where there is room; the current one stands out."""
    cells = squeezed(levels, width)
    bars = signs.levels[1:]
    content = Content(
        "".join(
            bars[min(level * (len(bars) - 1) // (LEVELS - 1), len(bars) - 1)] for level in cells
        )
    )
    for place, level in enumerate(cells):
        style = "$success" if level == LEVELS - 1 else "$accent" if level else "$text-disabled"
        content = content.stylize(style, place, place + 1)
    if at is not None and levels:
        place = min(at * len(cells) // len(levels), len(cells) - 1)
        content = content.stylize("bold underline", place, place + 1)
    return content


class PassageText(VerticalScroll):
    """The lines of a text, each a widget of its own; the current one stays in sight."""

    DEFAULT_CSS = """
    PassageText { height: 1fr; align-horizontal: center; scrollbar-size-vertical: 1; }
    PassageText > Static { width: 100%; max-width: 72; height: auto; margin: 0 2; }
    PassageText > .stanza { margin: 1 2 0 2; }
    PassageText > .right { text-align: right; }
    """

    def __init__(
        self,
        stanzas: Sequence[Sequence[str]],
        signs: Signs,
        *,
        lang: str | None = None,
        bidi: str = "terminal",
        id: str | None = None,  # noqa: A002  (Textual's name)
    ) -> None:
        super().__init__(id=id, can_focus=False)
        self._stanzas = tuple(tuple(stanza) for stanza in stanzas)
        self._signs = signs
        self._lang = lang
        self._bidi = bidi
        self._looks: dict[int, LineLook] = {}
        self._statics: list[Static] = []

    def compose(self) -> ComposeResult:
        number = 0
        for stanza in self._stanzas:
            for place, line in enumerate(stanza):
                classes = "stanza" if place == 0 and number else ""
                if self._bidi != "off" and is_right_to_left(line):
                    classes += " right"
                static = Static("", classes=classes, markup=False)
                self._statics.append(static)
                number += 1
                yield static

    def show_lines(self, looks: Sequence[LineLook]) -> None:
        """Show the lines so; only those that changed are drawn anew."""
        current: int | None = None
        moved = False
        for number, (static, look) in enumerate(zip(self._statics, looks, strict=False)):
            was = self._looks.get(number)
            if look.current:
                current = number
                moved = was is None or not was.current
            if was != look:
                self._looks[number] = look
                static.update(line_content(look, self._signs, lang=self._lang, bidi=self._bidi))
        if current is not None and moved:
            self.call_after_refresh(self._bring_into_sight, current)

    def _bring_into_sight(self, number: int) -> None:
        if number < len(self._statics):
            self.scroll_to_widget(self._statics[number], animate=False, center=True)
