"""Anki's library in a virtual environment of its own."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from rig.report import NotMeasured

if TYPE_CHECKING:
    from pathlib import Path

_SECONDS = 300


def anki_python(folder: Path) -> Path:
    """Make the environment below ``folder`` and return its Python; raises where that fails."""
    home = folder / "anki-venv"
    python = home / "bin" / "python"
    steps = (
        [sys.executable, "-m", "venv", str(home)],
        [str(python), "-m", "pip", "install", "--quiet", "anki"],
    )
    for step in steps:
        try:
            ran = subprocess.run(
                step, capture_output=True, text=True, timeout=_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NotMeasured(f"pip install anki: {type(error).__name__}") from error
        if ran.returncode:
            raise NotMeasured("pip install anki failed (no network, or no build for this system)")
    return python
