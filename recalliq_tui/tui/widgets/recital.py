"""A recital word by word: what was said with a sign below each word that isn't right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from textual.content import Content

from recalliq_tui.domain.recitation import SIGNS, Label, Level, Partial

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from recalliq_tui.domain.recitation import LiveView, Recital, WordResult
    from recalliq_tui.tui.signs import Signs

_ASCII: Final = {
    Label.OK: " ",
    Label.VARIANT: "=",
    Label.TYPO: "~",
    Label.SUBSTITUTED: "x",
    Label.MISSING: "_",
    Label.EXTRA: "+",
    Label.MOVED: "<",
    Label.PEEKED: "?",
}


def label_style(label: Label, *, level: Level = Level.STANDARD) -> str:
    """The colour that goes with a label's sign."""
    match label:
        case Label.OK:
            return "$success"
        case Label.VARIANT:
            return "$success" if level is Level.GENTLE else "$text-muted"
        case Label.TYPO | Label.MOVED | Label.PEEKED:
            return "$warning"
        case Label.SUBSTITUTED | Label.MISSING:
            return "$error"
        case Label.EXTRA:
            return "$warning strike"
        case _:
            assert_never(label)


def label_sign(label: Label, signs: Signs) -> str:
    return SIGNS[label] if signs.sound != "#" else _ASCII[label]


def live_content(view: LiveView, signs: Signs, *, level: Level = Level.STANDARD) -> Content:
    """What is typed so far, without giving away what comes: only what went wrong has a sign."""
    line = Content("")
    for word in view.words:
        if not word.got:
            piece = Content.styled(label_sign(word.label, signs), label_style(word.label))
        else:
            sign = "" if word.label is Label.OK else label_sign(word.label, signs)
            piece = Content.styled(f"{sign}{word.got}", label_style(word.label, level=level))
        line = line.append(piece).append(" ")
    match view.partial:
        case Partial.NONE:
            pass
        case Partial.FITS:
            line = line.append(Content.styled(view.unfinished, "$success"))
        case Partial.WRONG:
            line = line.append(Content.styled(f"{signs.failed}{view.unfinished}", "$error"))
        case _:
            assert_never(view.partial)
    return line


def recital_content(
    words: Iterable[WordResult], signs: Signs, *, level: Level = Level.STANDARD
) -> Content:
    """Each word as it should be with what became of it; every label has its sign."""
    line = Content("")
    for word in words:
        line = line.append(_judged(word, signs, level)).append(" ")
    return line


def _judged(word: WordResult, signs: Signs, level: Level) -> Content:
    style = label_style(word.label, level=level)
    sign = label_sign(word.label, signs)
    match word.label:
        case Label.OK:
            return Content.styled(word.expected, style)
        case Label.VARIANT if level is Level.GENTLE:
            return Content.styled(word.got or word.expected, style)
        case Label.EXTRA:
            return Content.styled(f"{sign}{word.got}", style)
        case Label.MISSING | Label.MOVED | Label.PEEKED:
            return Content.styled(f"{sign}{word.expected}", style)
        case Label.VARIANT | Label.TYPO | Label.SUBSTITUTED:
            got = f"({word.got})" if word.got else ""
            return Content.styled(f"{sign}{word.expected}{got}", style)
        case _:
            assert_never(word.label)


_WORDS: Final = {
    Label.VARIANT: ("variant", "variants"),
    Label.TYPO: ("typo", "typos"),
    Label.SUBSTITUTED: ("other word", "other words"),
    Label.MISSING: ("word missing", "words missing"),
    Label.EXTRA: ("word too many", "words too many"),
    Label.MOVED: ("word in another place", "words in another place"),
    Label.PEEKED: ("word shown", "words shown"),
}


def verdict_content(recital: Recital, signs: Signs) -> Content:
    """The score and what it is made of, each with its sign: the legend of the colours too."""
    counts = recital.counts
    percent = int(recital.score * 100 + 1e-9)
    sign = signs.ok if recital.clean else signs.needs
    line = Content.styled(f"{sign} {percent} %", "bold")
    parts: Sequence[Label] = [label for label in _WORDS if counts[label]]
    for label in parts:
        one, many = _WORDS[label]
        words = f"{label_sign(label, signs)} {counts[label]} {one if counts[label] == 1 else many}"
        line = line.append("   ").append(
            Content.styled(words, label_style(label).removesuffix(" strike"))
        )
    if recital.hints:
        hints = "hint" if recital.hints == 1 else "hints"
        line = line.append(f"   {recital.hints} {hints}")
    return line
