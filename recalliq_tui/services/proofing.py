"""Proofs what decks say before anybody pays for it, and remembers what a person approved.

:func:`proof` is what paid rendering calls first; :func:`proof_files` is ``check --speech``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from recalliq_tui.decks.speakable import spoken, spoken_passage
from recalliq_tui.decks.tree import deck_files, load
from recalliq_tui.decks.words import blank, formula, primary
from recalliq_tui.domain.cards import Card, Problem, Severity, Side
from recalliq_tui.domain.clips import text_sha256
from recalliq_tui.domain.proofing import Finding, Said, Speller, proof_text
from recalliq_tui.domain.proofing.words import set_apart, used_often
from recalliq_tui.services.voices import choose_voice
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.textsafe import clean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from recalliq_tui.domain.cards import Deck, Passage
    from recalliq_tui.domain.voice import VoiceRef
    from recalliq_tui.services.render_plan import RenderPlan
    from recalliq_tui.services.voices import VoiceWishes

SideKey: TypeAlias = tuple[str, Side]
"""Id of a card or passage, and its side."""

Limits: TypeAlias = Callable[["VoiceRef"], int | None]
"""The most characters that a voice takes in one request; ``None`` where there is no limit."""

_LIMITS: Final = {
    "eleven_v3": 5_000,
    "eleven_multilingual_v2": 10_000,
    "eleven_flash_v2": 30_000,
    "eleven_flash_v2_5": 40_000,
    "eleven_turbo_v2": 30_000,
    "eleven_turbo_v2_5": 40_000,
}
_LIMIT_OF_OTHERS: Final = {"elevenlabs": 10_000, "openai": 4_096}


@dataclass(frozen=True, slots=True)
class SpeechFinding:
    """A finding with its place. ``text_sha256`` is of the text as spoken: what is approved."""

    path: str
    line: int
    card_id: str
    side: Side
    text: str
    text_sha256: str
    finding: Finding

    @property
    def problem(self) -> Problem:
        """The finding as a problem of the deck file."""
        place = "" if self.side is Side.WHOLE else f"{self.side.value}: "
        return Problem(
            self.path,
            self.line,
            f"{place}{self.finding.found}",
            self.finding.expected,
            self.finding.severity,
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "line": self.line,
            "card": self.card_id,
            "side": self.side.value,
            "kind": self.finding.kind.value,
            "found": self.finding.found,
            "expected": self.finding.expected,
            "severity": self.finding.severity.value,
            "text_sha256": self.text_sha256,
        }


@dataclass(frozen=True, slots=True)
class Proofed:
    """What is left to look at, and how many texts were already approved."""

    findings: tuple[SpeechFinding, ...] = ()
    texts: int = 0
    approved: int = 0

    @property
    def errors(self) -> tuple[SpeechFinding, ...]:
        return tuple(f for f in self.findings if f.finding.severity is Severity.ERROR)

    @property
    def to_approve(self) -> dict[str, str]:
        """Hash and text of each flagged text that a person's word is enough for."""
        return {f.text_sha256: f.text for f in self.findings if f.finding.approvable}


def limit_of(voice: VoiceRef) -> int | None:
    """The most characters in one request, as the providers documented it in November 2026."""
    return _LIMITS.get(voice.model or "", _LIMIT_OF_OTHERS.get(voice.provider))


def proof(
    decks: Iterable[Deck],
    *,
    approved: Collection[str] = (),
    wishes: VoiceWishes | None = None,
    only: Collection[SideKey] | None = None,
    speller: Speller | None = None,
    limits: Limits = limit_of,
) -> Proofed:
    """Return the findings that nobody approved yet, deck by deck, line by line.

    ``approved`` are hashes of texts; ``only`` narrows it to some sides, those that would be paid
    for. With ``wishes`` each text is measured against the limit of its voice. Without a
    ``speller`` the dictionaries are used. Slow where one has to be loaded: not for the event loop.
    """
    found: list[SpeechFinding] = []
    texts = 0
    passed: set[str] = set()
    for deck in decks:
        sides = list(_sides(deck, wishes, limits))
        usual = used_often(said for _, _, said in sides) | _own_words(deck)
        check = speller or _dictionaries(deck)
        seen: set[tuple[int, str, str]] = set()
        for place, line, said in sides:
            if only is not None and place not in only:
                continue
            texts += 1
            digest = text_sha256(said.text)
            for finding in proof_text(replace(said, known=usual), check):
                if digest in approved and finding.approvable:
                    passed.add(digest)
                elif (line, finding.kind, finding.found) not in seen:
                    seen.add((line, finding.kind, finding.found))
                    path = clean(deck.path).replace("\n", " ")
                    found.append(SpeechFinding(path, line, *place, said.text, digest, finding))
    return Proofed(tuple(found), texts, len(passed))


