"""The status strip: one line, always there, always true."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from recalliq_tui.domain.wording import plural
from recalliq_tui.services.board import CacheState, DeviceState, Status
from recalliq_tui.tui.words import voice_words

if TYPE_CHECKING:
    from textual.app import RenderResult

    from recalliq_tui.tui.signs import Signs


class StatusStrip(Widget):
    """Voice, audio, cache and characters in words and signs. Narrow terminals show less."""

    status: reactive[Status] = reactive(Status)

    def __init__(self, signs: Signs) -> None:
        super().__init__(id="strip")
        self._signs = signs

    def render(self) -> RenderResult:
        return strip_content(self.status, self._signs, self.size.width)


def strip_content(status: Status, signs: Signs, width: int) -> Content:
    """The strip for a width in cells: the last parts go first where they don't fit."""
    parts = [_voice(status, signs), _device(status, signs), _cache(status), _spent(status)]
    if status.read_only:
        parts.insert(0, Content.styled(f"{signs.needs} read-only: open elsewhere", "$warning"))
    rule = f" {signs.between} "
    line = Content(" ")
    for number, part in enumerate(parts):
        piece = part if number == 0 else Content.assemble((rule, "$text-disabled"), part)
        if number and line.cell_length + piece.cell_length > width:
            break
        line = Content.assemble(line, piece)
    return line


def _voice(status: Status, signs: Signs) -> Content:
    sign, words = voice_words(status.voice, signs)
    if sign == signs.ready:
        return Content.assemble((sign, "$success"), f" {words}")
    style = "$error" if sign == signs.failed else "$warning" if sign == signs.needs else ""
    return Content.styled(f"{sign} {words}", style)


def _device(status: Status, signs: Signs) -> Content:
    if status.device in {DeviceState.NONE, DeviceState.LOST}:
        lost = " (lost; waiting for it)" if status.device is DeviceState.LOST else ""
        return Content.styled(f"{signs.failed} no audio device{lost}", "$warning")
    if status.muted:
        return Content.styled(f"{signs.nothing} muted", "$warning")
    match status.device:
        case DeviceState.CHECKING:
            return Content(f"{signs.working} audio: checking")
        case DeviceState.READY:
            return Content(f"{signs.sound} {status.device_label or 'audio'}")
        case _:
            assert_never(status.device)


def _cache(status: Status) -> Content:
    match status.cache:
        case CacheState.CHECKING:
            return Content("cache: checking")
        case CacheState.READ_ONLY:
            return Content.styled("cache: read-only", "$warning")
        case CacheState.FULL:
            return Content.styled("cache: disk full", "$error")
        case CacheState.FAILED:
            return Content.styled("cache: unusable", "$error")
        case CacheState.READY:
            work = status.rendering
            if work is not None:
                return Content(f"rendering {work.done}/{work.total}")
            if not status.clips_need:
                return Content("cache: ready")
            return Content(f"cache {status.clips_have:,}/{status.clips_need:,}")
        case _:
            assert_never(status.cache)


def _spent(status: Status) -> Content:
    return Content(f"{plural(status.paid_characters, 'paid character')}")
