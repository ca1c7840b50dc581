"""All clips that decks need: both sides of each card, and each passage as a whole."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from recalliq_tui.decks.speakable import spoken, spoken_passage
from recalliq_tui.services.render_plan import Wanted, deck_items

if TYPE_CHECKING:
    from collections.abc import Iterable

    from recalliq_tui.domain.cards import Deck
    from recalliq_tui.services.voices import VoiceWishes


def wanted_clips(decks: Iterable[Deck], wishes: VoiceWishes) -> Wanted:
    """Return what ``decks`` say, in the order of their files, and the sides that have no voice."""
    each = [deck_items(_speakable(deck), said=spoken, wishes=wishes) for deck in decks]
    return Wanted(
        tuple(item for wanted in each for item in wanted.items),
        tuple(refused for wanted in each for refused in wanted.refused),
    )


def _speakable(deck: Deck) -> Deck:
    """The deck with its passages as they are spoken; those with nothing to say are left out."""
    said = ((passage, spoken_passage(passage)) for passage in deck.passages)
    return replace(deck, passages=tuple(replace(each, say=text) for each, text in said if text))
