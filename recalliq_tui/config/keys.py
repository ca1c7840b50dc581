"""The actions that keys are bound to, and which names of keys there are.

Each action has a dotted id, so that ``[keys]`` in the config can give it another key. The list
stands here, below the screens, so that ``config show`` and ``doctor`` can check a config without
loading a screen.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class KeyAction(NamedTuple):
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
    KeyAction(
        "app.offline_voice",
        "o",
        "offline voice",
        "Let the local voice speak while the chosen one can't",
        "everywhere",
    ),
    KeyAction("app.commands", "ctrl+p", "commands", "Open the command palette", "everywhere"),
    KeyAction("app.theme", "f3", "light or dark", "Switch between dark and light", "everywhere"),
    KeyAction("app.help", "question_mark,f1", "help", "Show the keys of this screen", "everywhere"),
    KeyAction("app.back", "q", "back", "Go back; on the home screen, quit", "everywhere"),
    KeyAction("home.study", "enter", "study", "Study the deck or folder", "home"),
    KeyAction("home.pray", "p", "prayers", "Learn and recite prayers and texts", "home"),
    KeyAction("home.add", "a", "add", "Add or create a deck", "home"),
    KeyAction("home.check", "c", "problems", "Show what is wrong in the deck's file", "home"),
    KeyAction("home.render", "R", "render", "Render the deck's voice, after its cost", "home"),
    KeyAction("home.stop_render", "escape", "stop rendering", "Stop; what is done stays", "home"),
    KeyAction("voices.pin", "enter", "use it", "Let this voice speak all decks", "voices"),
    KeyAction("voices.deck", "d", "for the deck", "Let it speak the deck you came from", "voices"),
    KeyAction("voices.hear", "space,h", "hear it", "Let the voice say a sentence", "voices"),
    KeyAction("home.voices", "V", "voices", "Choose and hear a voice", "home"),
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
        "Credit a point that wasn't found, or take it back",
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
    KeyAction(
        "pray.open", "enter", "open", "Learn the text, or recite it where it is due", "prayers"
    ),
    KeyAction("pray.play", "space", "play", "Play, pause or go on", "prayers"),
    KeyAction("pray.go", "enter", "go on", "Go on with the next step or line", "prayers"),
    KeyAction("pray.type", "tab", "type", "Type the line", "prayers"),
    KeyAction(
        "pray.hint",
        "f4,alt+h",
        "hint",
        "Show the next word's first letter (half a word)",
        "prayers",
    ),
    KeyAction("pray.word", "f6,alt+w", "word", "Show the next word (a word)", "prayers"),
    KeyAction("pray.line", "f7,alt+l", "show line", "Show the line (Again)", "prayers"),
    KeyAction("pray.next", "n,down", "next line", "Go to the next line", "prayers"),
    KeyAction("pray.before", "p,up", "line before", "Go to the line before", "prayers"),
    KeyAction("pray.learn", "a", "learn", "Learn the text from hearing to reciting", "prayers"),
    KeyAction("pray.knew", "k", "knew it", "Said aloud, and it was right", "prayers"),
    KeyAction("pray.missed", "m", "missed it", "Said aloud, and it wasn't right", "prayers"),
    KeyAction("pray.again", "r,alt+r", "hear line", "Hear this line", "prayers"),
    KeyAction("pray.from", "left_square_bracket", "from here", "Loop from this line", "prayers"),
    KeyAction("pray.to", "right_square_bracket", "to here", "Loop to this line", "prayers"),
    KeyAction("pray.more", "plus", "more", "Repeat each line more often", "prayers"),
    KeyAction("pray.step_up", "u", "step up", "Say all lines so far after each new one", "prayers"),
    KeyAction("pray.gap", "g", "gap", "Change the silence after each line", "prayers"),
    KeyAction("pray.section", "s", "next part", "Go to the next part of the text", "prayers"),
    KeyAction("pray.recite", "w", "recite", "Recite, and have it rated", "prayers"),
    KeyAction("pray.loop", "h", "loop", "Hear it hands-free, line by line", "prayers"),
    KeyAction("pray.lines", "l", "lines", "Set where the lines break", "prayers"),
    KeyAction("pray.import", "i", "import", "Take a text of your own from a file", "prayers"),
    KeyAction("pray.order", "o", "order", "Sort by state or by language", "prayers"),
    KeyAction("pray.fewer", "minus", "fewer", "Repeat each line less often", "prayers"),
    KeyAction("pray.harder", "right", "harder", "Show less of the text", "prayers"),
    KeyAction("pray.easier", "left", "easier", "Show more of the text", "prayers"),
    KeyAction("pray.listen", "1", "listen", "Step 1: listen and read along", "prayers"),
    KeyAction("pray.echo", "2", "echo", "Step 2: say each line after the voice", "prayers"),
    KeyAction("pray.chain", "3", "chain", "Step 3: chain the lines", "prayers"),
    KeyAction("pray.fade", "4", "fade", "Step 4: words fade", "prayers"),
    KeyAction("pray.letters", "5", "letters", "Step 5: first letters", "prayers"),
    KeyAction("pray.bare", "6", "bare", "Step 6: nothing to see", "prayers"),
    KeyAction("pray.beside", "t", "translation", "Show or hide the translation", "prayers"),
    KeyAction("pray.level", "f8,alt+g", "strictness", "Gentle, standard or exact", "prayers"),
    KeyAction("pray.break", "enter", "break", "Break the line here, or join", "prayers"),
    KeyAction("pray.stanza", "b", "stanza", "Begin a stanza here, or join", "prayers"),
    KeyAction("pray.save", "s", "save", "Keep these lines", "prayers"),
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
