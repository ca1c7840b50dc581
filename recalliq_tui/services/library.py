"""The learner's decks: where they come from, what is in them, how they stand on the shelf.

Synchronous, and on the collection's thread. A deck file is parsed only when its size or time of
change differs from the collection's index, so a start with unchanged decks reads no deck.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from recalliq_tui.decks.tree import DeckFile, deck_files, load
from recalliq_tui.store.models import Origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from recalliq_tui.domain.cards import Deck, DeckId, Problem
    from recalliq_tui.domain.limits import Counts
    from recalliq_tui.services.calendar import Calendar
    from recalliq_tui.services.prayers import PassageView
    from recalliq_tui.services.settings import StudySettings
    from recalliq_tui.services.shelf import DeckNode, Refreshed, Shelf
    from recalliq_tui.store.collection import Collection
    from recalliq_tui.store.models import DeckRow

_SECONDS_A_CARD: Final = 9
"""What a card takes where the learner's own pace isn't known yet."""


@dataclass(frozen=True, slots=True)
class Source:
    """A folder or file that decks come from."""

    root: Path
    origin: str
    title: str = ""


class UnknownDeckError(LookupError):
    """No deck has that id or path; ``near`` names the nearest ones."""

    def __init__(self, wanted: str, near: Sequence[str]) -> None:
        self.wanted = wanted
        self.near = tuple(near)
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        super().__init__(f"no deck or file {wanted!r}{hint}")


class Library:
    """Decks of all sources, kept in step with the collection's index."""

    def __init__(
        self,
        collection: Collection,
        sources: Sequence[Source],
        calendar: Calendar,
        settings: StudySettings,
    ) -> None:
        self._collection = collection
        self._sources = list(sources)
        self._calendar = calendar
        self._settings = settings
        self._problems: dict[DeckId, tuple[Problem, ...]] = {}
        self._files: dict[DeckId, DeckFile] = {}

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(self._sources)

    def add_source(self, source: Source) -> None:
        """Look into a further folder or file, before the others."""
        if source not in self._sources:
            self._sources.insert(0, source)

    # --- keeping in step with the files ----------------------------------------------------

    def refresh(self, only: Iterable[Source] | None = None) -> Refreshed:
        """Look at the deck files and index those that changed.

        The first source that has a deck id keeps it: a learner's own copy hides the sample.
        """
        from recalliq_tui.services.shelf import Refreshed  # noqa: PLC0415

        found = Refreshed()
        sources = self._sources if only is None else list(only)
        rows = {row.id: row for row in self._collection.decks()}
        by_path = {row.path: row for row in rows.values()}
        seen: set[DeckId] = set()
        for source in sources:
            for file in deck_files(source.root, origin=source.origin):
                row = by_path.get(str(file.path))
                if row is not None and row.id in seen:
                    continue
                deck_id = self._refresh_file(file, row, seen, found)
                if deck_id is not None:
                    seen.add(deck_id)
        if only is None and not self._collection.read_only:
            for deck_id, row in rows.items():
                if row.present and deck_id not in seen:
                    self._collection.mark_absent(deck_id)
                    found.gone.append(deck_id)
        return found

    def _refresh_file(
        self, file: DeckFile, row: DeckRow | None, seen: set[DeckId], found: Refreshed
    ) -> DeckId | None:
        mtime_ns, size = _stamp(file.path)
        unchanged = row is not None and row.present and (row.mtime_ns, row.size) == (mtime_ns, size)
        if unchanged and row is not None:
            self._files[row.id] = file
            return row.id
        deck = load(file)
        if deck.id in seen:
            return None
        self._files[deck.id] = file
        self._problems[deck.id] = deck.problems
        if not unchanged and not self._collection.read_only:
            self._index(deck, file, 0 if deck.problems else mtime_ns, size, found)
        return deck.id

    def _index(
        self, deck: Deck, file: DeckFile, mtime_ns: int, size: int, found: Refreshed
    ) -> None:
        deck = replace(deck, path=str(file.path))
        change = self._collection.index_deck(
            deck, origin=Origin(file.origin), mtime_ns=mtime_ns, size=size
        )
        found.changed.append(deck.id)
        from recalliq_tui.services.shelf import Kept  # noqa: PLC0415

        for candidate in change.candidates:
            new, old = (self._collection.card(each) for each in (candidate.new, candidate.old))
            if new is not None and old is not None:
                texts = new.card.front.text, old.card.front.text
                found.kept.append(
                    Kept(deck.id, candidate.new, candidate.old, *texts, candidate.score)
                )

    # --- finding -----------------------------------------------------------------------------

    def rows(self) -> list[DeckRow]:
        """All decks that are there."""
        return [row for row in self._collection.decks() if row.present]

    def file(self, deck_id: DeckId) -> DeckFile | None:
        """The deck's file, as the last look at the files or else the index knows it."""
        row = None if deck_id in self._files else self._collection.deck(deck_id)
        return self._files.get(deck_id) if row is None else self._file(row)

    def _file(self, row: DeckRow) -> DeckFile:
        """The file of a row, placed under the source that it lies in."""
        known = self._files.get(row.id)
        if known is not None:
            return known
        path = Path(row.path)
        roots = (source.root for source in self._sources if source.root in path.parents)
        return DeckFile(path, next(roots, path.parent), row.origin)

    def problems(self, deck_id: DeckId) -> tuple[Problem, ...]:
        return self._problems.get(deck_id, ())

    def resolve(self, wanted: str) -> tuple[list[DeckId], str]:
        """Decks named by an id, a title or a path, with a title for them together.

        Raises :class:`UnknownDeckError`, which names the nearest ids.
        """
        named = self._named(wanted)
        if named is not None and _stamp(Path(named.path)) == (named.mtime_ns, named.size):
            return [named.id], named.title
        path = Path(wanted).expanduser()
        if named is not None or not path.exists():
            self.refresh()
            named = self._named(wanted)
        if named is not None:
            return [named.id], named.title
        if path.exists():
            source = Source(path.absolute(), "path")
            self.add_source(source)
            self.refresh([source])
            root = path.absolute()
            inside = [
                row
                for row in self.rows()
                if Path(row.path) == root or root in Path(row.path).parents
            ]
            if inside:
                title = inside[0].title if len(inside) == 1 else path.name or str(path)
                return [row.id for row in inside], title
        from difflib import get_close_matches  # noqa: PLC0415  (only on the way to an error)

        ids = [row.id for row in self.rows()]
        raise UnknownDeckError(wanted, get_close_matches(wanted, ids, n=3))

    def _named(self, wanted: str) -> DeckRow | None:
        """The deck of that id, else of that title."""
        rows = self.rows()
        by_title = (row for row in rows if wanted.casefold() == row.title.casefold())
        return next((row for row in rows if wanted == row.id), next(by_title, None))

    # --- the shelf ---------------------------------------------------------------------------

    def shelf(self, clips: Mapping[DeckId, tuple[int, int]] | None = None) -> Shelf:
        """The tree of decks with their counts as a session would find them now."""
        from recalliq_tui.services.shelf import Shelf  # noqa: PLC0415

        now = self._calendar.now()
        counts = self._collection.deck_counts(
            day=self._calendar.day(now), now=now, limits=self._settings.limits
        )
        texts = self._collection.passage_counts(self._calendar.day(now))
        begun = self._begun_texts() if texts else {}
        nodes: list[DeckNode] = []
        rows = sorted(self.rows(), key=lambda row: _place(row, self._file(row)))
        parents: list[str] = []
        for row in rows:
            folders = _folders(self._file(row))
            self._open_folders(nodes, parents, folders)
            key = "/".join([*folders, f"deck:{row.id}"])
            node = self._deck_node(row, key, len(folders), counts, clips or {})
            passages = texts[row.id].passages if row.id in texts else 0
            nodes.append(replace(node, passages=passages))
            nodes += [_text_node(view, node) for view in begun.get(row.id, ())]
        nodes = _with_sums(nodes)
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
            first_run=not self._collection.has_reviews(),
        )

    def _begun_texts(self) -> dict[DeckId, list[PassageView]]:
        """Texts that the learner has begun, by deck."""
        from recalliq_tui.domain.passages.rules import Standing  # noqa: PLC0415
        from recalliq_tui.services.prayers import Prayers  # noqa: PLC0415

        found: dict[DeckId, list[PassageView]] = {}
        for view in Prayers(self._collection, self._calendar, self._settings).shelf():
            if view.standing is not Standing.NEW:
                found.setdefault(view.deck_id, []).append(view)
        return found

    def _open_folders(
        self, nodes: list[DeckNode], parents: list[str], folders: Sequence[str]
    ) -> None:
        from recalliq_tui.services.shelf import DeckNode  # noqa: PLC0415

        for depth in range(len(folders)):
            key = "/".join(folders[: depth + 1])
            if key not in parents:
                parents.append(key)
                nodes.append(DeckNode(key, folders[depth], depth, folder=True, deck_ids=()))

    def _deck_node(
        self,
        row: DeckRow,
        key: str,
        depth: int,
        counts: Mapping[DeckId, Counts],
        clips: Mapping[DeckId, tuple[int, int]],
    ) -> DeckNode:
        from recalliq_tui.domain.limits import Counts  # noqa: PLC0415
        from recalliq_tui.services.shelf import DeckNode  # noqa: PLC0415

        count = counts.get(row.id, Counts())
        have, need = clips.get(row.id, (None, None))
        return DeckNode(
            key=key,
            title=row.title,
            depth=depth,
            folder=False,
            deck_ids=(row.id,),
            new=count.new,
            learning=count.learning,
            due=count.due,
            cards=row.cards,
            problems=len(self._problems.get(row.id, ())),
            path=row.path,
            origin=row.origin,
            clips_have=have,
            clips_need=need,
        )


