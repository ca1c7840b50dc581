"""Decks as users of hashcards write them load without a problem."""

from __future__ import annotations

import pytest

from recalliq_tui.decks.markdown import parse_deck
from recalliq_tui.domain.cards import Severity

DECK = r"""---
name = "Principles"
---

# Chapter 1

Q: What is the order of a group?
A: The cardinality of its underlying set.

Q: List the inner planets.
A:

- Mercury
- Venus

## Chapter 2

C: The [order] of a group is [the cardinality of its underlying set].

C:
Better is the sight of the eyes than the wandering of the
desire: this is also vanity.

— [Ecclesiastes] [6]:[9]

---

Q: What does this diagram show?

![diagram](@/images/diagram.png)

A: The structure of a neuron.

---

C: Command: [`ln`]

Purpose: [create links.]

---

Q: What does a 440 Hz tone sound like?
A: ![](@/test.mp3)

---

Q: Define a structure.
A:
```
structure Coord where
    x : Float
Q: not a question
```

---

C: If $A$ satisfies [$A^T = -A$], it is [skew-symmetric].

Q: State De Morgan's first law.
A:

$$
\neg \left( P \land Q \right) \equiv \neg P \lor \neg Q
$$

P: is plain text here
"""


def test_a_deck_with_every_feature_loads() -> None:
    deck = parse_deck(DECK, path="Principles/Ch1.md")
    assert deck.problems == ()
    assert deck.title == "Principles"
    assert len(deck.notes) == 10
    answers = [card.answer for card in deck.cards]
    assert answers[2:7] == [
        "order",
        "the cardinality of its underlying set",
        "Ecclesiastes",
        "6",
        "9",
    ]
    assert "Q: not a question" in answers[11]
    assert answers[-1].endswith("P: is plain text here")


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("", []),
        ("\n\n\n", []),
        ("Q: foo\nbaz\nA: FOO\nBAR", ["FOO\nBAR"]),
        ("C: [foo]\nQ: Question\nA: Answer", ["foo", "Answer"]),
        ("C: [foo]\nC: [bar]", ["foo", "bar"]),
        ("C: [foo]\n[bar]\nbaz.", ["foo", "bar"]),
        ("C: Foo [bar] ![](image.jpg) [quux].", ["bar", "quux"]),
        ("C:\nBuild it.\n\n— [Paul], [_Book_]\n\n", ["Paul", "_Book_"]),
        ("  ---  \nQ: a\nA: b\n --- \nC: [c]", ["b", "c"]),
        ("Q:a\nA:b", ["b"]),
        ("Notes to self\n\nQ: a\nA: b", ["b"]),
    ],
)
def test_small_decks(text: str, answers: list[str]) -> None:
    deck = parse_deck(text, path="d.md")
    assert deck.problems == ()
    assert [card.answer for card in deck.cards] == answers


def test_repeated_cards_are_one_with_a_warning() -> None:
    deck = parse_deck("Q: foo\nA: bar\n\nQ: foo\nA: bar\n\nC: a [b]\n\nC: a [b]", path="d.md")
    assert len(deck.notes) == 2
    assert {problem.severity for problem in deck.problems} == {Severity.WARNING}
