"""Proofing of whole decks: with dictionaries, approvals and the limits of voices."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from recalliq_tui.decks.tree import deck_files, load
from recalliq_tui.domain.cards import Severity, Side
from recalliq_tui.domain.voice import VoiceRef
from recalliq_tui.services.deckclips import wanted_clips
from recalliq_tui.services.proofing import limit_of, proof, proof_files, proof_paid
from recalliq_tui.services.render_plan import make_plan
from recalliq_tui.services.spelling import DictionarySpeller
from recalliq_tui.services.voices import VoiceWishes

if TYPE_CHECKING:
    from recalliq_tui.domain.cards import Deck

SAMPLES = Path(__file__).parents[2] / "sample_decks"
BAD = """---
id = "bad"
lang = "es"
front_lang = "en"
---
Q: Please recieve the the letter
A: la ventanna

Q: a correct question
A: una respuesta correcta

Q: the dogs
A: Tengo 3 perros
<!-- riq id="dogs" -->
"""


def deck_of(path: Path, text: str = BAD) -> Deck:
    path.write_text(text, encoding="utf-8")
    (file,) = deck_files(path, origin="path")
    return load(file)


def test_findings_name_file_line_and_side(tmp_path: Path) -> None:
    deck = deck_of(tmp_path / "bad.md")

    found = proof([deck])

    lines = [str(finding.problem).removeprefix(f"{tmp_path}/") for finding in found.findings]
    assert lines == [
        "bad.md:6: front: “the the”, twice; the word once",
        "bad.md:6: front: “recieve” is in no dictionary; perhaps “receive”",
        "bad.md:6: back: “ventanna” is in no dictionary; perhaps “ventana”",
        "bad.md:12: back: digits that may be misread: “3”; say_back would make sure",
    ]
    assert found.texts == 6
    assert found.errors == ()


def test_an_approved_text_is_not_shown_again_until_it_changes(tmp_path: Path) -> None:
    deck = deck_of(tmp_path / "bad.md")
    approved = proof([deck]).to_approve
    assert len(approved) == 3

    again = proof([deck], approved=approved)
    assert (again.findings, again.approved) == ((), 3)

    edited = deck_of(tmp_path / "bad.md", BAD.replace("3 perros", "3 gatos"))
    (finding,) = proof([edited], approved=approved).findings
    assert finding.text == "Tengo 3 gatos"


def test_only_what_would_be_paid_for_is_proofed(tmp_path: Path) -> None:
    deck = deck_of(tmp_path / "bad.md")
    dogs = next(card for card in deck.cards if card.id == "bad#dogs")

    (finding,) = proof([deck], only={(dogs.id, Side.BACK)}).findings
    assert (finding.card_id, finding.side) == ("bad#dogs", Side.BACK)

    paid = VoiceWishes(config="elevenlabs:abc")
    plan = make_plan("bad", wanted_clips([deck], paid), ())
    assert len(proof_paid(plan, [deck], wishes=paid).findings) == 4
    free = make_plan("bad", wanted_clips([deck], VoiceWishes()), ())
    assert proof_paid(free, [deck]).texts == 0


def test_a_text_is_measured_against_its_voice_and_stays_over_the_limit(tmp_path: Path) -> None:
    long = deck_of(tmp_path / "long.md", "Q: a question\nA: " + "many words here " * 280 + "\n")

    assert proof([long], wishes=VoiceWishes(config="espeak:en")).findings == ()
    found = proof([long], wishes=VoiceWishes(config="openai:nova@tts-1"))
    (finding,) = found.findings
    assert finding.finding.severity is Severity.ERROR
    assert found.to_approve == {}
    assert proof([long], approved={finding.text_sha256}, wishes=VoiceWishes(config="openai:n@m"))


def test_limits_are_those_of_model_or_provider() -> None:
    assert limit_of(VoiceRef("elevenlabs", "x", "eleven_v3")) == 5_000
    assert limit_of(VoiceRef("elevenlabs", "x")) == 10_000
    assert limit_of(VoiceRef("openai", "nova", "tts-1")) == 4_096
    assert limit_of(VoiceRef("espeak", "auto")) is None


def test_the_sample_decks_give_few_alarms() -> None:
    """Everything in them was proof-read: what is left are numbers and signs worth a look."""
    found = proof_files([SAMPLES])

    assert found.texts > 400
    assert found.errors == ()
    assert len(found.findings) <= 8
    assert not [f for f in found.findings if f.finding.kind in {"spelling", "doubled", "script"}]


@pytest.mark.parametrize(
    ("lang", "word", "meant"),
    [
        ("en", "recieve", "receive"),
        ("en", "definately", "definitely"),
        ("en", "libary", "library"),
        ("en", "teh", "the"),
        ("es", "telefono", "teléfono"),
        ("es", "estacion", "estación"),
        ("es", "ventanna", "ventana"),
        ("fr", "problme", "problème"),
        ("de", "vieleicht", "vielleicht"),
        ("it", "perche", "perché"),
    ],
)
def test_common_slips_are_found(lang: str, word: str, meant: str) -> None:
    assert DictionarySpeller().misspelled({word}, lang) == {word: meant}


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "colour favourite realise centre travelling don't earth's preload hypocentre"),
        ("es", "qué gatos todas vivíamos dormía atiendo asisto repetirlo calentarla irme"),
        ("fr", "l'eau d'accord aujourd'hui mangeons"),
        ("en", "asthenosphere quartzite etag ipv dns kwyjibo"),
        ("la", "quotidianum tentationem"),
        ("xx", "anything goes"),
    ],
)
def test_right_and_unknown_words_are_not_called_wrong(lang: str, words: str) -> None:
    assert DictionarySpeller().misspelled(set(words.split()), lang) == {}


def test_a_word_of_another_language_of_the_deck_is_no_mistake() -> None:
    assert DictionarySpeller().misspelled({"ventana"}, "it")
    assert DictionarySpeller(also=("es",)).misspelled({"ventana"}, "it") == {}
