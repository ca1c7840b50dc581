"""``say`` speaks a text through the configured voice, or writes it as an MP3."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recalliq_tui.cli.common import Json, narrate, plain_errors, say_json, setup
from recalliq_tui.cli.exits import Exit
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from recalliq_tui.cli.saying import Outcome


def say(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What to say.")],
    lang: Annotated[
        str | None, typer.Option("--lang", metavar="xx", help="Language of the text: es, en-GB.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write an MP3 and play nothing.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say a text through the configured voice.

    The second time it comes from the cache. JSON: {code, message, provider, voice, characters, credits, bytes, cached, first_byte_ms,
    first_sound_ms}. code is null when all went well; times count from the start of the work.
    """
    from recalliq_tui.cli.saying import say_text  # noqa: PLC0415

    ready = setup()
    with plain_errors():
        outcome = say_text(ready, text, lang=lang, out=out)
    if as_json:
        say_json(outcome.to_json())
    _narrate(outcome, out)
    raise typer.Exit(_exit(outcome.code))


def _narrate(outcome: Outcome, out: Path | None) -> None:
    phrase = outcome.phrase
    if phrase is not None and not phrase.kept and phrase.error is None:
        narrate("this phrase could not be kept: it will be spoken anew next time")
    if outcome.code == "no_device":
        narrate(f"recalliq: no audio device: {one_line(outcome.message)}")
        narrate("connect or start one, or write a file: recalliq say TEXT --out FILE")
    elif outcome.code is not None:
        narrate(f"recalliq: {outcome.code}: {one_line(outcome.message)}")
    elif phrase is not None and outcome.spec is not None:
        where = f"written to {one_line(str(out))}" if out else "said"
        source = "from the cache" if phrase.cached else f"by {outcome.spec.voice_name}"
        narrate(f"{where}, {source}")


def _exit(code: str | None) -> Exit:
    match code:
        case None:
            return Exit.DONE
        case "quota_exceeded" | "budget_reached":
            return Exit.QUOTA
        case "network_error":
            return Exit.NETWORK
        case _:
            return Exit.FAILED
