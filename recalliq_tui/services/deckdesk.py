"""What the screens do with decks and cards outside a session: look, add, edit, count, search."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from recalliq_tui.domain.cards import Card, CardId, DeckId, Problem
    from recalliq_tui.services.editing import Editable
    from recalliq_tui.services.runtime import Runtime
    from recalliq_tui.services.shelf import Kept, Refreshed, Shelf
    from recalliq_tui.services.views import CardInfo, Found

COUNTED_CARDS: Final = 2000
"""The clips of larger decks aren't counted."""


class DeckDesk:
    """Belongs to the event loop; what touches the collection runs on its thread."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._clips: dict[DeckId, tuple[int, int]] = {}
        self._asked: set[tuple[CardId, CardId]] = set()
        self.kept: list[Kept] = []
        """Cards that look new beside vanished ones: each is asked about once."""

    # --- the shelf ---------------------------------------------------------------------------

    async def shelf(self) -> Shelf:
        """The decks as home shows them, from the index alone."""

        def read() -> Shelf:
            self._runtime.remember_rows()
            return self._runtime.library.shelf(self._clips)

        return await self._runtime.db(read)

    async def refresh(self) -> Refreshed:
        """Look at the deck files; what changed is indexed."""

        def look() -> Refreshed:
            refreshed = self._runtime.library.refresh()
            self._runtime.remember_rows()
            return refreshed

        refreshed = await self._runtime.db(look)
        for each in refreshed.kept:
            if (each.old, each.new) not in self._asked:
                self._asked.add((each.old, each.new))
                self.kept.append(each)
        return refreshed

    async def problems(self, deck_ids: Sequence[DeckId]) -> list[Problem]:
        def read() -> list[Problem]:
            library = self._runtime.library
            return [p for deck_id in deck_ids for p in library.problems(deck_id)]

        return await self._runtime.db(read)

    async def keep_progress(self, kept: Sequence[Kept]) -> None:
        """Let cards that look new go on with vanished ones' progress."""

        def keep() -> None:
            for each in kept:
                self._runtime.collection.keep_progress(each.old, each.new, deck_id=each.deck_id)

        await self._runtime.db(keep)

    async def count_clips(self) -> None:
        """Count how many clips of each deck are cached, for the decks of a size that allows it."""
        parts = self._runtime.sound.parts
        if parts is None:
            return
        for row in tuple(self._runtime.rows.values()):
            if not 0 < row.cards <= COUNTED_CARDS:
                continue
            cards = await self._runtime.db(self._runtime.collection.deck_cards, row.id)
            _, items = await asyncio.to_thread(parts.work.plan, row.title, cards)
            self._clips[row.id] = parts.work.share(items)
        have = sum(share[0] for share in self._clips.values())
        self._runtime.board.update(
            clips_have=have, clips_need=sum(share[1] for share in self._clips.values())
        )

    # --- files -------------------------------------------------------------------------------

    async def add_or_create(self, text: str) -> Path:
        """Add a file or folder, or create a deck of that name; raises :class:`OSError`."""
        from recalliq_tui.services.editing import add_or_create  # noqa: PLC0415

        def add() -> Path:
            runtime = self._runtime
            return add_or_create(runtime.library, runtime.added, text, runtime.paths.own_decks)

        return await self._runtime.db(add)

    async def editable(self, deck_id: DeckId, card: Card) -> Editable:
        """The file and line to edit; raises :class:`NotEditableError`."""
        from recalliq_tui.services.editing import make_editable  # noqa: PLC0415

        def make() -> Editable:
            own = self._runtime.paths.own_decks
            return make_editable(self._runtime.library, deck_id, card, own)

        return await self._runtime.db(make)

    async def reread(self, path: Path) -> list[Problem]:
        """Read the decks again after a file was edited; returns that file's problems."""
        await self.refresh()

        def read() -> list[Problem]:
            library = self._runtime.library
            rows = [row for row in library.rows() if row.path == str(path)]
            return [p for row in rows for p in library.problems(row.id)]

        return await self._runtime.db(read)

    # --- cards -------------------------------------------------------------------------------

    async def suspend(self, card_id: CardId, *, on: bool) -> None:
        await self._runtime.db(self._runtime.collection.suspend, card_id, on=on)

    async def mark(self, card_id: CardId, *, on: bool) -> None:
        await self._runtime.db(self._runtime.collection.set_mark, card_id, on=on)

    async def card_info(self, card_id: CardId) -> CardInfo | None:
        """All that is known about a card; ``None`` where there is no such card."""
        from recalliq_tui.domain.schedule import retrievability  # noqa: PLC0415
        from recalliq_tui.services.views import CardInfo  # noqa: PLC0415

        def read() -> CardInfo | None:
            collection, calendar = self._runtime.collection, self._runtime.calendar
            stored = collection.card(card_id)
            if stored is None:
                return None
            row = self._runtime.rows.get(stored.deck_id)
            day = calendar.day(calendar.now())
            return CardInfo(
                stored,
                row.title if row else stored.deck_id,
                tuple(collection.history(card_id)),
                retrievability(stored.memory, day=day),
            )

        return await self._runtime.db(read)

    async def search(self, text: str, limit: int = 200) -> list[Found]:
        """Cards in which the text is found, at most ``limit``."""
        from recalliq_tui.services.views import Found  # noqa: PLC0415

        def read() -> list[Found]:
            found = self._runtime.collection.search(text, limit)
            titles = {row.id: row.title for row in self._runtime.rows.values()}
            return [Found(each, titles.get(each.deck_id, each.deck_id)) for each in found]

        return await self._runtime.db(read)
