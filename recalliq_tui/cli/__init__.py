"""The commands. Each imports what it needs when it runs, so that none pays for the others."""

from __future__ import annotations

__all__ = ["main"]


def main() -> None:
    """Run the command line; the way in for ``recalliq`` and ``python -m recalliq_tui``."""
    from recalliq_tui.cli.app import run  # noqa: PLC0415  (keeps ``import recalliq_tui.cli`` light)

    run()
