"""Voice details: what speaks, what doesn't, what still works, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding
from textual.content import Content

from recalliq_tui.domain.explaining import NOTHING_TO_DO, explain
from recalliq_tui.services.board import CacheState, DeviceState, Status
from recalliq_tui.tui.screens.dialogs import Page
from recalliq_tui.tui.words import shown_path, voice_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.binding import BindingType

    from recalliq_tui.services.runtime import Runtime
    from recalliq_tui.tui.signs import Signs

_DEVICE: Final = {
    DeviceState.CHECKING: "The sound device is being opened.",
    DeviceState.READY: "Sound goes to {label}.",
    DeviceState.NONE: (
        "No sound device was found. Cards stay as text and studying goes on. Connect a device or"
        " start a sound server: it is taken up by itself."
    ),
    DeviceState.LOST: (
        "The sound device went away. Studying goes on; sound comes back by itself when a device"
        " does."
    ),
}
_CACHE: Final = {
    CacheState.CHECKING: "The clip cache is being opened.",
    CacheState.READY: "Clips are kept in {folder} and play without any network.",
    CacheState.READ_ONLY: (
        "The cache folder can't be written. What is rendered now plays until you quit. Make {folder}"
        " writable, or set RECALLIQ_CACHE_DIR."
    ),
    CacheState.FULL: (
        "The disk is full. Clips that are there go on playing; new ones are kept in memory only."
        " Free some space."
    ),
    CacheState.FAILED: (
        "The cache in {folder} can't be used. What is rendered now plays until you quit. Run"
        " recalliq cache verify."
    ),
}


def voice_page(
    status: Status,
    signs: Signs,
    runtime: Runtime,
    *,
    retry: Callable[[], None] | None = None,
    choose: Callable[[], object] | None = None,
) -> Page:
    """The page behind the strip. ``retry`` asks the voice to be checked again, ``choose`` leads
    to the list of voices."""
    explained = explain(status.voice)
    sign, words = voice_words(status.voice, signs)
    lines = [Content.styled(f"{sign} {words}", "bold"), Content(explained.happened)]
    if explained.said:
        lines.append(Content(f"In its own words: {explained.said}"))
    lines.append(Content(explained.works))
    if explained.todo != NOTHING_TO_DO:
        lines.append(Content(f"To do: {explained.todo}"))
    if retry is not None and explained.by_key:
        lines.append(Content("Press t to check again now; that costs nothing."))
    if choose is not None:
        lines.append(Content("Press c to choose another voice."))
    lines.append(Content(""))
    if status.muted:
        lines.append(Content("Muted: press v to hear the cards again."))
    lines.append(Content(_DEVICE[status.device].format(label=status.device_label or "the device")))
    lines.append(
        Content(_CACHE[status.cache].replace("{folder}", shown_path(runtime.paths.clips_dir)))
    )
    return VoicePage(Content("\n").join(lines), retry, choose)


class VoicePage(Page):
    """Voice and sound in words; ``t`` checks the voice again, ``c`` leads to others."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "retry", "check again"),
        Binding("c", "choose", "choose another"),
    ]

    def __init__(
        self,
        body: Content,
        retry: Callable[[], None] | None,
        choose: Callable[[], object] | None = None,
    ) -> None:
        super().__init__("Voice and sound", body)
        self._retry = retry
        self._choose = choose

    def action_choose(self) -> None:
        if self._choose is not None:
            self.dismiss(None)
            self._choose()

    def action_retry(self) -> None:
        """Check the voice again; the strip shows what comes of it."""
        if self._retry is not None:
            self._retry()
            self.dismiss(None)
