"""The commands. Each imports what it needs when it runs, so that none pays for the others."""

from __future__ import annotations

import gc
import signal
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line; the way in for ``recalliq`` and ``python -m recalliq_tui``.

    The two ways to the screens are taken without the command parser and with the garbage
    collector at rest until the first paint: together a quarter of the time to the first card.
    """
    match sys.argv[1:]:
        case [] | ["study"]:
            _open_screens(None)
        case ["study", deck] if not deck.startswith("-"):
            _open_screens(deck)
        case _:
            _run_command()


def _open_screens(deck: str | None) -> None:
    gc.disable()
    # Until the screens take Ctrl+C themselves it ends the process: the terminal is untouched, and
    # an interrupt in the middle of an import could be swallowed or leave a lock behind.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        from recalliq_tui.cli.screens import open_screens  # noqa: PLC0415

        code = open_screens(deck)
    except KeyboardInterrupt:
        sys.stderr.write("recalliq: stopped\n")
        code = 130
    # What is left to do is to end; another Ctrl+C would only print where.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(code)


def _run_command() -> None:
    from recalliq_tui.cli.app import run  # noqa: PLC0415  (keeps ``import recalliq_tui.cli`` light)

    run()
