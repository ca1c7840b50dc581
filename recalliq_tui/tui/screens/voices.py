"""Voices: what the providers offer; hear one, and let it speak."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual import work
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from recalliq_tui.domain.wording import plural
from recalliq_tui.textsafe import one_line
from recalliq_tui.tui.bindings import bind
from recalliq_tui.tui.screens.base import RiqScreen
from recalliq_tui.tui.screens.dialogs import Ask

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from recalliq_tui.services.shelf import DeckNode
    from recalliq_tui.services.voicebook import Listed, VoiceList

_NONE: Final = (
    "No other voice is set up. Set ELEVENLABS_API_KEY, or speech.base_url and speech.model for a"
    " server of your own, and start again."
)
_NAME: Final = 34


class VoiceRows(OptionList):
    """The voices; Enter lets the one under the cursor speak."""

    BINDINGS: ClassVar[list[BindingType]] = [bind("voices.pin", "select")]


class VoicesScreen(RiqScreen[None]):
    """Lists voices. ``node`` is the deck that one may be chosen for."""

    CSS_PATH = "voices.tcss"
    AUTO_FOCUS: ClassVar[str | None] = "#voices"
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("voices.hear", "hear"),
        bind("voices.deck", "deck"),
        bind("app.help", "app.help", show=False),
        bind("app.back", "close", label="back"),
    ]

    def __init__(self, node: DeckNode | None = None) -> None:
        super().__init__()
        self._node = node if node is not None and len(node.deck_ids) == 1 else None
        self._voices: tuple[Listed, ...] = ()

    def compose_body(self) -> ComposeResult:
        yield Static(Content.styled("Voices", "bold $accent"), id="voices-title")
        yield VoiceRows(id="voices", markup=False)
        yield Static("asking the providers", id="voices-note", markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        self.load()

    @work(group="voices", exclusive=True, exit_on_error=False)
    async def load(self) -> None:
        """Ask the providers for their voices; that costs nothing."""
        found = await self.riq.runtime.voices.voices()
        self._voices = found.voices
        rows = self.query_one(VoiceRows)
        rows.clear_options()
        rows.add_options(Option(self._row(each)) for each in found.voices)
        rows.highlighted = self._pinned_row()
        self._say(self._note(found))

    def _pinned_row(self) -> int:
        now = self.riq.runtime.config.text("voice.name")
        return next((n for n, each in enumerate(self._voices) if str(each.ref) == now), 0)

    def _row(self, listed: Listed) -> Content:
        info, signs = listed.info, self.riq.signs
        now = self.riq.runtime.config.text("voice.name")
        mark = signs.ready if str(listed.ref) == now else " "
        name = Content(f"{mark} {one_line(info.name, max_chars=80)}")
        name = name.truncate(_NAME, ellipsis=True)
        line = name.pad_right(max(0, _NAME + 2 - name.cell_length))
        words = " ".join(filter(None, (info.lang, info.category, listed.ref.provider)))
        line = line.append(Content(one_line(words, max_chars=60)))
        if info.gone_at is not None:
            ends = f"  {signs.needs} until {info.gone_at:%Y-%m-%d}"
            line = line.append(Content.styled(ends, "$warning"))
        return line

    def _note(self, found: VoiceList) -> str:
        if found.errors:
            return "\n".join(
                f"{name}: {one_line(error.message)}" for name, error in found.errors.items()
            )
        return _NONE if len(found.voices) == 1 else ""

    def _say(self, words: str) -> None:
        self.query_one("#voices-note", Static).update(Content(words))

    @property
    def current(self) -> Listed | None:
        """The voice under the cursor."""
        at = self.query_one(VoiceRows).highlighted
        return self._voices[at] if at is not None and at < len(self._voices) else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "deck":
            return self._node is not None
        return super().check_action(action, parameters)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        listed = self.current
        if listed is None:
            return
        from recalliq_tui.services.voicebook import ending  # noqa: PLC0415

        end = ending(listed.info, self.riq.runtime.now())
        takes = self.riq.runtime.voices.characters(listed)
        cost = f"hearing it takes {plural(takes, 'character')}" if takes else ""
        words = " ".join(part for part in (f"It {end}." if end else "", cost) if part)
        if words:
            self._say(words)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._pin(None)

    def action_deck(self) -> None:
        self._pin(self._node)

    @work(group="hear", exclusive=True, exit_on_error=False)
    async def action_hear(self) -> None:
        listed = self.current
        if listed is None:
            return
        self.riq.sound.stop()
        spoken = await self.riq.runtime.voices.hear(listed)
        if spoken is not None and spoken.code is not None and spoken.code != "cancelled":
            words = spoken.error.message if spoken.error is not None else spoken.message
            self._say(one_line(words) or spoken.code.replace("_", " "))

    @work(group="pin", exclusive=True, exit_on_error=False)
    async def _pin(self, node: DeckNode | None) -> None:
        """Ask with what rendering would cost, then write the voice down. Renders nothing."""
        from recalliq_tui.services.pinning import PinError  # noqa: PLC0415
        from recalliq_tui.speech.errors import SpeechError  # noqa: PLC0415

        listed = self.current
        if listed is None:
            return
        desk, deck_id = self.riq.runtime.voices, node.deck_ids[0] if node is not None else None
        for_what = node.title if node is not None else "all decks without a voice of their own"
        try:
            lines = await desk.cost(listed.ref, deck_id)
            body = "\n".join([f"For {for_what}:", *lines, "", "Nothing is rendered by this."])
            title = f"Let {listed.info.name} speak?"
            if not await self.riq.push_screen_wait(Ask(title, Content(body), yes="yes", no="no")):
                return
            words = await desk.pin(listed, deck_id)
        except PinError as error:
            words = str(error)
        except SpeechError as error:
            words = error.message
        self.load()
        self.riq.notify(words, markup=False)

    def action_close(self) -> None:
        self.riq.sound.stop()
        self.dismiss(None)
