"""Plays a scenario without a person: the real program on a pseudo terminal, keys from the file."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.trace import Trace, TraceError, TraceHeader, read_trace
from recalliq_tui.lab.report import Report, StepReport, speech_codes, voice_states
from recalliq_tui.lab.stage import CannotPlayError, Stage
from recalliq_tui.lab.terminal import Terminal, settle
from recalliq_tui.store.collection import Collection
from recalliq_tui.store.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from recalliq_tui.lab.scenario import Scenario, Step

_FIELD: Final = "type the answer"
_FIELD_S: Final = 15.0
_QUIT: Final = "\x11"


class Performance:
    """One run of a scenario. ``patience`` stretches or shrinks how long each step may take."""

    def __init__(self, stage: Stage, terminal: Terminal, *, patience: float) -> None:
        self._stage = stage
        self._terminal = terminal
        self._patience = patience

    def play(self, step: Step, number: int) -> StepReport:
        """Do a step, wait for what must be, and say what didn't come."""
        began = time.monotonic()
        self._terminal.forget()
        if step.act is not None:
            self._stage.act(step.act)
        if step.answer is not None:
            self._answer(step.answer)
        for key in step.press:
            self._terminal.press(key)
        settle(lambda: self._is_over(step), seconds=step.within * self._patience)
        return StepReport(
            number=number,
            what=_what(step),
            seconds=round(time.monotonic() - began, 2),
            strip=self.strip,
            missing=tuple(self._missing(step)),
        )

    @property
    def strip(self) -> str:
        """The words at the foot of the screen."""
        return self._terminal.foot

    def _is_over(self, step: Step) -> bool:
        """All is as it must be, or can't be any more: the program has ended, or a request was made,
        which can't be taken back.
        """
        if self._terminal.ended:
            return True
        if step.spoken is not None and self._stage.spoken > step.spoken:
            return True
        return not self._missing(step)

    def _seen(self, text: str) -> bool:
        return any(text in foot for foot in self._terminal.feet)

    def _answer(self, text: str) -> None:
        self._terminal.press("tab")
        self._terminal.wait(lambda words: _FIELD in words, seconds=_FIELD_S)
        self._terminal.write(text)
        self._terminal.wait(lambda words: text in words, seconds=_FIELD_S)
        self._terminal.press("enter")

    def _missing(self, step: Step) -> list[str]:
        words, strip = self._terminal.words, self.strip
        missing = [f"on the screen: {text!r}" for text in step.see if text not in words]
        missing += [f"gone: {text!r}" for text in step.gone if text in words]
        missing += [f"on the strip: {text!r}" for text in step.strip if text not in strip]
        missing += [
            f"briefly on the strip: {text!r}" for text in step.briefly if not self._seen(text)
        ]
        if step.spoken is not None and self._stage.spoken != step.spoken:
            missing.append(f"{step.spoken} requests for speech, not {self._stage.spoken}")
        if step.sounds:
            came = Counter(record.ev for record in trace_of(self._stage.folders.trace).records)
            for sound in step.sounds:
                ev, _, times = sound.partition(":")
                if came[ev] < int(times or 1):
                    missing.append(f"in the trace: {sound}, only {came[ev]}")
        return missing


def play_headless(scenario: Scenario, root: Path, *, patience: float = 1.0) -> Report:
    """Play a scenario in an empty folder; what came of it. The trace and all else stays there.

    ``patience`` stretches how long each step may take, for a machine that is busy.
    """
    try:
        with Stage(scenario, root, silent=True) as stage:
            return _play(stage, patience)
    except CannotPlayError as error:
        return Report(scenario.name, scenario.title, cannot=str(error))


def _play(stage: Stage, patience: float) -> Report:
    scenario = stage.scenario
    steps: list[StepReport] = []
    with Terminal(stage.command, env=stage.env) as terminal:
        performance = Performance(stage, terminal, patience=patience)
        for number, step in enumerate(scenario.steps, start=1):
            steps.append(performance.play(step, number))
            if steps[-1].missing:
                break
        screen = terminal.screen
        terminal.write(_QUIT)
        code = terminal.wait_end()
        terminal.close()
        (stage.folders.root / "terminal.raw").write_bytes(terminal.written)
    trace = trace_of(stage.folders.trace)
    report = Report(
        scenario.name,
        scenario.title,
        steps=tuple(steps),
        spoken=stage.spoken,
        requests=len(stage.server.requests) if stage.server is not None else 0,
        ratings=_ratings(stage),
        exit_code=code,
        codes=speech_codes(trace),
        voice=voice_states(trace),
        events=len(trace.records),
        screen=screen,
    )
    return _judged(report, scenario)


def _judged(report: Report, scenario: Scenario) -> Report:
    """Add what isn't as the scenario expects."""
    expect = scenario.expect
    wanted = {
        "spoken": expect.spoken,
        "ratings": expect.ratings,
        "codes": expect.codes or None,
        "voice": expect.voice or None,
        "exit_code": 0,
    }
    problems = tuple(
        f"{name} is {getattr(report, name)!r}, not {value!r}"
        for name, value in wanted.items()
        if value is not None and getattr(report, name) != value
    )
    return replace(report, problems=problems)


def trace_of(path: Path) -> Trace:
    """Return the trace so far; an empty one where there is none."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return read_trace(file)
    except (OSError, TraceError):
        return Trace(TraceHeader())


def _ratings(stage: Stage) -> int:
    """Count the answers that were kept."""
    file = stage.folders.data / "collection.db"
    try:
        collection = Collection.open(file, clock=lambda: datetime.now(UTC))
    except StoreError:
        return 0
    try:
        return len(collection.history())
    finally:
        collection.close()


def _what(step: Step) -> str:
    parts = [step.act.value if step.act else "", f"answer {step.answer!r}" if step.answer else ""]
    parts.append(" ".join(step.press))
    return ", ".join(part for part in parts if part) or "look"
