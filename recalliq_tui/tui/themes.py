"""The program's own dark and light colours; the terminal's own sixteen are there too."""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

DARK: Final = Theme(
    name="recalliq-dark",
    primary="#e0b060",
    secondary="#8aa4c8",
    accent="#7fb4ca",
    foreground="#dcd7cc",
    background="#16181d",
    surface="#16181d",
    panel="#20232a",
    success="#8fb573",
    warning="#e0a458",
    error="#e07a6b",
    dark=True,
)
LIGHT: Final = Theme(
    name="recalliq-light",
    primary="#8a5a00",
    secondary="#3d5a80",
    accent="#1f6f8b",
    foreground="#2b2b28",
    background="#faf8f3",
    surface="#faf8f3",
    panel="#ece8de",
    success="#3f7a34",
    warning="#a05a00",
    error="#b3382c",
    dark=False,
)
NAMES: Final = {
    "dark": DARK.name,
    "light": LIGHT.name,
    "ansi-dark": "ansi-dark",
    "ansi-light": "ansi-light",
}
