"""Whole recitals: golden alignments in four languages, and what holds for any text."""

# ruff: noqa: RUF001  (signs and letters of other scripts are meant)
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.domain.recitation import Label, Level, Recital, recite, score_of, words_of

GLORY = (
    "Glory be to the Father, and to the Son, and to the Holy Ghost. As it was in the beginning, "
    "is now, and ever shall be, world without end. Amen."
)
PATER = (
    "Pater noster, qui es in cælis, sanctificetur nomen tuum. Adveniat regnum tuum. "
    "Fiat voluntas tua, sicut in cælo et in terra. Panem nostrum quotidianum da nobis hodie."
)
PADRE = (
    "Padre nuestro, que estás en el cielo, santificado sea tu nombre; venga a nosotros tu reino; "
    "hágase tu voluntad en la tierra como en el cielo."
)
SHEMA = "שְׁמַע יִשְׂרָאֵל יְהוָה אֱלֹהֵינוּ יְהוָה אֶחָד׃ וְאָהַבְתָּ אֵת יְהוָה אֱלֹהֶיךָ בְּכָל־לְבָבְךָ"
TEXTS = [("en", GLORY), ("la", PATER), ("es", PADRE), ("he", SHEMA)]


def wrong(recital: Recital) -> list[tuple[str, str, str]]:
    return [(w.label.value, w.expected, w.got) for w in recital.words if w.label is not Label.OK]


@pytest.mark.parametrize(("lang", "text"), TEXTS)
@pytest.mark.parametrize("level", list(Level))
def test_a_text_recited_right_scores_all(lang: str, text: str, level: Level) -> None:
    recital = recite(text, text, lang=lang, level=level)
    assert recital.score == 1
    assert recital.clean
    assert wrong(recital) == []


@pytest.mark.parametrize(("lang", "text"), TEXTS)
def test_a_doubled_text_scores_less(lang: str, text: str) -> None:
    assert recite(text, f"{text} {text}", lang=lang).score == pytest.approx(0.5)


@pytest.mark.parametrize(("lang", "text"), TEXTS)
def test_one_dropped_word_costs_one_word(lang: str, text: str) -> None:
    words = text.split()
    for at in range(len(words)):
        said = " ".join(words[:at] + words[at + 1 :])
        recital = recite(text, said, lang=lang)
        parts = len(words_of(words[at], lang=lang))
        if words[at] == "Amen.":
            assert wrong(recital) == [("variant", "Amen.", "")]
            continue
        assert recital.counts[Label.MISSING] == parts
        assert recital.score == pytest.approx(1 - parts / len(words_of(text, lang=lang)))


GOLDEN = [
    ("en", GLORY, "Holy Ghost", "Holy Spirit", [("variant", "Ghost.", "Spirit.")]),
    ("en", GLORY, "ever shall", "never shall", [("substituted", "ever", "never")]),
    ("en", GLORY, "beginning", "begining", [("typo", "beginning,", "begining,")]),
    ("en", GLORY, "without", "with out", [("typo", "without", "with out")]),
    ("en", GLORY, "and ever", "and for ever", [("extra", "", "for")]),
    ("la", PATER, "quotidianum", "cotidianum", [("variant", "quotidianum", "cotidianum")]),
    ("la", PATER, "cælis", "celis", [("typo", "cælis,", "celis,")]),
    ("la", PATER, "nostrum", "nostram", [("substituted", "nostrum", "nostram")]),
    ("la", PATER, "regnum", "regnum autem", [("extra", "", "autem")]),
    ("la", PATER, "sanctificetur", "santificetur", [("typo", "sanctificetur", "santificetur")]),
    ("es", PADRE, "voluntad", "volunatd", [("typo", "voluntad", "volunatd")]),
    ("es", PADRE, "santificado", "santificada", [("substituted", "santificado", "santificada")]),
    ("es", PADRE, "nosotros", "nosotras", [("substituted", "nosotros", "nosotras")]),
    ("es", PADRE, "hágase", "hagase", []),
    ("he", SHEMA, "יִשְׂרָאֵל", "ישראל", []),
    ("he", SHEMA, "אֱלֹהֵינוּ", "אלהיכו", [("typo", "אֱלֹהֵינוּ", "אלהיכו")]),
    ("he", SHEMA, "וְאָהַבְתָּ", "אהבת", [("substituted", "וְאָהַבְתָּ", "אהבת")]),
    ("he", SHEMA, "אֶחָד", "", [("missing", "אֶחָד׃", "")]),
]


