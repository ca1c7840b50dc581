"""Free recall as a service: which cards, what is kept, whose grading counts."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from recalliq_tui.domain.cards import Card, CardId, CardKind, Face, NoteId
from recalliq_tui.domain.grading import Standing, Verdict
from recalliq_tui.domain.memory import Rating
from recalliq_tui.services import recall as recall_module
from recalliq_tui.services.llm_grading import ModelGrader
from recalliq_tui.services.recall import By, Recall, is_recall
from recalliq_tui.services.steps import Question
from recalliq_tui.speech.http import Web
from tests.services.chat import ChatServer, a_chat_server, verdicts

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.services.shelves import Place

DECK = """\
---
id = "d"
name = "Deck"
lang = "en"
---
Q: What does photosynthesis do?
A: It takes in light energy and releases 6 molecules of oxygen.
<!-- riq id="p" points=["it takes in light energy","it releases 6 molecules of oxygen"] -->
"""
SAID = "It drinks the sun. It releases 6 molecules of oxygen."


async def _call(call: Callable[..., Any], *args: Any, **named: Any) -> Any:
    return call(*args, **named)


def recall_of(place: Place, model: ModelGrader | None = None) -> Recall:
    return Recall(db=_call, collection=lambda: place.collection, model=model)


def the_card(place: Place) -> Card:
    place.write("d.md", DECK)
    step = place.session().begin()
    assert isinstance(step, Question)
    return step.card


def card(back: str, **given: Any) -> Card:
    return Card(
        CardId("c"),
        NoteId("n"),
        given.pop("kind", CardKind.BASIC),
        Face("why?"),
        Face(back),
        **given,
    )


@pytest.mark.parametrize(
    ("made", "free"),
    [
        (card("la ventana"), False),
        (card("word " * 12), True),
        (card("word " * 11), False),
        (card("x", points=("one",)), True),
        (card("word " * 40, accept=("a word",)), False),
        (card("word " * 40, kind=CardKind.CLOZE, points=("one",)), False),
        (card("x", points=("one",), accept=("y",)), True),
        (card(f"so:\n\n```python\n{'word ' * 40}\n```"), False),
        (card(""), False),
    ],
)
def test_which_cards_are_recalled_freely(made: Card, *, free: bool) -> None:
    assert is_recall(made) is free


async def test_a_credit_is_kept_counts_and_is_taken_back(place: Place) -> None:
    recall, asked = recall_of(place), the_card(place)
    answered = await recall.answer(asked, SAID)
    assert answered.grading.missing == ("it takes in light energy",)
    assert answered.choices == (0,)
    with_it = await recall.toggle_credit(answered, 0)
    assert with_it.grading.verdict is Verdict.COVERED
    assert with_it.grading.rating is Rating.GOOD
    assert place.collection.aliases("d#p") == {"it takes in light energy": ("It drinks the sun",)}
    again = await recall.answer(asked, "it drinks the sun")
    assert again.grading.covered == ("it takes in light energy",)
    back = await recall.toggle_credit(with_it, 0)
    assert back.grading == answered.grading
    assert not place.collection.aliases("d#p")


async def test_a_phrase_that_was_kept_before_stays_when_a_credit_is_taken_back(
    place: Place,
) -> None:
    recall, asked = recall_of(place), the_card(place)
    place.collection.add_alias("d#p", point="it takes in light energy", phrase="it swims in green")
    answered = await recall.answer(asked, SAID)
    credited = await recall.toggle_credit(answered, 0)
    await recall.toggle_credit(credited, 0)
    assert place.collection.aliases("d#p") == {"it takes in light energy": ("it swims in green",)}


async def test_what_cannot_be_credited_changes_nothing(place: Place) -> None:
    recall, asked = recall_of(place), the_card(place)
    answered = await recall.answer(asked, SAID)
    assert await recall.toggle_credit(answered, 1) is answered, "it is covered"
    assert await recall.toggle_credit(answered, 7) is answered
    gated = await recall.answer(asked, "")
    assert gated.grading.gated
    assert not gated.choices


async def test_a_card_that_is_gone_still_takes_a_credit_for_this_answer(place: Place) -> None:
    recall, asked = recall_of(place), the_card(place)
    answered = await recall.answer(asked, SAID)
    place.write("d.md", DECK.replace("riq id", "riq tags=[] id").replace('id="p"', 'id="q"'))
    place.library().refresh()
    credited = await recall.toggle_credit(answered, 0)
    assert credited.grading.verdict is Verdict.COVERED


async def asked_of(place: Place, server: ChatServer, text: str) -> Any:
    web = Web()
    try:
        model = ModelGrader(web, url=server.url, model="judge", seconds=3)
        recall = recall_of(place, model)
        answered = await recall.answer(the_card(place), text)
        opinion = await recall.ask_model(answered)
        shown = recall.with_opinion(answered, opinion)
        return recall, answered, shown
    finally:
        await web.aclose()


async def test_the_model_has_the_word_and_credits_go_over_it(place: Place) -> None:
    async with a_chat_server() as server:
        server.say(verdicts(("covered", "drinks the sun"), ("missing", "")))
        recall, answered, shown = await asked_of(place, server, SAID)
    assert (answered.by, shown.by, shown.model) == (By.ASKING, By.MODEL, "judge")
    assert [p.standing for p in shown.grading.points] == [Standing.COVERED, Standing.MISSING]
    credited = await recall.toggle_credit(shown, 1)
    assert (credited.by, credited.grading.rating) == (By.MODEL, Rating.GOOD)


async def test_figures_are_compared_here_whatever_a_model_says(place: Place) -> None:
    said = "It takes in light energy. It releases 8 molecules of oxygen."
    async with a_chat_server() as server:
        server.say(verdicts(("covered", "light energy"), ("covered", "8 molecules of oxygen")))
        _, _, shown = await asked_of(place, server, said)
    assert [check.message for check in shown.grading.checks] == [
        "check: you wrote *8*, the answer says *6*"
    ]
    assert shown.grading.verdict is Verdict.CHECK


async def test_without_a_reply_the_local_grading_stands_and_says_so(place: Place) -> None:
    async with a_chat_server() as server:
        server.replies = [(500, b"")]
        _, answered, shown = await asked_of(place, server, SAID)
    assert shown.by is By.FALLBACK
    assert shown.words == "answers with status 500"
    assert shown.grading == answered.grading


async def test_a_gated_answer_is_never_sent(place: Place) -> None:
    async with a_chat_server() as server:
        model = ModelGrader(Web(), url=server.url, model="judge")
        answered = await recall_of(place, model).answer(
            the_card(place), "what does photosynthesis do"
        )
        assert answered.grading.gated
        assert answered.by is By.LOCAL
        assert not server.asked


async def test_control_characters_do_not_get_in(place: Place) -> None:
    answered = await recall_of(place).answer(
        the_card(place), "\x1b[2Jit takes in \u202elight energy"
    )
    assert answered.answer == "it takes in light energy"


async def test_grading_runs_on_another_thread(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: set[int] = set()
    real = recall_module._grade

    def noted(*given: Any) -> Any:
        threads.add(threading.get_ident())
        return real(*given)

    monkeypatch.setattr(recall_module, "_grade", noted)
    recall, asked = recall_of(place), the_card(place)
    await recall.prepare(asked)
    await recall.answer(asked, SAID)
    assert threads
    assert threading.get_ident() not in threads


async def test_what_was_prepared_is_not_read_again(place: Place) -> None:
    asked = the_card(place)
    reads = 0

    async def counted(call: Callable[..., Any]) -> Any:
        nonlocal reads
        reads += 1
        return call()

    recall = Recall(db=counted, collection=lambda: place.collection)
    await recall.prepare(asked)
    answered = await recall.answer(asked, SAID)
    assert reads == 1
    credited = await recall.toggle_credit(answered, 0)
    assert credited.aliases
    again = await recall.answer(asked, "it drinks the sun")
    assert again.grading.covered
