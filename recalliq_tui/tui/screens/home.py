"""Home: the decks as a tree, what is due, how the voice is doing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from textual import work
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from recalliq_tui.domain.wording import plural
from recalliq_tui.tui.bindings import bind
from recalliq_tui.tui.screens.base import RiqScreen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from recalliq_tui.services.board import Status
    from recalliq_tui.services.shelf import DeckNode, Shelf
    from recalliq_tui.tui.signs import Signs

_WELCOME: Final = """\
Welcome. Three keys are enough to begin:

  enter   study the deck under the cursor
  space   show the answer, then go on to the next card
  1 to 4  say how well you knew it, and that sets when it comes back

The voice is on your machine already; v turns it off. Press ? on any screen for its keys."""

_EMPTY: Final = """\
No decks yet.

Press a to create your first deck or to add a folder of Markdown decks."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths of the columns in cells; 0 leaves a column out."""

    title: int
    count: int
    voice: int

    @classmethod
    def fit(cls, width: int) -> Columns:
        """Choose for a list of ``width`` cells: narrow terminals show less."""
        if width < 44:  # noqa: PLR2004
            return cls(title=max(8, width - 8), count=0, voice=0)  # a scrollbar takes one
        if width < 70:  # noqa: PLR2004
            return cls(title=width - 22, count=6, voice=0)
        return cls(title=min(60, width - 38), count=6, voice=18)


