"""``cache status``, ``verify`` and ``prune``: what lies in the clip cache and whether it is whole."""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from recalliq_tui.cli.common import (
    Json,
    Setup,
    Yes,
    collection,
    count,
    fail,
    narrate,
    plain_errors,
    say,
    say_json,
    setup,
)
from recalliq_tui.cli.exits import Exit
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recalliq_tui.audio.reports import Clips

app = typer.Typer(
    help="Look at the clip cache, check it, and free room.",
    epilog="Example:  recalliq cache verify",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command(epilog="Example:  recalliq cache status --json")
def status(as_json: Json = False) -> None:
    """Say how many clips there are.

    JSON: {folder, clips, bytes, phrases, phrase_bytes, damaged, quarantined}.
    """
    with _cache(setup()) as clips:
        found = clips.status()
    if as_json:
        say_json(
            {
                "folder": str(found.folder),
                "clips": found.clips,
                "bytes": found.bytes,
                "phrases": found.phrases,
                "phrase_bytes": found.phrase_bytes,
                "damaged": found.damaged,
                "quarantined": found.quarantined,
            }
        )
        return
    say(f"folder: {one_line(str(found.folder))}")
    say(f"deck clips: {found.clips:,} ({size(found.bytes)})")
    say(f"phrases: {found.phrases:,} ({size(found.phrase_bytes)})")
    if found.damaged or found.quarantined:
        say(f"damaged: {found.damaged:,}, in quarantine: {found.quarantined:,}")


@app.command(epilog="Example:  recalliq cache verify --json")
def verify(as_json: Json = False) -> None:
    """Compare every clip with its hash.

    What is damaged goes into quarantine. JSON: {clips, ok, damaged: [key], missing: [key]}. Exit code 1 when there are any of these.
    """
    from recalliq_tui.cli.progress import Progress  # noqa: PLC0415

    progress = Progress("clips", sys.stderr)
    with _cache(setup()) as clips:
        try:
            found = clips.verify(progress.show)
        finally:
            progress.finish()
    if as_json:
        say_json(
            {
                "clips": found.clips,
                "ok": found.ok,
                "damaged": list(found.damaged),
                "missing": list(found.missing),
            }
        )
    else:
        for word, keys in (("damaged", found.damaged), ("missing", found.missing)):
            for key in keys:
                say(f"{word}: {key}")
        say(f"{count(found.clips, 'clip')}, {found.ok:,} whole")
    if found.damaged or found.missing:
        narrate("`recalliq render DECK` makes these clips again, as does studying the deck")
        raise typer.Exit(Exit.FAILED)


@app.command(epilog="Example:  recalliq cache prune --yes")
def prune(yes: Yes = False, as_json: Json = False) -> None:
    """Remove the clips that no deck needs.

    Without --yes it only says how many. Phrases are kept: they have their own bounds. JSON: {unneeded, kept, removed, bytes}, where
    bytes are those that were freed.
    """
    from recalliq_tui.services.deckclips import wanted_clips  # noqa: PLC0415
    from recalliq_tui.services.deckfiles import present_decks  # noqa: PLC0415
    from recalliq_tui.services.phrase import phrase_spec  # noqa: PLC0415
    from recalliq_tui.services.phrases import fixed_keys  # noqa: PLC0415
    from recalliq_tui.services.reports import clips_in_question  # noqa: PLC0415
    from recalliq_tui.speech.errors import SpeechError  # noqa: PLC0415
    from recalliq_tui.wiring import voice_wishes  # noqa: PLC0415

    with collection() as runtime:
        if runtime.collection.read_only:
            fail("the collection is open elsewhere; close the other recalliq first")
        decks = present_decks(runtime.library)
        ready = Setup(runtime.paths, runtime.config)
        keep = clips_in_question(runtime.collection.reports())
        wishes = replace(voice_wishes(ready.config), fixes=runtime.collection.fixes())
    broken = [deck for deck in decks if deck.errors]
    keep |= {item.key for item in wanted_clips(decks, wishes).items}
    with suppress(SpeechError):  # a voice that can't be has no phrases either
        keep |= fixed_keys(lambda text, lang: phrase_spec(text, lang=lang, wishes=wishes))
    with _cache(ready) as clips:
        there = clips.status().clips
        kept = len(clips.present(keep))
        unneeded = max(0, there - kept)
        removed = clips.prune(set(keep)) if yes else None
    if as_json:
        say_json(
            {
                "unneeded": unneeded,
                "kept": kept,
                "removed": removed.removed if removed else 0,
                "bytes": removed.bytes if removed else 0,
            }
        )
    elif removed is not None:
        say(f"{count(removed.removed, 'clip')} removed, {size(removed.bytes)} freed")
    else:
        say(f"{count(unneeded, 'clip')} would be removed, {kept:,} kept")
    for deck in broken:
        narrate(f"{one_line(deck.title)} has errors: what they hide counts as not needed")
    if not yes and unneeded:
        narrate("nothing was removed: `recalliq cache prune --yes` does it")


@contextmanager
def _cache(ready: Setup) -> Iterator[Clips]:
    """Open the cache on disk, or end the command with why it can't be."""
    from recalliq_tui.audio.errors import CacheError  # noqa: PLC0415
    from recalliq_tui.audio.memory import MemoryCache  # noqa: PLC0415
    from recalliq_tui.wiring import open_clips  # noqa: PLC0415

    with plain_errors():
        clips, _ = open_clips(ready.config, ready.paths)
        try:
            if isinstance(clips, MemoryCache) and clips.cause is not None:
                raise clips.cause
            yield clips
        except CacheError as error:
            fail(f"{error.message}. {error.recovery}")
        finally:
            clips.close()


def size(number: int) -> str:
    """Say a number of bytes: ``512 B``, ``3.4 MB``."""
    value = float(number)
    for unit in ("B", "kB", "MB"):
        if value < 1000:  # noqa: PLR2004  (as the units are made)
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"
