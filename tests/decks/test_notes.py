"""Basic notes, reverse cards, attributes, identity: what an author writes and what comes of it."""

from __future__ import annotations

import pytest

from recalliq_tui.decks.markdown import parse_deck
from recalliq_tui.domain.cards import CardKind, Deck, Severity
from tests.decks.names import short


def parse(text: str) -> Deck:
    return parse_deck(text, path="deck.md")


def sides(deck: Deck) -> list[tuple[str, str]]:
    return [(card.front.text, card.back.text) for card in deck.cards]


def errors(deck: Deck) -> list[str]:
    return [str(problem) for problem in deck.problems]


def test_a_question_and_its_answer_are_a_card() -> None:
    deck = parse("Q: What is the capital of France?\nA: Paris\n")
    assert sides(deck) == [("What is the capital of France?", "Paris")]
    assert deck.notes[0].kind is CardKind.BASIC
    assert (deck.notes[0].line, deck.notes[0].end_line) == (1, 2)
    assert not deck.problems


def test_text_goes_on_until_the_next_tag_and_keeps_its_shape() -> None:
    deck = parse("Q: List them.\n\n![](x.png)\n\nA:\n\n- one\n- two\n\nQ: b\nA: c")
    assert sides(deck) == [("List them.\n\n![](x.png)", "- one\n- two"), ("b", "c")]
    assert [note.line for note in deck.notes] == [1, 10]
    assert [note.end_line for note in deck.notes] == [8, 11]


@pytest.mark.parametrize("fence", ["```", "~~~~"])
def test_tags_in_a_code_fence_are_code(fence: str) -> None:
    code = f"{fence}text\nQ: no question\nA: no answer\n---\n<!-- riq id=x -->\n{fence}"
    deck = parse(f"Q: a\nA: {code}\n\nQ: c\nA:\n{code}\nmore")
    assert sides(deck) == [("a", code), ("c", f"{code}\nmore")]
    assert not deck.problems


def test_tags_count_in_column_0_only() -> None:
    deck = parse("Q: a\nA: b\n A: c\n  Q: d\nq: e")
    assert sides(deck) == [("a", "b\n A: c\n  Q: d\nq: e")]


def test_crlf_bom_and_old_mac_newlines_read_like_lf() -> None:
    plain = "---\nlang = 'es'\n---\nQ: a\nA: b\n\nc\n---\nC: [d]\n"
    expected = parse(plain)
    for newline in ("\r\n", "\r"):
        deck = parse("\ufeff" + plain.replace("\n", newline))
        assert deck.notes == expected.notes
        assert not deck.problems


def test_a_separator_ends_a_note_and_free_text_is_ignored() -> None:
    deck = parse("Welcome!\n\nQ: a\nA: b\n---\nJust prose [with brackets].\n\n---\n\nC: [c]\n")
    assert len(deck.notes) == 2
    assert not deck.problems


def test_headings_and_comments_belong_to_no_note() -> None:
    deck = parse(
        "# Part 1\nQ: a\nA: b\n\n## Part 2\n<!-- todo\nQ: hidden\nA: hidden\n-->\nQ: c\nA: d <!-- e -->"
    )
    assert sides(deck) == [("a", "b"), ("c", "d")]
    assert [note.line for note in deck.notes] == [2, 10]
    assert not deck.problems


def test_p_is_plain_text_where_passages_are_not_switched_on() -> None:
    assert sides(parse("Q: a\nA: b\nP: c")) == [("a", "b\nP: c")]


def test_attributes_reach_the_card() -> None:
    deck = parse(
        "---\ntags = ['x']\n---\nQ: a\nA: b\n"
        '<!-- riq id="first" voice="espeak:en-us" say_front="ay" say_back="bee" accept=["B", "be"]\n'
        '     typed=true tags=["y"] points=["one"] -->\n'
    )
    (card,) = deck.cards
    assert card.id == "deck.md#first"
    assert (card.voice, card.say_front, card.say_back) == ("espeak:en-us", "ay", "bee")
    assert card.accept == ("B", "be")
    assert card.points == ("one",)
    assert card.tags == ("x", "y")
    assert card.typed is True
    assert card.back.text == "b"
    assert not deck.problems


def test_attributes_may_stand_at_the_end_of_a_line_and_hold_an_arrow() -> None:
    (card,) = parse('Q: a\nA: b <!-- riq say_back="x --> y" -->').cards
    assert (card.back.text, card.say_back) == ("b", "x --> y")


def test_attributes_in_code_are_code() -> None:
    deck = parse('Q: a\nA: write `<!-- riq id="x" -->`')
    assert sides(deck) == [("a", 'write `<!-- riq id="x" -->`')]


def test_reverse_swaps_sides_languages_and_what_is_said() -> None:
    deck = parse(
        "---\nfront_lang = 'en'\nback_lang = 'es'\n---\n"
        'Q: window\nA: ventana\n<!-- riq reverse=true say_back="v" accept=["x"] -->'
    )
    there, back = deck.cards
    assert (there.front_lang, there.back_lang) == ("en", "es")
    assert (back.front_lang, back.back_lang) == ("es", "en")
    assert (back.front, back.back) == (there.back, there.front)
    assert (back.say_front, back.say_back) == ("v", None)
    assert back.accept == ()
    assert back.kind is CardKind.REVERSE
    assert back.id == f"{there.id}~r"


