"""What speaks where the voice that is wanted has no clip: never without a label."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.clips import text_sha256
from recalliq_tui.domain.voice import OFFLINE_VOICE, parse_voice
from recalliq_tui.services.voices import FREE_PROVIDERS, LOCAL_VOICE, spec_for

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from recalliq_tui.services.clipwork import ClipWork
    from recalliq_tui.services.render_plan import RenderItem

_TRIES: Final = 4
"""So many other clips of a text are looked at; the rest won't be better."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """A clip of the same text that plays in a wanted one's place, and what it is called."""

    key: str
    label: str


class StandIns:
    """Finds what plays in place of a missing clip, and remembers it. Belongs to the event loop."""

    def __init__(self, work: ClipWork) -> None:
        self._work = work
        self._found: dict[str, StandIn] = {}

    def of(self, item: RenderItem) -> StandIn | None:
        """What was found for an item before."""
        return self._found.get(item.key)

    def forget(self) -> None:
        """Look anew: another voice is set, or the local one may stand in now."""
        self._found.clear()

    async def find(
        self, item: RenderItem, fetch: Callable[[RenderItem], Awaitable[object]] | None
    ) -> StandIn | None:
        """Look for a stand-in and have it decoded: a cached clip of the text, else the local voice.

        ``fetch`` renders an item of the local voice; ``None`` where that may not stand in.
        """
        work = self._work
        found = await asyncio.to_thread(_other, work, item)
        if found is None and fetch is not None:
            local = _local(work, item)
            if await asyncio.to_thread(work.load, local) is None:
                await fetch(local)
            if work.ready(local.key) is not None:
                found = StandIn(local.key, OFFLINE_VOICE)
        if found is None:
            self._found.pop(item.key, None)
        else:
            self._found[item.key] = found
        return found


def _other(work: ClipWork, item: RenderItem) -> StandIn | None:
    """Return another cached clip of the text, decoded; a local one comes last. Blocks."""
    named = [(voice, key) for key in _keys(work, item) if (voice := work.voice_of(key)) is not None]
    named.sort(key=lambda each: _is_local(each[0]))
    for voice, key in named:
        if work.load_key(key) is not None:
            return StandIn(key, OFFLINE_VOICE if _is_local(voice) else f"voice {voice}")
    return None


def _keys(work: ClipWork, item: RenderItem) -> Sequence[str]:
    keys = work.clips.others(text_sha256(item.spec.text))
    return [key for key in keys if key != item.key][:_TRIES]


def _local(work: ClipWork, item: RenderItem) -> RenderItem:
    """Return the item that says the same with the local voice."""
    spec = spec_for(item.spec.text, voice=LOCAL_VOICE, lang=item.spec.lang, wpm=work.wishes.wpm)
    return replace(item, spec=spec, key=spec.key)


def _is_local(voice: str) -> bool:
    ref = parse_voice(voice)
    return ref is not None and ref.provider in FREE_PROVIDERS
