"""``recalliq recite``: compare a recited text with the text, word by word."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recalliq_tui.cli.common import Exit, fail, say, say_json
from recalliq_tui.domain.recitation.labels import Label, Level
from recalliq_tui.textsafe import clean, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from recalliq_tui.domain.recitation import Recital, WordResult


def register(app: typer.Typer) -> None:
    app.command(
        name="recite",
        epilog="Example:  recalliq recite --text gloria.txt --lang la "
        '--attempt "Gloria Patri et Filio et Spiritui Sancto"',
    )(recite)


def recite(
    text: Annotated[str, typer.Option(metavar="FILE", help="The text, as a plain UTF-8 file.")],
    attempt: Annotated[str, typer.Option(help="What was recited; - is stdin.")],
    level: Annotated[Level, typer.Option(help="How strict to be.")] = Level.STANDARD,
    lang: Annotated[str | None, typer.Option(help="Language tag of the text.")] = None,
    variant: Annotated[
        list[str] | None,
        typer.Option(
            metavar="A=B",
            help="Wordings that are right too; nothing after the last = makes it optional.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Compare a recited text with the text: each word with its label, and the score."""
    from recalliq_tui.domain.recitation import recite as judge  # noqa: PLC0415
    from recalliq_tui.domain.recitation import words_of  # noqa: PLC0415

    wanted = _read(text)
    if not words_of(wanted, lang=lang):
        fail(f"{one_line(text)} holds no words; expected the text to recite.")
    said = clean(_stdin() if attempt == "-" else attempt)
    recital = judge(wanted, said, level=level, lang=lang, variants=_variants(variant or ()))
    if as_json:
        say_json(as_data(recital))
    else:
        say("\n".join(as_lines(recital)))


def as_data(recital: Recital) -> dict[str, Any]:
    return {
        "score": round(recital.score, 4),
        "words": [
            {"label": word.label.value, "expected": word.expected, "got": word.got}
            for word in recital.words
        ],
    }


def as_lines(recital: Recital) -> Iterable[str]:
    """A recital for people: the text with a sign at each word that isn't right, and the score."""
    counts = recital.counts
    yield " ".join(_marked(word) for word in recital.words)
    yield ""
    yield f"{_percent(recital.score)} of {_number(recital)} words"
    signs = [f"{_SIGNS[label]} {counts[label]} {label.value}" for label in Label if counts[label]]
    yield ", ".join(signs)


_SIGNS = {
    Label.OK: "\u2713",
    Label.VARIANT: "\u2248",
    Label.TYPO: "~",
    Label.SUBSTITUTED: "\u2717",
    Label.MISSING: "_",
    Label.EXTRA: "+",
    Label.MOVED: "\u2194",
    Label.PEEKED: "?",
}


def _marked(word: WordResult) -> str:
    sign = _SIGNS[word.label]
    match word.label:
        case Label.OK:
            return word.expected
        case Label.EXTRA:
            return f"[{sign}{word.got}]"
        case Label.MISSING | Label.MOVED | Label.PEEKED:
            return f"[{sign}{word.expected}]"
        case Label.VARIANT | Label.TYPO | Label.SUBSTITUTED:
            return (
                f"[{sign}{word.expected}: {word.got}]" if word.got else f"[{sign}{word.expected}]"
            )


def _percent(score: float) -> str:
    """Whole percent, never 100 for less than all."""
    return f"{int(score * 100 + 1e-9)} %"


def _number(recital: Recital) -> int:
    return sum(word.index is not None for word in recital.words)


def _read(source: str) -> str:
    try:
        return clean(Path(source).read_text(encoding="utf-8-sig"))
    except OSError as error:
        fail(f"{one_line(source)} can't be read: {error.strerror or error}.", Exit.USAGE)
    except UnicodeDecodeError:
        fail(f"{one_line(source)} isn't UTF-8; save it as UTF-8.")


def _stdin() -> str:
    return sys.stdin.buffer.read().decode("utf-8", "replace")


def _variants(groups: Sequence[str]) -> list[tuple[str, ...]]:
    found = [tuple(part.strip() for part in group.split("=")) for group in groups]
    for parts in found:
        if len(parts) < 2 or not any(parts):  # noqa: PLR2004
            fail('--variant needs two wordings, as in "Holy Ghost=Holy Spirit".', Exit.USAGE)
    return found