def test_identity_is_the_text_and_survives_layout_and_attributes() -> None:
    one = parse("Q: a  b\nA: c").notes[0].id
    assert parse('\n\nQ: a b\nA:\nc\n<!-- riq reverse=true tags=["t"] -->').notes[0].id == one
    assert parse("Q: a b\nA: d").notes[0].id != one
    assert parse("Q: a\nA: b c").notes[0].id != one
    assert parse("Q: e\u0301\nA: b").notes[0].id == parse("Q: \u00e9\nA: b").notes[0].id


def test_defaults_of_the_deck_flow_into_cards() -> None:
    deck = parse("---\nlang = 'fr'\nvoice = 'espeak:fr'\ntyped = true\n---\nQ: a\nA: b\n\nC: [c]")
    for card in deck.cards:
        assert (card.front_lang, card.back_lang) == ("fr", "fr")
        assert card.voice == "espeak:fr"
        assert card.typed is True
    (card,) = parse("---\ntyped = true\n---\nQ: a\nA: b\n<!-- riq typed=false -->").cards
    assert card.typed is False


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("Q: a", 1, "has no answer"),
        ("\nQ: a\nQ: b\nA: c", 2, "has no answer"),
        ("Q: a\n---\nA: b", 3, "A: without a question"),
        ("Q: a\nC: [b]", 1, "has no answer"),
        ("Q:\nA: b", 1, "an empty question"),
        ("Q: a\nA:\n", 2, "an empty answer"),
        ("A: b", 1, "A: without a question"),
        ("Q: a\nA: b\nA: c", 3, "a second A:"),
        ("C: [a]\nA: b", 2, "A: after a cloze"),
        ("Q: a\nA:\n```\nb", 3, "a code fence is never closed"),
        ("Q: a\nA: b\n\n<!-- c", 4, "a comment <!-- is never closed"),
        ('Q: a\nA: b\n\n<!-- riq ide="x" -->', 4, "unknown attribute “ide”"),
        ("Q: a\nA: b\n<!-- riq id=x -->", 3, "id=“x” is not JSON"),
        ("Q: a\nA: b\n<!-- riq id -->", 3, "in the attributes “id"),
        ('Q: a\nA: b\n<!-- riq id="X y" -->', 3, "id is the text “X y”"),
        ('Q: a\nA: b\n<!-- riq id="a" id="b" -->', 3, "there twice"),
        ("Q: a\nA: b\n<!-- riq typed=1 -->", 3, "typed is the number 1"),
        ("Q: a\nA: b\n<!-- riq accept=[1] -->", 3, "accept is an array with the number 1"),
        ('Q: a\nA: b\n<!-- riq tags="t" -->', 3, "tags is the text “t”"),
        ('Q: a\nA: b\n<!-- riq voice="bob" -->', 3, "voice is the text “bob”"),
        ("Q: a\nA: b\n<!-- riq points=" + "[" * 20_000 + " -->", 3, "is not JSON"),
        ('C: [a]\n---\n\n<!-- riq id="y" -->', 4, "attributes outside a note"),
    ],
    ids=short,
)
def test_each_error_names_its_line_and_hides_no_other_note(
    text: str, line: int, found: str
) -> None:
    deck = parse(f"{text}\n\nQ: last\nA: one\n")
    assert (line, True) in [(p.line, found in p.found) for p in deck.problems]
    assert all(problem.expected for problem in deck.problems)
    assert ("last", "one") in sides(deck)


def test_the_nearest_right_attribute_is_named() -> None:
    (text,) = errors(parse("Q: a\nA: b\n<!-- riq acept=[] -->"))
    assert text == "deck.md:3: unknown attribute “acept”; did you mean accept?"


def test_an_unclosed_fence_does_not_swallow_the_notes_before_another_fence() -> None:
    deck = parse("Q: a\nA:\n```py\nb\n\nQ: c\nA: d\n\nQ: e\nA:\n```py\nf\n```\n")
    assert sides(deck) == [("c", "d"), ("e", "```py\nf\n```")]
    assert [problem.line for problem in deck.problems] == [3]


def test_the_same_id_twice_is_an_error_and_the_same_text_a_warning() -> None:
    note = 'Q: {}\nA: b\n<!-- riq id="x" -->\n\n'
    deck = parse(note.format("a") + note.format("c") + "Q: d\nA: e\n\nQ: d\nA: e\n")
    assert [(p.line, p.severity) for p in deck.problems] == [
        (5, Severity.ERROR),
        (12, Severity.WARNING),
    ]
    assert "line 1" in deck.problems[0].found
    assert "line 9" in deck.problems[1].found
    assert len(deck.notes) == 2


def test_attributes_without_effect_are_warned_of() -> None:
    deck = parse("C: [a]\n<!-- riq reverse=true -->")
    assert [problem.severity for problem in deck.problems] == [Severity.WARNING]
    assert len(deck.notes) == 1


def test_a_field_that_is_much_too_long_is_an_error() -> None:
    deck = parse("Q: " + "x" * 200_000 + "\nA: b\n\nQ: c\nA: d")
    assert sides(deck) == [("c", "d")]
    assert "200,002 characters" in deck.problems[0].found


def test_values_are_cleaned_of_what_acts_on_a_terminal() -> None:
    (card,) = parse('Q: a\nA: b\n<!-- riq say_front="\\u001b[31mred\\u202e" -->').cards
    assert card.say_front == "red"
