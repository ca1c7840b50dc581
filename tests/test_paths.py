from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from recalliq_tui.paths import resolve_paths

if TYPE_CHECKING:
    import pytest


def test_variables_say_where_things_are(tmp_path: Path) -> None:
    env = {f"RECALLIQ_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "DATA", "CACHE")}
    paths = resolve_paths(env)
    assert paths.config_file == tmp_path / "CONFIG" / "config.toml"
    assert paths.collection_file == tmp_path / "DATA" / "collection.db"
    assert paths.own_decks == tmp_path / "DATA" / "decks"
    assert paths.clips_dir == tmp_path / "CACHE" / "clips"
    assert not list(tmp_path.iterdir()), "asking creates nothing"


def test_without_variables_it_is_the_systems_own_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    paths = resolve_paths({"RECALLIQ_DATA_DIR": "~/elsewhere"})
    assert paths.data_dir == tmp_path / "elsewhere"
    for folder in (paths.config_dir, paths.cache_dir):
        assert folder.name == "recalliq"
        assert tmp_path in folder.parents


def test_a_relative_folder_is_made_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    env = {f"RECALLIQ_{name}_DIR": "here" for name in ("CONFIG", "DATA", "CACHE")}
    assert resolve_paths(env).data_dir == tmp_path / "here"
    assert Path.cwd() == tmp_path
