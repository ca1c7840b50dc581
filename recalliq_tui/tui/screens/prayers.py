"""The texts to know by heart: each with its state, its strip, and what is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, assert_never

from textual import work
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from recalliq_tui.domain.passages.rules import Standing
from recalliq_tui.domain.recitation import Level
from recalliq_tui.domain.wording import plural, short_days
from recalliq_tui.services.prayers import ORDER
from recalliq_tui.tui.bindings import bind
from recalliq_tui.tui.screens.base import RiqScreen
from recalliq_tui.tui.widgets.passage import strip_content

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from recalliq_tui.domain.cards import DeckId, PassageId
    from recalliq_tui.services.prayers import PassageView
    from recalliq_tui.tui.signs import Signs

_EMPTY: Final = """\
No texts to learn by heart here yet.

Press i to take one of your own from a plain text file."""
_STRIP: Final = 24


class PassageList(OptionList):
    """The rows; Enter opens the text under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [bind("pray.open", "select")]


class PrayersScreen(RiqScreen[None]):
    """A list by state or by language. With ``first`` that text opens at once."""

    CSS_PATH = "prayers.tcss"
    AUTO_FOCUS: ClassVar[str | None] = "#passages"
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("pray.learn", "learn"),
        bind("pray.recite", "recite"),
        bind("pray.loop", "loop"),
        bind("pray.lines", "lines"),
        bind("pray.import", "import_text"),
        bind("pray.order", "order"),
        bind("app.voice", "app.voice", show=False),
        bind("app.help", "app.help", label="help"),
        bind("app.back", "leave", label="back"),
    ]

    def __init__(
        self, deck_ids: Sequence[DeckId] | None = None, *, first: PassageId | None = None
    ) -> None:
        super().__init__()
        self._deck_ids = deck_ids
        self._first = first
        self._views: list[PassageView] = []
        self._by_language = False

    def compose_body(self) -> ComposeResult:
        yield Static("", id="prayers-head", markup=False)
        yield PassageList(id="passages", markup=False)
        yield Static("", id="prayers-note", markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        self._begin()

    @work(group="open", exclusive=True, exit_on_error=False)
    async def _begin(self) -> None:
        await self._load()
        first, self._first = self._first, None
        view = next((view for view in self._views if view.passage.id == first), None)
        if view is not None:
            self._point_at(view)
            await self._open(view)

    async def _load(self) -> None:
        runtime = self.riq.runtime
        self._views = await runtime.db(runtime.prayers.shelf, self._deck_ids)
        self._show()

    # --- what is on the screen ---------------------------------------------------------------

    def _sorted(self) -> list[PassageView]:
        if self._by_language:
            return sorted(self._views, key=lambda view: view.lang)
        return sorted(self._views, key=lambda view: (not view.due, ORDER[view.standing]))

    def _show(self) -> None:
        options = self.query_one("#passages", OptionList)
        at = self.current
        views = self._sorted()
        options.clear_options()
        width = max(20, (options.size.width or self.size.width - 4) - 4)
        today = self.riq.runtime.calendar.day(self.riq.runtime.now())
        heading = ""
        for view in views:
            group = _group(view, by_language=self._by_language)
            if group != heading:
                heading = group
                options.add_option(Option(Content.styled(group, "$text-muted"), disabled=True))
            options.add_option(
                Option(row_content(view, self.riq.signs, width, today=today), id=view.passage.id)
            )
        if views:
            self._point_at(at or views[0])
        due = sum(bool(view.due) for view in views)
        head = f" Prayers and texts   {plural(len(views), 'text')}, {due} due"
        self.query_one("#prayers-head", Static).update(Content.styled(head, "bold $accent"))
        self.query_one("#prayers-note", Static).update(Content("" if views else _EMPTY))
        self.refresh_bindings()

    def _point_at(self, view: PassageView) -> None:
        options = self.query_one("#passages", OptionList)
        if any(each.passage.id == view.passage.id for each in self._views):
            options.highlighted = options.get_option_index(view.passage.id)

    @property
    def current(self) -> PassageView | None:
        """The text under the cursor."""
        options = self.query_one("#passages", OptionList)
        if options.highlighted is None or options.highlighted >= options.option_count:
            return None
        ident = options.get_option_at_index(options.highlighted).id
        return next((view for view in self._views if view.passage.id == ident), None)

    def on_resize(self, _event: events.Resize) -> None:
        if self._views:
            self._show()

    def reload(self) -> None:
        self._reload()

    @work(group="load", exclusive=True, exit_on_error=False)
    async def _reload(self) -> None:
        await self._load()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self.refresh_bindings()

    # --- keys --------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in {"learn", "recite", "loop", "lines"}:
            return self.current is not None
        return super().check_action(action, parameters)

    @work(group="open", exclusive=True, exit_on_error=False)
    async def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if (view := self.current) is not None:
            await self._open(view)

    @work(group="open", exclusive=True, exit_on_error=False)
    async def action_learn(self) -> None:
        if (view := self.current) is not None:
            await self._learn(view)

    @work(group="open", exclusive=True, exit_on_error=False)
    async def action_recite(self) -> None:
        if (view := self.current) is not None:
            await self._recite(view)

    @work(group="open", exclusive=True, exit_on_error=False)
    async def action_loop(self) -> None:
        if (view := self.current) is not None:
            await self._loop(view)

    @work(group="open", exclusive=True, exit_on_error=False)
    async def action_lines(self) -> None:
        if (view := self.current) is None:
            return
        from recalliq_tui.tui.screens.line_editor import LineEditorScreen  # noqa: PLC0415

        words = await self.riq.push_screen_wait(LineEditorScreen(view))
        await self._load()
        if words:
            self.riq.notify(words, markup=False)

    @work(group="open", exclusive=True, exit_on_error=False)
    async def action_import_text(self) -> None:
        from recalliq_tui.tui.screens.import_text import ImportScreen  # noqa: PLC0415

        stored = await self.riq.push_screen_wait(ImportScreen(self.riq.runtime))
        if stored is None:
            return
        self._deck_ids = None
        await self._load()
        view = next((v for v in self._views if v.passage.id == stored.passage.id), None)
        if view is not None:
            self._point_at(view)

    def action_order(self) -> None:
        self._by_language = not self._by_language
        self._show()

    def action_leave(self) -> None:
        self.dismiss(None)

    # --- what a text is opened with --------------------------------------------------------------

    async def _open(self, view: PassageView) -> None:
        """Recite what is due; learn what isn't known yet; recite the rest when wished."""
        match view.standing:
            case Standing.NEW | Standing.ACQUIRING:
                await (self._recite(view) if view.due else self._learn(view))
            case Standing.LEARNING | Standing.BY_HEART | Standing.LAPSED:
                await self._recite(view)
            case _:
                assert_never(view.standing)

    async def _learn(self, view: PassageView) -> None:
        from recalliq_tui.services.practice import Practice  # noqa: PLC0415
        from recalliq_tui.tui.screens.acquire import AcquireScreen  # noqa: PLC0415

        runtime = self.riq.runtime
        level = Level(runtime.config.text("pray.level"))
        state = await runtime.db(runtime.prayers.acquire, view.passage)
        practice = Practice(runtime, view.passage, level)
        then = await self.riq.push_screen_wait(AcquireScreen(view, state, practice))
        if then == "recite":
            await self._recite(view)
        elif then == "loop":
            await self._loop(view)
        else:
            await self._load()

    async def _recite(self, view: PassageView) -> None:
        from recalliq_tui.tui.screens.recite import ReciteScreen  # noqa: PLC0415

        runtime = self.riq.runtime
        level = Level(runtime.config.text("pray.level"))
        asked = await runtime.db(runtime.prayers.to_recite, view.passage)
        view = await runtime.db(runtime.prayers.view, view.passage.id)
        await self.riq.push_screen_wait(ReciteScreen(view, asked, level))
        await self._load()

    async def _loop(self, view: PassageView) -> None:
        from recalliq_tui.tui.screens.loop import LoopScreen  # noqa: PLC0415

        await self.riq.push_screen_wait(LoopScreen(view))
        await self._load()


def _group(view: PassageView, *, by_language: bool) -> str:
    if by_language:
        return view.lang or "no language"
    return "due" if view.due else standing_words(view.standing)


def standing_words(standing: Standing) -> str:
    """What a state is called on the screen."""
    match standing:
        case Standing.NEW:
            return "new"
        case Standing.ACQUIRING:
            return "learning"
        case Standing.LEARNING:
            return "reviewing"
        case Standing.BY_HEART:
            return "by heart"
        case Standing.LAPSED:
            return "lapsed"
        case _:
            assert_never(standing)


def standing_content(standing: Standing, signs: Signs) -> Content:
    """The sign and words of a state."""
    words = standing_words(standing)
    match standing:
        case Standing.BY_HEART:
            return Content.styled(f"{signs.ready} {words}", "$success")
        case Standing.LAPSED:
            return Content.styled(f"{signs.needs} {words}", "$warning")
        case Standing.NEW:
            return Content.styled(f"{signs.nothing} {words}", "$text-muted")
        case Standing.ACQUIRING | Standing.LEARNING:
            return Content.styled(f"{signs.working} {words}", "$text-muted")
        case _:
            assert_never(standing)


def row_content(view: PassageView, signs: Signs, width: int, *, today: int) -> Content:
    """One text in ``width`` cells: title, language, strip, what is due, state."""
    wide = width >= 64  # noqa: PLR2004
    state = standing_content(view.standing, signs)
    when = ""
    if view.due:
        when = f"{len(view.due)} due"
    elif view.next_day is not None:
        when = short_days(max(1, view.next_day - today))
    strip_width = min(_STRIP, max(8, width // 4))
    rest = (strip_width + 2) + (10 + 12 if wide else 6)
    title = Content(view.passage.title).truncate(max(8, width - rest - 4), ellipsis=True)
    line = title.pad_right(max(0, width - rest - 4 - title.cell_length))
    line = line.append(Content.styled(f" {view.lang[:3]:<3}", "$text-disabled"))
    strip = strip_content(view.levels, signs, width=strip_width)
    line = line.append(strip.pad_right(strip_width - strip.cell_length + 2))
    if not wide:
        return line.append(when.rjust(6)[:6])
    return line.append(
        Content.styled(f"{when:<10}", "$success" if view.due else "$text-muted")
    ).append(state)
