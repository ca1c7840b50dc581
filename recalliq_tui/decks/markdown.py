"""Deck files in Markdown: ``Q:``, ``A:``, ``C:`` and ``P:`` notes under TOML front matter.

The format extends that of hashcards. Nothing here raises for what a file may hold: each error is a
:class:`~recalliq_tui.domain.cards.Problem` with its line, and the other notes are read.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from typing import TYPE_CHECKING, Final

from recalliq_tui.decks.attributes import extract
from recalliq_tui.decks.frontmatter import read_front_matter
from recalliq_tui.decks.notes import MAX_NOTE, Defaults, NoteBuilder
from recalliq_tui.decks.report import Report, quote
from recalliq_tui.decks.scanner import Scanner
from recalliq_tui.domain.cards import Deck, DeckId
from recalliq_tui.textsafe import clean, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from recalliq_tui.decks.frontmatter import FrontMatter
    from recalliq_tui.decks.scanner import Segment

MAX_BYTES: Final = 20_000_000
_MAX_BAD_LINES: Final = 20
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_BREAKS: Final = str.maketrans({"\u2028": " ", "\u2029": " "})


def parse_bytes(data: bytes, *, path: str, deck_id: str | None = None) -> Deck:
    """Parse a deck file's bytes. Lines that aren't UTF-8 are reported; their notes are left out."""
    sha256 = hashlib.sha256(data).hexdigest()
    report = Report(path)
    if len(data) > MAX_BYTES:
        size = f"a file of {len(data) / 1e6:.1f} MB"
        report.error(
            1, size, f"at most {MAX_BYTES // 1_000_000} MB; split the deck into several files"
        )
        return _no_deck(report, path=path, deck_id=deck_id, sha256=sha256)
    if data.startswith(_UTF16):
        report.error(1, "text in UTF-16", "save the file as UTF-8")
        return _no_deck(report, path=path, deck_id=deck_id, sha256=sha256)
    try:
        text = data.decode("utf-8-sig")
        bad: frozenset[int] = frozenset()
    except UnicodeDecodeError:
        text, bad = _decode_by_line(data, report)
    del data  # a huge file is in memory often enough
    return _parse(text, report, deck_id=deck_id, sha256=sha256, bad=bad)


def parse_deck(text: str, *, path: str, deck_id: str | None = None) -> Deck:
    """Parse a deck file's text. ``path`` is used in problems, and for title and id without one."""
    sha256 = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return _parse(text, Report(path), deck_id=deck_id, sha256=sha256, bad=frozenset())


def _decode_by_line(data: bytes, report: Report) -> tuple[str, frozenset[int]]:
    """Decode what is UTF-8; return the text and the lines that hold something else."""
    bad: list[int] = []
    raw = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    for number, line in enumerate(raw.split(b"\n"), 1):
        try:
            line.decode()
        except UnicodeDecodeError as error:
            bad.append(number)
            if len(bad) <= _MAX_BAD_LINES:
                found = f"byte 0x{line[error.start]:02x}, which is not UTF-8"
                report.error(number, found, "save the file as UTF-8")
    if len(bad) > _MAX_BAD_LINES:
        found = f"{len(bad) - _MAX_BAD_LINES} more lines that are not UTF-8"
        report.error(bad[_MAX_BAD_LINES], found, "save the file as UTF-8")
    return raw.decode("utf-8", "replace"), frozenset(bad)


def _parse(
    text: str, report: Report, *, deck_id: str | None, sha256: str, bad: frozenset[int]
) -> Deck:
    text, nul = _harmless(text, report)
    front = read_front_matter(text, report)
    values = front.values
    lang = values.get("lang")
    defaults = Defaults(
        deck_id=DeckId(values.get("id") or deck_id or report.path),
        lang=lang,
        front_lang=values.get("front_lang", lang),
        back_lang=values.get("back_lang", lang),
        voice=values.get("voice"),
        typed=values.get("typed"),
        tags=values.get("tags", ()),
    )
    builder = NoteBuilder(defaults, report)
    _build(_segments(text, front, report, bad=bad | nul), builder, report)
    return Deck(
        id=defaults.deck_id,
        title=values.get("name") or _title(report.path),
        path=report.path,
        lang=lang,
        front_lang=defaults.front_lang,
        back_lang=defaults.back_lang,
        voice=defaults.voice,
        tags=defaults.tags,
        typed=defaults.typed,
        retention=values.get("retention"),
        has_passages=bool(values.get("passages")),
        author=values.get("author"),
        license=values.get("license"),
        source=values.get("source"),
        sha256=sha256,
        notes=tuple(builder.notes),
        passages=tuple(builder.passages),
        problems=report.finish(),
    )


