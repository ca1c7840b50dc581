"""Makes notes, cards and passages from the segments of a deck file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from recalliq_tui.decks.attributes import NOTE_KEYS, PASSAGE_KEYS, extract, warn_useless
from recalliq_tui.decks.cloze import BadCloze, cloze_faces, read_cloze
from recalliq_tui.decks.report import quote
from recalliq_tui.domain.cards import (
    Card,
    CardKind,
    DeckId,
    Face,
    Note,
    NoteId,
    Passage,
    PassageId,
    card_id,
    note_identity,
)

if TYPE_CHECKING:
    from recalliq_tui.decks.report import Report
    from recalliq_tui.decks.scanner import Segment

MAX_NOTE: Final = 100_000
"""Longest text of one tag, in characters."""

_CLOZE_KEYS: Final = tuple(key for key in NOTE_KEYS if key not in {"reverse", "variants"})
_BASIC_KEYS: Final = tuple(key for key in NOTE_KEYS if key != "variants")
_PASSAGE: Final = "passage"


@dataclass(frozen=True, slots=True)
class Defaults:
    """What front matter says for all notes of a deck."""

    deck_id: DeckId
    lang: str | None = None
    front_lang: str | None = None
    back_lang: str | None = None
    voice: str | None = None
    typed: bool | None = None
    tags: tuple[str, ...] = ()


@dataclass(slots=True)
class NoteBuilder:
    """Collects the notes and passages of one deck; all that is wrong goes to ``report``."""

    defaults: Defaults
    report: Report
    notes: list[Note] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    _seen: dict[str, int] = field(default_factory=dict)
    _tags: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)

    def basic(self, question: Segment, answer: Segment) -> None:
        """Add a ``Q:``/``A:`` note, or report why it can't be one."""
        q = self._read(question)
        a = self._read(answer)
        if q is None or a is None:
            return
        front, q_values = q
        back, a_values = a
        if not front:
            self.report.error(question.line, "an empty question", "write the question after Q:")
        if not back:
            self.report.error(answer.line, "an empty answer", "write the answer after A:")
        both = q_values.keys() & a_values.keys()
        for name in sorted(both):
            self.report.error(
                answer.line, f"the attribute {name} is there twice", "keep one of them"
            )
        if not front or not back or both:
            return
        values = {**q_values, **a_values} if q_values or a_values else {}
        if values:
            warn_useless(
                values, _BASIC_KEYS, what="a Q/A note", line=answer.end_line, report=self.report
            )
        identity = self._identify(values, CardKind.BASIC, (front, back), question)
        if identity is not None:
            self._add_basic(identity, front, back, values, question.line, answer.end_line)

    def _add_basic(
        self, identity: str, front: str, back: str, values: dict[str, Any], line: int, end_line: int
    ) -> None:
        deck = self.defaults
        note_id = NoteId(identity)
        faces = Face(front), Face(back)
        say = values.get("say_front"), values.get("say_back")
        langs = deck.front_lang, deck.back_lang
        tags = self._all_tags(values)
        voice = values.get("voice", deck.voice)
        typed = values.get("typed", deck.typed)
        points = values.get("points", ())
        cards = [
            Card(
                card_id(note_id), note_id, CardKind.BASIC, faces[0], faces[1], langs[0], langs[1],
                voice, say[0], say[1], values.get("accept", ()), points, typed, tags, line,
            )
        ]  # fmt: skip
        if values.get("reverse"):
            cards.append(
                Card(
                    card_id(note_id, "r"), note_id, CardKind.REVERSE, faces[1], faces[0], langs[1],
                    langs[0], voice, say[1], say[0], (), (), typed, tags, line,
                )
            )  # fmt: skip
        kind = CardKind.BASIC
        self.notes.append(Note(note_id, kind, tuple(cards), line, end_line, tags, points))

    def cloze(self, segment: Segment) -> None:
        """Add a ``C:`` note with a card for each hole or group of holes."""
        read = self._read(segment)
        if read is None:
            return
        text, values = read
        if not text:
            self.report.error(segment.line, "an empty cloze", "write a sentence with a [hole]")
            return
        cloze = read_cloze(text)
        if isinstance(cloze, BadCloze):
            blank = len(segment.text) - len(segment.text.lstrip())
            line = segment.line + segment.text.count("\n", 0, blank)
            line += text.count("\n", 0, cloze.offset)
            self.report.error(line, cloze.found, cloze.expected)
            return
        if values:
            warn_useless(
                values, _CLOZE_KEYS, what="a cloze", line=segment.end_line, report=self.report
            )
        identity = self._identify(values, CardKind.CLOZE, (text,), segment)
        if identity is None:
            return
        deck = self.defaults
        note_id = NoteId(identity)
        tags = self._all_tags(values)
        lang = deck.lang or deck.front_lang
        cards = tuple(
            Card(
                id=card_id(note_id, f"c{number}"),
                note_id=note_id,
                kind=CardKind.CLOZE,
                front=front,
                back=back,
                front_lang=lang,
                back_lang=lang,
                voice=values.get("voice", deck.voice),
                say_front=values.get("say_front"),
                say_back=values.get("say_back"),
                accept=values.get("accept", ()),
                points=values.get("points", ()),
                typed=values.get("typed", deck.typed),
                tags=tags,
                line=segment.line,
            )
            for number, front, back in cloze_faces(cloze)
        )
        points = values.get("points", ())
        self.notes.append(
            Note(note_id, CardKind.CLOZE, cards, segment.line, segment.end_line, tags, points)
        )

    def passage(self, segment: Segment) -> None:
        """Add a ``P:`` passage: its first line is the title, each further line one to learn."""
        read = self._read(segment)
        if read is None:
            return
        text, values = read
        first, _, rest = text.partition("\n")
        title = first.strip() if segment.text.split("\n", 1)[0].strip() else ""
        body = rest if title else text
        if not title:
            self.report.error(segment.line, "a passage without a title", "write it after P:")
        stanzas = _stanzas(body)
        if not stanzas:
            self.report.error(segment.line, "a passage without lines", "write them under its title")
        if not title or not stanzas:
            return
        if values:
            warn_useless(
                values, PASSAGE_KEYS, what="a passage", line=segment.end_line, report=self.report
            )
        lines = (line for stanza in stanzas for line in stanza)
        identity = self._identify(values, _PASSAGE, (title, *lines), segment)
        if identity is None:
            return
        self.passages.append(
            Passage(
                id=PassageId(identity),
                title=title,
                stanzas=stanzas,
                slug=values.get("slug"),
                lang=values.get("lang", self.defaults.lang),
                voice=values.get("voice", self.defaults.voice),
                translation_of=values.get("translation_of"),
                source_edition=values.get("source_edition"),
                year=values.get("year"),
                license=values.get("license"),
                tags=self._all_tags(values),
                variants=values.get("variants", ()),
                say=values.get("say") or values.get("say_front"),
                line=segment.line,
                end_line=segment.end_line,
            )
        )

    def _read(self, segment: Segment) -> tuple[str, dict[str, Any]] | None:
        """Return a segment's text and attributes; ``None`` when it holds an error."""
        if segment.broken:
            return None
        text = segment.text
        if len(text) > MAX_NOTE:
            found = f"{len(text):,} characters after {segment.tag}:"
            self.report.error(segment.line, found, f"at most {MAX_NOTE:,}")
            return None
        if "<!--" not in text:
            return text.strip(), {}
        got = extract(text, line=segment.line, report=self.report)
        return None if got.broken else (got.text.strip(), got.values)

    def _identify(
        self, values: dict[str, Any], kind: str, parts: tuple[str, ...], segment: Segment
    ) -> str | None:
        """Return the note's identity, or ``None`` when the deck has it already."""
        explicit = values.get("id")
        identity = note_identity(
            deck_id=self.defaults.deck_id, explicit=explicit, kind=kind, parts=parts
        )
        first = self._seen.setdefault(identity, segment.line)
        if first == segment.line:
            return identity
        if explicit is not None:
            found = f"the id {quote(explicit)} is that of line {first} too"
            self.report.error(segment.line, found, "give each note an id of its own")
        else:
            found = f"the same text as line {first}"
            self.report.warning(segment.line, found, "remove one of them; only the first is used")
        return None

    def _all_tags(self, values: dict[str, Any]) -> tuple[str, ...]:
        own = values.get("tags")
        if not own:
            return self.defaults.tags
        if own not in self._tags:
            self._tags[own] = tuple(dict.fromkeys((*self.defaults.tags, *own)))
        return self._tags[own]


def _stanzas(text: str) -> tuple[tuple[str, ...], ...]:
    stanzas: list[tuple[str, ...]] = []
    current: list[str] = []
    for raw in text.split("\n"):
        line = " ".join(raw.split())
        if line:
            current.append(line)
        elif current:
            stanzas.append(tuple(current))
            current = []
    if current:
        stanzas.append(tuple(current))
    return tuple(stanzas)
