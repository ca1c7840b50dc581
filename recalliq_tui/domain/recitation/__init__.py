"""Recitation word by word: folding, alignment, labels and the score. Pure.

:func:`recite` judges a whole text, :class:`LiveLine` follows the keys.
"""

from __future__ import annotations

from recalliq_tui.domain.recitation.folding import Word, fold, words_of
from recalliq_tui.domain.recitation.labels import Label, Level, Recital, WordResult, score_of
from recalliq_tui.domain.recitation.live import LiveLine, LiveView, Partial
from recalliq_tui.domain.recitation.plain import SIGNS, as_lines
from recalliq_tui.domain.recitation.recital import recite

__all__ = [
    "SIGNS",
    "Label",
    "Level",
    "LiveLine",
    "LiveView",
    "Partial",
    "Recital",
    "Word",
    "WordResult",
    "as_lines",
    "fold",
    "recite",
    "score_of",
    "words_of",
]