def proof_paid(
    plan: RenderPlan,
    decks: Iterable[Deck],
    *,
    approved: Collection[str] = (),
    wishes: VoiceWishes | None = None,
) -> Proofed:
    """Proof what ``plan`` would pay for; nothing is loaded where it pays for nothing."""
    paid = {(item.card_id, item.side) for item in plan.missing if not item.free}
    if not paid:
        return Proofed()
    return proof(decks, approved=approved, wishes=wishes, only=paid)


def proof_files(
    paths: Sequence[Path],
    *,
    approved: Collection[str] = (),
    wishes: VoiceWishes | None = None,
) -> Proofed:
    """Proof the decks at ``paths``, files and folder trees; what can't be read is left out."""
    files = {
        file.path.resolve(): file for path in paths for file in deck_files(path, origin="path")
    }
    return proof((load(file) for file in files.values()), approved=approved, wishes=wishes)


def _sides(
    deck: Deck, wishes: VoiceWishes | None, limits: Limits
) -> Iterator[tuple[SideKey, int, Said]]:
    for card in deck.cards:
        limit = _limit(wishes, limits, card=card.voice, deck=deck.voice)
        for side in (Side.FRONT, Side.BACK):
            yield (card.id, side), card.line, _card_said(card, side, deck, limit)
    for passage in deck.passages:
        limit = _limit(wishes, limits, card=passage.voice, deck=deck.voice)
        yield (passage.id, Side.WHOLE), passage.line, _passage_said(passage, deck, limit)


def _card_said(card: Card, side: Side, deck: Deck, limit: int | None) -> Said:
    front = side is Side.FRONT
    lang = (card.front_lang if front else card.back_lang) or deck.lang
    say = card.say_front if front else card.say_back
    face = card.front if front else card.back
    return Said(
        source=face.text if say is None else say,
        text=spoken(card, side),
        side=side,
        lang=lang,
        replaced=say is not None,
        limit=limit,
        stand_ins=_stand_ins(lang),
    )


def _passage_said(passage: Passage, deck: Deck, limit: int | None) -> Said:
    lang = passage.lang or deck.lang
    return Said(
        source=passage.text if passage.say is None else passage.say,
        text=spoken_passage(passage),
        side=Side.WHOLE,
        lang=lang,
        replaced=passage.say is not None,
        limit=limit,
        stand_ins=_stand_ins(lang),
    )


def _stand_ins(lang: str | None) -> frozenset[str]:
    return frozenset(f"{blank(lang)} {formula(lang)}".lower().split())


def _limit(
    wishes: VoiceWishes | None, limits: Limits, *, card: str | None, deck: str | None
) -> int | None:
    if wishes is None:
        return None
    try:
        return limits(choose_voice(wishes, card=card, deck=deck).ref)
    except SpeechError:
        return None


def _own_words(deck: Deck) -> frozenset[str]:
    """Words that the author gave in another place: tags, code, further right answers."""
    words: set[str] = set()
    for card in deck.cards:
        words |= set_apart(card.front.text) | set_apart(card.back.text)
        for text in (*card.tags, *card.accept, *card.points):
            words.update(
                part.strip(".,;:!?¿¡()").lower() for part in text.replace("-", " ").split()
            )
    return frozenset(words)


def _dictionaries(deck: Deck) -> Speller:
    from recalliq_tui.services.spelling import DictionarySpeller  # noqa: PLC0415

    langs = {deck.lang, deck.front_lang, deck.back_lang} - {None}
    return DictionarySpeller(also={primary(lang) for lang in langs})
