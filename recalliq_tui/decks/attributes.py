"""Reads ``<!-- riq key=value ... -->``; the values are JSON."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from recalliq_tui.decks.report import nearest, quote
from recalliq_tui.decks.spans import Kind, spans
from recalliq_tui.decks.values import Bad, check_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recalliq_tui.decks.report import Report

NOTE_KEYS: Final = (
    "id", "voice", "say_front", "say_back", "accept", "typed", "reverse", "tags", "points",
    "variants",
)  # fmt: skip
PASSAGE_KEYS: Final = (
    "id", "voice", "say", "say_front", "tags", "variants", "slug", "lang", "translation_of",
    "source_edition", "year", "license",
)  # fmt: skip
ALL_KEYS: Final = tuple(dict.fromkeys((*NOTE_KEYS, *PASSAGE_KEYS)))

_RIQ: Final = re.compile(r"<!--\s*riq\b")
_KEY: Final = re.compile(r"[^\s=]+")
_BARE: Final = re.compile(r"\S*")
_DECODER: Final = json.JSONDecoder()


@dataclass(slots=True)
class Extract:
    """A segment's text without its comments, and the attributes they held."""

    text: str
    values: dict[str, object]
    broken: bool = False


def extract(text: str, *, line: int, report: Report) -> Extract:
    """Take the comments out of a segment's text that begins on ``line``."""
    if "<!--" not in text:
        return Extract(text, {})
    out = Extract("", {})
    pieces: list[str] = []
    done = 0
    for span in spans(text):
        if span.kind is not Kind.COMMENT or span.start < done:
            continue
        end = span.end
        if riq := _RIQ.match(text, span.start):
            at = line + text.count("\n", 0, span.start)
            end = _read(text, riq.end(), fallback=end, line=at, out=out, report=report)
        start, end = _whole_lines(text, span.start, end)
        pieces.append(text[done:start])
        done = end
    pieces.append(text[done:])
    out.text = "".join(pieces)
    return out


def _whole_lines(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a comment that stands alone on its lines to the whole lines."""
    before = text.rfind("\n", 0, start) + 1
    after = text.find("\n", end)
    after = len(text) if after < 0 else after
    if before and not text[before:start].strip() and not text[end:after].strip():
        return before - 1, after
    return start, end


def _read(text: str, pos: int, *, fallback: int, line: int, out: Extract, report: Report) -> int:
    """Read the attributes from ``pos`` on; return where the comment ends."""
    while True:
        while pos < len(text) and text[pos].isspace():
            pos += 1
        if text.startswith("-->", pos):
            return pos + 3
        key = _KEY.match(text, pos)
        if key is None or not text.startswith("=", key.end()):
            found = text[pos : pos + 40].split("\n", 1)[0]
            report.error(line, f"in the attributes {quote(found)}", "write key=value")
            break
        name, start = key.group(), key.end() + 1
        try:
            value, pos = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            bare = _BARE.match(text, start)
            found = bare.group() if bare else ""
            report.error(
                line,
                f"{name}={one_value(found)} is not JSON",
                f'write text in quotes, {name}="…", or a number, true, false or an array ["…"]',
            )
            break
        if not _keep(name, value, line=line, out=out, report=report):
            out.broken = True
    out.broken = True
    return fallback


def one_value(text: str) -> str:
    """Return a value as found, short enough for a message."""
    return quote(text, max_chars=30)


def _keep(name: str, value: object, *, line: int, out: Extract, report: Report) -> bool:
    """Check one attribute and keep it; return whether it was good."""
    if name not in ALL_KEYS:
        near = nearest(name, ALL_KEYS)
        hint = f"did you mean {near}?" if near else f"known are {', '.join(ALL_KEYS)}"
        report.error(line, f"unknown attribute {quote(name)}", hint)
        return False
    if name in out.values:
        report.error(line, f"the attribute {name} is there twice", "keep one of them")
        return False
    checked = check_value(name, value)
    if isinstance(checked, Bad):
        report.error(line, f"{name} is {checked.found}", f"expected {checked.expected}")
        return False
    out.values[name] = checked
    return True


def warn_useless(
    values: Mapping[str, object], useful: tuple[str, ...], *, what: str, line: int, report: Report
) -> None:
    """Say which attributes have no effect on a note of this kind."""
    for name in values:
        if name not in useful:
            report.warning(
                line, f"{name} has no effect on {what}", f"useful here are {', '.join(useful)}"
            )
