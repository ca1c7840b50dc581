"""The application: screens, common keys, and what they share."""

from __future__ import annotations

import gc
import logging
import time
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from textual import work
from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.content import Content
from textual.reactive import reactive

from recalliq_tui.config.keys import ACTIONS
from recalliq_tui.services.board import Status
from recalliq_tui.store.errors import StoreError
from recalliq_tui.tui import themes
from recalliq_tui.tui.bindings import bind
from recalliq_tui.tui.failures import failure_of
from recalliq_tui.tui.screens.base import RiqScreen
from recalliq_tui.tui.signals import on_end_signals
from recalliq_tui.tui.signs import choose_signs
from recalliq_tui.tui.widgets.keyline import key_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.binding import BindingType
    from textual.screen import Screen
    from textual.worker import Worker

    from recalliq_tui.domain.cards import Card, CardId, DeckId, PassageId
    from recalliq_tui.services.prayers import Praying
    from recalliq_tui.services.runtime import Begun, Runtime
    from recalliq_tui.services.shelf import DeckNode
    from recalliq_tui.services.speaking import Speaking


class Start(NamedTuple):
    """What the program opens with: the home screen, a session that is ready, or texts to learn."""

    study: Begun | None = None
    pray: Praying | None = None


class RecallApp(App[int]):
    """Everything that has to do with the terminal. The rest comes in as the runtime."""

    CSS_PATH = ["app.tcss", "screens/review.tcss"]  # noqa: RUF012  (as Textual declares it)
    TITLE = "RecallIQ"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("app.help", "help", show=False),
        bind("app.commands", "command_palette", show=False),
        bind("app.voice", "voice", show=False),
        bind("app.voice_details", "voice_details", show=False),
        bind("app.offline_voice", "offline_voice"),
        bind("app.search", "search", show=False),
        bind("app.theme", "theme", show=False),
        Binding("ctrl+c,ctrl+q", "quit", "quit", show=False, priority=True, id="app.quit"),
    ]

    status: reactive[Status] = reactive(Status)
    _themed = False

    def __init__(self, runtime: Runtime, start: Start | None = None) -> None:
        super().__init__()
        self.runtime = runtime
        self.signs = choose_signs(runtime.config.text("display.signs"))
        self._start = start or Start()
        self._studied = False
        self.register_theme(themes.DARK)
        self.register_theme(themes.LIGHT)
        self._first_theme(themes.NAMES[runtime.config.text("display.theme")])
        self.set_keymap(dict(runtime.config.keymap))

    def _first_theme(self, name: str) -> None:
        """Take a theme before anything is styled: assigning it would style everything twice."""
        if name.startswith("ansi"):
            self._themed = True
            self.theme = name
            return
        self.set_reactive(App.theme, name)
        self._themed = True
        dark = self.current_theme.dark
        classes = {f"-theme-{name}": True, "-dark-mode": dark, "-light-mode": not dark}
        self.update_classes(classes, update=False)
        self.stylesheet.set_variables(self.get_css_variables())

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Quiet colours where a theme has none: those of the terminal's own sixteen."""
        return {"foreground-muted": "ansi_bright_black", "foreground-disabled": "ansi_bright_black"}

    def get_css_variables(self) -> dict[str, str]:
        """The theme's colours; none while Textual sets itself up for a theme that we don't take."""
        return super().get_css_variables() if self._themed else {}

    @property
    def sound(self) -> Speaking:
        """What speaks; there from the start, silent until its parts are open."""
        return self.runtime.sound

    def monotonic(self) -> float:
        """Seconds for measuring how long a card took."""
        return time.monotonic()

    # --- start and end ---------------------------------------------------------------------

    async def show_home(self) -> None:
        """Put the decks on the screen."""
        from recalliq_tui.tui.screens.home import HomeScreen  # noqa: PLC0415  (a session needs none)

        if not any(isinstance(screen, HomeScreen) for screen in self.screen_stack):
            await self.push_screen(HomeScreen())

    def on_load(self) -> None:
        on_end_signals(self._end)

    def _handle_exception(self, error: Exception) -> None:
        """What fails because the screens are being taken away is no fault of the program."""
        if self._exit:
            logging.getLogger(__name__).info("while ending: %r", error)
            return
        logging.getLogger(__name__).error("the screen crashed", exc_info=error)
        super()._handle_exception(error)

    def _end(self, code: int) -> None:
        self.sound.stop()
        self.exit(return_code=code)

    async def on_mount(self) -> None:
        self.runtime.board.listen(self._status_changed)
        self.status = self.runtime.board.status
        begun, praying = self._start.study, self._start.pray
        if begun is not None:
            self._study_begun(begun)
        elif praying is not None:
            self.pray(praying.deck_ids, first=praying.first)
        else:
            await self.show_home()
        self.call_after_refresh(self._after_first_paint)

    def _status_changed(self, _status: Status) -> None:
        self.call_later(self._take_status)

    def _take_status(self) -> None:
        before, self.status = self.status, self.runtime.board.status
        if (before.voice, before.offline_voice) != (self.status.voice, self.status.offline_voice):
            self.refresh_bindings()

    @work(group="start", exit_on_error=False)
    async def _after_first_paint(self) -> None:
        """Open what is slow to open, now that the screen is there."""
        gc.freeze()
        gc.enable()
        if self._start == Start():
            await self._home_painted()
            self._offer_to_go_on()
        await self.runtime.open_sound(self._sound_changed)
        for screen in self.screen_stack:
            if isinstance(screen, RiqScreen):
                screen.sound_opened()
        try:
            await self.runtime.backup()
        except StoreError as error:
            self.notify(f"No backup today: {error.message}", severity="warning", markup=False)

    async def _home_painted(self) -> None:
        """Wait for the decks: what is slow must not load beside them."""
        from recalliq_tui.tui.screens.home import HomeScreen  # noqa: PLC0415

        for screen in self.screen_stack:
            if isinstance(screen, HomeScreen):
                await screen.painted.wait()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if words := failure_of(event):
            self.notify(words, severity="error", markup=False)

    def _sound_changed(self) -> None:
        screen = self.screen
        if isinstance(screen, RiqScreen) and screen.is_mounted and not self._exit:
            screen.sound_changed()

    @work(group="go on", exit_on_error=False)
    async def _offer_to_go_on(self) -> None:
        """Ask about a session that was not ended, unless the learner has begun one meanwhile."""
        state = await self.runtime.open_session()
        if state is None or self._studied or self.status.read_only:
            return
        from recalliq_tui.tui.screens.dialogs import Ask  # noqa: PLC0415

        place = f"{state.answered} answered" if state.answered else "its first card"
        body = Content(f"{state.title}: you had stopped at {state.place} ({place}).")
        if await self.push_screen_wait(
            Ask("Go on where you stopped?", body, yes="go on", no="not now")
        ):
            self.study(state.deck_ids, title=state.title)
        else:
            await self.runtime.forget_session()

    async def on_unmount(self) -> None:
        """Give the device, the voice and the cache back, however the screens ended."""
        await self.runtime.close_sound()

    async def action_quit(self) -> None:
        """End the program; what was answered is stored already."""
        self.sound.stop()
        self.exit(0)

    # --- studying --------------------------------------------------------------------------

    @work(group="study", exclusive=True, exit_on_error=False)
    async def study(self, deck_ids: Sequence[DeckId], *, title: str) -> None:
        """Begin a session and show it; afterwards its end, then the decks."""
        self._studied = True
        try:
            begun = await self.runtime.begin(deck_ids, title)
        except StoreError as error:
            self.notify(f"{error.message} {error.recovery}", severity="error", markup=False)
            return
        self._study_begun(begun)

    @work(group="session", exclusive=True, exit_on_error=False)
    async def _study_begun(self, begun: Begun) -> None:
        from recalliq_tui.services.steps import Summary  # noqa: PLC0415
        from recalliq_tui.tui.screens.end import EndScreen  # noqa: PLC0415

        self.runtime.session_opened(begun.session)
        if isinstance(begun.step, Summary):
            summary: Summary | None = begun.step
        else:
            from recalliq_tui.tui.screens.review import ReviewScreen  # noqa: PLC0415

            summary = await self.push_screen_wait(ReviewScreen(begun.session, begun.step))
        self.runtime.session_closed()
        if summary is not None:
            asked = summary.answered or summary.left
            problems = [] if asked else await self.runtime.decks.problems(begun.session.deck_ids)
            await self.push_screen_wait(EndScreen(summary, problems))
        await self.show_home()

    @work(group="session", exclusive=True, exit_on_error=False)
    async def pray(
        self, deck_ids: Sequence[DeckId] | None = None, *, first: PassageId | None = None
    ) -> None:
        """Show the texts to know by heart (those of some decks), one of them opened at once."""
        from recalliq_tui.tui.screens.prayers import PrayersScreen  # noqa: PLC0415

        await self.push_screen_wait(PrayersScreen(deck_ids, first=first))
        await self.show_home()

    def card_in_sight(self, card: Card, deck_id: str = "") -> None:
        """Let the voice make this card's sides ready before all others."""
        self.sound.in_sight(card, deck_id)

    async def show_card_info(self, card_id: CardId) -> None:
        from recalliq_tui.tui.screens.info import info_page  # noqa: PLC0415

        info = await self.runtime.decks.card_info(card_id)
        if info is not None:
            await self.push_screen_wait(info_page(info, self.signs, self.runtime))

    async def edit_note(self, deck_id: DeckId, card: Card) -> str:
        """Open the note in the learner's editor; returns words on what came of it."""
        from recalliq_tui.tui.editing import edit_note  # noqa: PLC0415

        return await edit_note(self, deck_id, card)

    async def offer_kept_progress(self) -> None:
        """Ask whether edited cards may keep the progress of what they look like the past of."""
        kept, self.runtime.decks.kept = self.runtime.decks.kept, []
        if not kept or self.status.read_only:
            return
        from recalliq_tui.tui.screens.kept import kept_question  # noqa: PLC0415

        if await self.push_screen_wait(kept_question(kept)):
            await self.runtime.decks.keep_progress(kept)

    # --- decks -----------------------------------------------------------------------------

    @work(group="dialog", exclusive=True, exit_on_error=False)
    async def add_deck(self) -> None:
        from recalliq_tui.tui.editing import edit_file, editor_command  # noqa: PLC0415
        from recalliq_tui.tui.screens.add import AddScreen  # noqa: PLC0415

        command = editor_command()
        path = await self.push_screen_wait(
            AddScreen(self.runtime, command[0] if command else "none found")
        )
        if path is None:
            return
        if path.parent == self.runtime.paths.own_decks and path.is_file():
            said = await edit_file(self, path)
            await self.runtime.decks.reread(path)
            self.notify(said or f"Created {path.name}.", markup=False)
        if isinstance(self.screen, RiqScreen):
            self.screen.reload()

    @work(group="dialog", exclusive=True, exit_on_error=False)
    async def show_problems(self, node: DeckNode) -> None:
        from recalliq_tui.tui.screens.dialogs import Page, problems_content  # noqa: PLC0415

        problems = await self.runtime.decks.problems(node.deck_ids)
        body = problems_content(problems)
        await self.push_screen_wait(Page(f"What is wrong in {node.title}", body))

    # --- keys that work everywhere ---------------------------------------------------------

    @work(group="dialog", exclusive=True, exit_on_error=False)
    async def action_help(self) -> None:
        from recalliq_tui.tui.screens.help import help_page  # noqa: PLC0415

        await self.push_screen_wait(help_page(self.screen, self.signs))

    @work(group="dialog", exclusive=True, exit_on_error=False)
    async def action_search(self) -> None:
        from recalliq_tui.tui.screens.search import SearchScreen  # noqa: PLC0415

        await self.push_screen_wait(SearchScreen())

    def action_voice(self) -> None:
        self.sound.set_muted(not self.status.muted)

    @work(group="dialog", exclusive=True, exit_on_error=False)
    async def action_voice_details(self) -> None:
        from recalliq_tui.tui.screens.voice import voice_page  # noqa: PLC0415

        page = voice_page(
            self.status, self.signs, self.runtime, retry=self.sound.check_again, choose=self.voices
        )
        await self.push_screen_wait(page)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "offline_voice":
            return self.sound.can_go_offline
        return super().check_action(action, parameters)

    def action_offline_voice(self) -> None:
        self.sound.go_offline()
        self.refresh_bindings()

    @work(group="voices", exclusive=True, exit_on_error=False)
    async def voices(self, node: DeckNode | None = None) -> None:
        """Choose a voice: for all decks, or for one."""
        from recalliq_tui.tui.screens.voices import VoicesScreen  # noqa: PLC0415

        await self.push_screen_wait(VoicesScreen(node))

    def action_theme(self) -> None:
        light = self.current_theme.dark
        if self.theme.startswith("ansi"):
            self.theme = "ansi-light" if light else "ansi-dark"
        else:
            self.theme = themes.LIGHT.name if light else themes.DARK.name

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Commands of the palette: every action that does something on this screen."""
        shown: set[str] = set()
        labels = {action.id: action for action in ACTIONS}
        for active in screen.active_bindings.values():
            action = labels.get(active.binding.id or "")
            if action is None or not active.enabled or action.id in {*shown, "app.commands"}:
                continue
            shown.add(action.id)
            yield SystemCommand(
                f"{action.label.capitalize()}: {action.help}",
                f"Key: {key_name(active.binding.key, self.signs)}",
                self._runner(active.binding.action, active.node),
            )
        yield SystemCommand("Quit", "End the program", self.action_quit)

    def _runner(self, action: str, node: Any) -> Any:
        async def run() -> None:
            await self.run_action(action, node)

        return run
