"""Decks as home shows them, and what looking at their files changed.

Pure: :class:`Tree` makes the rows out of what the collection and the deck files said.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.limits import Counts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recalliq_tui.domain.cards import CardId, DeckId, PassageId
    from recalliq_tui.domain.passages.rules import Standing
    from recalliq_tui.services.prayers import PassageView
    from recalliq_tui.store.models import DeckRow

_SECONDS_A_CARD: Final = 9
"""What a card takes where the learner's own pace isn't known yet."""


@dataclass(frozen=True, slots=True)
class DeckNode:
    """A row of the tree: a deck, or a folder with the sums of what is in it.

    ``key`` is unique and starts with its folder's key and a slash. ``clips_have`` and
    ``clips_need`` are ``None`` until they were counted.
    """

    key: str
    title: str
    depth: int
    folder: bool
    deck_ids: tuple[DeckId, ...]
    new: int = 0
    learning: int = 0
    due: int = 0
    cards: int = 0
    passages: int = 0
    problems: int = 0
    path: str = ""
    origin: str = ""
    clips_have: int | None = None
    clips_need: int | None = None
    passage_id: PassageId | None = None
    """Of a row that is a text under its deck; ``levels`` are of its lines."""
    levels: tuple[int, ...] = ()
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """All rows in order, with what is due over all of them."""

    nodes: tuple[DeckNode, ...] = ()
    new: int = 0
    learning: int = 0
    due: int = 0
    minutes: int = 0
    first_run: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A card that looks new beside one that vanished: may it keep that one's progress?"""

    deck_id: DeckId
    new: CardId
    old: CardId
    new_text: str
    old_text: str
    similarity: float


@dataclass(slots=True)
class Refreshed:
    """What looking at the files changed."""

    changed: list[DeckId] = field(default_factory=list)
    gone: list[DeckId] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)


class Tree:
    """The rows of the shelf, made deck by deck in their order.

    ``clips`` are clips that are there and clips that there could be, of the decks that were
    counted; ``begun`` are the texts that get a row of their own under their deck.
    """

    def __init__(
        self,
        *,
        counts: Mapping[DeckId, Counts],
        passages: Mapping[DeckId, int],
        begun: Mapping[DeckId, Sequence[PassageView]],
        problems: Mapping[DeckId, int],
        clips: Mapping[DeckId, tuple[int, int]],
    ) -> None:
        self._counts = counts
        self._passages = passages
        self._begun = begun
        self._problems = problems
        self._clips = clips
        self._nodes: list[DeckNode] = []
        self._open: set[str] = set()

    @property
    def nodes(self) -> list[DeckNode]:
        """All rows, each folder with the sums of what is in it."""
        return [self._summed(node) if node.folder else node for node in self._nodes]

    def add(self, row: DeckRow, folders: Sequence[str]) -> None:
        """Put a deck below the others, in its folders."""
        for depth in range(len(folders)):
            key = "/".join(folders[: depth + 1])
            if key not in self._open:
                self._open.add(key)
                self._nodes.append(DeckNode(key, folders[depth], depth, folder=True, deck_ids=()))
        deck = self._deck(row, folders)
        self._nodes.append(deck)
        self._nodes += [_text(view, deck) for view in self._begun.get(row.id, ())]

    def _deck(self, row: DeckRow, folders: Sequence[str]) -> DeckNode:
        count = self._counts.get(row.id, Counts())
        have, need = self._clips.get(row.id, (None, None))
        return DeckNode(
            key="/".join([*folders, f"deck:{row.id}"]),
            title=row.title,
            depth=len(folders),
            folder=False,
            deck_ids=(row.id,),
            new=count.new,
            learning=count.learning,
            due=count.due,
            cards=row.cards,
            passages=self._passages.get(row.id, 0),
            problems=self._problems.get(row.id, 0),
            path=row.path,
            origin=row.origin,
            clips_have=have,
            clips_need=need,
        )

    def _summed(self, folder: DeckNode) -> DeckNode:
        inside = [n for n in self._nodes if not n.folder and n.key.startswith(f"{folder.key}/")]
        need = [n.clips_need for n in inside]
        counted = all(n is not None for n in need)
        return replace(
            folder,
            deck_ids=tuple(deck_id for n in inside for deck_id in n.deck_ids),
            new=sum(n.new for n in inside),
            learning=sum(n.learning for n in inside),
            due=sum(n.due for n in inside),
            cards=sum(n.cards for n in inside),
            passages=sum(n.passages for n in inside),
            clips_have=sum(n.clips_have or 0 for n in inside) if counted else None,
            clips_need=sum(n or 0 for n in need) if counted else None,
        )


def shelf_of(nodes: Sequence[DeckNode], *, first_run: bool) -> Shelf:
    """A shelf with these rows."""
    tops = [node for node in nodes if not node.folder]
    new, learning, due = (
        sum(getattr(node, name) for node in tops) for name in ("new", "learning", "due")
    )
    seconds = (new + learning + due) * _SECONDS_A_CARD
    return Shelf(
        nodes=tuple(nodes),
        new=new,
        learning=learning,
        due=due,
        minutes=math.ceil(seconds / 60),
        first_run=first_run,
    )


def _text(view: PassageView, deck: DeckNode) -> DeckNode:
    """A text as a row under its deck; one that is due counts once."""
    return DeckNode(
        key=f"{deck.key}/text:{view.passage.id}",
        title=view.passage.title,
        depth=deck.depth + 1,
        folder=False,
        deck_ids=(),
        due=bool(view.due),
        passage_id=view.passage.id,
        levels=view.levels,
        standing=view.standing,
    )
