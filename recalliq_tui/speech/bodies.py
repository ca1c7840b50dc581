"""What an error body says: every known shape read into one, whatever else arrives included.

The shapes::

    {"detail": {"status", "message"}}                                     ElevenLabs
    {"detail": {"type", "code", "status", "message", "request_id"}}       ElevenLabs
    {"detail": [{"loc", "msg", "type"}, ...]}                             ElevenLabs, FastAPI (422)
    {"error": {"message", "type", "param", "code"}}                       OpenAI
    {"detail": {"error", "message", "type"}}, {"detail": "..."}           OpenAI-compatible servers
    plain text, HTML or nothing                                           proxies, captive portals
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from recalliq_tui.textsafe import one_line

MAX_BODY: Final = 65_536
"""Bytes of an error body that are looked at."""
_MAX_DEPTH: Final = 40
_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{1,79}\Z")
_TAG: Final = re.compile(r"<[^>]{0,300}>")
_TITLE: Final = re.compile(r"<title[^>]{0,100}>(.{0,300}?)</title", re.IGNORECASE | re.DOTALL)


class BodyKind(StrEnum):
    JSON = "json"
    HTML = "html"
    TEXT = "text"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Said:
    """An error body in the provider's own words, cleaned.

    ``codes`` come in the order in which they count; ``type`` is a word for a whole family of
    errors and counts after them. ``field`` is the part of the request that is wrong.
    """

    kind: BodyKind
    codes: tuple[str, ...] = ()
    type: str | None = None
    message: str = ""
    field: str | None = None
    request_id: str | None = None


def read_body(body: bytes, *, content_type: str = "") -> Said:
    """Read an error body of any kind. Never raises."""
    text = body[:MAX_BODY].decode("utf-8", "replace").lstrip("\ufeff").strip()
    if not text:
        return Said(BodyKind.EMPTY)
    if text[0] in "{[" and (said := _read_json(text)) is not None:
        return said
    if "html" in content_type.lower() or text[0] == "<":
        return Said(BodyKind.HTML, message=_html_words(text))
    return Said(BodyKind.TEXT, message=one_line(text, max_chars=200))


def _read_json(text: str) -> Said | None:
    if text.count("[", 0, 4096) + text.count("{", 0, 4096) > 10 * _MAX_DEPTH:
        return None
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(parsed, dict):
        return Said(BodyKind.JSON)
    for name in ("detail", "error"):
        match parsed.get(name):
            case dict(inner):
                return _from_dict(inner, outer=parsed)
            case list(problems) if problems:
                return _from_validation(problems)
            case str(words):
                return Said(
                    BodyKind.JSON,
                    codes=_codes(parsed, "code", "status") + _as_code(words),
                    message=_words(parsed.get("message")) or _words(words),
                )
    return _from_dict(parsed, outer=parsed)


def _from_dict(inner: dict[str, Any], *, outer: dict[str, Any]) -> Said:
    param = inner.get("param")
    return Said(
        BodyKind.JSON,
        codes=_codes(inner, "code", "status", "error"),
        type=next(iter(_as_code(inner.get("type"))), None),
        message=_words(inner.get("message")) or _words(inner.get("msg")),
        field=one_line(param, max_chars=80) if isinstance(param, str) and param else None,
        request_id=_identifier(inner.get("request_id")) or _identifier(outer.get("request_id")),
    )


def _from_validation(problems: list[Any]) -> Said:
    first = problems[0]
    if not isinstance(first, dict):
        return Said(BodyKind.JSON, message=_words(first))
    path = first.get("loc")
    parts = [str(part) for part in path] if isinstance(path, list) else []
    return Said(
        BodyKind.JSON,
        codes=_as_code(first.get("type")),
        message=_words(first.get("msg")),
        field=one_line(".".join(parts[:6]), max_chars=80) or None,
    )


def _codes(inner: dict[str, Any], *names: str) -> tuple[str, ...]:
    return tuple(code for name in names for code in _as_code(inner.get(name)))


def _as_code(value: object) -> tuple[str, ...]:
    return (value.lower(),) if isinstance(value, str) and _CODE.match(value) else ()


def _words(value: object) -> str:
    return one_line(value) if isinstance(value, str) else ""


def _identifier(value: object) -> str | None:
    return one_line(value, max_chars=100) or None if isinstance(value, str) else None


def _html_words(text: str) -> str:
    title = _TITLE.search(text)
    words = title[1] if title else _TAG.sub(" ", text)
    return one_line(words.replace("<", " ").replace(">", " "), max_chars=120)