@pytest.mark.parametrize(("lang", "text", "old", "new", "expected"), GOLDEN)
def test_golden(lang: str, text: str, old: str, new: str, expected: list[object]) -> None:
    said = text.replace(old, new, 1)
    assert said != text
    assert wrong(recite(text, said, lang=lang)) == expected


def test_words_that_changed_places_are_moved() -> None:
    recital = recite("now and ever shall be so", "now and shall ever be so", lang="en")
    assert Label.MOVED in recital.counts
    assert Label.MISSING not in recital.counts
    assert 0.8 < recital.score < 1
    apart = recite("we praise and they bless", "they praise and we bless", lang="en")
    assert apart.counts == {Label.OK: 3, Label.MOVED: 2, Label.EXTRA: 2}


def test_exact_takes_variants_typos_and_a_lost_amen_for_errors() -> None:
    said = GLORY.replace("Ghost", "Spirit").replace("beginning", "begining").replace(" Amen.", "")
    assert recite(GLORY, said, lang="en").score == 1
    exact = recite(GLORY, said, lang="en", level=Level.EXACT)
    assert [label for label, _, _ in wrong(exact)] == ["substituted", "substituted", "missing"]


def test_variants_are_data_of_the_text() -> None:
    text = "those who trespass against us for ever"
    recital = recite(
        text,
        "them that trespass against us forever",
        lang="en",
        variants=[("those who trespass", "them that trespass"), ("for ever", "forever")],
    )
    assert recital.score == 1
    assert wrong(recital) == [
        ("variant", "those", "them"),
        ("variant", "who", "that"),
        ("variant", "for", "forever"),
        ("variant", "ever", ""),
    ]
    assert recite(text, "them that trespass against us for ever", lang="en").score < 1


def test_a_word_may_be_optional_in_the_middle() -> None:
    recital = recite("thou art ever good", "thou art good", variants=[("ever", "")], lang="en")
    assert wrong(recital) == [("variant", "ever", "")]
    assert recital.score == 1


def test_help_costs() -> None:
    text = "one two three four"
    assert recite(text, text, lang="en", hints=1).score == pytest.approx(1 - 0.5 / 4)
    peeked = recite(text, text, lang="en", peeked={1})
    assert wrong(peeked) == [("peeked", "two", "two")]
    assert peeked.score == pytest.approx(0.75)


def test_nothing_said_scores_nothing_and_nothing_to_say_all() -> None:
    assert recite(GLORY, "", lang="en").score == 0
    assert recite("", "").score == 1
    assert recite("...", "word").score == 0


def test_long_texts_are_aligned_in_pieces() -> None:
    words = [f"{chr(97 + k % 26)}{chr(97 + k // 26 % 26)}word{'x' * (k % 5)}" for k in range(900)]
    text = " ".join(words)
    said = " ".join([*words[:300], "new", *words[301:600], *words[601:]])
    recital = recite(text, said, lang="en")
    assert wrong(recital) == [("substituted", words[300], "new"), ("missing", words[600], "")]
    assert 0 <= recite(text, " ".join(reversed(words)), lang="en").score < 0.6


TEXT = st.lists(
    st.sampled_from(
        ["amen", "ever", "never", "the", "Lord", "lord,", "day", "dai", "Holy", "Ghost", "x"]
    )
)


@given(TEXT, TEXT, st.sampled_from(list(Level)), st.integers(0, 3))
def test_what_holds_for_any_recital(
    wanted: list[str], typed: list[str], level: Level, hints: int
) -> None:
    text, said = " ".join(wanted), " ".join(typed)
    recital = recite(text, said, level=level, lang="en", hints=hints)
    expected = [w.expected for w in recital.words if w.index is not None]
    assert expected == [w.shown for w in words_of(text, lang="en")]
    assert [w.index for w in recital.words if w.index is not None] == list(range(len(expected)))
    got = " ".join(w.got for w in recital.words if w.got and w.label is not Label.MOVED)
    assert got.split() == [w.shown for w in words_of(said, lang="en")]
    assert recital.score == score_of(recital.words, hints=hints)
    assert 0 <= recital.score <= 1


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from([None, "en", "la", "es", "he"]))
def test_any_unicode_is_recited(text: str, said: str, lang: str | None) -> None:
    assert 0 <= recite(text, said, lang=lang).score <= 1
    assert recite(text, text, lang=lang).score == 1
