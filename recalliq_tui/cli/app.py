"""The tree of commands and its root: ``recalliq`` alone opens the screens."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from recalliq_tui import __version__
from recalliq_tui.cli import (
    budget,
    cache,
    config,
    decks,
    doctor,
    grade,
    history,
    lab,
    pray,
    recite,
    render,
    reports,
    say,
    voices,
)
from recalliq_tui.cli.common import narrate
from recalliq_tui.cli.exits import Exit

app = typer.Typer(
    name="recalliq",
    help="Learn by heart and by ear in the terminal.",
    epilog="Example:  recalliq study sample_decks/Languages",
    no_args_is_help=False,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"recalliq {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001  (its callback does the work)
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Open the program, or run one of the commands below."""
    if context.invoked_subcommand is None:
        from recalliq_tui.cli.screens import open_screens  # noqa: PLC0415

        raise typer.Exit(open_screens(None))
    if context.invoked_subcommand not in {"study", "pray"}:
        import logging  # noqa: PLC0415

        logging.basicConfig(level=logging.ERROR, format="recalliq: %(message)s")


@app.command(epilog="Example:  recalliq study spanish-first-words")
def study(
    deck: Annotated[
        str | None, typer.Argument(help="A deck's id or title, or the path of a file or folder.")
    ] = None,
    trace: Annotated[
        Path | None,
        typer.Option(
            "--trace", metavar="FILE", help="Write down what happens to sound and voice; no text."
        ),
    ] = None,
) -> None:
    """Study a deck, a folder of decks, or choose one on the home screen."""
    from recalliq_tui.cli.screens import open_screens  # noqa: PLC0415

    raise typer.Exit(open_screens(deck, trace=trace))


app.command(epilog="Example:  recalliq decks --json")(decks.decks)
app.command(epilog="Example:  recalliq check my-deck.md sample_decks")(decks.check)
app.command(epilog="Example:  recalliq render spanish-first-words --dry-run")(render.render)
app.add_typer(cache.app, name="cache")
app.command(epilog='Example:  recalliq say "Buenos días" --lang es')(say.say)
app.add_typer(reports.app, name="reports")
app.add_typer(voices.app, name="voices")
budget.register(app)
grade.register(app)
recite.register(app)
pray.register(app)
lab.register(app)
app.command(epilog="Example:  recalliq history --deck spanish-first-words --json")(history.history)
app.command(epilog="Example:  recalliq doctor")(doctor.doctor)
app.add_typer(config.app, name="config")


def run() -> None:
    """Run the command line and end the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that isn't UTF-8
    try:
        app(standalone_mode=True)
    except KeyboardInterrupt:
        narrate("recalliq: stopped")
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(Exit.FAILED)
