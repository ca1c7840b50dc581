"""What every screen of the program has: the strip, the key line, and the common keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual.screen import Screen

from recalliq_tui.services.board import Status
from recalliq_tui.tui.failures import failure_of
from recalliq_tui.tui.widgets.keyline import KeyLine
from recalliq_tui.tui.widgets.strip import StatusStrip

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.worker import Worker

    from recalliq_tui.tui.app import RecallApp

Result = TypeVar("Result")


class RiqScreen(Screen[Result], Generic[Result]):
    """A screen with the status strip and the key line at its foot."""

    AUTO_FOCUS: ClassVar[str | None] = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-normal"), (120, "-wide")]  # noqa: RUF012  (as in Textual)
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-tall")]  # noqa: RUF012

    @property
    def riq(self) -> RecallApp:
        """The application, typed."""
        from recalliq_tui.tui.app import RecallApp  # noqa: PLC0415  (it imports the screens)

        app = self.app
        if not isinstance(app, RecallApp):
            raise TypeError("this screen belongs to RecallApp")
        return app

    def compose(self) -> ComposeResult:
        yield from self.compose_body()
        yield StatusStrip(self.riq.signs)
        yield KeyLine(self.riq.signs)

    def compose_body(self) -> ComposeResult:
        """The screen's own widgets, above the strip."""
        yield from ()

    def on_mount(self) -> None:
        self.show_status(self.riq.status)
        self.watch(self.app, "status", self.show_status, init=False)

    def show_status(self, status: Status) -> None:
        """Show a new status; screens that show more of it extend this."""
        self.query_one(StatusStrip).status = status

    def sound_changed(self) -> None:
        """The audio of a side may have changed; screens that show it extend this."""

    def sound_opened(self) -> None:
        """The clip cache can be asked now; screens that show what it holds extend this."""

    def reload(self) -> None:
        """The decks changed; screens that show them extend this."""

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if words := failure_of(event):
            self.tell_failure(words)

    def tell_failure(self, words: str) -> None:
        """Say that something this screen did failed."""
        self.riq.notify(words, severity="error", markup=False)

    async def action_run_binding(self, binding_id: str) -> None:
        """Do what a binding's key does: the mouse's way to it."""
        for active in self.active_bindings.values():
            if active.binding.id == binding_id and active.enabled:
                await self.app.run_action(active.binding.action, active.node)
                return
