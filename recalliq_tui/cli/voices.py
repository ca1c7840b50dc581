"""``voices list``, ``pin`` and ``check``: which voices there are, which one speaks, for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from recalliq_tui.cli.common import (
    Json,
    collection,
    fail,
    narrate,
    plain_errors,
    say,
    say_json,
    setup,
)
from recalliq_tui.cli.exits import Exit
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from recalliq_tui.services.voicebook import Checked, Listed

app = typer.Typer(
    help="List, pin and check voices.",
    epilog="Example:  recalliq voices list",
    no_args_is_help=True,
    rich_markup_mode=None,
)
_Provider = Annotated[
    str | None,
    typer.Option("--provider", metavar="NAME", help="Only this one: elevenlabs, openai, espeak."),
]


@app.command(name="list", epilog="Example:  recalliq voices list --provider elevenlabs --json")
def list_(provider: _Provider = None, as_json: Json = False) -> None:
    """List the voices of the providers that are set up.

    Asking costs nothing. JSON: {voices: [{voice, provider, name, lang, category, gone_at, shared}], errors: [{provider, code, message}]}.
    Exit code 1 when no provider could be asked, 5 when that was the network's fault.
    """
    from recalliq_tui.cli.voicework import list_all  # noqa: PLC0415

    ready = setup()
    with plain_errors():
        found = list_all(ready, provider)
    if as_json:
        errors = [
            {"provider": name, "code": error.code.value, "message": error.message}
            for name, error in found.errors.items()
        ]
        say_json({"voices": [each.to_json() for each in found.voices], "errors": errors})
    else:
        for line in voice_lines(found.voices):
            say(line)
    for name, error in found.errors.items():
        narrate(f"{one_line(name)}: {error.code.value}: {one_line(error.message)}")
    if found.errors and not found.voices:
        raise typer.Exit(_failure(error.code.value for error in found.errors.values()))
    if found.voices:
        narrate("hear one and pin it: recalliq say TEXT, recalliq voices pin VOICE")


@app.command(epilog="Example:  recalliq voices pin elevenlabs:VOICE_ID --deck spanish-first-words")
def pin(
    voice: Annotated[
        str, typer.Argument(metavar="VOICE", help="provider:voice[@model], or a listed name.")
    ],
    deck: Annotated[
        str | None, typer.Option("--deck", metavar="DECK", help="Only for this deck.")
    ] = None,
    owner: Annotated[
        str | None,
        typer.Option("--owner", metavar="ID", help="Public id of who shares it: it is added."),
    ] = None,
    dry: Annotated[bool, typer.Option("--dry-run", help="Only say what it would take.")] = False,
    as_json: Json = False,
) -> None:
    """Let a voice speak: in the config, or for one deck.

    A shared voice is added to the account's own. What rendering the decks anew would cost is said; nothing is rendered. JSON: {voice, where,
    added, warning, decks: {clips, characters, credits, money, currency, present}}.
    """
    from recalliq_tui.cli.voicework import pin_voice  # noqa: PLC0415

    with collection() as runtime:
        done = pin_voice(runtime, voice, deck=deck, owner=owner, dry=dry)
    if done.code is not None:
        for each in done.instead:
            narrate(f"instead: recalliq voices pin {each.ref}  ({one_line(each.info.name)})")
        fail(f"{done.code}: {one_line(done.message)}", _failure([done.code]))
    if as_json:
        say_json(done.to_json())
        return
    verb = "would be pinned" if dry else "pinned"
    say(f"{done.voice} {verb} in {one_line(done.where)}")
    for line in done.lines:
        say(line)
    if done.warning:
        narrate(f"{done.voice} {done.warning}")
    for line in done.notes:
        narrate(line)


@app.command(epilog="Example:  recalliq voices check --json")
def check(as_json: Json = False) -> None:
    """Say how the pinned voices stand, and which will go away.

    Asking costs nothing. JSON: {voices: [{voice, where, state, name, category, gone_at, message, code, instead}]}; state is ok, warning, gone
    or unknown. Exit code 1 when one is gone, 5 when the network kept one from being asked.
    """
    from recalliq_tui.cli.voicework import check_pinned  # noqa: PLC0415

    with collection() as runtime:
        found = check_pinned(runtime)
    if as_json:
        say_json({"voices": [each.to_json() for each in found]})
    else:
        for each in found:
            say(_checked_line(each))
        if not found:
            say("no voice is pinned: the local voice speaks")
    for each in found:
        for other in each.instead:
            narrate(f"instead: recalliq voices pin {other.ref}  ({one_line(other.info.name)})")
    if any(each.standing.value == "gone" for each in found):
        raise typer.Exit(Exit.FAILED)
    if any(each.code == "network_error" for each in found):
        raise typer.Exit(Exit.NETWORK)


def _checked_line(each: Checked) -> str:
    where = ", ".join(one_line(name, max_chars=60) for name in each.pinned.where)
    name = f" {one_line(each.info.name, max_chars=40)}" if each.info is not None else ""
    message = f": {one_line(each.message)}" if each.message else ""
    return f"{each.standing.value:8}{each.pinned.ref}{name} ({where}){message}"


def voice_lines(voices: Iterable[Listed]) -> list[str]:
    """One line a voice: how it is pinned, its name, language, kind, and its end."""
    rows = [
        (
            str(each.ref),
            one_line(each.info.name, max_chars=30),
            one_line(each.info.lang or "", max_chars=12),
            one_line(each.info.category or "", max_chars=16),
            f"until {each.info.gone_at:%Y-%m-%d}" if each.info.gone_at else "",
        )
        for each in voices
    ]
    if not rows:
        return []
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return [
        "  ".join(f"{text:{width}}" for text, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _failure(codes: Iterable[str]) -> Exit:
    return Exit.NETWORK if set(codes) == {"network_error"} else Exit.FAILED