class DeckList(OptionList):
    """The rows; Enter studies the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [bind("home.study", "select")]


class HomeScreen(RiqScreen[None]):
    """The first screen."""

    CSS_PATH = "home.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("home.pray", "pray"),
        bind("home.add", "add"),
        bind("app.search", "app.search"),
        bind("home.check", "problems"),
        bind("home.refresh", "refresh", show=False),
        bind("home.render", "render"),
        bind("home.stop_render", "stop_render"),
        bind("home.voices", "voices"),
        bind("app.voice", "app.voice", label="mute"),
        bind("app.help", "app.help", label="help"),
        bind("app.back", "app.quit", label="quit"),
    ]

    AUTO_FOCUS: ClassVar[str | None] = "#decks"

    def __init__(self) -> None:
        super().__init__()
        self.painted = asyncio.Event()
        """Set once the decks have been on the screen."""
        self._shelf: Shelf | None = None
        self._folded: set[str] = set()

    def compose_body(self) -> ComposeResult:
        yield Static("", id="home-title", markup=False)
        yield Static("", id="home-welcome", markup=False)
        yield Static("", id="home-head", markup=False)
        yield DeckList(id="decks", markup=False)
        yield Static("", id="home-note", markup=False)

    def on_screen_resume(self) -> None:
        self.load()

    @work(exclusive=True, group="home", exit_on_error=False)
    async def load(self) -> None:
        """Read the shelf and show it; then look at the files again in the background."""
        runtime = self.riq.runtime
        try:
            self.show(await runtime.decks.shelf())
        finally:
            self.call_after_refresh(self.painted.set)
        await runtime.decks.refresh()
        await self.riq.offer_kept_progress()
        self.show(await runtime.decks.shelf())
        await runtime.decks.count_clips()
        self.show(await runtime.decks.shelf())

    def sound_opened(self) -> None:
        self._count()

    def sound_changed(self) -> None:
        self.refresh_bindings()

    @work(exclusive=True, group="count", exit_on_error=False)
    async def _count(self) -> None:
        """Show how much of each deck can speak."""
        await self.riq.runtime.decks.count_clips()
        self.show(await self.riq.runtime.decks.shelf())

    def reload(self) -> None:
        self.load()

    def show(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._show_head(shelf)
        self._show_rows(shelf)

    def on_resize(self, _event: events.Resize) -> None:
        if self._shelf is not None:
            self.show(self._shelf)

    def show_status(self, status: Status) -> None:
        super().show_status(status)
        work = status.rendering
        self.query_one("#home-note", Static).update(
            Content(_rendering_line(work.done, work.total, work.left_s)) if work else ""
        )

    def _show_head(self, shelf: Shelf) -> None:
        width = self.size.width
        now = self.riq.runtime.local_now()
        due = shelf.due + shelf.learning
        dot = f" {self.riq.signs.dot} "
        parts = [f"{now:%a} {now.day} {now:%b}"]
        counts = [
            f"{count:,} {name}" for count, name in ((due, "due"), (shelf.new, "new")) if count
        ]
        parts += [*counts, f"{shelf.minutes:,} min"] if counts else ["nothing due"]
        right = dot.join(parts)
        name = " RecallIQ"
        gap = " " * max(2, width - len(name) - len(right) - 1)
        self.query_one("#home-title", Static).update(
            Content.assemble((name, "bold $accent"), gap, (right, "$foreground-muted"))
        )
        welcome = self.query_one("#home-welcome", Static)
        welcome.display = shelf.first_run or not shelf.nodes
        welcome.update(Content(_WELCOME if shelf.nodes else _EMPTY))

    def _show_rows(self, shelf: Shelf) -> None:
        options = self.query_one("#decks", OptionList)
        width = max(20, options.size.width or self.size.width - 4)
        columns = Columns.fit(width)
        self.query_one("#home-head", Static).update(_header(columns))
        rows = [node for node in shelf.nodes if not self._hidden(node)]
        at = self._current_id()
        options.clear_options()
        options.add_options(
            Option(
                node_content(node, columns, self.riq.signs, closed=node.key in self._folded),
                id=node.key,
            )
            for node in rows
        )
        if rows:
            keys = [node.key for node in rows]
            options.highlighted = keys.index(at) if at in keys else _first_deck(rows)
        self.refresh_bindings()

    def _hidden(self, node: DeckNode) -> bool:
        return any(node.key.startswith(f"{folder}/") for folder in self._folded)

    def _current_id(self) -> str | None:
        options = self.query_one("#decks", OptionList)
        if options.highlighted is None or not options.option_count:
            return None
        return options.get_option_at_index(options.highlighted).id

    @property
    def current(self) -> DeckNode | None:
        """The deck or folder under the cursor."""
        at = self._current_id()
        nodes = self._shelf.nodes if self._shelf else ()
        return next((node for node in nodes if node.key == at), None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        node = self.current if self._shelf else None
        if action == "problems":
            return node is not None and node.problems > 0
        if action == "pray":
            nodes = self._shelf.nodes if self._shelf else ()
            return any(each.passages for each in nodes)
        if action == "render":
            return node is not None and _lacks_clips(node) and not self.riq.sound.renders_deck
        if action == "stop_render":
            return self.riq.sound.renders_deck
        return super().check_action(action, parameters)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_study()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self.refresh_bindings()

    def on_key(self, event: events.Key) -> None:
        node = self.current
        if node is None or not node.folder or event.key not in {"left", "right", "space"}:
            return
        event.stop()
        opens = event.key == "right" or (event.key == "space" and node.key in self._folded)
        (self._folded.discard if opens else self._folded.add)(node.key)
        if self._shelf is not None:
            self._show_rows(self._shelf)

    def action_study(self) -> None:
        node = self.current
        if node is None:
            return
        if node.passage_id is not None or (node.passages and not node.cards):
            self.action_pray()
        else:
            self.riq.study(node.deck_ids, title=node.title)

    def action_pray(self) -> None:
        """Open the text under the cursor, the texts of its deck, or all of them."""
        node = self.current
        if node is not None and node.passage_id is not None:
            self.riq.pray(first=node.passage_id)
        else:
            self.riq.pray(node.deck_ids if node is not None and node.passages else None)

    def action_add(self) -> None:
        self.riq.add_deck()

    def action_problems(self) -> None:
        node = self.current
        if node is not None:
            self.riq.show_problems(node)

    def action_voices(self) -> None:
        self.riq.voices(self.current)

    def action_stop_render(self) -> None:
        self.riq.sound.cancel_deck()

    @work(group="render", exclusive=True, exit_on_error=False)
    async def action_render(self) -> None:
        """Render what the deck under the cursor lacks, after a question with its cost."""
        node = self.current
        if node is not None:
            from recalliq_tui.tui.screens.offer import render_deck  # noqa: PLC0415

            await render_deck(self.riq, node)
            self._count()

    def action_refresh(self) -> None:
        self.load()


def node_content(node: DeckNode, columns: Columns, signs: Signs, *, closed: bool) -> Content:
    """One row: indented title, counts, voice; cut to the columns' widths."""
    indent = "  " * node.depth
    fold = f"{signs.closed if closed else signs.open} " if node.folder else ""
    problem = f" {signs.needs}" if node.problems else ""
    title = Content(f"{indent}{fold}{node.title}{problem}").truncate(
        columns.title - 1, ellipsis=True
    )
    if node.folder:
        title = title.stylize("bold")
    line = title.pad_right(max(0, columns.title - title.cell_length))
    if node.passage_id is not None:
        return line.append(_text_state(node, columns, signs))
    if node.cards == 0 and node.passages:
        words = plural(node.passages, "text").rjust(3 * columns.count)
        return line.append(Content.styled(words, "$foreground-muted"))
    if columns.count:
        for value, style in (
            (node.new, "$accent"),
            (node.learning, "$warning"),
            (node.due, "$success"),
        ):
            text = f"{value:,}" if value else signs.dot
            line = line.append(
                Content.styled(
                    text.rjust(columns.count), style if value else "$foreground-disabled"
                )
            )
    else:
        line = line.append(f"{node.new + node.learning + node.due:>5}")
    if columns.voice and node.clips_need is not None:
        line = line.append("   ").append(_voice_share(node, signs))
    return line


