"""What the screens work with: decks, sessions, sound and settings of one running program.

The collection has one thread of its own; :meth:`Runtime.db` is the way to it. Sound is opened
after the first paint, by :meth:`Runtime.open_sound`.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple, ParamSpec, TypeVar

from recalliq_tui.domain.voice import VoiceHealth, VoiceState
from recalliq_tui.services.added import AddedDecks, added_sources
from recalliq_tui.services.board import Board, CacheState, DeviceState
from recalliq_tui.services.library import Library, Source
from recalliq_tui.services.settings import StudySettings
from recalliq_tui.services.speaking import Speaking
from recalliq_tui.services.steps import Question
from recalliq_tui.services.study import StudySession
from recalliq_tui.store.collection import Collection
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from concurrent.futures import Future
    from datetime import datetime

    from recalliq_tui.audio.events import PlaybackEvent
    from recalliq_tui.config import Config
    from recalliq_tui.domain.cards import Card, DeckId, Side
    from recalliq_tui.paths import Paths
    from recalliq_tui.services.calendar import Calendar
    from recalliq_tui.services.deckdesk import DeckDesk
    from recalliq_tui.services.llm_grading import ModelGrader
    from recalliq_tui.services.prayers import Prayers
    from recalliq_tui.services.recall import Recall
    from recalliq_tui.services.soundparts import SoundParts
    from recalliq_tui.services.steps import Step
    from recalliq_tui.services.tracing import TraceFile
    from recalliq_tui.services.views import OpenSession
    from recalliq_tui.services.voicedesk import VoiceDesk
    from recalliq_tui.store.models import DeckRow

P = ParamSpec("P")
R = TypeVar("R")

FILL_CARDS: Final = 2000
"""So many cards of an opened deck are rendered by themselves; the rest when they come near."""


class Begun(NamedTuple):
    """A session with its first step. ``resumed``: it goes on where an earlier one stopped."""

    session: StudySession
    step: Step
    title: str
    resumed: bool = False


class Runtime:
    """The parts of one running program. Made by wiring; belongs to one event loop after that."""

    def __init__(
        self,
        *,
        config: Config,
        paths: Paths,
        calendar: Calendar,
        sources: Sequence[Source],
        open_parts: Callable[[Runtime], Awaitable[SoundParts]],
        close_parts: Callable[[], Awaitable[None]],
        make_grader: Callable[[], ModelGrader | None] = lambda: None,
    ) -> None:
        self.config = config
        self.paths = paths
        self.calendar = calendar
        self.settings = StudySettings.from_config(config)
        self.board = Board()
        self.sound = Speaking(
            self.board,
            autoplay=config.flag("audio.autoplay"),
            muted=not config.flag("audio.enabled"),
            fallback=config.text("voice.fallback") == "local",
        )
        self._sources = [*added_sources(self.added), *sources]
        self._open_parts = open_parts
        self._close_parts = close_parts
        self._make_grader = make_grader
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="collection")
        self.rows: dict[DeckId, DeckRow] = {}
        """The decks, for their titles; see :meth:`remember_rows`."""
        self._collection: Collection | None = None
        self._library: Library | None = None
        self._session: StudySession | None = None
        self.trace: TraceFile | None = None
        """Where what is played is written down, if anywhere."""

    # --- the collection's thread -------------------------------------------------------------

    def submit(self, call: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Run a call on the collection's thread, from any thread, in the order of asking."""
        return self._thread.submit(call, *args, **kwargs)

    async def db(self, call: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a call on the collection's thread and wait for it. Never on the event loop."""
        return await asyncio.wrap_future(self.submit(call, *args, **kwargs))

    @property
    def collection(self) -> Collection:
        """The open collection; for calls that run on its thread."""
        if self._collection is None:
            self._collection = Collection.open(self.paths.collection_file, clock=self.calendar.now)
            self.board.update(read_only=self._collection.read_only)
        return self._collection

    @property
    def library(self) -> Library:
        """The decks; for calls that run on the collection's thread."""
        if self._library is None:
            self._library = Library(self.collection, self._sources, self.calendar, self.settings)
        return self._library

    @cached_property
    def prayers(self) -> Prayers:
        """The texts by heart; for calls that run on the collection's thread."""
        from recalliq_tui.services.prayers import Prayers  # noqa: PLC0415

        titles = self.config.flag("pray.titles")
        return Prayers(self.collection, self.calendar, self.settings, titles=titles)

    def remember_rows(self) -> None:
        """Keep the deck rows in memory for titles; on the collection's thread."""
        self.rows = {row.id: row for row in self.library.rows()}

    # --- time ----------------------------------------------------------------------------------

    def now(self) -> datetime:
        return self.calendar.now()

    def local_now(self) -> datetime:
        return self.calendar.local(self.calendar.now())

    # --- decks ---------------------------------------------------------------------------------

    @cached_property
    def decks(self) -> DeckDesk:
        """What the screens do with decks and cards; made when it is first needed."""
        from recalliq_tui.services.deckdesk import DeckDesk  # noqa: PLC0415

        return DeckDesk(self)

    @property
    def added(self) -> AddedDecks:
        """What the learner added from the screen."""
        return AddedDecks(self.paths.data_dir / "added-decks.json")

    async def backup(self) -> None:
        """Make the day's backup if it isn't made yet; on a connection and thread of its own."""
        if not await self.db(lambda: self.collection.read_only):
            await asyncio.to_thread(self.collection.backup_daily)

    # --- sessions ------------------------------------------------------------------------------

    def begin_now(self, deck_ids: Sequence[DeckId], title: str) -> Begun:
        """Begin a session; on the collection's thread. A session over the same decks that was
        not ended goes on at its card and side."""
        state = self.collection.load_session()
        same = state if state is not None and set(state.deck_ids) == set(deck_ids) else None
        session = StudySession(self.collection, self.calendar, self.settings, deck_ids, title=title)
        resume = same if same is not None and same.current is not None else None
        step = session.begin(resume=resume)
        resumed = resume is not None and isinstance(step, Question)
        return Begun(session, step, title, resumed=resumed)

    async def begin(self, deck_ids: Sequence[DeckId], title: str) -> Begun:
        return await self.db(self.begin_now, deck_ids, title)

    async def open_session(self) -> OpenSession | None:
        """The session that was not ended, if there is one."""
        from recalliq_tui.services.views import unended  # noqa: PLC0415

        def read() -> OpenSession | None:
            return unended(self.collection, self.library.rows())

        return await self.db(read)

    async def forget_session(self) -> None:
        await self.db(self.collection.end_session)

    def remember_side(self, session: StudySession, side: Side) -> None:
        """Keep the side in sight, without waiting for the disk."""
        self.submit(session.remember_side, side)

    def session_opened(self, session: StudySession) -> None:
        """A session is on the screen: its decks' missing clips are rendered in its order."""
        self._session = session
        self._fill()

    def session_closed(self) -> None:
        self._session = None

    def _fill(self) -> None:
        session = self._session
        if session is None or not self.sound.is_open:
            return

        def read() -> list[Card]:
            session.warm()
            return session.study_order(FILL_CARDS)

        async def fill() -> None:
            cards = await self.db(read)
            self.sound.fill("session", cards)

        self._filling = asyncio.get_running_loop().create_task(fill())

    # --- voices --------------------------------------------------------------------------------

    @cached_property
    def voices(self) -> VoiceDesk:
        """What the screens do with voices; made when it is first needed."""
        from recalliq_tui.services.voicedesk import VoiceDesk  # noqa: PLC0415

        return VoiceDesk(self)

    # --- free recall ---------------------------------------------------------------------------

    @cached_property
    def recall(self) -> Recall:
        """What grades typed answers; made when the first one comes."""
        from recalliq_tui.services.recall import Recall  # noqa: PLC0415

        return Recall(db=self.db, collection=lambda: self.collection, model=self._make_grader())

    # --- sound ---------------------------------------------------------------------------------

    async def open_sound(self, changed: Callable[[], None]) -> None:
        """Open cache, voice and device; afterwards render what the session in sight lacks."""
        try:
            parts = await self._open_parts(self)
        except Exception as error:
            # Whoever asked logs it; the strip must not say for ever that the voice is checked.
            health = VoiceHealth(VoiceState.FAILED, message=one_line(str(error)))
            self.board.update(voice=health, device=DeviceState.NONE, cache=CacheState.FAILED)
            raise
        self.sound.opened(parts, changed)
        self._fill()

    async def close_sound(self) -> None:
        """Stop all sound and rendering and give the device and the cache back."""
        await self.sound.close()
        await self._close_parts()

    def on_player_event(self, event: PlaybackEvent) -> None:
        """Called by the player, on its own thread."""
        if self.trace is not None:
            self.trace.event(event)
        self.sound.on_player_event(event)

    def shut(self) -> None:
        """Close the collection and end its thread; what was answered is on disk already."""
        if self.trace is not None:
            self.trace.close()

        def close() -> None:
            if self._collection is not None:
                self._collection.close()

        self.submit(close).result()
        self._thread.shutdown()
