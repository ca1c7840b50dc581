"""What a model says is only taken as far as the answer's own words bear it out."""

from __future__ import annotations

import json
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.domain.grading import Standing
from recalliq_tui.domain.grading.schema import (
    MAX_ANSWER,
    BadReplyError,
    Judged,
    PointVerdict,
    judged_grading,
    messages,
    read_reply,
    sent,
)

POINTS = ("one", "two", "three", "four")


@given(st.text())
def test_any_reply_is_read_or_refused(text: str) -> None:
    with suppress(BadReplyError):
        assert len(read_reply(text, 2)) == 2


@given(
    st.text(max_size=60),
    st.lists(
        st.tuples(st.sampled_from(PointVerdict), st.text(max_size=20)), min_size=4, max_size=4
    ),
)
def test_nothing_counts_that_was_not_written(
    answer: str, said: list[tuple[PointVerdict, str]]
) -> None:
    judged = [Judged(verdict, quote) for verdict, quote in said]
    grading = judged_grading(judged, POINTS, answer)
    folded = "".join(answer.casefold().split())
    for point, each in zip(grading.points, judged, strict=True):
        if point.standing is Standing.COVERED:
            assert each.verdict is PointVerdict.COVERED
            assert any(char.isalnum() for char in each.quote)
    assert 0 <= grading.score <= 1
    if not folded:
        assert not grading.covered


@given(st.text(max_size=3000))
def test_what_travels_is_bounded_and_clean(answer: str) -> None:
    text = sent(answer)
    assert len(text) <= MAX_ANSWER
    assert "\x1b" not in text
    assert json.loads(messages("q", ["p"], answer)[1]["content"])["answer"] == text


def test_words_are_quoted_whole() -> None:
    judged = [Judged(PointVerdict.COVERED, "art")]
    assert judged_grading(judged, ["p"], "the start of it").missing == ("p",)
    assert judged_grading(judged, ["p"], "the art of it").covered == ("p",)
    accents = [Judged(PointVerdict.COVERED, "“ENERGÍA de la luz”")]
    assert judged_grading(accents, ["p"], "absorbe energia de la luz.", "es").covered == ("p",)