def _text_state(node: DeckNode, columns: Columns, signs: Signs) -> Content:
    """Strip, what is due and state of a text, in the columns of the counts and the voice."""
    from recalliq_tui.tui.screens.prayers import standing_content  # noqa: PLC0415
    from recalliq_tui.tui.widgets.passage import strip_content  # noqa: PLC0415

    due = Content.styled(
        "1" if node.due else signs.dot, "$success" if node.due else "$text-disabled"
    )
    if not columns.count:
        return due.pad_left(4)
    width = 2 * columns.count - 2
    strip = strip_content(node.levels, signs, width=width)
    line = Content("  ").append(strip.pad_right(width - strip.cell_length))
    line = line.append(due.pad_left(columns.count - 1))
    if columns.voice and node.standing is not None:
        line = line.append("   ").append(standing_content(node.standing, signs))
    return line


def _voice_share(node: DeckNode, signs: Signs) -> Content:
    have, need = node.clips_have or 0, node.clips_need or 0
    if need == 0:
        return Content.styled(f"{signs.nothing} silent", "$foreground-muted")
    if have >= need:
        return Content.assemble((signs.ready, "$success"), f" {have:,}/{need:,}")
    sign = signs.working if have else signs.nothing
    return Content.styled(f"{sign} {have:,}/{need:,}", "$foreground-muted")


def _lacks_clips(node: DeckNode) -> bool:
    """Whether there may be something to render; for a folder or a huge deck nobody counted."""
    return node.clips_need is None or (node.clips_have or 0) < node.clips_need


def _header(columns: Columns) -> Content:
    if not columns.count:
        return Content("")
    names = "".join(name.rjust(columns.count) for name in ("new", "learn", "due"))
    voice = "   voice" if columns.voice else ""
    return Content.styled(" " * columns.title + names + voice, "$foreground-muted")


def _first_deck(rows: Sequence[DeckNode]) -> int:
    return next((n for n, row in enumerate(rows) if not row.folder and row.cards), 0)


def _rendering_line(done: int, total: int, left_s: float | None) -> str:
    left = f", about {max(1, round(left_s))} s left" if left_s is not None else ""
    return f"Rendering the voice: {done:,} of {total:,} clips{left}. Study meanwhile."
