"""An edited card's past is suggested, once, and only where it is alike."""

from __future__ import annotations

import time

from recalliq_tui.decks.markdown import parse_deck
from recalliq_tui.domain.cards import Card
from recalliq_tui.domain.lineage import nearest


def cards(text: str) -> list[Card]:
    return list(parse_deck(text, path="d").cards)


def fronts(pairs: list[tuple[Card, Card, float]]) -> list[tuple[str, str]]:
    return [(new.front.text, old.front.text) for new, old, _ in pairs]


def test_a_mended_question_finds_its_past() -> None:
    old = cards("Q: What is the captial of France?\nA: Paris\n\nQ: Who wrote Emma?\nA: Jane Austen")
    new = cards("Q: What is the capital of France?\nA: Paris")
    ((fresh, past, similarity),) = nearest(new, old)
    assert (fresh, past) == (new[0], old[0])
    assert 0.9 < similarity < 1


def test_a_new_answer_to_the_same_question_finds_its_past() -> None:
    (pair,) = nearest(cards("Q: Tallest tower?\nA: Merdeka 118"), cards("Q: Tallest tower?\nA: X"))
    assert pair[2] >= 0.6


def test_another_card_is_no_past() -> None:
    assert nearest(cards("Q: What is DNA?\nA: A molecule"), cards("Q: Who sang?\nA: Nobody")) == []
    assert nearest(cards("C: The [sky] is blue"), cards("Q: The […] is blue\nA: sky")) == []
    assert nearest([], cards("Q: a\nA: b")) == []


def test_each_card_has_one_partner_at_most_and_the_best_goes_first() -> None:
    old = cards("Q: one two three\nA: x\n\nQ: one two four\nA: x")
    new = cards("Q: one two three!\nA: x\n\nQ: one two four!\nA: x\n\nQ: one two five!\nA: x")
    assert sorted(fronts(nearest(new, old))) == [
        ("one two four!", "one two four"),
        ("one two three!", "one two three"),
    ]


def test_holes_of_a_cloze_stay_apart() -> None:
    old = cards("C: [Paris] is the capital of [France].")
    new = cards("C: [Paris] is the capital city of [France].")
    assert [(a.answer, b.answer) for a, b, _ in nearest(new, old)] == [
        ("Paris", "Paris"),
        ("France", "France"),
    ] or {(a.answer, b.answer) for a, b, _ in nearest(new, old)} == {
        ("Paris", "Paris"),
        ("France", "France"),
    }


def test_a_whole_deck_at_once_takes_no_long_time() -> None:
    old = cards(
        "\n\n".join(f"Q: What is thing {i * 7919} of ours?\nA: it {i}" for i in range(1_500))
    )
    new = cards(
        "\n\n".join(f"Q: What was thing {i * 7919} of ours?\nA: it {i}" for i in range(1_500))
    )
    start = time.process_time()
    assert nearest(new, old)
    assert time.process_time() - start < 10
