"""The tree of commands and its root: ``recalliq`` alone opens the screens."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from recalliq_tui import __version__
from recalliq_tui.cli.common import Exit, narrate

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
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Open the program, or run one of the commands below."""
    if context.invoked_subcommand is None:
        from recalliq_tui.cli.screens import open_home  # noqa: PLC0415

        open_home()


@app.command(epilog="Example:  recalliq study spanish-first-words")
def study(
    deck: Annotated[
        str | None, typer.Argument(help="A deck's id or title, or the path of a file or folder.")
    ] = None,
) -> None:
    """Study a deck, a folder of decks, or choose one on the home screen."""
    from recalliq_tui.cli.screens import open_home, open_study  # noqa: PLC0415

    if deck is None:
        open_home()
    else:
        open_study(deck)


def run() -> None:
    """Run the command line and end the process with its exit code."""
    try:
        app(standalone_mode=True)
    except KeyboardInterrupt:
        narrate("recalliq: stopped")
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(Exit.FAILED)
