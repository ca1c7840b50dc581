"""``history`` prints the answers that stand in the log, oldest first."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recalliq_tui.cli.common import Json, collection, count, fail, narrate, say, say_json
from recalliq_tui.cli.exits import Exit
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from recalliq_tui.services.runtime import Runtime
    from recalliq_tui.store.outcomes import LoggedReview


def history(
    deck: Annotated[
        str | None, typer.Option("--deck", help="Only of a deck: its id, title or path.")
    ] = None,
    card: Annotated[
        str | None, typer.Option("--card", help="Only of the card with this id.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Print the answers given so far, newest last.

    Those that were undone are left out. JSON: a list of {card, deck, rating, reviewed_at, kind, stability, difficulty, interval_days}.
    """
    with collection() as runtime:
        answers = _answers(runtime, deck=deck, card=card)
    rows = [_row(each) for each in answers]
    if as_json:
        say_json(rows)
        return
    for each, row in zip(answers, rows, strict=True):
        say(
            f"{row['reviewed_at']}  {each.review.rating.name.title():5}  {row['kind']:7}  {row['interval_days']:5} d"
            f"  {one_line(row['deck'])}  {one_line(row['card'])}"
        )
    narrate(count(len(rows), "answer"))


def _answers(runtime: Runtime, *, deck: str | None, card: str | None) -> list[LoggedReview]:
    store = runtime.collection
    if card is not None and store.card(card) is None:
        fail(
            f"no card {one_line(card)!r}. `recalliq history --json` names those with answers.",
            Exit.USAGE,
        )
    if deck is None:
        return store.history(card)
    if store.deck(deck) is not None:  # its file may be gone; its answers aren't
        return store.history(card, deck)
    runtime.library.refresh()
    ids, _ = runtime.library.resolve(deck)
    found = [each for deck_id in ids for each in store.history(card, deck_id)]
    return sorted(found, key=lambda each: each.id)


def _row(logged: LoggedReview) -> dict[str, Any]:
    review = logged.review
    moment = review.reviewed_at.astimezone(UTC).isoformat()
    return {
        "card": review.card_id,
        "deck": review.deck_id,
        "rating": review.rating.value,
        "reviewed_at": moment.replace("+00:00", "Z"),
        "kind": review.kind.value,
        "stability": review.stability,
        "difficulty": review.difficulty,
        "interval_days": review.interval_days,
    }
