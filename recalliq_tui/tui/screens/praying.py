"""What the screens of one text share: its lines, its strip, its sound and where the ear is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from textual import work
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from recalliq_tui.domain.passages.timing import Precision
from recalliq_tui.domain.voice import AudioState
from recalliq_tui.domain.wording import clock_time
from recalliq_tui.tui.screens.base import RiqScreen
from recalliq_tui.tui.widgets.passage import LineLook, PassageText, strip_content
from recalliq_tui.tui.words import audio_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.timer import Timer

    from recalliq_tui.domain.cards import Passage
    from recalliq_tui.domain.passages.plans import Place, Plan
    from recalliq_tui.domain.passages.timing import Timing
    from recalliq_tui.services.board import Status
    from recalliq_tui.services.loops import PassagePlayer
    from recalliq_tui.services.passage_audio import NoClip, PassageClip
    from recalliq_tui.services.prayers import PassageView

Result = TypeVar("Result")

FOLLOW_SECONDS: Final = 1 / 25
"""How often the ear's place is looked at while something plays: what the sound system holds back
(about 45 ms on PulseAudio) makes up for it."""
WIDE: Final = 110
"""From so many columns on a translation stands beside the text."""

_DEGRADED: Final = {
    Precision.WORD: "",
    Precision.LINE: "no times for words: line by line",
    Precision.NONE: "no times for lines: the text as a whole",
}


class PassageScreen(RiqScreen[Result]):
    """A screen over one text. Subclasses say how its lines look and what plays."""

    CSS_PATH = "praying.tcss"

    def __init__(self, view: PassageView) -> None:
        super().__init__()
        self.view = view
        self.levels: Sequence[int] = view.levels
        self.clip: PassageClip | None = None
        self._no_clip: NoClip | None = None
        self._sound: PassagePlayer | None = None
        self._loading = False
        self._timer: Timer | None = None
        self._place: Place | None = None
        self._lit: tuple[int, int | None] | None = None
        self._beside: Passage | None = None
        self._wants_beside = True
        self._notice_text: tuple[str, str] = ("", "")

    @property
    def passage(self) -> Passage:
        return self.view.passage

    # --- what is on the screen -------------------------------------------------------------

    def compose_body(self) -> ComposeResult:
        bidi = self.riq.runtime.config.text("display.bidi")
        signs, lang = self.riq.signs, self.passage.lang
        yield Static("", id="pray-head", markup=False)
        yield Static("", id="pray-strip", markup=False)
        with Horizontal(id="pray-texts"):
            yield PassageText(self.passage.stanzas, signs, lang=lang, bidi=bidi, id="pray-text")
            yield Static("", id="pray-beside", markup=False)
        yield from self.compose_answer()
        yield Static("", id="pray-audio", markup=False)
        yield Static("", id="pray-notice", markup=False)

    def compose_answer(self) -> ComposeResult:
        """What stands between the text and the sound: a field, ratings."""
        yield from ()

    def on_mount(self) -> None:
        super().on_mount()
        self._timer = self.set_interval(FOLLOW_SECONDS, self._follow, pause=True)
        self._load_beside()
        self.sound_opened()

    def on_unmount(self) -> None:
        if self._sound is not None:
            self._sound.stop()
        if self._timer is not None:
            self._timer.stop()

    def paint(self) -> None:
        """Draw all that depends on where the learner and the ear are."""
        self._paint_head()
        self._paint_text()
        self._paint_audio()
        self.refresh_bindings()

    def head(self) -> tuple[str, str]:
        """The words at the left and the right end of the first line."""
        return self.passage.title, ""

    def looks(self, place: Place | None) -> list[LineLook]:  # noqa: ARG002
        """How each line of the text looks while the ear is at ``place``."""
        return [LineLook(line) for line in self.passage.lines]

    def current_line(self) -> int | None:
        """The line that the strip underlines."""
        return None

    def _paint_head(self) -> None:
        left, right = self.head()
        width = self.size.width
        name = Content.styled(f" {left}", "bold")
        if right and width >= 50:  # noqa: PLR2004
            name = name.truncate(max(8, width - len(right) - 3), ellipsis=True)
            gap = " " * max(1, width - name.cell_length - len(right) - 1)
            name = Content.assemble(name, gap, (right, "$text-muted"))
        elif right:
            name = Content.assemble(name.truncate(max(8, width // 2), ellipsis=True), f"  {right}")
        self.query_one("#pray-head", Static).update(name.truncate(width))
        strip = strip_content(
            self.levels, self.riq.signs, width=max(8, width - 4), at=self.current_line()
        )
        self.query_one("#pray-strip", Static).update(Content.assemble(" ", strip))

    def _paint_text(self) -> None:
        self.query_one("#pray-text", PassageText).show_lines(self.looks(self._place))

    def on_resize(self, event: events.Resize) -> None:
        self._show_beside(event.size.width)
        above = max(0, event.size.height // 5 - 4)
        self.query_one("#pray-text").styles.padding = (above, 0, 0, 0)
        self.paint()

    def notice(self, text: str, style: str = "$warning") -> None:
        """Say something below the text, until the next word."""
        self._notice_text = (text, style)
        self.query_one("#pray-notice", Static).update(Content.styled(text, style) if text else "")

    def tell_failure(self, words: str) -> None:
        self.notice(f"{self.riq.signs.failed} {words}", "$error")

    # --- a translation beside it -----------------------------------------------------------

    @work(group="beside", exclusive=True, exit_on_error=False)
    async def _load_beside(self) -> None:
        if not self.view.translations:
            return
        runtime = self.riq.runtime
        stored = await runtime.db(runtime.collection.passage, self.view.translations[0])
        if stored is not None:
            self._beside = stored.passage
            self.query_one("#pray-beside", Static).update(Content(stored.passage.text))
            self._show_beside(self.size.width)
            self.refresh_bindings()

    def _show_beside(self, width: int) -> None:
        wanted = self._wants_beside and self._beside is not None and self.may_show_beside()
        self.query_one("#pray-beside").display = wanted and width >= WIDE

    def may_show_beside(self) -> bool:
        """Whether a translation gives nothing away now."""
        return True

    def action_beside(self) -> None:
        self._wants_beside = not self._wants_beside
        self._show_beside(self.size.width)
        if self.size.width < WIDE:
            self.notice(f"The translation needs a terminal of {WIDE} columns.")

    # --- sound -------------------------------------------------------------------------------

    def sound_opened(self) -> None:
        if self.riq.sound.parts is not None and self.clip is None and not self._loading:
            self.load_clip()

    @work(group="clip", exclusive=True, exit_on_error=False)
    async def load_clip(self, *, paid: bool = False) -> None:
        """Have the text's clip made ready; it plays at once where the screen wants that."""
        parts = self.riq.sound.parts
        if parts is None:
            return
        from recalliq_tui.services.loops import PassagePlayer  # noqa: PLC0415
        from recalliq_tui.services.passage_audio import NoClip, PassageAudio  # noqa: PLC0415

        self._loading = True
        self._paint_audio()
        try:
            found = await PassageAudio(parts).load(self.passage, paid=paid)
        finally:
            self._loading = False
        if isinstance(found, NoClip):
            self._no_clip = found
        else:
            self.clip, self._no_clip = found, None
            self._sound = PassagePlayer(parts.player, found)
            trace = self.riq.runtime.trace
            if trace is not None:
                trace.know(found.key, found.sha256)
                now = parts.player.now_ms
                trace.mark("clock", t_ms=now, monotonic_ms=1000 * self.riq.monotonic())
            self.clip_ready()
        self.paint()

    def clip_ready(self) -> None:
        """The clip can be played now."""

    @property
    def timing(self) -> Timing | None:
        return self.clip.timing if self.clip is not None else None

    @property
    def sounding(self) -> bool:
        """Whether this text plays or is paused."""
        return self._sound is not None and self._sound.active

    def play(self, plan: Plan, *, number: int = 0, endless: bool = False) -> None:
        """Play a plan of this text from a piece on."""
        if self._sound is None:
            return
        self._sound.start(plan, number=number, endless=endless)
        if self._timer is not None:
            self._timer.resume()
        self._follow()

    def toggle_pause(self) -> None:
        if self._sound is not None:
            self._sound.toggle_pause()
            self._paint_audio()

    def fall_silent(self) -> None:
        if self._sound is not None:
            self._sound.stop()
        self._follow()

    def _follow(self) -> None:
        """Look where the ear is; draw what that changes."""
        was = self._place
        self._place = self._sound.place_at() if self._sound is not None else None
        if self._place is None:
            if self._timer is not None:
                self._timer.pause()
            if was is not None:
                self.plan_ended()
                self.paint()
            return
        self.followed(self._place)
        self._note_lit(self._place)
        self._paint_text()
        self._paint_audio()

    def _note_lit(self, place: Place) -> None:
        """Write into the trace which word is lit from now on."""
        trace, parts = self.riq.runtime.trace, self.riq.sound.parts
        if trace is None or parts is None:
            return
        lit = self.lit_word(place)
        if lit != self._lit:
            self._lit = lit
            line, word = lit if lit is not None else (None, None)
            trace.mark("lit", t_ms=parts.player.now_ms, line=line, word=word)

    def followed(self, place: Place) -> None:
        """The ear has come to a place; screens that note more of it extend this."""

    def plan_ended(self) -> None:
        """What was playing has ended or was stopped."""

    def lit_word(self, place: Place | None) -> tuple[int, int | None] | None:
        """Line and word that sound now; the word is ``None`` where only the line is known."""
        timing = self.timing
        if timing is None or place is None or place.clip_ms is None:
            return None
        if timing.precision is Precision.WORD:
            word = timing.word_at(place.clip_ms)
            return None if word is None else (word.line, word.index)
        line = timing.line_at(place.clip_ms)
        return None if line is None else (line, None)

    def sound_changed(self) -> None:
        self._paint_audio()

    def show_status(self, status: Status) -> None:
        super().show_status(status)
        self._paint_audio()

    def _paint_audio(self) -> None:
        line = self.query_one("#pray-audio", Static)
        place, timing = self._place, self.timing
        if place is not None and timing is not None:
            line.update(self._playing_words(place))
            return
        if self.riq.sound.parts is None:
            line.update("")
            return
        sign, words = audio_words(self._audio_state(), self.riq.signs)
        more = self._no_clip.message if self._no_clip is not None else ""
        if timing is not None:
            more = _DEGRADED[timing.precision]
        line.update(
            Content.styled(f"{sign} {words}" + (f" ({more})" if more else ""), "$text-muted")
        )

    def _audio_state(self) -> AudioState:
        status = self.riq.status
        if self.clip is None:
            return self._no_clip.state if self._no_clip is not None else AudioState.FETCHING
        if status.device in {"none", "lost"}:
            return AudioState.NO_DEVICE
        return AudioState.MUTED if status.muted else AudioState.CACHED

    def _playing_words(self, place: Place) -> Content:
        piece = place.piece
        lines = f"line {piece.first + 1}"
        if piece.last > piece.first:
            lines = f"lines {piece.first + 1} to {piece.last + 1}"
        what = f"{lines}, your turn" if piece.gap else lines
        if self._sound is not None and self._sound.paused:
            what = f"{lines}, paused"
        clock = f"{clock_time(round(place.into_ms))} of {clock_time(piece.length_ms)}"
        turn = f"   {piece.turn} of {piece.of}" if piece.of > 1 else ""
        note = _DEGRADED[self.timing.precision] if self.timing else ""
        return Content.assemble(
            (self.riq.signs.sound, "$success"), f" {what}   ", (clock, "$text-muted"),
            (turn, "$accent"), (f"   {note}" if note else "", "$text-muted"),
        )  # fmt: skip
