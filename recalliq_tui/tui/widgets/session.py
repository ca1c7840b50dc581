"""Parts of the review screen: progress line, typed answer, ratings, audio line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from recalliq_tui.domain.cards import Side
from recalliq_tui.domain.memory import Rating
from recalliq_tui.domain.voice import AudioState
from recalliq_tui.domain.wording import clock_time
from recalliq_tui.tui.bindings import first_key
from recalliq_tui.tui.widgets.keyline import key_name
from recalliq_tui.tui.words import audio_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual import events
    from textual.app import RenderResult
    from textual.timer import Timer

    from recalliq_tui.domain.answers import AnswerCheck
    from recalliq_tui.domain.cards import Card
    from recalliq_tui.services.speaking import SideAudio, Speaking
    from recalliq_tui.services.steps import Progress
    from recalliq_tui.tui.signs import Signs

_METER_SECONDS: Final = 1 / 8
_BAR: Final = 10
_WIDE: Final = 60
_CELL: Final = 14
_COLUMN: Final = 72
ASIDE_FROM: Final = 120
"""From this width on, what is known of a card stands beside it."""
ASIDE_WIDTH: Final = 38


def progress_content(title: str, progress: Progress, signs: Signs, width: int) -> Content:
    """Deck, place in the session and what is left, on one line of ``width`` cells."""
    total = max(progress.total, progress.number)
    done = round(_BAR * progress.done / total) if total else 0
    bar = signs.full * done + signs.empty * (_BAR - done)
    left = (
        f"{progress.new} new {signs.dot} {progress.learning} learn {signs.dot} {progress.due} due"
    )
    place = f"{progress.number} of {total}"
    if width < _WIDE:
        return Content.assemble(
            " ", (title[: max(8, width - len(place) - 4)], "bold"), f"  {place}"
        )
    right = Content.assemble(f"{place}  ", (bar, "$accent"), f"   {left} ")
    room = width - right.cell_length - 2
    head = Content.styled(title, "bold").truncate(max(8, room), ellipsis=True)
    gap = " " * max(1, width - 1 - head.cell_length - right.cell_length)
    return Content.assemble(" ", head, gap, right)


class Ratings(Widget):
    """The four ratings with their intervals, always in the same place."""

    class Chosen(Message):
        """A rating was clicked."""

        def __init__(self, rating: Rating) -> None:
            super().__init__()
            self.rating = rating

    intervals: reactive[Mapping[Rating, str] | None] = reactive(None)
    suggested: reactive[Rating | None] = reactive(None)

    _NAMES: Final = {
        Rating.AGAIN: "Again",
        Rating.HARD: "Hard",
        Rating.GOOD: "Good",
        Rating.EASY: "Easy",
    }

    def __init__(self, signs: Signs, keymap: Mapping[str, str]) -> None:
        super().__init__(id="ratings")
        self._signs = signs
        self._keys = {
            rating: key_name(first_key(f"review.{rating.name.lower()}", keymap), signs)
            for rating in self._NAMES
        }

    @property
    def _cell(self) -> int:
        return min(_CELL, max(8, (self.size.width - self._left) // 4))

    @property
    def _left(self) -> int:
        """Where the card's column begins, so that the ratings stand under it."""
        width = self.size.width - 1  # the scroll bar's column
        if self.size.width >= ASIDE_FROM:
            width -= ASIDE_WIDTH
        return max(0, (width - _COLUMN) // 2) if self.size.width > _WIDE else 1

    def render(self) -> RenderResult:
        if self.intervals is None:
            return ""
        cell, left = self._cell, " " * self._left
        names, spans = Content(left), Content(left)
        for rating, name in self._NAMES.items():
            hint = f" {self._signs.suggest}" if rating is self.suggested else ""
            top = Content.assemble((self._keys[rating], "bold $accent"), " ", (name, "bold"), hint)
            names = names.append(top.pad_right(max(0, cell - top.cell_length)))
            indent = " " * (len(self._keys[rating]) + 1)
            below = Content.styled(indent + self.intervals.get(rating, ""), "$foreground-muted")
            below = below.truncate(cell - 1)
            spans = spans.append(below.pad_right(max(0, cell - below.cell_length)))
        return Content.assemble(names.rstrip(), "\n", spans.rstrip())

    def on_click(self, event: events.Click) -> None:
        column = (event.x - self._left) // self._cell
        if self.intervals is not None and 0 <= column < len(self._NAMES):
            self.post_message(self.Chosen(list(self._NAMES)[column]))


class AudioLine(Static):
    """How the audio of the side in sight is doing, with a small level meter while it plays."""

    def __init__(self, sound: Speaking, signs: Signs) -> None:
        super().__init__("", id="audio")
        self._sound = sound
        self._signs = signs
        self._card: Card | None = None
        self._side = Side.FRONT
        self._timer: Timer | None = None

    def on_mount(self) -> None:
        self._timer = self.set_interval(_METER_SECONDS, self._meter, pause=True)

    def follow(self, card: Card | None, side: Side) -> None:
        """Show how this side is doing from now on; nothing where there is no card."""
        self._card, self._side = card, side
        self.show_now()

    def show_now(self) -> None:
        """Look again: at what is said besides the card, else at the side."""
        talk = self._sound.talk
        if talk is not None:
            self.display = True
            self.show_state(talk.state, label=talk.label)
            return
        audio = self._side_audio()
        self.display = audio is not None
        if audio is None:
            return
        playing = audio.state is AudioState.PLAYING
        if self._timer is not None:
            (self._timer.resume if playing else self._timer.pause)()
        if playing:
            self._meter()
        else:
            self.show_state(audio.state, label=audio.label)

    def _side_audio(self) -> SideAudio | None:
        return self._sound.side(self._card, self._side) if self._card is not None else None

    def _meter(self) -> None:
        playing = self._sound.meter()
        if playing is None:
            self.show_now()
            return
        levels = self._signs.levels
        bars = "".join(
            levels[min(len(levels) - 1, round(x * (len(levels) - 1)))] for x in playing.levels
        )
        self.show_playing(
            playing.position_ms,
            playing.duration_ms,
            bars,
            paused=playing.paused,
            label=audio.label if (audio := self._side_audio()) is not None else "",
        )

    def show_state(self, state: AudioState, *, label: str = "") -> None:
        """Show a state that stands still; ``label`` names another voice or a reason."""
        sign, words = audio_words(state, self._signs)
        text = f"{sign} {words}" + (f" ({label})" if label else "")
        match state:
            case AudioState.CACHED | AudioState.PLAYING | AudioState.SILENT | AudioState.MUTED:
                style = "$foreground-muted"
            case AudioState.FETCHING | AudioState.MISSING:
                style = "$foreground-muted"
            case AudioState.STALE | AudioState.BLOCKED | AudioState.NO_DEVICE | AudioState.DAMAGED:
                style = "$warning"
            case _:
                assert_never(state)
        self.update(Content.styled(text, style))

    def show_playing(
        self, position_ms: int, duration_ms: int, level: str, *, paused: bool, label: str = ""
    ) -> None:
        """Show what plays; ``label`` names another voice."""
        words = "paused" if paused else level
        place = f"{clock_time(position_ms)} of {clock_time(duration_ms)}"
        self.update(
            Content.assemble(
                (self._signs.sound, "$success"),
                f" {words} ",
                (place, "$foreground-muted"),
                (f" ({label})" if label else "", "$warning"),
            )
        )


def typed_content(check: AnswerCheck, signs: Signs) -> Content:
    """What was typed against what was expected, word by word, each difference with a sign."""
    from recalliq_tui.domain.answers import Label  # noqa: PLC0415  (loads rapidfuzz)

    head = "right" if check.correct else "nearly" if check.near else "not the same"
    sign = signs.ok if check.correct else signs.needs if check.near else signs.failed
    style = "$success" if check.correct else "$warning" if check.near else "$error"
    line = Content("")
    for word in check.words:
        match word.label:
            case Label.OK:
                piece = Content(word.typed)
            case Label.TYPO:
                piece = Content.styled(f"{signs.needs}{word.typed}", "$warning")
            case Label.SUBSTITUTED:
                piece = Content.styled(f"{signs.failed}{word.typed}", "$error strike")
            case Label.MISSING:
                piece = Content.styled(f"{signs.failed}({word.expected})", "$error")
            case Label.EXTRA:
                piece = Content.styled(f"{signs.needs}{word.typed}", "$warning strike")
            case _:
                assert_never(word.label)
        line = line.append(piece).append(" ")
    return Content.assemble(("you  ", "$foreground-muted"), line, (f"  {sign} {head}", style))
