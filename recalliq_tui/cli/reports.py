"""``reports list``, ``show`` and ``resolve``: from “this sounds wrong” to a clip that doesn't."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from recalliq_tui.cli.common import (
    Json,
    Setup,
    Yes,
    collection,
    count,
    fail,
    narrate,
    say,
    say_json,
)
from recalliq_tui.cli.exits import Exit
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from recalliq_tui.domain.clips import ClipSpec
    from recalliq_tui.domain.reports import Report
    from recalliq_tui.services.runtime import Runtime

app = typer.Typer(
    help="Deal with clips that were reported with ! as sounding wrong.",
    epilog="Example:  recalliq reports list",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Number = Annotated[int, typer.Argument(metavar="ID", help="The report's number.")]


class Which(StrEnum):
    OLD = "old"
    NEW = "new"


@app.command(name="list", epilog="Example:  recalliq reports list --all --json")
def list_(
    everything: Annotated[bool, typer.Option("--all", help="Settled reports too.")] = False,
    as_json: Json = False,
) -> None:
    """List the reports that wait.

    JSON: a list of {id, state, reason, note, card, deck, side, lang, voice, at, clip_key, spec,
    change, take_key, take, decided_at}; state is open, take, fixed or closed.
    """
    from recalliq_tui.services.reports import report_json  # noqa: PLC0415

    with collection() as runtime:
        found = runtime.collection.reports(settled=everything)
    if as_json:
        say_json([report_json(report) for report in found])
        return
    for report in found:
        say(_line(report))
    if not found:
        narrate("no reports wait: press ! while a card speaks to report how it sounds")


@app.command(epilog="Example:  recalliq reports show 3 --play new")
def show(
    number: Number,
    play: Annotated[
        Which | None, typer.Option("--play", help="Hear the reported clip, or the new take.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show a report, and hear its clips.

    JSON: one object with the fields of `reports list`.
    """
    from recalliq_tui.services.reports import report_json  # noqa: PLC0415

    with collection() as runtime:
        report = _report(runtime, number)
        ready = Setup(runtime.paths, runtime.config)
    if as_json:
        say_json(report_json(report))
    else:
        _say_report(report)
    if play is not None:
        _play(ready, report, play)


@app.command(epilog='Example:  recalliq reports resolve 3 --say "E tag"')
def resolve(  # noqa: PLR0917  (a command's options)
    number: Number,
    text: Annotated[
        str | None, typer.Option("--say", metavar="TEXT", help="Make a take of another text.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", help="Make a take with another seed.")
    ] = None,
    voice: Annotated[
        str | None,
        typer.Option("--voice", metavar="PROVIDER:VOICE", help="Make a take in another voice."),
    ] = None,
    accept: Annotated[bool, typer.Option("--accept", help="The new take is right.")] = False,
    reject: Annotated[bool, typer.Option("--reject", help="The new take is no better.")] = False,
    close: Annotated[bool, typer.Option("--close", help="Leave the clip as it is.")] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Make a new take, accept it or reject it.

    The old clip plays until a take is accepted. JSON: the report as it is then, with the fields
    of `reports list`. Exit code 4 quota or budget, 5 network.
    """
    from recalliq_tui.cli.retakes import Wish, settle  # noqa: PLC0415
    from recalliq_tui.domain.reports import Change  # noqa: PLC0415
    from recalliq_tui.services.reports import ChangeError, report_json  # noqa: PLC0415

    change = Change(text, seed, voice)
    wishes = [
        wish
        for wish, wanted in (
            (Wish.TAKE, bool(change)),
            (Wish.ACCEPT, accept),
            (Wish.REJECT, reject),
            (Wish.CLOSE, close),
        )
        if wanted
    ]
    if len(wishes) != 1:
        fail(
            "give --say, --seed or --voice to make a take, or one of --accept, --reject, --close",
            Exit.USAGE,
        )
    with collection() as runtime:
        if runtime.collection.read_only:
            fail("the collection is open elsewhere; close the other recalliq first")
        try:
            report = settle(runtime, _report(runtime, number), wishes[0], change, yes=yes)
        except ChangeError as error:
            fail(f"{error.message}. {error.recovery}", Exit.USAGE)
    if as_json:
        say_json(report_json(report))
    else:
        _say_report(report)


def _report(runtime: Runtime, number: int) -> Report:
    report = runtime.collection.report(number)
    if report is None:
        fail(f"there is no report {number}. `recalliq reports list --all` lists all.", Exit.USAGE)
    return report


def _line(report: Report) -> str:
    what = one_line(report.text, max_chars=60) or one_line(report.card_id, max_chars=60)
    words = [str(report.id), report.state.value, report.reason.value, report.side.value, what]
    if report.note:
        words.append(f"({one_line(report.note, max_chars=80)})")
    return "  ".join(words)


def _say_report(report: Report) -> None:
    say(_line(report))
    say(f"card: {one_line(report.card_id)} in {one_line(report.deck_id)}")
    say(f"reported: {report.at:%Y-%m-%d %H:%M} UTC")
    _say_clip("old", report.spec)
    _say_clip("new", report.take)
    match report.state.value:
        case "open" if report.spec is None:
            narrate("no clip was known: play the card's side once, then report it again")
        case "open":
            narrate(f"next: recalliq reports resolve {report.id} --say TEXT | --seed N | --voice V")
        case "take":
            narrate(f"compare: recalliq reports show {report.id} --play old, then --play new")
            narrate(f"then: recalliq reports resolve {report.id} --accept, or --reject")
        case _:
            pass


def _say_clip(which: str, spec: ClipSpec | None) -> None:
    if spec is not None:
        seed = "" if spec.seed is None else f", seed {spec.seed}"
        say(f"{which}: {one_line(spec.voice_name)}{seed}: {one_line(spec.text, max_chars=2_000)}")


def _play(ready: Setup, report: Report, which: Which) -> None:
    from recalliq_tui.cli.hearing import hear  # noqa: PLC0415
    from recalliq_tui.wiring import open_clips  # noqa: PLC0415

    key = report.clip_key
    if which is Which.NEW:
        key = None if report.take is None else report.take.key
    if key is None:
        fail(f"there is no {which.value} clip for report {report.id}")
    clips, _ = open_clips(ready.config, ready.paths)
    try:
        clip = clips.get(key)
    finally:
        clips.close()
    if clip is None:
        fail(f"the {which.value} clip is not in the cache any more")
    played = hear(ready, key, clip.audio)
    if played.code is not None:
        fail(f"{played.code}: {played.message}")
    narrate(
        f"played the {which.value} clip, {count(round(clip.info.duration_ms / 1000), 'second')}"
    )
