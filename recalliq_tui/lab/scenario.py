"""Scenarios: what fails, what the learner does, and what must be seen. Read from small files."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,60}\Z")
_FILE_MAX: Final = 64 * 1024


class ScenarioError(ValueError):
    """A scenario that isn't there or can't be read; the text says what is wrong."""


class Address(StrEnum):
    """Where the program is told to find its provider."""

    SERVER = "server"
    REFUSED = "refused"
    """A port where nobody listens."""
    NOWHERE = "nowhere"
    """A name that no name server knows."""


class Cache(StrEnum):
    """What is wrong with the folder of clips."""

    FINE = "fine"
    READ_ONLY = "read-only"
    FULL = "full"


class Act(StrEnum):
    """What the lab does between two keys."""

    PULL_DEVICE = "pull device"
    RETURN_DEVICE = "return device"
    SERVER_AWAY = "server away"
    SERVER_BACK = "server back"
    HEAL_SERVER = "heal server"
    REMOVE_VOICE = "remove voice"


@dataclass(frozen=True, slots=True)
class Step:
    """What is done, in this order: ``act``, ``answer`` (typed into the field), ``press``; and
    what must be so after it, within ``within`` seconds.

    ``see`` must be on the screen, ``gone`` not any more, ``strip`` on the status strip, or
    ``briefly`` on it at any moment since the step began. ``spoken``
    is how many requests for speech the server must have got by then, no more and no less.
    ``sounds`` are events that the trace must hold by then, ``ended:2`` for so many of them.
    ``after`` are the seconds until ``act`` where a person drives.
    """

    act: Act | None = None
    answer: str | None = None
    press: tuple[str, ...] = ()
    see: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    strip: tuple[str, ...] = ()
    briefly: tuple[str, ...] = ()
    spoken: int | None = None
    sounds: tuple[str, ...] = ()
    within: float = 15.0
    after: float = 10.0


@dataclass(frozen=True, slots=True)
class Expect:
    """What must hold at the end: requests for speech in all, answers kept, codes in the trace in
    their order without repetition, exit code."""

    spoken: int | None = None
    ratings: int | None = None
    codes: tuple[str, ...] = ()
    voice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """One way in which things go wrong.

    ``script`` names what the server plays (:data:`recalliq_tui.lab.servers.SCRIPTS`), or is empty
    where there is no paid voice; ``credits`` are what the account has, instead of the script's.
    ``voice`` is the voice that is set. ``config`` is the text of
    ``config.toml``. ``render`` has the deck rendered before (on a healthy server), after which
    ``spoil`` (``damage`` or ``truncate``) is done to the clip of the first front.
    """

    name: str
    title: str
    about: str = ""
    script: str = ""
    credits: int | None = None
    voice: str = "elevenlabs:voiceA1"
    address: Address = Address.SERVER
    cache: Cache = Cache.FINE
    device: bool = True
    render: bool = False
    spoil: str = ""
    config: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    expect: Expect = field(default_factory=Expect)


def scenario_names() -> list[str]:
    """Return the names of all scenarios that come with the program."""
    folder = resources.files(__package__ or "recalliq_tui.lab").joinpath("scenarios")
    return sorted(
        each.name.removesuffix(".toml") for each in folder.iterdir() if each.name.endswith(".toml")
    )


def load_scenario(wanted: str) -> Scenario:
    """Read a scenario by its name, or from a file of one's own. Raises :class:`ScenarioError`."""
    if _NAME.match(wanted):
        folder = resources.files(__package__ or "recalliq_tui.lab").joinpath("scenarios")
        file = folder.joinpath(f"{wanted}.toml")
        if file.is_file():
            return parse_scenario(file.read_text(encoding="utf-8"), name=wanted)
    path = Path(wanted)
    if path.suffix != ".toml":
        raise ScenarioError(f"there is no scenario {wanted!r}")
    try:
        text = path.read_bytes()[:_FILE_MAX].decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path.name}: {error}") from error
    return parse_scenario(text, name=path.stem)


def parse_scenario(text: str, *, name: str) -> Scenario:
    """Read a scenario's text. Raises :class:`ScenarioError`."""
    try:
        body = tomllib.loads(text)
        steps = tuple(_step(each) for each in body.pop("step", []))
        expect = _made(Expect, body.pop("expect", {}))
        scenario: Scenario = _made(
            Scenario, {**body, "name": name, "steps": steps, "expect": expect}
        )
    except (tomllib.TOMLDecodeError, TypeError, ValueError, AttributeError) as error:
        raise ScenarioError(f"{name}: {error}") from error
    _check(scenario)
    return scenario


def _step(body: dict[str, Any]) -> Step:
    step: Step = _made(Step, body)
    return step


_ENUMS: Final = {"act": Act, "address": Address, "cache": Cache}
_LISTS: Final = frozenset({"press", "see", "gone", "strip", "briefly", "sounds", "codes", "voice"})


def _made(kind: Any, body: Mapping[str, Any]) -> Any:
    """Make a dataclass of a table; a single text stands for a list of one."""
    fields = kind.__dataclass_fields__
    values: dict[str, Any] = {}
    for key, value in body.items():
        if key not in fields:
            raise ValueError(f"{key!r} is unknown; there are {', '.join(sorted(fields))}")
        is_list = key in _LISTS and str(fields[key].type).startswith("tuple")
        if is_list:
            values[key] = (value,) if isinstance(value, str) else tuple(value)
        else:
            values[key] = _ENUMS[key](value) if key in _ENUMS else value
    return kind(**values)


def _check(scenario: Scenario) -> None:
    from recalliq_tui.lab.servers import SCRIPTS  # noqa: PLC0415  (loads the servers)

    if scenario.script and scenario.script not in SCRIPTS:
        known = ", ".join(SCRIPTS)
        raise ScenarioError(f"{scenario.name}: no script {scenario.script!r}; there are {known}")
    if scenario.spoil not in {"", "damage", "truncate"}:
        raise ScenarioError(f"{scenario.name}: spoil is 'damage' or 'truncate'")
