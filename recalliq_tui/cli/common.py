"""What the commands share: exit codes, settings, words for errors, output."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from recalliq_tui.config import Config, ConfigError, load_config
from recalliq_tui.paths import Paths, resolve_paths
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator


class Exit(IntEnum):
    """Exit codes of every command."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    PARTLY = 3
    QUOTA = 4
    NETWORK = 5


@dataclass(frozen=True, slots=True)
class Setup:
    """The learner's folders and settings."""

    paths: Paths
    config: Config


def setup() -> Setup:
    """Read the settings, or end with exit code 2 and every problem in the config."""
    paths = resolve_paths()
    try:
        return Setup(paths, load_config(paths.config_file))
    except ConfigError as error:
        for problem in error.problems:
            narrate(f"{error.path}: {problem}")
        raise typer.Exit(Exit.USAGE) from None


def narrate(text: str) -> None:
    """Say something on stderr: for people, never data."""
    print(text, file=sys.stderr)  # noqa: T201


def say(text: str) -> None:
    """Print data on stdout."""
    print(text)  # noqa: T201


def say_json(data: Any) -> None:
    """Print JSON on stdout: stable keys, UTF-8, one document."""
    say(json.dumps(data, ensure_ascii=False, indent=2))


def fail(text: str, code: Exit = Exit.FAILED) -> NoReturn:
    """Say what happened and what to do, then end."""
    narrate(f"recalliq: {text}")
    raise typer.Exit(code)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn errors of the layers below into a sentence and an exit code."""
    from recalliq_tui.services.library import UnknownDeckError  # noqa: PLC0415
    from recalliq_tui.store.errors import StoreError  # noqa: PLC0415

    try:
        yield
    except UnknownDeckError as error:
        fail(f"{one_line(str(error))}. `recalliq decks` lists all.", Exit.USAGE)
    except StoreError as error:
        fail(f"{error.message}. {error.recovery}")
