"""From a card's side to sound: its clip's key, whether the clip is there, its decoded PCM.

Methods that block are named so; they are for threads. The rest is quick and for the event loop.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from recalliq_tui.audio.decode import PcmCache, decode
from recalliq_tui.audio.errors import CacheError, DecodeError
from recalliq_tui.audio.reports import ClipState
from recalliq_tui.decks.speakable import spoken
from recalliq_tui.domain.cards import Deck, DeckId, Side
from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.services.render_plan import RenderFailure, Wanted, card_item, make_plan
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from recalliq_tui.audio.pcm import Pcm
    from recalliq_tui.audio.reports import Clips
    from recalliq_tui.domain.cards import Card, CardId
    from recalliq_tui.services.render_plan import RenderItem, RenderPlan
    from recalliq_tui.services.rendering import Renderer
    from recalliq_tui.services.voices import VoiceWishes

_LOG: Final = logging.getLogger(__name__)
_PCM_BYTES: Final = 48 * 1024 * 1024
SIDES: Final = (Side.FRONT, Side.BACK)
_NO_DECK: Final = Deck(id=DeckId(""), title="")
"""A card carries its deck's language and voice already."""


class ClipWork:
    """Knows which clip each side needs and keeps decoded sound ready."""

    def __init__(self, clips: Clips, wishes: VoiceWishes) -> None:
        self.clips = clips
        self._wishes = wishes
        self._pcm = PcmCache(_PCM_BYTES)
        self._items: dict[tuple[CardId, Side], tuple[Card, RenderItem | None]] = {}
        self._states: dict[str, ClipState] = {}

    @property
    def wishes(self) -> VoiceWishes:
        """What is known of voices outside cards and decks."""
        return self._wishes

    # --- quick -----------------------------------------------------------------------------

    def known_item(self, card: Card, side: Side) -> RenderItem | None:
        """The side's item if :meth:`item` has been asked for this very card before."""
        known = self._items.get((card.id, side))
        return known[1] if known is not None and known[0] == card else None

    def is_known(self, card: Card, side: Side) -> bool:
        known = self._items.get((card.id, side))
        return known is not None and known[0] == card

    def state(self, key: str) -> ClipState | None:
        """What is known of a clip; ``None`` when nobody has looked yet."""
        return self._states.get(key)

    def note(self, key: str, state: ClipState) -> None:
        self._states[key] = state

    def ready(self, key: str) -> Pcm | None:
        """The decoded clip, if it is in memory."""
        return self._pcm.get(key)

    def wish(self, wishes: VoiceWishes) -> None:
        """Another voice is set: which clip a side needs is worked out anew."""
        self._wishes = wishes
        self._items.clear()

    def share(self, items: Iterable[RenderItem]) -> tuple[int, int]:
        """How many different clips of ``items`` are there, and how many there are to be."""
        keys = {item.key for item in items}
        return sum(self._states.get(key) is ClipState.PRESENT for key in keys), len(keys)

    # --- blocking: on threads only -----------------------------------------------------------

    def item(self, card: Card, side: Side) -> RenderItem | None:
        """The clip of one side, ``None`` where there is nothing to say.

        Raises :class:`~recalliq_tui.speech.errors.SpeechError` for a voice that can't be.
        """
        if not self.is_known(card, side):
            item = card_item(
                card, side, deck=_NO_DECK, said=spoken(card, side), wishes=self._wishes
            )
            self._items[card.id, side] = (card, item)
        return self._items[card.id, side][1]

    def load(self, item: RenderItem) -> Pcm | None:
        """Read and decode a clip; ``None`` when it isn't there or was damaged."""
        return self.load_key(item.key)

    def load_key(self, key: str) -> Pcm | None:
        """Do as :meth:`load` for any clip."""
        pcm = self._pcm.get(key)
        if pcm is not None:
            return pcm
        try:
            clip = self.clips.get(key)
        except CacheError as error:
            _LOG.warning("clip %s can't be read: %s", key[:16], error)
            clip = None
        if clip is None:
            self._states[key] = self._state_of(key)
            return None
        try:
            pcm = decode(clip.audio)
        except DecodeError as error:
            _LOG.warning("clip %s can't be decoded: %s", key[:16], error)
            self._states[key] = ClipState.DAMAGED
            return None
        self._states[key] = ClipState.PRESENT
        self._pcm.put(key, pcm)
        return pcm

    def voice_of(self, key: str) -> str | None:
        """The name of the voice that a clip was made with, ``None`` where it isn't there."""
        try:
            clip = self.clips.get(key)
        except CacheError:
            return None
        return one_line(clip.info.voice, max_chars=80) if clip is not None else None

    def _state_of(self, key: str) -> ClipState:
        try:
            return self.clips.state(key)
        except CacheError:
            return ClipState.ABSENT

    def plan(self, name: str, cards: Sequence[Card]) -> tuple[RenderPlan, tuple[RenderItem, ...]]:
        """What ``cards`` need, in their order, and which of it is missing."""
        items: list[RenderItem] = []
        refused: list[RenderFailure] = []
        for card in cards:
            for side in SIDES:
                try:
                    item = self.item(card, side)
                except SpeechError as error:
                    refused.append(RenderFailure(card.id, side, error.code.value, error.message))
                    continue
                if item is not None:
                    items.append(item)
        self.look({item.key for item in items})
        present = {i.key for i in items if self._states.get(i.key) is ClipState.PRESENT}
        plan = make_plan(name, Wanted(tuple(items), tuple(refused)), present)
        return plan, tuple(items)

    def note_rendered(self, key: str) -> None:
        """A clip has just been kept; what was decoded of an older one is forgotten."""
        self._states[key] = ClipState.PRESENT

    async def render(self, item: RenderItem, renderer: Renderer, *, urgent: bool) -> None:
        """Render one clip: it can be heard at once, then it is kept.

        Raises :class:`SpeechError`, and :class:`CacheError` for a clip that plays until the
        program ends but could not be kept.
        """
        rendered = await renderer.render_one(item, urgent=urgent)
        try:
            pcm = await asyncio.to_thread(decode, rendered.audio)
        except DecodeError as error:
            renderer.drop(item)
            raise SpeechError(SpeechCode.PROVIDER_ERROR, str(error)) from error
        self._pcm.put(item.key, pcm)
        await renderer.keep(item, rendered)
        self._states[item.key] = ClipState.PRESENT

    def look(self, keys: Iterable[str]) -> None:
        """Ask the cache which clips are there; those that are stay for good."""
        wanted = set(keys)
        try:
            present = self.clips.pin(wanted)
        except CacheError as error:
            _LOG.warning("the clip cache can't be asked: %s", error)
            present = set()
        for key in wanted:
            if key in present:
                self._states[key] = ClipState.PRESENT
            elif self._states.get(key) is not ClipState.DAMAGED:
                self._states[key] = ClipState.ABSENT
