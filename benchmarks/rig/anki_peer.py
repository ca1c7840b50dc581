"""Runs inside the peer's environment: answers cards through Anki's library and times each.

``anki_peer.py COLLECTION CARDS TRIALS`` prints JSON. The time is that of giving the answer, which
Anki commits itself, and of getting the next card from its queue.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any


def main(path: str, cards: int, trials: int) -> dict[str, Any]:
    from anki.buildinfo import version  # type: ignore[import-not-found]  # noqa: PLC0415
    from anki.collection import (  # type: ignore[import-not-found]  # noqa: PLC0415
        AddNoteRequest,
        Collection,
    )

    collection = Collection(path)
    kind = collection.models.by_name("Basic")
    deck = collection.decks.id("Bench")
    requests = []
    for number in range(cards):
        note = collection.new_note(kind)
        note["Front"] = f"What is the name of number {number:06} here?"
        note["Back"] = f"The name of it is answer {number:06}."
        requests.append(AddNoteRequest(note=note, deck_id=deck))
    collection.add_notes(requests)
    limits = collection.decks.config_dict_for_deck_id(deck)
    limits["new"]["perDay"] = 9999
    collection.decks.update_config(limits)
    collection.decks.select(deck)
    collection.close()  # as ours, it is measured in a program that has just started
    collection = Collection(path)
    times = []
    card, states = _next(collection)
    for number in range(trials + 5):
        rating = number % 3 + 1  # Hard, Good, Easy
        began = time.perf_counter()
        answer = collection.sched.build_answer(card=card, states=states, rating=rating)
        collection.sched.answer_card(answer)
        card, states = _next(collection)
        times.append(1000 * (time.perf_counter() - began))
    synchronous = collection.db.scalar("pragma synchronous")
    journal = collection.db.scalar("pragma journal_mode")
    collection.close()
    return {"version": version, "synchronous": f"{journal}, {synchronous}", "times_ms": times}


def _next(collection: Any) -> tuple[Any, Any]:
    """Return the next card, its timer started, with the states that the ratings lead to."""
    from anki.cards import Card  # type: ignore[import-not-found]  # noqa: PLC0415

    first = collection.sched.get_queued_cards(fetch_limit=1).cards[0]
    card = Card(collection)
    card._load_from_backend_card(first.card)  # noqa: SLF001  (as Anki's own reviewer does)
    card.start_timer()
    return card, first.states


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
