"""Grading of free recall: key points, flags, gates and the sentences about them. Pure.

:func:`grade` grades, :func:`sentences` says it, :func:`credit` keeps another right wording.
"""

from __future__ import annotations

from recalliq_tui.domain.grading.checks import Check, CheckKind
from recalliq_tui.domain.grading.crediting import credited, own_words
from recalliq_tui.domain.grading.feedback import sentences
from recalliq_tui.domain.grading.grader import Grading, PointResult, Standing, Verdict, grade
from recalliq_tui.domain.grading.points import KeyPoint, credit, points_of, split_points

__all__ = [
    "Check",
    "CheckKind",
    "Grading",
    "KeyPoint",
    "PointResult",
    "Standing",
    "Verdict",
    "credit",
    "credited",
    "grade",
    "own_words",
    "points_of",
    "sentences",
    "split_points",
]
