"""Settings: defaults, then ``config.toml``, then the environment. Secrets are never in the file."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from datetime import time, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from recalliq_tui.config.keys import (
    ACTIONS,
    BY_ID,
    RESERVED,
    KeyAction,
    known_key_names,
    read_key,
)
from recalliq_tui.config.schema import BY_KEY, SETTINGS, Kind, Setting
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Config", "ConfigError", "Source", "load_config", "read_step"]

_FSRS_PARAMETERS: Final = 21
_STEP: Final = re.compile(r"(\d{1,5})\s*(s|m|h)\Z")


class ConfigError(Exception):
    """The config can't be used. Each problem says what was found and what is expected."""

    def __init__(self, path: str, problems: list[str]) -> None:
        self.path = path
        self.problems = problems
        super().__init__("\n".join(f"{path}: {problem}" for problem in problems))


class Source(NamedTuple):
    """A value and where it came from: ``default``, the file, or an environment variable."""

    key: str
    value: object
    default: object
    source: str


@dataclass(frozen=True, slots=True)
class Config:
    """The settings in force. ``keymap`` gives action ids their comma-separated keys."""

    values: Mapping[str, object] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    keymap: Mapping[str, str] = field(default_factory=dict)

    def _get(self, key: str) -> Any:
        return self.values.get(key, BY_KEY[key].default)

    def text(self, key: str) -> str:
        return cast("str", self._get(key))

    def flag(self, key: str) -> bool:
        return cast("bool", self._get(key))

    def integer(self, key: str) -> int:
        return cast("int", self._get(key))

    def number(self, key: str) -> float:
        return float(self._get(key))

    def texts(self, key: str) -> list[str]:
        return list(self._get(key))

    def numbers(self, key: str) -> list[float]:
        return [float(x) for x in self._get(key)]

    @property
    def day_start(self) -> time:
        return time.fromisoformat(self.text("study.day_start"))

    def steps(self, key: str) -> tuple[timedelta, ...]:
        return tuple(step for text in self.texts(key) if (step := read_step(text)))

    def rows(self) -> Iterator[Source]:
        """Yield every setting and key with its value, default and origin."""
        for setting in SETTINGS:
            yield Source(
                setting.key,
                self._get(setting.key),
                setting.default,
                self.sources.get(setting.key, "default"),
            )
        for action in ACTIONS:
            key = f"keys.{action.id}"
            yield Source(
                key,
                self.keymap.get(action.id, action.keys),
                action.keys,
                self.sources.get(key, "default"),
            )


def read_step(text: str) -> timedelta | None:
    """Read ``30s``, ``10m`` or ``2h``."""
    match = _STEP.match(text.strip())
    if match is None:
        return None
    unit = {"s": "seconds", "m": "minutes", "h": "hours"}[match[2]]
    return timedelta(**{unit: int(match[1])})


