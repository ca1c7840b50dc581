"""Which clips a deck needs, which of them are there, and what the others would cost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from recalliq_tui.domain.cards import Side
from recalliq_tui.domain.clips import card_object_key, passage_object_key
from recalliq_tui.domain.reports import Change
from recalliq_tui.services.voices import FREE_PROVIDERS, choose_voice, spec_for
from recalliq_tui.speech.errors import SpeechError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from recalliq_tui.audio.clip import ClipInfo
    from recalliq_tui.domain.cards import Card, Deck, Passage
    from recalliq_tui.domain.clips import ClipKey, ClipSpec
    from recalliq_tui.domain.reports import Fix
    from recalliq_tui.services.voices import VoiceWishes


class ClipStore(Protocol):
    """Where clips are kept. The methods block and are called on threads."""

    def present(self, keys: Iterable[str]) -> set[str]: ...

    def pin(self, keys: Iterable[str]) -> set[str]:
        """Keep for good what of ``keys`` is there, and return it."""
        ...

    def put(self, key: str, audio: bytes, info: ClipInfo, *, pinned: bool = True) -> None:
        """Keep a clip; raises :class:`~recalliq_tui.audio.errors.CacheError`."""
        ...


@dataclass(frozen=True, slots=True)
class RenderItem:
    """One side of a card (or a whole passage) with the clip that speaks it."""

    card_id: str
    side: Side
    spec: ClipSpec
    object_key: str
    key: ClipKey
    deck_id: str = field(default="", compare=False)
    """For the ledger; empty where nobody said."""

    @property
    def free(self) -> bool:
        return self.spec.provider in FREE_PROVIDERS


@dataclass(frozen=True, slots=True)
class RenderFailure:
    """A side that has no clip, and why: a speech code, or ``cache_`` and a cache code."""

    card_id: str
    side: Side
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class PaidPart:
    """What one paid provider would be asked for."""

    provider: str
    clips: int
    characters: int


@dataclass(frozen=True, slots=True)
class RenderPlan:
    """What a deck needs. Counts are of clips: what two cards share is counted once.

    ``missing`` is in study order, one item for each clip. ``characters`` are those of the missing
    clips. ``sharing`` are further items of clips in ``missing``. ``refused`` are sides whose voice
    or text makes no clip.
    """

    deck: str
    needed: int
    present: int
    missing: tuple[RenderItem, ...]
    sharing: tuple[RenderItem, ...]
    characters: int
    refused: tuple[RenderFailure, ...] = ()

    @property
    def paid(self) -> tuple[PaidPart, ...]:
        """What is missing of each provider that costs money."""
        clips: Counter[str] = Counter()
        characters: Counter[str] = Counter()
        for item in self.missing:
            if not item.free:
                clips[item.spec.provider] += 1
                characters[item.spec.provider] += len(item.spec.text)
        return tuple(PaidPart(name, n, characters[name]) for name, n in sorted(clips.items()))


@dataclass(frozen=True, slots=True)
class Wanted:
    """The items of a deck in study order, and the sides that can have none."""

    items: tuple[RenderItem, ...] = ()
    refused: tuple[RenderFailure, ...] = ()


def card_item(
    card: Card, side: Side, *, deck: Deck, said: str, wishes: VoiceWishes
) -> RenderItem | None:
    """Return the item of one side, ``None`` where ``said`` is blank: nothing to say.

    Raises :class:`SpeechError` when the voice is written wrongly or not configured.
    """
    if not said.strip():
        return None
    lang = (card.front_lang if side is Side.FRONT else card.back_lang) or deck.lang
    fix = wishes.fixes.get((card.id, side))
    spec = _spec(said, fix, lang=lang, voices=(card.voice, deck.voice), wishes=wishes)
    key = spec.key
    return RenderItem(card.id, side, spec, card_object_key(card.id, side, key), key, deck.id)


def passage_item(passage: Passage, *, deck: Deck, wishes: VoiceWishes) -> RenderItem | None:
    """Return the item of a whole passage; errors as :func:`card_item`."""
    said = passage.say or passage.text
    if not said.strip():
        return None
    lang = passage.lang or deck.lang
    fix = wishes.fixes.get((passage.id, Side.WHOLE))
    spec = _spec(said, fix, lang=lang, voices=(passage.voice, deck.voice), wishes=wishes)
    key = spec.key
    object_key = passage_object_key(passage.id, key)
    return RenderItem(passage.id, Side.WHOLE, spec, object_key, key, deck.id)


def _spec(
    said: str,
    fix: Fix | None,
    *,
    lang: str | None,
    voices: tuple[str | None, str | None],
    wishes: VoiceWishes,
) -> ClipSpec:
    """The spec of a text in the voice of its card or deck; an accepted fix of it comes first."""
    change = fix.change if fix is not None and fix.fits(said) else Change()
    voice = choose_voice(wishes, card=change.voice or voices[0], deck=voices[1])
    spec = spec_for(
        change.say or said, voice=voice.ref, lang=lang, wpm=wishes.wpm, models=wishes.models
    )
    if change.seed is not None and fix is not None and spec.voice_name == fix.voice:
        return replace(spec, seed=change.seed)
    return spec


def deck_items(
    deck: Deck,
    *,
    said: Callable[[Card, Side], str],
    wishes: VoiceWishes,
    order: Sequence[Card] | None = None,
) -> Wanted:
    """Return all that ``deck`` says: cards in ``order`` (the file's without one), then passages."""
    items: list[RenderItem] = []
    refused: list[RenderFailure] = []
    for card in order if order is not None else deck.cards:
        for side in (Side.FRONT, Side.BACK):
            try:
                item = card_item(card, side, deck=deck, said=said(card, side), wishes=wishes)
            except SpeechError as error:
                refused.append(RenderFailure(card.id, side, error.code.value, error.message))
                continue
            if item is not None:
                items.append(item)
    for passage in deck.passages:
        try:
            item = passage_item(passage, deck=deck, wishes=wishes)
        except SpeechError as error:
            refused.append(RenderFailure(passage.id, Side.WHOLE, error.code.value, error.message))
            continue
        if item is not None:
            items.append(item)
    return Wanted(tuple(items), tuple(refused))


def make_plan(deck: str, wanted: Wanted, present: Collection[str]) -> RenderPlan:
    """Return what is left to render of ``wanted``; ``present`` are keys that are there."""
    seen: set[str] = set()
    there = 0
    missing: list[RenderItem] = []
    sharing: list[RenderItem] = []
    for item in wanted.items:
        is_new = item.key not in seen
        seen.add(item.key)
        if item.key in present:
            there += is_new
        elif is_new:
            missing.append(item)
        else:
            sharing.append(item)
    return RenderPlan(
        deck=deck,
        needed=len(seen),
        present=there,
        missing=tuple(missing),
        sharing=tuple(sharing),
        characters=sum(len(item.spec.text) for item in missing),
        refused=wanted.refused,
    )


def plan_against(deck: str, wanted: Wanted, store: ClipStore) -> RenderPlan:
    """Ask the store what is there and plan the rest. Blocks: call it on a thread.

    What is there as a phrase that may be evicted is a deck's clip from now on.
    """
    return make_plan(deck, wanted, store.pin({item.key for item in wanted.items}))
