"""A pinned voice is written down, and all else stays byte for byte."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.decks.markdown import parse_bytes
from recalliq_tui.decks.tree import DeckFile
from recalliq_tui.domain.voice import VoiceRef
from recalliq_tui.services.pinning import PinError, pin_in_config, pin_in_deck, with_voice_line

if TYPE_CHECKING:
    from pathlib import Path

VOICE = VoiceRef("elevenlabs", "abc")
NOTES = "Q: one?\nA: uno\n"


@pytest.mark.parametrize(
    "text",
    [
        NOTES,
        f"---\n---\n{NOTES}",
        f'---\nname = "N" # mine\nlang = "en"\n---\n{NOTES}',
        f'---\nvoice = "espeak:es"\nname = "N"\n---\n{NOTES}',
        f"---\n{NOTES}",
        "",
        f'\ufeff---\nname = "N"\n---\n{NOTES}',
        f'---\r\nname = "N"\r\n---\r\n{NOTES}',
        f"---\ntags = [\n  'a',\n]\n---\n{NOTES}---\nQ: two?\nA: dos\n",
    ],
)
def test_a_deck_gets_its_voice_and_keeps_the_rest(text: str) -> None:
    before = parse_bytes(text.encode(), path="d.md", deck_id="d")
    changed = with_voice_line(text.encode(), "elevenlabs:abc@model")
    after = parse_bytes(changed, path="d.md", deck_id="d")
    assert after.voice == "elevenlabs:abc@model"
    assert [note.id for note in after.notes] == [note.id for note in before.notes]
    assert (after.title, after.lang, after.tags) == (before.title, before.lang, before.tags)
    assert changed.startswith(b"\xef\xbb\xbf") == text.startswith("\ufeff")
    assert with_voice_line(changed, "elevenlabs:abc@model") == changed
    assert ("# mine" in text) == (b"# mine" in changed)


@given(st.binary(max_size=200))
def test_no_file_is_a_crash(data: bytes) -> None:
    try:
        changed = with_voice_line(data, "espeak:es")
    except PinError:
        return
    assert b"espeak:es" in changed


def test_front_matter_that_is_no_toml_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "d.md"
    path.write_text("---\nname: N\n---\n", encoding="utf-8")
    with pytest.raises(PinError, match="TOML"):
        pin_in_deck(DeckFile(path, tmp_path, "own"), VOICE, tmp_path)
    assert path.read_text(encoding="utf-8") == "---\nname: N\n---\n"


def test_a_link_stays_a_link_and_rights_stay(tmp_path: Path) -> None:
    real = tmp_path / "real.toml"
    real.write_text("", encoding="utf-8")
    real.chmod(0o600)
    link = tmp_path / "config.toml"
    link.symlink_to(real)
    pin_in_config(link, VOICE)
    assert link.is_symlink()
    assert tomllib.loads(real.read_text(encoding="utf-8")) == {"voice": {"name": str(VOICE)}}
    assert real.stat().st_mode & 0o777 == 0o600
    pin_in_config(link, None)
    assert tomllib.loads(real.read_text(encoding="utf-8")) == {"voice": {}}
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


def test_a_config_where_none_can_be_is_an_error_with_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(PinError, match="can't be written"):
        pin_in_config(tmp_path / "file" / "config.toml", VOICE)
