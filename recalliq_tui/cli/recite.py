"""``recalliq recite``: compare a recited text with the text, word by word."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from recalliq_tui.cli.common import Json, fail, say, say_json
from recalliq_tui.cli.exits import Exit
from recalliq_tui.textsafe import clean, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recalliq_tui.domain.recitation import Recital


_LEVELS: Final = ("gentle", "standard", "exact")


def register(app: typer.Typer) -> None:
    app.command(
        name="recite",
        epilog="Example:  recalliq recite --text gloria.txt --lang la "
        '--attempt "Gloria Patri et Filio et Spiritui Sancto"',
    )(recite)


def recite(
    text: Annotated[str, typer.Option(metavar="FILE", help="The text, as a plain UTF-8 file.")],
    attempt: Annotated[str, typer.Option(help="What was recited; - is stdin.")],
    level: Annotated[
        str, typer.Option(metavar="|".join(_LEVELS), help="How strict to be.")
    ] = "standard",
    lang: Annotated[str | None, typer.Option(help="Language tag of the text.")] = None,
    variant: Annotated[
        list[str] | None,
        typer.Option(
            metavar="A=B",
            help="Wordings that are right too; nothing after the last = makes it optional.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare a recited text with the text, word by word.

    JSON: {score, words: [{label: ok|variant|typo|substituted|missing|extra|moved|peeked, expected, got}]}
    """
    from recalliq_tui.domain.recitation import Level, as_lines, words_of  # noqa: PLC0415
    from recalliq_tui.domain.recitation import recite as judge  # noqa: PLC0415

    if level not in _LEVELS:
        fail(f"--level is {one_line(level)}; expected {', '.join(_LEVELS)}.", Exit.USAGE)
    wanted = _read(text)
    if not words_of(wanted, lang=lang):
        fail(f"{one_line(text)} holds no words; expected the text to recite.")
    said = clean(_stdin() if attempt == "-" else attempt)
    recital = judge(wanted, said, level=Level(level), lang=lang, variants=_variants(variant or ()))
    if as_json:
        say_json(as_data(recital))
    else:
        say("\n".join(as_lines(recital)))


def as_data(recital: Recital) -> dict[str, Any]:
    return {
        "score": recital.score,
        "words": [
            {"label": word.label.value, "expected": word.expected, "got": word.got}
            for word in recital.words
        ],
    }


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
