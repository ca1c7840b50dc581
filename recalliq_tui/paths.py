"""Where configuration, data and cache lie."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

APP = "recalliq"


class Paths(NamedTuple):
    """The three folders of one learner; nothing is created by asking for them."""

    config_dir: Path
    data_dir: Path
    cache_dir: Path

    @property
    def config_file(self) -> Path:
        return self.config_dir / "config.toml"

    @property
    def collection_file(self) -> Path:
        return self.data_dir / "collection.db"

    @property
    def own_decks(self) -> Path:
        """The home of the learner's own decks."""
        return self.data_dir / "decks"

    @property
    def log_file(self) -> Path:
        return self.data_dir / "recalliq.log"

    @property
    def clips_dir(self) -> Path:
        return self.cache_dir / "clips"


def resolve_paths(env: Mapping[str, str] | None = None) -> Paths:
    """Return the learner's folders: ``RECALLIQ_*_DIR`` over the system's own places."""
    env = os.environ if env is None else env
    given = {name: env.get(f"RECALLIQ_{name.upper()}_DIR") for name in ("config", "data", "cache")}
    if not all(given.values()):
        import platformdirs  # noqa: PLC0415  (27 ms that a full environment saves)

        given["config"] = given["config"] or platformdirs.user_config_dir(APP, appauthor=False)
        given["data"] = given["data"] or platformdirs.user_data_dir(APP, appauthor=False)
        given["cache"] = given["cache"] or platformdirs.user_cache_dir(APP, appauthor=False)
    return Paths(
        config_dir=Path(given["config"] or "").expanduser().absolute(),
        data_dir=Path(given["data"] or "").expanduser().absolute(),
        cache_dir=Path(given["cache"] or "").expanduser().absolute(),
    )