def load_config(path: Path, env: Mapping[str, str] | None = None) -> Config:
    """Read the config file, if it is there, and the environment.

    Raises :class:`ConfigError` with every problem at once; an unknown name comes with the nearest
    right one.
    """
    env = os.environ if env is None else env
    problems: list[str] = []
    values: dict[str, object] = {}
    sources: dict[str, str] = {}
    keymap: dict[str, str] = {}
    for key, value in _flatten(_read_toml(path)):
        if key.startswith("keys."):
            _take_key(key, value, keymap, problems)
            sources[key] = str(path)
        elif (setting := BY_KEY.get(key)) is None:
            problems.append(_unknown(key, [*BY_KEY, *(f"keys.{a.id}" for a in ACTIONS)]))
        elif (wrong := _wrong(setting, value)) is not None:
            problems.append(wrong)
        else:
            values[key] = value
            sources[key] = str(path)
    for setting in SETTINGS:
        given = env.get(setting.env) if setting.env else None
        if given:
            if (wrong := _wrong(setting, given)) is not None:
                problems.append(f"{setting.env}: {wrong}")
            values[setting.key] = given
            sources[setting.key] = f"environment {setting.env}"
    _clashes(keymap, problems)
    if problems:
        raise ConfigError(str(path), problems)
    return Config(values, sources, keymap)


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigError(str(path), [f"can't be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise ConfigError(str(path), ["is not UTF-8; save it as UTF-8"]) from None
    import tomllib  # noqa: PLC0415  (most learners have no config file)

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(str(path), [f"is not TOML: {one_line(str(error))}"]) from None


def _flatten(tree: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in tree.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict):
            yield from _flatten(value, f"{key}.")
        else:
            yield key, value


def _unknown(key: str, known: list[str]) -> str:
    key = one_line(key, max_chars=80)
    near = get_close_matches(key, known, n=1, cutoff=0.4)
    return f"unknown setting {key!r}" + (f"; did you mean {near[0]!r}?" if near else "")


def _wrong(setting: Setting, value: object) -> str | None:
    found = one_line(repr(value), max_chars=60)
    if not _fits(setting.kind, value):
        return f"{setting.key} is {found}; expected {setting.kind.value}"
    if setting.choices and value not in setting.choices:
        near = get_close_matches(str(value), setting.choices, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        return f"{setting.key} is {found}; expected one of {', '.join(setting.choices)}{hint}"
    if isinstance(value, (int, float)) and setting.low is not None and setting.high is not None:
        if not setting.low <= value <= setting.high:
            return f"{setting.key} is {found}; expected {setting.low:g} to {setting.high:g}"
        return None
    return _wrong_form(setting.key, value, found)


def _wrong_form(key: str, value: object, found: str) -> str | None:
    match key, value:
        case "study.day_start", str(text):
            try:
                time.fromisoformat(text)
            except ValueError:
                return f"{key} is {found}; expected a time such as 04:00"
        case (("study.learning_steps" | "study.relearning_steps"), list(steps)):
            bad = [s for s in steps if read_step(str(s)) is None]
            if bad:
                return f"{key} holds {one_line(repr(bad[0]))}; expected steps such as 30s, 10m, 2h"
        case "study.parameters", list(numbers) if numbers and len(numbers) != _FSRS_PARAMETERS:
            return f"{key} holds {len(numbers)} numbers; expected {_FSRS_PARAMETERS} or none"
    return None


def _fits(kind: Kind, value: object) -> bool:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    match kind:
        case Kind.BOOL:
            return isinstance(value, bool)
        case Kind.INT:
            return number and isinstance(value, int)
        case Kind.FLOAT:
            return number
        case Kind.TEXT:
            return isinstance(value, str)
        case Kind.TEXTS:
            return isinstance(value, list) and all(isinstance(v, str) for v in value)
        case Kind.NUMBERS:
            return isinstance(value, list) and all(
                isinstance(v, (int, float)) and not isinstance(v, bool) for v in value
            )


def _take_key(key: str, value: object, keymap: dict[str, str], problems: list[str]) -> None:
    action = key.removeprefix("keys.")
    if action not in BY_ID:
        problems.append(_unknown(key, [f"keys.{a.id}" for a in ACTIONS]))
        return
    given = value if isinstance(value, list) else [value]
    names: list[str] = []
    for item in given:
        name = read_key(item) if isinstance(item, str) else None
        if name is None:
            near = get_close_matches(str(item).lower(), known_key_names(), n=1, cutoff=0.4)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            problems.append(f"{key}: unknown key {one_line(repr(item), max_chars=40)}{hint}")
        else:
            names.append(name)
    if names:
        keymap[action] = ",".join(names)


def _clashes(keymap: Mapping[str, str], problems: list[str]) -> None:
    """Refuse a key of the learner's that another action of the same screen has."""
    taken: dict[str, list[KeyAction]] = {}
    for action in ACTIONS:
        for key in keymap.get(action.id, action.keys).split(","):
            if key in RESERVED:
                problems.append(f"keys.{action.id}: {key!r} always ends the program")
            for other in taken.get(key, ()):
                meet = action.where == other.where or "everywhere" in {action.where, other.where}
                if meet and action.id in keymap:
                    problems.append(f"keys.{action.id}: {key!r} is taken by keys.{other.id}")
                elif meet and other.id in keymap:
                    problems.append(f"keys.{other.id}: {key!r} is taken by keys.{action.id}")
            taken.setdefault(key, []).append(action)
