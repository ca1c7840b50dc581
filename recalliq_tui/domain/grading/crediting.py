"""What a learner said in other words: which words of the answer they were, and what they change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from recalliq_tui.domain.grading.grader import HALF_FROM, Grading, Standing, conclude, grade
from recalliq_tui.domain.grading.points import split_points

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from recalliq_tui.domain.grading.points import KeyPoint


def own_words(
    answer: str,
    at: int,
    *,
    question: str,
    reference: str,
    points: Sequence[KeyPoint],
    lang: str | None = None,
) -> str:
    """Return the words of ``answer`` that may say point ``at``: clauses that say no other point.

    Of those, the ones that say more of it than of any other; else those that say none of the
    others, and the whole answer where no clause is left. Kept as a wording of the point, they
    count when they are said again.
    """
    clauses = [clause.text for clause in split_points(answer, lang)]
    if len(clauses) < 2:  # noqa: PLR2004
        return answer.strip()
    near: list[str] = []
    loose: list[str] = []
    free: list[str] = []
    for clause in clauses:
        graded = grade(
            question=question, reference=reference, answer=clause, points=points, lang=lang
        )
        others = [point for other, point in enumerate(graded.points) if other != at]
        if graded.gated or any(point.standing is Standing.COVERED for point in others):
            continue
        best = max((point.coverage for point in others), default=0.0)
        free.append(clause)
        if graded.points[at].coverage > best:
            near.append(clause)
        if best < HALF_FROM:
            loose.append(clause)
    return ". ".join(near or loose or free) or answer.strip()


def credited(grading: Grading, at: Collection[int]) -> Grading:
    """Return a grading in which the points ``at`` are covered, because the learner says so."""
    if not at or grading.gated:
        return grading
    points = [
        replace(point, coverage=1.0, standing=Standing.COVERED) if index in at else point
        for index, point in enumerate(grading.points)
    ]
    return conclude(points, [check for check in grading.checks if check.point not in at])
