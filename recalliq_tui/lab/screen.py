"""A terminal's screen, as far as the program uses one: text at places, read back as lines."""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import Final

_PARTS: Final = re.compile(
    "\x1b\\](?P<osc>[^\x07\x1b]*)(?:\x07|\x1b\\\\)"
    "|\x1b[P_^X](?:[^\x1b]|\x1b(?!\\\\))*\x1b\\\\"
    "|\x1b\\[(?P<params>[0-?]*)[ -/]*(?P<final>[@-~])"
    "|\x1b[ -/]*(?P<plain>[0-~])"
    "|(?P<text>[^\x00-\x1f\x7f]+)"
    "|(?P<control>[\x00-\x1a\x1c-\x1f\x7f])"
)
_OPEN: Final = re.compile("\x1b(?:[\\]P_^X][^\x07]{0,4096}|\\[[0-?]*[ -/]*|[ -/]*)?\\Z")
_TAB: Final = 8
_FOOT: Final = 3


class Screen:
    """What a terminal of ``columns`` by ``rows`` shows. Colours are left out. Not thread-safe."""

    def __init__(self, columns: int = 80, rows: int = 24) -> None:
        self.columns = columns
        self.rows = rows
        self._cells = self._blank()
        self._x = self._y = 0
        self._kept = (0, 0)
        self._held = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, data: bytes) -> None:
        """Take what a program wrote, cut anywhere."""
        text = self._held + self._decoder.decode(data)
        open_ = _OPEN.search(text)
        self._held = open_.group() if open_ else ""
        for part in _PARTS.finditer(text, 0, len(text) - len(self._held)):
            if part["text"] is not None:
                self._write(part["text"])
            elif part["control"] is not None:
                self._control(part["control"])
            elif part["final"] is not None:
                self._sequence(part["params"], part["final"])

    @property
    def lines(self) -> list[str]:
        return ["".join(row).rstrip() for row in self._cells]

    @property
    def text(self) -> str:
        """All of it, line by line."""
        return "\n".join(self.lines)

    @property
    def words(self) -> str:
        """All of it as one line, so that a text that is wrapped can be found."""
        return " ".join(self.text.split())

    @property
    def foot(self) -> str:
        """The last lines that hold anything, as one."""
        held = [line for line in self.lines if line.strip()]
        return " ".join(" ".join(held[-_FOOT:]).split())

    def _blank(self) -> list[list[str]]:
        return [[" "] * self.columns for _ in range(self.rows)]

    def _write(self, text: str) -> None:
        for char in text:
            wide = _width(char)
            if wide == 0:
                at = max(0, self._x - 1)
                self._cells[self._y][at] += char
                continue
            if self._x + wide > self.columns:
                self._x = 0
                self._down()
            row = self._cells[self._y]
            row[self._x] = char
            if wide == 2 and self._x + 1 < self.columns:  # noqa: PLR2004
                row[self._x + 1] = ""
            self._x += wide

    def _down(self) -> None:
        if self._y + 1 < self.rows:
            self._y += 1
        else:
            self._cells.pop(0)
            self._cells.append([" "] * self.columns)

    def _control(self, char: str) -> None:
        match char:
            case "\r":
                self._x = 0
            case "\n":
                self._down()
            case "\b":
                self._x = max(0, self._x - 1)
            case "\t":
                self._x = min(self.columns - 1, (self._x // _TAB + 1) * _TAB)
            case _:
                pass

    def _sequence(self, params: str, final: str) -> None:
        if params[:1] in {"?", ">", "<", "="}:
            if final in "hl" and "1049" in params:
                self._cells = self._blank()
            return
        numbers = [int(part) if part.isdigit() else 0 for part in params.split(";")]
        first = numbers[0]
        step = max(1, first)
        match final:
            case "H" | "f":
                column = numbers[1] if len(numbers) > 1 else 1
                self._move(max(1, column) - 1, step - 1)
            case "A":
                self._move(self._x, self._y - step)
            case "B":
                self._move(self._x, self._y + step)
            case "C":
                self._move(self._x + step, self._y)
            case "D":
                self._move(self._x - step, self._y)
            case "G":
                self._move(step - 1, self._y)
            case "d":
                self._move(self._x, step - 1)
            case "J":
                self._erase_screen(first)
            case "K":
                self._erase_line(first)
            case "s":
                self._kept = self._x, self._y
            case "u":
                self._move(*self._kept)
            case _:
                pass

    def _move(self, x: int, y: int) -> None:
        self._x = min(max(0, x), self.columns - 1)
        self._y = min(max(0, y), self.rows - 1)

    def _erase_line(self, how: int) -> None:
        start = self._x if how == 0 else 0
        end = min(self._x + 1, self.columns) if how == 1 else self.columns
        for x in range(start, end):
            self._cells[self._y][x] = " "

    def _erase_screen(self, how: int) -> None:
        if how >= 2:  # noqa: PLR2004
            self._cells = self._blank()
            return
        self._erase_line(how)
        for y in range(self.rows):
            if (y > self._y) if how == 0 else (y < self._y):
                self._cells[y] = [" "] * self.columns


def _width(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1