def _text_node(view: PassageView, deck: DeckNode) -> DeckNode:
    """A text as a row under its deck; one that is due counts once."""
    from recalliq_tui.services.shelf import DeckNode  # noqa: PLC0415

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


def _stamp(path: Path) -> tuple[int, int]:
    """Time of change (ns) and size (bytes) of a file; zeros for one that vanished."""
    try:
        stat = path.stat()
    except OSError:
        return 0, 0
    return stat.st_mtime_ns, stat.st_size


def _folders(file: DeckFile) -> list[str]:
    try:
        return list(PurePosixPath(file.path.relative_to(file.root).as_posix()).parts[:-1])
    except ValueError:
        return []


def _place(row: DeckRow, file: DeckFile) -> tuple[list[str], str]:
    return [*(part.casefold() for part in _folders(file)), "\uffff"], row.title.casefold()


def _with_sums(nodes: list[DeckNode]) -> list[DeckNode]:
    summed = []
    for node in nodes:
        if not node.folder:
            summed.append(node)
            continue
        inside = [n for n in nodes if not n.folder and n.key.startswith(f"{node.key}/")]
        need = [n.clips_need for n in inside]
        counted = all(n is not None for n in need)
        summed.append(
            replace(
                node,
                deck_ids=tuple(deck_id for n in inside for deck_id in n.deck_ids),
                new=sum(n.new for n in inside),
                learning=sum(n.learning for n in inside),
                due=sum(n.due for n in inside),
                cards=sum(n.cards for n in inside),
                passages=sum(n.passages for n in inside),
                clips_have=sum(n.clips_have or 0 for n in inside) if counted else None,
                clips_need=sum(n or 0 for n in need) if counted else None,
            )
        )
    return summed
