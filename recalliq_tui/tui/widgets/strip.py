"""The status strip: one line, always there, always true."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, assert_never

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from recalliq_tui.domain.voice import OFFLINE_VOICE
from recalliq_tui.domain.wording import plural
from recalliq_tui.services.board import CacheState, DeviceState, Status
from recalliq_tui.tui.words import voice_words

if TYPE_CHECKING:
    from collections.abc import Sequence

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


class _Part(NamedTuple):
    """One statement of the strip. One that is ``needed`` stays on a narrow line, ``short``."""

    full: Content
    needed: bool = False
    short: Content | None = None


def strip_content(status: Status, signs: Signs, width: int) -> Content:
    """The strip for a width in cells. Where not all fits, what is well goes first, from the end;
    what needs the learner stays."""
    parts = [_voice(status, signs), _device(status, signs), _cache(status, signs), _spent(status)]
    if status.read_only:
        words = Content.styled(f"{signs.needs} read-only: open elsewhere", "$warning")
        short = Content.styled(f"{signs.needs} read-only", "$warning")
        parts.insert(0, _Part(words, needed=True, short=short))
    while len(parts) > 1 and _line(parts, signs).cell_length > width:
        spare = [part for part in parts if not part.needed]
        if spare:
            parts.remove(spare[-1])
        elif any(part.short for part in parts):
            parts = [_Part(part.short or part.full, needed=True) for part in parts]
        else:
            parts.pop()
    return _line(parts, signs).truncate(max(0, width), ellipsis=width > 1)


def _line(parts: Sequence[_Part], signs: Signs) -> Content:
    rule = Content.styled(f" {signs.between} ", "$foreground-disabled")
    return Content.assemble(" ", rule.join(part.full for part in parts))


def _voice(status: Status, signs: Signs) -> _Part:
    sign, words = voice_words(status.voice, signs)
    if sign == signs.ready:
        return _Part(Content.assemble((sign, "$success"), f" {words}"))
    style = "$error" if sign == signs.failed else "$warning" if sign == signs.needs else ""
    short = Content.styled(f"{sign} {words}", style)
    stands_in = status.offline_voice and sign != signs.working
    full = short.append(Content.styled(f", {OFFLINE_VOICE}", style)) if stands_in else short
    return _Part(full, needed=sign != signs.working, short=short)


def _device(status: Status, signs: Signs) -> _Part:
    if status.device in {DeviceState.NONE, DeviceState.LOST}:
        short = Content.styled(f"{signs.failed} no audio device", "$warning")
        lost = " (lost; waiting for it)" if status.device is DeviceState.LOST else ""
        return _Part(short.append(Content.styled(lost, "$warning")), needed=True, short=short)
    if status.muted:
        return _Part(Content.styled(f"{signs.nothing} muted", "$warning"), needed=True)
    match status.device:
        case DeviceState.CHECKING:
            return _Part(Content(f"{signs.working} audio: checking"))
        case DeviceState.READY:
            return _Part(Content(f"{signs.sound} {status.device_label or 'audio'}"))
        case _:
            assert_never(status.device)


def _cache(status: Status, signs: Signs) -> _Part:
    match status.cache:
        case CacheState.CHECKING:
            return _Part(Content("cache: checking"))
        case CacheState.READ_ONLY:
            return _bad_cache("read-only", "$warning", signs)
        case CacheState.FULL:
            return _bad_cache("disk full", "$error", signs)
        case CacheState.FAILED:
            return _bad_cache("unusable", "$error", signs)
        case CacheState.READY:
            work = status.rendering
            if work is not None:
                return _Part(Content(f"{signs.working} rendering {work.done:,}/{work.total:,}"))
            if not status.clips_need:
                return _Part(Content("cache: ready"))
            return _Part(Content(f"cache {status.clips_have:,}/{status.clips_need:,}"))
        case _:
            assert_never(status.cache)


def _bad_cache(words: str, style: str, signs: Signs) -> _Part:
    return _Part(Content.styled(f"{signs.needs} cache: {words}", style), needed=True)


def _spent(status: Status) -> _Part:
    if status.paid_cap:
        used = f"{status.paid_characters:,} of {plural(status.paid_cap, 'character')}"
        return _Part(Content(used))
    return _Part(Content(plural(status.paid_characters, "paid character")))
