"""Where the sample decks lie, in an installed package and in a checkout."""

from __future__ import annotations

from pathlib import Path


def samples_root() -> Path:
    """Return the folder of the sample decks; it need not exist in a broken installation."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "sample_decks"
    return installed if installed.is_dir() else package.parent / "sample_decks"
