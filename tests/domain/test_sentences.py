from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.domain.sentences import MAX_CHARS, sentences


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", "You covered X and Y. I didn't find Z.", ["You covered X and Y.", "I didn't find Z."]),
        ("en", "Dr. Smith met J. S. Bach at 3.14 p.m. on Main St. today.", None),
        ("en", "See e.g. Fig. 3 in vol. 2. Then go on!", ["See e.g. Fig. 3 in vol. 2.", "Then go on!"]),
        ("en", "Really?! Yes… “Quite so.” (Indeed.) Good.", ["Really?!", "Yes…", "“Quite so.”", "(Indeed.)", "Good."]),
        ("en", "It is 100. Then 200.", ["It is 100.", "Then 200."]),
        ("en", "one\ntwo\n\nthree", ["one", "two", "three"]),
        ("en", "Wait... what is it?", None),
        ("es", "¿Qué tal, Sr. Pérez? ¡Muy bien! Ud. habla.", ["¿Qué tal, Sr. Pérez?", "¡Muy bien!", "Ud. habla."]),
        ("de", "Am 3. Oktober, d.h. heute, z.B. in Köln. Punkt.", ["Am 3. Oktober, d.h. heute, z.B. in Köln.", "Punkt."]),
        ("de-AT", "Das war 1989. Dann nicht.", ["Das war 1989.", "Dann nicht."]),
        ("fr", "M. Dupont est là. Il dit : « Bon. » Puis rien.", ["M. Dupont est là.", "Il dit : « Bon.", "» Puis rien."]),
        ("ja", "これは本です。それは\uff1fはい。", ["これは本です。", "それは\uff1f", "はい。"]),
        ("ar", "ما هذا؟ هذا كتاب.", ["ما هذا؟", "هذا كتاب."]),
        (None, "  \n ", []),
        (None, "no stop at all", None),
        (None, "Well . . . yes", None),
    ],
)  # fmt: skip
def test_a_text_is_cut_where_its_sentences_end(
    lang: str | None, text: str, expected: list[str] | None
) -> None:
    assert list(sentences(text, lang)) == ([text] if expected is None else expected)


def test_a_long_sentence_is_cut_at_its_last_pause() -> None:
    text = "word " * 30 + "pause; " + "word " * 20 + "end, and " + "word " * 40 + "stop."
    parts = sentences(text)
    assert all(len(part) <= MAX_CHARS for part in parts)
    assert parts[0].endswith("pause;") or parts[0].endswith("end,")
    assert sentences("x" * 700) == ("x" * 280, "x" * 280, "x" * 140)


@given(
    st.text(st.sampled_from("ab .!?…\n\"'()。\uff1fAÉ3,;Dr"), max_size=400),
    st.sampled_from([None, "en", "de", "ja", "xx"]),
    st.integers(5, 60),
)
def test_nothing_but_white_space_gets_lost(text: str, lang: str | None, limit: int) -> None:
    parts = sentences(text, lang, max_chars=limit)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(part and part == part.strip() and len(part) <= limit for part in parts)


@given(st.text(max_size=300))
def test_any_text_can_be_cut(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
