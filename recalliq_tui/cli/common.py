"""What the commands share: exit codes, settings, words for errors, output."""

from __future__ import annotations

import json
import re
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn

import typer

from recalliq_tui.cli.exits import Exit
from recalliq_tui.config import Config, ConfigError, load_config
from recalliq_tui.paths import Paths, resolve_paths
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recalliq_tui.services.runtime import Runtime

Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")]

_ACTING: Final = re.compile(
    "[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Characters that JSON leaves as they are but that act on a terminal, or are no UTF-8."""


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
    """Print JSON on stdout: stable keys, one document, UTF-8 or, where stdout isn't, ASCII.

    What decks hold comes out as it is; characters that act on a terminal are written as escapes.
    """
    ascii_only = (sys.stdout.encoding or "").lower() not in {"utf-8", "utf8"}
    text = json.dumps(data, ensure_ascii=ascii_only, indent=2)
    say(_ACTING.sub(lambda found: json.dumps(found.group())[1:-1], text))


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
        said = one_line(str(error))
        stop = "" if said.endswith("?") else "."
        fail(f"{said}{stop} `recalliq decks` lists all.", Exit.USAGE)
    except StoreError as error:
        fail(f"{error.message}. {error.recovery}")
    except KeyboardInterrupt:
        narrate("recalliq: stopped")
        raise typer.Exit(Exit.STOPPED) from None


@contextmanager
def collection() -> Iterator[Runtime]:
    """Open the decks and the collection for a command; errors end it with a sentence."""
    from recalliq_tui.wiring import make_runtime  # noqa: PLC0415

    ready = setup()
    with plain_errors():
        runtime = make_runtime(ready.config, ready.paths)
        try:
            yield runtime
        finally:
            runtime.shut()


def count(number: int, thing: str) -> str:
    """Say a number of things: ``1 clip``, ``1,200 clips``."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
