"""What markup leaves behind in speech: marks, addresses, lost code, open brackets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.proofing.kinds import Finding, ProofKind, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recalliq_tui.domain.proofing.kinds import Said

_LEFT_OVER: Final = re.compile(
    r"</?[A-Za-z][^<>]{0,200}>|<!--|-->"
    r"|&(?:[A-Za-z]{2,12}|\#\d{1,6});"
    r"|!\[|\]\(|\[\[|\]\]|\{\{|\}\}"
    r"|\bc\d{1,2}::|::[^\s:]"
    r"|\\[A-Za-z]{2,20}|\\[()\[\]]|\$\$"
    r"|(?<!\w)[*_]{1,3}(?=\w)|(?<=\w)[*_]{1,3}(?!\w)"
    r"|`|~~|\A\#{1,6} "
)
_FENCE: Final = re.compile(r"^[ \t]*(?:`{3,}|~{3,})", re.MULTILINE)
_FENCED: Final = re.compile(
    r"^[ \t]*(`{3,}+|~{3,}+)[^\n]*+\n.*?(?:^[ \t]*\1|\Z)", re.MULTILINE | re.DOTALL
)
_CODE: Final = re.compile(r"`[^`\n]+`")
_STARS: Final = re.compile(r"\*{2,}")
_TICKS: Final = re.compile(r"`+")
_TARGET: Final = re.compile(r"\]\([^()\n]*\)")
_URL: Final = re.compile(r"(?:https?://|www\.)[^\s<>\"`]+", re.IGNORECASE)
_MAIL: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}\.\w{2,24}")

_OPENERS: Final = {")": "(", "]": "[", "}": "{", "」": "「", "』": "『", "》": "《", "】": "【"}
_CLOSERS: Final = {opener: closer for closer, opener in _OPENERS.items()}
_SMILEY: Final = re.compile(r"[:;]-?[()]")
_ITEM: Final = re.compile(r"(?:(?<=\s)|\A)\w{1,2}\)")
_INCHES: Final = re.compile(r"(?<=\d)[\"”″]")


def markup(said: Said) -> Iterator[Finding]:
    """Yield marks that would be read out, or that were dropped because they had no partner."""
    expected = f"plain words, or {said.remedy}"
    seen: set[str] = set()
    for match in _LEFT_OVER.finditer(said.text):
        mark = match.group()
        if mark not in seen:
            seen.add(mark)
            yield Finding(ProofKind.MARKUP, f"{quoted(mark)} would be read out", expected)
    if "\ufffd" in said.source:
        yield Finding(ProofKind.MARKUP, "a character that could not be read", "the letter meant")
    if said.replaced or seen:
        return
    plain = _FENCED.sub(" ", said.source)
    for name, runs in (
        ("**", _STARS.findall(_CODE.sub(" ", plain))),
        ("`", _TICKS.findall(plain)),
    ):
        if len(runs) % 2:
            yield Finding(ProofKind.MARKUP, f"{quoted(name)} without a partner", expected)


def addresses(said: Said) -> Iterator[Finding]:
    """Yield addresses: only the host is said of one in a sentence, all of one in code."""
    if said.replaced:
        return
    source = _TARGET.sub("]", _FENCED.sub(" ", said.source))
    match = _URL.search(source) or _MAIL.search(said.text)
    if match is not None:
        yield Finding(
            ProofKind.URL,
            f"the address {quoted(match.group())}",
            f"{said.remedy} with words for it",
        )


def losses(said: Said) -> Iterator[Finding]:
    """Yield what the card shows and the voice leaves out."""
    if said.replaced:
        return
    if _FENCE.search(said.source):
        yield Finding(
            ProofKind.LOST, "a code block, which is not said", f"{said.remedy} that tells of it"
        )
    if "$" in said.source:
        words = set(said.text.lower().split()) - set(said.source.lower().split())
        stands = {word.strip(".,;:!?") for word in words} & said.stand_ins
        for word in sorted(stands):
            yield Finding(
                ProofKind.LOST,
                f"mathematics for which only {quoted(word)} is said",
                f"{said.remedy} with the formula in words",
            )


def brackets(said: Said) -> Iterator[Finding]:
    """Yield the first bracket and the first quotation mark that has no partner."""
    text = _SMILEY.sub(" ", said.text)
    open_: list[str] = []
    items = {match.end() - 1 for match in _ITEM.finditer(text)}
    for at, mark in enumerate(text):
        if mark in _CLOSERS:
            open_.append(mark)
        elif mark in _OPENERS:
            if open_ and open_[-1] == _OPENERS[mark]:
                open_.pop()
            elif at not in items:
                yield _unbalanced(mark, _OPENERS[mark])
                break
    else:
        if open_:
            yield _unbalanced(open_[-1], _CLOSERS[open_[-1]])
    text = _INCHES.sub("", text) if text.count('"') % 2 else text
    if text.count('"') % 2:
        yield _unbalanced('"', '"')
    curly = [mark for mark in text if mark in "„“”"]
    if len(curly) % 2:
        yield _unbalanced(curly[-1], "its partner")
    angled = [mark for mark in text if mark in "«»"]
    if len(angled) % 2:
        yield _unbalanced(angled[-1], "its partner")


def _unbalanced(mark: str, partner: str) -> Finding:
    return Finding(ProofKind.BRACKETS, f"{mark} without a partner", f"{partner} too, or neither")
