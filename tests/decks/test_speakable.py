"""What is said aloud: words, never markup."""

from __future__ import annotations

import subprocess
import sys

import pytest

from recalliq_tui.decks.markdown import parse_deck
from recalliq_tui.decks.speakable import MAX_SPOKEN, spoken, spoken_passage, spoken_text
from recalliq_tui.domain.cards import Side


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("la ventana", "la ventana"),
        ("**Bold**, _it_ and ~~not~~", "Bold, it and not"),
        ("use `ls -la` here", "use ls -la here"),
        ("Run:\n\n```sh\nrm -rf /\n```\n\nDone", "Run: Done"),
        ("```\nonly code\n```", ""),
        ("![a picture](x.png)", ""),
        ("[sound:a.mp3] hola", "hola"),
        ("see [the docs](https://x.y/z)", "see the docs"),
        ("see https://www.example.org/a?b=c#d now", "see example.org now"),
        ("<https://example.org/x>", "example.org"),
        ("- one\n- two\n- three", "one. two. three"),
        ("Steps:\n\n1. open\n2. close!\n\nend", "Steps: open. close! end"),
        ("# Title\ntext", "Title. text"),
        ("> quoted", "quoted"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a, b. 1, 2"),
        ("a<br>b &amp; c &lt; d", "a b & c < d"),
        ("<div>x <b>y</b></div>", "x y"),
        ("<script>alert(1)</script>ok", "ok"),
        ("a <!-- secret --> b", "a b"),
        ("line one\nline two", "line one line two"),
        (r"\[literal\] \*stars\*", "[literal] *stars*"),
        ("2 * 3, C# and $5", "2 * 3, C# and $5"),
        ("e\u0301", "é"),
        ("\x1b]52;c;aGk=\x07hi \u202eyou", "hi you"),
        ("", ""),
        ("   \n ", ""),
        ("---", ""),
    ],
)
def test_markdown_becomes_words(text: str, said: str) -> None:
    assert spoken_text(text) == said


@pytest.mark.parametrize(
    ("tex", "lang", "said"),
    [
        ("$x^2$", "en", "x squared"),
        ("$x^{n+1}$", None, "x to the power of n plus 1"),
        (r"$\frac{a}{b} \neq \sqrt{2}$", "en-GB", "a over b is not equal to the square root of 2"),
        (r"$90^\circ$", "en", "90 degrees"),
        (r"$\alpha_1 \le \Omega$", "en", "alpha sub 1 is at most capital omega"),
        (r"$$\text{Force} = m a$$", "en", "Force equals m a"),
        (r"the $x$-axis, $y$.", "en", "the x-axis, y."),
        (r"$\begin{pmatrix} a & b \end{pmatrix}$", "en", "formula"),
        ("$" + "x+" * 200 + "1$", "en", "formula"),
        ("$" + "{" * 60 + "x" + "}" * 60 + "$", "en", "formula"),
        (r"$\frac{a}$", "en", "formula"),
        (r"$\frac{a}{b}$", "es", "fórmula"),
        (r"$a + b = 2$", "de", "a + b = 2"),
        (r"$\foo$ y $\bar$", "es", "fórmula y fórmula"),
    ],
)
def test_math_is_said_in_words_where_it_is_simple(tex: str, lang: str | None, said: str) -> None:
    assert spoken_text(tex, lang=lang) == said


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "The blank is red."),
        ("es-MX", "The espacio is red."),
        ("de", "The Lücke is red."),
        ("fr", "The trou is red."),
        ("xx", "The blank is red."),
        (None, "The blank is red."),
    ],
)
def test_a_hole_is_said_in_the_decks_language(lang: str | None, said: str) -> None:
    front = f"---\nlang = '{lang}'\n---\n" if lang else ""
    (card,) = parse_deck(f"{front}C: The **[c1::rose::flower]** is red.", path="d").cards
    assert spoken(card, Side.FRONT) == said
    assert spoken(card, Side.BACK) == "The rose is red."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[TCP]: a protocol", "blank: a protocol"),
        ("> [a]", "blank"),
        ("pre[fix]es", "pre blank es"),
        ("[a] [b]", "blank b"),
        ("The formula is [$E=mc^2$].", "The formula is blank."),
        ("[c1::a] and [c1::b]", "blank and blank"),
        ("- [a]\n- b", "blank. b"),
        ("[`ls`] lists", "blank lists"),
        ("x \ue000 [a]", "x blank"),
    ],
)
def test_holes_are_said_wherever_they_stand(text: str, said: str) -> None:
    card = next(parse_deck(f"C: {text}", path="d").cards)
    assert spoken(card, Side.FRONT) == said


def test_what_the_author_wants_said_wins() -> None:
    deck = parse_deck('Q: **a**\nA: b\n<!-- riq say_front="ei  *x*" say_back="bee" -->', path="d")
    (card,) = deck.cards
    assert spoken(card, Side.FRONT) == "ei *x*"
    assert spoken(card, Side.BACK) == "bee"
    assert spoken(card, Side.WHOLE) == "ei *x*. bee"


def test_long_text_is_cut_at_a_sentence() -> None:
    said = spoken_text("One sentence here. " * 1_000)
    assert len(said) <= MAX_SPOKEN
    assert said.endswith("here.")
    assert len(spoken_text("x" * 20_000)) == MAX_SPOKEN


def test_a_passage_is_said_line_by_line() -> None:
    text = "---\npassages = true\n---\nP: T\none\ntwo\n\nthree"
    (passage,) = parse_deck(text, path="d").passages
    assert spoken_passage(passage) == "one two. three"


def test_plain_cards_need_no_markdown_parser() -> None:
    code = (
        "import sys; from recalliq_tui.decks.speakable import spoken_text;"
        "from recalliq_tui.decks.markdown import parse_deck;"
        "parse_deck('Q: a\\nA: b\\n\\nC: [c]', path='d'); spoken_text('la ventana');"
        "print([m for m in ('markdown_it', 'rapidfuzz', 'httpx') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
