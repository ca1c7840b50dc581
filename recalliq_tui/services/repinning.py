"""What another voice would take: which clips it lacks, and what they cost. Renders nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recalliq_tui.decks.markdown import parse_bytes
from recalliq_tui.services.budget import render_figures
from recalliq_tui.services.deckclips import wanted_clips
from recalliq_tui.services.pinning import with_voice_line
from recalliq_tui.services.render_plan import make_plan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from recalliq_tui.audio.reports import Clips
    from recalliq_tui.decks.tree import DeckFile
    from recalliq_tui.domain.cards import Deck
    from recalliq_tui.domain.pricing import PriceList
    from recalliq_tui.domain.voice import VoiceRef
    from recalliq_tui.services.budget import Month, RenderFigures
    from recalliq_tui.services.voices import VoiceWishes


def cost_of_voice(
    decks: Iterable[Deck],
    *,
    wishes: VoiceWishes,
    clips: Clips,
    prices: PriceList,
    month: Month | None = None,
    title: str = "all decks",
) -> RenderFigures:
    """Return what rendering ``decks`` takes with ``wishes``; what is cached costs nothing. Blocks."""
    wanted = wanted_clips(decks, wishes)
    present = clips.present({item.key for item in wanted.items})
    return render_figures(make_plan(title, wanted, present), prices, month=month)


def deck_with_voice(file: DeckFile, voice: VoiceRef) -> Deck:
    """Read a deck as if the voice were pinned in it already; raises ``OSError``, ``PinError``."""
    data = with_voice_line(file.path.read_bytes(), str(voice))
    return parse_bytes(data, path=str(file.path), deck_id=file.default_id)
