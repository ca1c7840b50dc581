"""What the screens do with voices: offer a rendering, list voices, let one be heard, pin one."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.ledger import Purpose
from recalliq_tui.domain.voice import FREE, VoiceRef
from recalliq_tui.services.budget import Month, RenderFigures, figure_lines, render_figures
from recalliq_tui.services.deckclips import wanted_clips
from recalliq_tui.services.deckfiles import present_decks, read_decks
from recalliq_tui.services.joining import month_of, wishes_of
from recalliq_tui.services.pinning import PinError, pin_in_config, pin_in_deck
from recalliq_tui.services.proofing import Proofed, proof_paid
from recalliq_tui.services.render_plan import plan_against
from recalliq_tui.services.repinning import cost_of_voice, deck_with_voice
from recalliq_tui.services.voicebook import (
    Listed,
    VoiceList,
    add_if_shared,
    list_voices,
    sample_text,
)
from recalliq_tui.services.voicebox import with_voice
from recalliq_tui.services.voices import spec_for
from recalliq_tui.speech.protocol import VoiceInfo
from recalliq_tui.store.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from recalliq_tui.domain.cards import Deck, DeckId
    from recalliq_tui.services.render_plan import RenderPlan
    from recalliq_tui.services.runtime import Runtime
    from recalliq_tui.services.soundparts import SoundParts
    from recalliq_tui.services.utterance import Spoken
    from recalliq_tui.services.voices import VoiceWishes

LOCAL: Final = Listed(VoiceRef("espeak", "auto"), VoiceInfo("auto", "eSpeak NG, on this machine"))


@dataclass(frozen=True, slots=True)
class Offer:
    """A rendering that could be: what it takes, and what would sound wrong."""

    plan: RenderPlan
    figures: RenderFigures
    proofed: Proofed

    @property
    def lines(self) -> list[str]:
        return figure_lines(self.figures)


class VoiceDesk:
    """Belongs to the event loop; what blocks runs on threads. Raises ``StoreError``."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    @property
    def _parts(self) -> SoundParts | None:
        return self._runtime.sound.parts

    async def offer(self, deck_ids: Sequence[DeckId], title: str) -> Offer | None:
        """Say what rendering decks would take; ``None`` before the cache is open."""
        parts = self._parts
        if parts is None:
            return None
        decks, approved = await self._runtime.db(self._read, deck_ids)
        wishes = parts.work.wishes

        def plan() -> tuple[RenderPlan, Proofed]:
            made = plan_against(title, wanted_clips(decks, wishes), parts.work.clips)
            return made, proof_paid(made, decks, approved=approved, wishes=wishes)

        made, proofed = await asyncio.to_thread(plan)
        month = await self._month(parts) if made.paid else None
        figures = render_figures(made, parts.voices.books.prices, month=month)
        return Offer(made, figures, proofed)

    def _read(self, deck_ids: Sequence[DeckId]) -> tuple[tuple[Deck, ...], frozenset[str]]:
        decks = read_decks(self._runtime.library, deck_ids)
        return decks, self._runtime.collection.approved()

    async def approve(self, offer: Offer) -> None:
        """The learner wants flagged texts rendered as they are: they are not flagged again."""
        texts = offer.proofed.to_approve
        if texts:
            await self._runtime.db(self._runtime.collection.approve, texts)

    async def _month(self, parts: SoundParts) -> Month | None:
        try:
            used = await parts.voices.books.used()
        except StoreError:
            return None
        return month_of(self._runtime.config, self._runtime.calendar, used)

    # --- voices ------------------------------------------------------------------------------

    async def voices(self) -> VoiceList:
        """Ask all providers that are set up; the local voice comes first. Costs nothing."""
        parts = self._parts
        if parts is None:
            return VoiceList((LOCAL,))
        found = await list_voices(parts.voices, list(parts.voices.setups))
        return VoiceList((LOCAL, *found.voices), found.errors)

    def characters(self, listed: Listed) -> int:
        """How many characters hearing a voice takes; 0 where that is free."""
        return 0 if listed.ref.provider in FREE else len(sample_text(listed.info.lang))

    async def hear(self, listed: Listed) -> Spoken | None:
        """Let a voice say a sentence: metered, and kept so that the next time is free."""
        parts = self._parts
        if parts is None or parts.live is None:
            return None
        wishes = parts.work.wishes
        lang = listed.info.lang
        text = sample_text(lang)
        spec = spec_for(
            text, voice=listed.ref, lang=lang, wpm=wishes.wpm, live=True, models=wishes.models
        )
        return await parts.live.speak(text, lang, Purpose.LIVE, spec=spec)

    async def cost(self, ref: VoiceRef, deck_id: DeckId | None) -> list[str]:
        """Say what rendering would take with another voice, for a deck or for all. Raises
        :class:`PinError`."""
        parts = self._parts
        if parts is None:
            return []
        decks = await self._runtime.db(self._decks_with, ref, deck_id)
        wishes = parts.work.wishes if deck_id is not None else with_voice(parts.work.wishes, ref)
        month = await self._month(parts) if ref.provider not in FREE else None

        def work() -> RenderFigures:
            return cost_of_voice(
                decks,
                wishes=wishes,
                clips=parts.work.clips,
                prices=parts.voices.books.prices,
                month=month,
            )

        return figure_lines(await asyncio.to_thread(work))

    def _decks_with(self, ref: VoiceRef, deck_id: DeckId | None) -> tuple[Deck, ...]:
        library = self._runtime.library
        if deck_id is None:
            return present_decks(library)
        file = library.file(deck_id)
        if file is None:
            raise PinError("the deck's file is gone")
        return (deck_with_voice(file, ref),)

    async def pin(self, listed: Listed, deck_id: DeckId | None) -> str:
        """Pin a voice in the config or in a deck; returns words on it.

        A shared voice is added to the account's own. Nothing is rendered. Raises
        :class:`PinError` and :class:`~recalliq_tui.speech.errors.SpeechError`.
        """
        parts, runtime = self._parts, self._runtime
        ref, added = listed.ref, False
        if parts is not None:
            ref, added = await add_if_shared(parts.voices, ref, listed.info)
        if deck_id is not None:
            path = await runtime.db(self._pin_deck, ref, deck_id)
            await runtime.decks.reread(path)
            words = f"{listed.info.name} speaks this deck now."
        else:
            await asyncio.to_thread(pin_in_config, runtime.paths.config_file, ref)
            words = f"{listed.info.name} speaks from now on. {self._take(ref)}"
        return f"{words.strip()}{' It was added to your voices.' if added else ''}"

    def _pin_deck(self, ref: VoiceRef, deck_id: DeckId) -> Path:
        file = self._runtime.library.file(deck_id)
        if file is None:
            raise PinError("the deck's file is gone")
        return pin_in_deck(file, ref, self._runtime.paths.own_decks)

    def _take(self, ref: VoiceRef) -> str:
        """Use a voice that was pinned in the config, at once."""
        runtime, parts = self._runtime, self._parts
        config = runtime.config
        if config.sources.get("voice.name", "").startswith("environment"):
            return "RECALLIQ_VOICE is set and beats it."
        runtime.config = replace(config, values={**config.values, "voice.name": str(ref)})
        if parts is not None:
            fixes = parts.work.wishes.fixes
            wishes: VoiceWishes = replace(
                wishes_of(runtime.config, parts.voices.setups), fixes=fixes
            )
            runtime.sound.wish(wishes)
        return ""
