"""The learner's decks: where they come from, what is in them, how they stand on the shelf.

Synchronous, and on the collection's thread. A deck file is parsed only when its size or time of
change differs from the collection's index, so a start with unchanged decks reads no deck.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from recalliq_tui.decks.tree import DeckFile, deck_files, load
from recalliq_tui.store.models import Origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from recalliq_tui.domain.cards import Deck, DeckId, Problem
    from recalliq_tui.services.calendar import Calendar
    from recalliq_tui.services.prayers import PassageView
    from recalliq_tui.services.settings import StudySettings
    from recalliq_tui.services.shelf import Refreshed, Shelf
    from recalliq_tui.store.collection import Collection
    from recalliq_tui.store.models import DeckRow


class Source(NamedTuple):
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
        if named is None and (known := self._unchanged_at(path.absolute())) is not None:
            return [known.id], known.title
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

    def _unchanged_at(self, path: Path) -> DeckRow | None:
        """The deck of the file at ``path``, if it is as it was indexed: it need not be read."""
        row = next((row for row in self.rows() if row.path == str(path)), None)
        if row is None or _stamp(path) != (row.mtime_ns, row.size) or row.has_passages:
            return None
        self.add_source(Source(path, "path"))
        return row

    # --- the shelf ---------------------------------------------------------------------------

    def shelf(self, clips: Mapping[DeckId, tuple[int, int]] | None = None) -> Shelf:
        """The tree of decks with their counts as a session would find them now."""
        from recalliq_tui.services.shelf import Tree, shelf_of  # noqa: PLC0415

        now = self._calendar.now()
        day = self._calendar.day(now)
        texts = self._collection.passage_counts(day)
        tree = Tree(
            counts=self._collection.deck_counts(day=day, now=now, limits=self._settings.limits),
            passages={deck_id: count.passages for deck_id, count in texts.items()},
            begun=self._begun_texts() if texts else {},
            problems={deck_id: len(found) for deck_id, found in self._problems.items()},
            clips=clips or {},
        )
        placed = [(row, _folders(self._file(row))) for row in self.rows()]
        for row, folders in sorted(placed, key=lambda each: _place(*each)):
            tree.add(row, folders)
        return shelf_of(tree.nodes, first_run=not self._collection.has_reviews())

    def _begun_texts(self) -> dict[DeckId, list[PassageView]]:
        """Texts that the learner has begun, by deck."""
        from recalliq_tui.domain.passages.rules import Standing  # noqa: PLC0415
        from recalliq_tui.services.prayers import Prayers  # noqa: PLC0415

        found: dict[DeckId, list[PassageView]] = {}
        for view in Prayers(self._collection, self._calendar, self._settings).shelf():
            if view.standing is not Standing.NEW:
                found.setdefault(view.deck_id, []).append(view)
        return found


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


def _place(row: DeckRow, folders: list[str]) -> tuple[list[str], str]:
    return [*(part.casefold() for part in folders), "\uffff"], row.title.casefold()
