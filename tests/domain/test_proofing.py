"""What proofing finds in one text, and what it leaves in peace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recalliq_tui.domain.cards import Severity, Side
from recalliq_tui.domain.proofing import ProofKind, Said, proof_text
from recalliq_tui.domain.proofing.tables import SCRIPTS
from recalliq_tui.domain.proofing.words import candidates, set_apart, used_often

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class Book:
    """Knows two mistakes."""

    def misspelled(self, words: Collection[str], lang: str) -> Mapping[str, str]:
        known = {"recieve": "receive", "teh": "the"}
        return {word: known[word] for word in words if word in known and lang == "en"}


def kinds(text: str, *, lang: str = "en", source: str | None = None, **more: object) -> list[str]:
    said = Said(source if source is not None else text, text, lang=lang, **more)  # type: ignore[arg-type]
    return [str(finding.kind) for finding in proof_text(said, Book())]


@pytest.mark.parametrize(
    ("text", "lang", "kind"),
    [
        ("The <b>window</b>", "en", "markup"),
        ("Fish &amp; chips", "en", "markup"),
        ("a [link](there)", "en", "markup"),
        ("an *open star", "en", "markup"),
        ("{{c1::hole}}", "en", "markup"),
        (r"the angle \alpha is small", "en", "markup"),
        ("# Heading", "en", "markup"),
        ("write to ana@example.org now", "en", "url"),
        ("Paris in the the spring", "en", "doubled"),
        ("La la casa", "es", "doubled"),
        ("the sea (and the sky", "en", "brackets"),
        ("the sea) and the sky", "en", "brackets"),
        ('he said "yes and left', "en", "brackets"),
        ("él dijo «sí y se fue", "es", "brackets"),
        ("Tengo 3 perros", "es", "digits"),
        ("between 10-20 people", "en", "digits"),
        ("on 3/4/2024", "en", "digits"),
        ("at 192.168.0.1", "en", "digits"),
        ("agent 007", "en", "digits"),
        ("149597870 kilometres", "en", "digits"),
        ("Louis XIV was king", "en", "digits"),
        ("pets, e.g. cats", "en", "abbreviation"),
        ("Tiene, p. ej., dos", "es", "abbreviation"),
        ("zum Beispiel usw.", "de", "abbreviation"),
        ("т. е. кот", "ru", "abbreviation"),  # noqa: RUF001  (it is Russian)
        ("a → b", "en", "symbol"),
        ("well done 😀", "en", "symbol"),
        ("cats and/or dogs", "en", "symbol"),
        ("dos + dos", "es", "symbol"),
        ("привет amigo", "es", "script"),
        ("La сasa es grande", "es", "script"),  # noqa: RUF001  (a Cyrillic letter in it)
        ("hello there", "ru", "script"),
        ("hello there", "ja", "script"),
        ("...", "en", "silent"),
        ("I recieve letters", "en", "spelling"),
    ],
)
def test_what_would_sound_wrong_is_found(text: str, lang: str, kind: str) -> None:
    assert kind in kinds(text, lang=lang)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("How do you say the window?", "en"),
        ("I had had enough; he said that that was so, so late.", "en"),
        ("Holy, holy, holy Lord.", "en"),
        ("It weighs 5 kilograms, costs 1,200 and was built in 1984.", "en"),
        ('He said "yes" (twice) and “no”.', "en"),
        ("a) one b) two", "en"),
        ("The letter π and the cafe :-)", "en"),
        ("It's 5'10\" tall, don't worry", "en"),
        ("nous nous levons", "fr"),
        ("„Ja“, sagte er, »nein« auch nicht.", "de"),
        ("die, die die Tür öffnet", "de"),
        ("¿Cuántos años tienes? ¡Qué bien!", "es"),
        ("Запрос HTTP идёт на сервер", "ru"),
        ("これは本です。", "ja"),
        ("Signum crucis: in nomine Patris", "la"),
        ("", "en"),
        ("   ", "en"),
    ],
)
def test_what_is_right_is_left_in_peace(text: str, lang: str) -> None:
    assert kinds(text, lang=lang) == []


def test_text_of_the_authors_own_for_the_voice_is_taken_as_written() -> None:
    said = Said("5/6 recieve e.g.", "5/6 recieve e.g.", replaced=True)
    assert proof_text(said, Book()) == ()
    assert kinds("<b>klee oh</b>", replaced=True) == ["markup", "markup"]


def test_what_speech_dropped_is_found_in_the_source() -> None:
    assert kinds("El perro come", lang="es", source="El **perro come") == ["markup"]
    assert kinds("see x.org", source="see https://x.org/a") == ["url"]
    assert kinds("see this", source="see [this](https://x.org/a)") == []
    assert kinds("What does it do?", source="What does it do?\n```\nx = 1\n```") == ["lost"]
    assert kinds("Solve formula.", source="Solve $x$.", stand_ins=frozenset({"formula"})) == [
        "lost"
    ]


def test_words_said_for_holes_may_stand_side_by_side() -> None:
    assert kinds("a blank blank b", stand_ins=frozenset({"blank"})) == []
    assert kinds("a blank blank b") == ["doubled"]


def test_a_text_over_the_limit_can_not_be_approved() -> None:
    (finding,) = proof_text(Said("word " * 3, "word word", limit=4, stand_ins=frozenset({"word"})))
    assert (finding.kind, finding.severity) == (ProofKind.TOO_LONG, Severity.ERROR)
    assert not finding.approvable
    assert "4" in finding.found


def test_a_text_that_speech_cuts_is_found() -> None:
    long = "word and " * 1000
    assert "too_long" in kinds(long[:5000], source=long)
    assert kinds("word and more " * 300) == []


def test_the_remedy_names_the_side() -> None:
    expected = [
        proof_text(Said("1/2", "1/2", side=side))[0].expected
        for side in (Side.FRONT, Side.BACK, Side.WHOLE)
    ]
    assert [words.split()[0] for words in expected] == ["say_front", "say_back", "say"]


def test_names_code_and_terms_are_no_prose() -> None:
    said = Said(
        "Ask Alyce for `grepp`, *zorch* or «flurb»",
        "Ask Alyce for grepp, zorch or flurb, not IPv4 or x/yy, please",
        known=frozenset({"please"}),
    )
    assert candidates(said) == {"ask", "for", "or", "not"}
    assert set_apart("`git rebase` and **bold move**") >= {"git", "rebase"}


def test_words_used_often_are_meant() -> None:
    texts = [Said("", text) for text in ("the kwyjibo", "a Kwyjibo!", "kwyjibo", "once")]
    assert used_often(texts) == {"kwyjibo"}


_TRICKY = st.text(
    st.sampled_from("aé1 \n*_`[](){}<>/\\$#&;:.,'\"“”„«»’…—-|~@!?%°→😀сж日א\u0301\u200d\ufffd\x00")  # noqa: RUF001
)


@given(
    source=st.text() | _TRICKY,
    text=st.text() | _TRICKY,
    lang=st.sampled_from([*SCRIPTS, "xx", "", "pt-BR", "sr_RS"]) | st.none(),
    replaced=st.booleans(),
    side=st.sampled_from(Side),
)
@example(source="[" * 3000, text="(" * 3000, lang="en", replaced=False, side=Side.FRONT)
@example(source="`" * 3001, text="a" * 5000, lang="es", replaced=False, side=Side.BACK)
@example(source="$a" * 2000, text="1." * 2500, lang="de", replaced=False, side=Side.BACK)
@example(source="**" * 2001, text="a a " * 1200, lang="en", replaced=False, side=Side.BACK)
def test_proofing_never_fails_and_its_words_are_one_line(
    source: str, text: str, lang: str | None, *, replaced: bool, side: Side
) -> None:
    said = Said(source, text, side, lang, replaced=replaced, limit=20)
    for finding in proof_text(said, Book()):
        assert finding.found
        assert finding.expected
        assert "\n" not in finding.found
        assert "\x1b" not in finding.found
        assert "\x00" not in finding.found
