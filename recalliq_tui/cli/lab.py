"""``recalliq lab``: the program against servers and devices that misbehave, and traces again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recalliq_tui.cli.common import Json, fail, narrate, say, say_json
from recalliq_tui.cli.exits import Exit

if TYPE_CHECKING:
    from recalliq_tui.domain.trace import Trace, TraceRecord
    from recalliq_tui.lab.report import Report
    from recalliq_tui.lab.scenario import Scenario

app = typer.Typer(
    help="Reproduce faults of voice and sound, made up or met.",
    epilog="Example:  recalliq lab run quota-at-once",
    no_args_is_help=True,
)
Headless = Annotated[
    bool, typer.Option("--headless", help="Without a person: print a report as JSON.")
]
TraceOption = Annotated[
    Path | None, typer.Option("--trace", metavar="FILE", help="Write the session's trace there.")
]


def register(root: typer.Typer) -> None:
    """Add the group to the program's commands."""
    root.add_typer(app, name="lab")


@app.command("list", epilog="Example:  recalliq lab list --json")
def list_scenarios(as_json: Json = False) -> None:
    """List the scenarios: what goes wrong, and what the strip says then."""
    from recalliq_tui.lab.scenario import load_scenario, scenario_names  # noqa: PLC0415

    scenarios = [load_scenario(name) for name in scenario_names()]
    if as_json:
        say_json([{"name": s.name, "title": s.title, "about": s.about} for s in scenarios])
        return
    width = max(len(each.name) for each in scenarios)
    for each in scenarios:
        say(f"{each.name:{width}}  {each.title}")


@app.command(epilog="Example:  recalliq lab run quota-mid-session-401 --headless")
def run(
    scenario: Annotated[
        str, typer.Argument(help="A name of `recalliq lab list`, or a .toml file of your own.")
    ],
    headless: Headless = False,
    trace: TraceOption = None,
    silent: Annotated[
        bool, typer.Option("--silent", help="Play to nobody: for machines without sound.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Open the program while something goes wrong.

    It gets folders of its own that are thrown away after it. --json goes without a person too.
    """
    import shutil  # noqa: PLC0415
    import tempfile  # noqa: PLC0415

    from recalliq_tui.lab.drive import play_headless  # noqa: PLC0415

    wanted = _scenario(scenario)
    if trace is not None:
        _refuse_others(trace)
    with tempfile.TemporaryDirectory(prefix="recalliq-lab-") as root:
        if headless or as_json:
            code: int = _tell(play_headless(wanted, Path(root)))
        else:
            code = _by_hand(wanted, Path(root), silent=silent)
        written = Path(root) / "trace.jsonl"
        if trace is not None and written.exists():
            shutil.copyfile(written, trace)
            narrate(f"recalliq: the trace is in {trace}")
    raise typer.Exit(code)


@app.command(epilog="Example:  recalliq lab replay trace.jsonl")
def replay(
    file: Annotated[Path, typer.Argument(help="A trace, as `study --trace FILE` writes it.")],
    headless: Headless = False,
    as_json: Json = False,
) -> None:
    """Play the sounds of a session again, as they were.

    The same clips at the same times, with the same failures. Clips come from your cache; one that
    isn't there is a tone of the same length. --headless plays to nobody.
    """
    import tempfile  # noqa: PLC0415

    from recalliq_tui.lab.replay import Replay  # noqa: PLC0415
    from recalliq_tui.lab.sinks import Plug  # noqa: PLC0415
    from recalliq_tui.wiring import open_clips, setting_sink  # noqa: PLC0415

    wanted = _trace(file)
    ready = _setup()
    clips, _ = open_clips(ready.config, ready.paths)
    try:
        with tempfile.TemporaryDirectory(prefix="recalliq-lab-") as root:
            replayed = Replay(
                wanted,
                clips,
                sink=setting_sink("null" if headless else ready.config.text("audio.sink")),
                plug=Plug(Path(root) / "device-pulled"),
                on_event=_nothing if headless or as_json else _show,
            ).run()
    except KeyboardInterrupt:
        narrate("recalliq: stopped")
        raise typer.Exit(Exit.STOPPED) from None
    finally:
        clips.close()
    if headless or as_json:
        from dataclasses import asdict  # noqa: PLC0415

        body = {"same": replayed.same, **asdict(replayed)}
        say_json(body)
    else:
        for line in replayed.differences:
            narrate(f"recalliq: {line}")
        tones = f", {replayed.tones} of them as tones" if replayed.tones else ""
        keys = {record.clip_key for record in replayed.wanted if record.clip_key}
        narrate(f"recalliq: {len(replayed.events)} events, {len(keys)} clips{tones}")
    raise typer.Exit(Exit.DONE if replayed.same else Exit.FAILED)


def _scenario(wanted: str) -> Scenario:
    from recalliq_tui.lab.scenario import ScenarioError, load_scenario  # noqa: PLC0415

    try:
        return load_scenario(wanted)
    except ScenarioError as error:
        fail(f"{error}. `recalliq lab list` lists all.", Exit.USAGE)


def _trace(file: Path) -> Trace:
    from recalliq_tui.domain.trace import TraceError, read_trace  # noqa: PLC0415

    try:
        with file.open(encoding="utf-8", errors="replace") as lines:
            return read_trace(lines)
    except (OSError, TraceError) as error:
        fail(f"{file} can't be replayed: {error}", Exit.USAGE)


def _refuse_others(trace: Path) -> None:
    from recalliq_tui.services.tracing import NotATraceError, refuse_others  # noqa: PLC0415

    try:
        refuse_others(trace)
    except NotATraceError as error:
        fail(str(error), Exit.USAGE)
    except OSError as error:
        fail(f"{trace} can't be written: {error.strerror}", Exit.USAGE)


def _setup() -> Any:
    from recalliq_tui.cli.common import setup  # noqa: PLC0415

    return setup()


def _tell(report: Report) -> Exit:
    say_json(report.as_json())
    return Exit.DONE if report.ok else Exit.FAILED


def _by_hand(scenario: Scenario, root: Path, *, silent: bool) -> int:
    from recalliq_tui.lab.byhand import play_by_hand  # noqa: PLC0415
    from recalliq_tui.lab.stage import CannotPlayError  # noqa: PLC0415

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        fail("the screens need a terminal; --headless needs none", Exit.USAGE)
    try:
        return play_by_hand(scenario, root, narrate, silent=silent)
    except CannotPlayError as error:
        fail(f"{scenario.name} can't be played here: {error}")


def _show(record: TraceRecord) -> None:
    parts = [f"{record.t_ms / 1000:9.3f} s", record.ev, (record.clip_key or "")[:12]]
    parts += [record.code or "", record.state or ""]
    say("  ".join(part for part in parts if part))


def _nothing(_record: TraceRecord) -> None:
    """A headless replay prints its report alone."""
