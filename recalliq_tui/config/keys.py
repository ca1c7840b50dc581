"""The actions that keys are bound to, and which names of keys there are.

Each action has a dotted id, so that ``[keys]`` in the config can give it another key. The list
stands here, below the screens, so that ``config show`` and ``doctor`` can check a config without
loading a screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class KeyAction:
    """One action: id for the config, default keys (comma-separated), words for help."""

    id: str
    keys: str
    label: str
    help: str
    where: str


ACTIONS: Final[tuple[KeyAction, ...]] = (
    KeyAction("app.search", "slash", "search", "Search over all cards", "everywhere"),
    KeyAction("app.voice", "v,alt+v", "voice on/off", "Turn the voice on or off", "everywhere"),
    KeyAction(
        "app.voice_details", "f2", "voice details", "Say how the voice is doing", "everywhere"
    ),
    KeyAction("app.commands", "ctrl+p", "commands", "Open the command palette", "everywhere"),
    KeyAction("app.theme", "f3", "light or dark", "Switch between dark and light", "everywhere"),
    KeyAction("app.help", "question_mark,f1", "help", "Show the keys of this screen", "everywhere"),
    KeyAction("app.back", "q", "back", "Go back; on the home screen, quit", "everywhere"),
    KeyAction("home.study", "enter", "study", "Study the deck or folder", "home"),
    KeyAction("home.add", "a", "add", "Add or create a deck", "home"),
    KeyAction("home.check", "c", "problems", "Show what is wrong in the deck's file", "home"),
    KeyAction("home.refresh", "f5", "look again", "Read the deck folders again", "home"),
    KeyAction("review.show", "space,enter", "show", "Show the back; then rate Good", "review"),
    KeyAction("review.again", "1", "Again", "Not known: ask again soon", "review"),
    KeyAction("review.hard", "2", "Hard", "Known with much effort", "review"),
    KeyAction("review.good", "3", "Good", "Known", "review"),
    KeyAction("review.easy", "4", "Easy", "Known at once", "review"),
    KeyAction("review.type", "tab", "type it", "Type the answer", "review"),
    KeyAction(
        "review.credit",
        "m",
        "I said it in other words",
        "Credit a point that was not found, or take the credit back",
        "review",
    ),
    KeyAction("review.replay", "r,alt+r", "replay", "Hear this side again", "review"),
    KeyAction("review.pause", "p", "pause", "Pause or go on", "review"),
    KeyAction("review.speak", "s", "speak once", "Render and hear this side now", "review"),
    KeyAction("review.undo", "u", "undo", "Take the last rating back", "review"),
    KeyAction("review.bury", "minus", "bury", "Not again today", "review"),
    KeyAction("review.suspend", "at", "suspend", "Not again until you say so", "review"),
    KeyAction("review.mark", "asterisk", "mark", "Mark or unmark the note", "review"),
    KeyAction(
        "review.wrong", "exclamation_mark", "sounds wrong", "Report how this side sounds", "review"
    ),
    KeyAction("review.edit", "e", "edit", "Open the note in $EDITOR", "review"),
    KeyAction("review.info", "i", "info", "History and memory of this card", "review"),
)

RESERVED: Final = frozenset({"ctrl+c", "ctrl+q"})
"""Keys that end the program wherever it is."""

BY_ID: Final = {action.id: action for action in ACTIONS}

_NAMED: Final = frozenset(
    [
        "space",
        "enter",
        "escape",
        "tab",
        "backspace",
        "delete",
        "insert",
        "home",
        "end",
        "pageup",
        "pagedown",
        "up",
        "down",
        "left",
        "right",
        "f1",
        "f2",
        "f3",
        "f4",
        "f5",
        "f6",
        "f7",
        "f8",
        "f9",
        "f10",
        "f11",
        "f12",
        "exclamation_mark",
        "quotation_mark",
        "number_sign",
        "dollar_sign",
        "percent_sign",
        "ampersand",
        "apostrophe",
        "left_parenthesis",
        "right_parenthesis",
        "asterisk",
        "plus",
        "comma",
        "minus",
        "full_stop",
        "slash",
        "colon",
        "semicolon",
        "less_than_sign",
        "equals_sign",
        "greater_than_sign",
        "question_mark",
        "at",
        "left_square_bracket",
        "backslash",
        "right_square_bracket",
        "circumflex_accent",
        "underscore",
        "grave_accent",
        "left_curly_bracket",
        "vertical_line",
        "right_curly_bracket",
        "tilde",
    ]
)
_MODIFIERS: Final = frozenset({"ctrl", "alt", "shift"})
CHARACTER_NAMES: Final = {
    " ": "space",
    "!": "exclamation_mark",
    "#": "number_sign",
    "*": "asterisk",
    "+": "plus",
    "-": "minus",
    ".": "full_stop",
    "/": "slash",
    ":": "colon",
    ";": "semicolon",
    "=": "equals_sign",
    "?": "question_mark",
    "@": "at",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
    "_": "underscore",
    "~": "tilde",
}


def read_key(text: str) -> str | None:
    """Return the canonical name of a key as a person writes it, ``None`` where there is none.

    ``"-"``, ``"minus"``, ``"ctrl+p"``, ``"F2"`` and ``"é"`` are all keys.
    """
    text = text.strip() or text
    if text in CHARACTER_NAMES:
        return CHARACTER_NAMES[text]
    *modifiers, key = text.split("+")
    if any(m.lower() not in _MODIFIERS for m in modifiers):
        return None
    key = CHARACTER_NAMES.get(key, key)
    if len(key) == 1 and (key.isprintable() and not key.isspace()):
        name = key
    elif key.lower() in _NAMED:
        name = key.lower()
    else:
        return None
    modifiers = [modifier.lower() for modifier in modifiers]
    if modifiers == ["shift"] and len(name) == 1:
        return name.upper()
    return "+".join([*modifiers, name.lower() if "ctrl" in modifiers else name])


def known_key_names() -> list[str]:
    """Names to suggest for a mistyped key."""
    return sorted(_NAMED)