def _harmless(text: str, report: Report) -> tuple[str, frozenset[int]]:
    """Return the text without anything that acts on a terminal, its lines still in place.

    Lines with NUL bytes are errors and returned; other control characters are warned of.
    """
    text = text.removeprefix("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    cleaned = clean(
        text.translate(_BREAKS) if not text.isascii() else text, max_chars=len(text) + 1
    )
    if len(cleaned) == len(text):
        return cleaned, frozenset()
    nul: list[int] = []
    for number, (before, after) in enumerate(
        zip(text.split("\n"), cleaned.split("\n"), strict=False), 1
    ):
        if "\0" in before:
            nul.append(number)
            report.error(number, "a NUL byte", "save the file as plain text")
        elif len(before) != len(after):
            report.warning(number, "control characters, which were removed", "plain text")
    return cleaned, frozenset(nul)


def _segments(
    text: str, front: FrontMatter, report: Report, *, bad: frozenset[int]
) -> Iterable[Segment]:
    passages = bool(front.values.get("passages"))
    scanner = Scanner(text[front.offset :], report, first_line=front.line, passages=passages)
    for segment in scanner.segments():
        if bad and not bad.isdisjoint(range(segment.line, segment.end_line + 1)):
            segment.broken = True
        yield segment


def _build(segments: Iterable[Segment], builder: NoteBuilder, report: Report) -> None:
    question: Segment | None = None
    last = ""
    for segment in segments:
        if question is not None:
            if segment.tag == "A":
                builder.basic(question, segment)
                question, last = None, "A"
                continue
            _missing_answer(question, report)
            question = None
        match segment.tag:
            case "Q":
                question = segment
            case "A":
                _stray_answer(segment, report, last=last)
            case "C":
                builder.cloze(segment)
            case "P":
                builder.passage(segment)
            case _:
                _free_text(segment, report)
        last = segment.tag
    if question is not None:
        _missing_answer(question, report)


def _missing_answer(question: Segment, report: Report) -> None:
    if question.broken:
        return
    found = f"the question {quote(question.text)} has no answer"
    report.error(question.line, found, "write A: with the answer under it")


def _stray_answer(segment: Segment, report: Report, *, last: str) -> None:
    if segment.broken:
        return
    match last:
        case "A":
            report.error(segment.line, "a second A:", "write one answer to each question")
        case "C":
            report.error(segment.line, "A: after a cloze", "a cloze has its answer in [brackets]")
        case _:
            report.error(
                segment.line, "A: without a question", "write Q: with the question above it"
            )


def _free_text(segment: Segment, report: Report) -> None:
    """Text outside notes is ignored; attributes there belong to nothing."""
    if "riq" not in segment.text or segment.broken:
        return
    quiet = Report(report.path)
    got = extract(segment.text[:MAX_NOTE], line=segment.line, report=quiet)
    if got.values or got.broken:
        at = segment.line + segment.text.count("\n", 0, max(segment.text.find("<!--"), 0))
        report.error(at, "attributes outside a note", "write them at the end of a note")


def _title(path: str) -> str:
    name = posixpath.basename(path.replace("\\", "/"))
    return one_line(re.sub(r"\.(?:md|markdown)\Z", "", name, flags=re.IGNORECASE)) or "deck"


def _no_deck(report: Report, *, path: str, deck_id: str | None, sha256: str) -> Deck:
    return Deck(
        id=DeckId(deck_id or path),
        title=_title(path),
        path=path,
        sha256=sha256,
        problems=report.finish(),
    )
