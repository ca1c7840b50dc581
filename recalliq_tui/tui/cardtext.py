"""Card text (Markdown that others wrote) as styled, inert text.

Nothing in a card can become a link, an action or markup: only styles are set on literal text.
Text without any Markdown sign takes a short way that loads no parser.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from textual.content import Content, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from recalliq_tui.domain.cards import Face

# Private-use characters that carry the cloze ranges through the Markdown parser.
_OPEN: Final = "\ue0f0"
_CLOSE: Final = "\ue0f1"
_PLAIN: Final = re.compile(r"[^\\`*_{}\[\]<>#|$~&!+\n\ue0f0\ue0f1-]*\Z")
_MAX_CHARS: Final = 20_000

CODE: Final = "$accent"
MARK: Final = "bold $primary"
DIM: Final = "dim"

_parser: MarkdownIt | None = None


def card_text(face: Face) -> Content:
    """Return a face as text with styles: emphasis, code, lists, and its cloze ranges marked."""
    text = face.text[:_MAX_CHARS].replace(_OPEN, "").replace(_CLOSE, "")
    if not face.marks and _PLAIN.match(text):
        return Content(text.strip())
    return _Writer().write(_markdown().parse(_with_marks(text, face.marks)))


def _with_marks(text: str, marks: Sequence[tuple[int, int]]) -> str:
    parts: list[str] = []
    at = 0
    for start, end in sorted(marks):
        parts += [text[at:start], _OPEN, text[start:end], _CLOSE]
        at = end
    return "".join([*parts, text[at:]])


def _markdown() -> MarkdownIt:
    global _parser  # noqa: PLW0603
    if _parser is None:
        from markdown_it import MarkdownIt  # noqa: PLC0415  (not before the first paint)

        _parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
        _parser.enable("strikethrough")
    return _parser


class _Writer:
    """Walks Markdown tokens and writes text with spans."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._length = 0
        self._spans: list[Span] = []
        self._open: list[tuple[str, int]] = []
        self._mark_from: int | None = None
        self._lists: list[int | None] = []

    def write(self, tokens: Iterable[Token]) -> Content:
        for token in tokens:
            self._block(token)
        raw = "".join(self._text)
        text = raw.rstrip()
        lead = len(text) - len(text.lstrip("\n"))
        return Content(
            text[lead:],
            [s._replace(start=max(0, s.start - lead), end=s.end - lead) for s in self._spans],
        )

    def _put(self, text: str) -> None:
        for piece in re.split(f"([{_OPEN}{_CLOSE}])", text):
            if piece == _OPEN:
                self._mark_from = self._length
            elif piece == _CLOSE:
                if self._mark_from is not None:
                    self._spans.append(Span(self._mark_from, self._length, MARK))
                    self._mark_from = None
            elif piece:
                self._text.append(piece)
                self._length += len(piece)

    def _block(self, token: Token) -> None:
        match token.type:
            case "inline":
                for child in token.children or ():
                    self._inline(child)
            case "fence" | "code_block":
                start = self._length
                self._put("".join(f"  {line}\n" for line in token.content.rstrip("\n").split("\n")))
                self._spans.append(Span(start, self._length, CODE))
                self._put("\n")
            case "bullet_list_open":
                self._lists.append(None)
            case "ordered_list_open":
                self._lists.append(int(token.attrs.get("start", 1) or 1))
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
                if not self._lists:
                    self._put("\n")
            case "list_item_open":
                self._item()
            case "paragraph_close":
                self._put("\n" if token.hidden or self._lists else "\n\n")
            case "heading_open":
                self._open.append(("bold", self._length))
            case "heading_close":
                self._end_style()
                self._put("\n\n")
            case "blockquote_open":
                self._open.append(("italic", self._length))
            case "blockquote_close":
                self._end_style()
            case "hr":
                self._put("* * *\n\n")
            case "th_close" | "td_close":
                self._put("   ")
            case "tr_close":
                self._put("\n")
            case "table_close":
                self._put("\n")
            case _:
                pass

    def _item(self) -> None:
        indent = "  " * (len(self._lists) - 1)
        number = self._lists[-1]
        if number is None:
            self._put(f"{indent}• ")
        else:
            self._put(f"{indent}{number}. ")
            self._lists[-1] = number + 1

    def _inline(self, token: Token) -> None:
        match token.type:
            case "text":
                self._put(token.content)
            case "softbreak" | "hardbreak":
                self._put("\n")
            case "code_inline":
                start = self._length
                self._put(token.content)
                self._spans.append(Span(start, self._length, CODE))
            case "em_open":
                self._open.append(("italic", self._length))
            case "strong_open":
                self._open.append(("bold", self._length))
            case "s_open":
                self._open.append(("strike", self._length))
            case "em_close" | "strong_close" | "s_close":
                self._end_style()
            case "image":
                self._put(f"[picture: {token.content or token.attrs.get('src', '')}]")
            case "html_inline":
                self._put(token.content)
            case _:
                pass

    def _end_style(self) -> None:
        if self._open:
            style, start = self._open.pop()
            if self._length > start:
                self._spans.append(Span(start, self._length, style))
