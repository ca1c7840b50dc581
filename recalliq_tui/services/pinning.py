"""Writes a pinned voice down: in the config, or in a deck's front matter. All else stays."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from recalliq_tui.decks.editing import own_copy
from recalliq_tui.store.models import Origin

if TYPE_CHECKING:
    from recalliq_tui.decks.tree import DeckFile
    from recalliq_tui.domain.voice import VoiceRef

_FENCE: Final = re.compile(rb"[ \t]*---[ \t]*\r?\n?\Z")
_TAG: Final = re.compile(rb"[QACP]:")
_BOM: Final = b"\xef\xbb\xbf"


class PinError(Exception):
    """The voice can't be written down; the message says why and what to do."""


def pin_in_config(path: Path, voice: VoiceRef | None) -> None:
    """Set ``voice.name`` in the config file, which is made where there is none.

    ``None`` takes the pin away. Comments and order stay. Raises :class:`PinError`.
    """
    import tomlkit  # noqa: PLC0415
    from tomlkit.exceptions import TOMLKitError  # noqa: PLC0415

    try:
        text = path.read_text(encoding="utf-8-sig") if path.exists() else ""
        document = tomlkit.parse(text)
        table = document.get("voice")
        if table is None:
            table = document["voice"] = tomlkit.table()
        if voice is None:
            table.pop("name", None)
        else:
            table["name"] = str(voice)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _replace(path, tomlkit.dumps(document).encode())
    except (OSError, UnicodeDecodeError) as error:
        words = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise PinError(f"{path} can't be written: {words}") from error
    except (TOMLKitError, TypeError, AttributeError) as error:
        raise PinError(f"{path} can't be changed: it is not the TOML of a config") from error


def pin_in_deck(file: DeckFile, voice: VoiceRef, own_root: Path) -> Path:
    """Set ``voice`` in a deck's front matter; returns the file that was written.

    A sample or synced deck is copied to the learner's own first. Raises :class:`PinError`.
    """
    try:
        path = file.path
        if file.origin in {Origin.SAMPLE, Origin.LIBRARY}:
            path = own_copy(file, own_root)
        _replace(path, with_voice_line(path.read_bytes(), str(voice)))
    except OSError as error:
        raise PinError(f"{file.path.name} can't be written: {error.strerror}") from error
    return path


def with_voice_line(data: bytes, voice: str) -> bytes:
    """Return a deck file with its voice set, all else byte for byte as it was."""
    import tomlkit  # noqa: PLC0415
    from tomlkit.exceptions import TOMLKitError  # noqa: PLC0415

    bom = _BOM if data.startswith(_BOM) else b""
    lines = data.removeprefix(bom).splitlines(keepends=True)
    eol = "\r\n" if b"\r\n" in b"".join(lines[:20]) else "\n"
    end = _end_of_front(lines)
    if end is None:
        head = f"---{eol}voice = {tomlkit.item(voice).as_string()}{eol}---{eol}".encode()
        return bom + head + b"".join(lines)
    try:
        document = tomlkit.parse(b"".join(lines[1:end]).decode())
        document["voice"] = voice
        front = tomlkit.dumps(document)
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise PinError("the deck's front matter isn't TOML: `recalliq check` says where") from error
    return bom + lines[0] + front.encode() + b"".join(lines[end:])


def _end_of_front(lines: list[bytes]) -> int | None:
    """Return the index of the line that closes front matter; ``None`` where there is none."""
    if not lines or not _FENCE.match(lines[0]):
        return None
    for index, line in enumerate(lines[1:], 1):
        if _FENCE.match(line):
            return index
        if _TAG.match(line):
            return None
    return None


def _replace(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; a link stays a link."""
    target = path.resolve()
    descriptor, temporary = tempfile.mkstemp(prefix=".pin-", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o644
        Path(temporary).chmod(mode)
        Path(temporary).replace(target)
    finally:
        Path(temporary).unlink(missing_ok=True)
