"""Reads the TOML block between ``---`` lines at the top of a deck file."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from recalliq_tui.decks.report import nearest, quote
from recalliq_tui.decks.values import Bad, check_value

if TYPE_CHECKING:
    from recalliq_tui.decks.report import Report

KEYS: Final = (
    "id", "name", "lang", "front_lang", "back_lang", "voice", "tags", "typed", "retention",
    "passages", "author", "license", "source",
)  # fmt: skip

_OPEN: Final = re.compile(r"[ \t]*---[ \t]*(?:\n|\Z)")
_END: Final = re.compile(r"^(?:[ \t]*(?P<close>---)[ \t]*(?:\n|\Z)|[QACP]:)", re.MULTILINE)
_AT_LINE: Final = re.compile(r"\(at line (\d+), column \d+\)")
_KEY_LINE: Final = re.compile(r"""\s*["']?([\w-]+)["']?\s*=""")
_YAML: Final = re.compile(r"\s*[\w-]+:\s")
_MAX_BAD_LINES: Final = 20


@dataclass(slots=True)
class FrontMatter:
    """Checked values by key, and where the rest of the file begins (offset and line)."""

    values: dict[str, Any] = field(default_factory=dict)
    offset: int = 0
    line: int = 1


def read_front_matter(text: str, report: Report) -> FrontMatter:
    """Read front matter if ``text`` begins with ``---``; what is wrong goes to ``report``.

    Front matter that is never closed ends before the first tag. A line that isn't TOML is reported
    and left out, and the others count.
    """
    opening = _OPEN.match(text)
    if opening is None:
        return FrontMatter()
    end = _END.search(text, opening.end())
    body_end = end.start() if end else len(text)
    body = text[opening.end() : body_end]
    if end is None or end["close"] is None:
        if "=" not in body:
            return FrontMatter(offset=opening.end(), line=2)
        report.error(
            1, "front matter opened with --- is never closed", "write --- on a line after it"
        )
    after = end.end() if end and end["close"] else body_end
    values = _checked(_load(body, report), lines=body.split("\n"), report=report)
    return FrontMatter(values, after, 1 + text.count("\n", 0, after))


def _load(body: str, report: Report) -> dict[str, Any]:
    """Parse TOML, leaving out one bad line after another."""
    lines = body.split("\n")
    for _ in range(_MAX_BAD_LINES):
        try:
            return tomllib.loads("\n".join(lines))
        except (ValueError, RecursionError) as error:
            bad = _bad_line(error, lines)
            if bad is None:
                break
            _report_bad_line(lines[bad], bad + 2, report)
            lines[bad] = ""
    return {}


def _bad_line(error: Exception, lines: list[str]) -> int | None:
    """Return the index of the line a TOML error speaks of; ``None`` when no line has text.

    Where the error names no line (an array without end, too deep, too long a number) it is the
    first line that can't be read by itself.
    """
    at = _AT_LINE.search(str(error))
    if at is None:
        for index, line in enumerate(lines):
            try:
                tomllib.loads(line)
            except (ValueError, RecursionError):
                return index
    index = min(int(at[1]) - 1, len(lines) - 1) if at else len(lines) - 1
    while index >= 0 and not lines[index].strip():
        index -= 1
    return index if index >= 0 else None


def _report_bad_line(text: str, line: int, report: Report) -> None:
    if _YAML.match(text):
        key = text.split(":", 1)[0].strip()
        report.error(line, f"{quote(text)} is not TOML", f'write {key} = "…"')
    else:
        report.error(line, f"{quote(text)} is not TOML", 'write key = "value"')


def _checked(raw: dict[str, Any], *, lines: list[str], report: Report) -> dict[str, Any]:
    at = {m[1]: number for number, text in enumerate(lines, 2) if (m := _KEY_LINE.match(text))}
    good: dict[str, Any] = {}
    for key, value in raw.items():
        line = at.get(key, 1)
        if key not in KEYS:
            near = nearest(key, KEYS)
            hint = f"did you mean {near}?" if near else f"known are {', '.join(KEYS)}"
            report.error(line, f"unknown key {quote(key)} in the front matter", hint)
            continue
        checked = check_value("deck_id" if key == "id" else key, value)
        if isinstance(checked, Bad):
            report.error(line, f"{key} is {checked.found}", f"expected {checked.expected}")
        else:
            good[key] = checked
    return good
