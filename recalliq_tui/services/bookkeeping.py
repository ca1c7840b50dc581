"""The way to the ledger from an event loop: asked and written on a thread, never waited for long.

What can't be written down isn't spent: a ledger on a full or read-only disk refuses paid calls.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from recalliq_tui.domain.ledger import Call, Outcome, Purpose, Saved, Settled, month_of
from recalliq_tui.domain.pricing import PriceList
from recalliq_tui.domain.voice import FREE, SpeechCode
from recalliq_tui.domain.wording import plural
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.store.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from recalliq_tui.config import Config
    from recalliq_tui.domain.clips import ClipSpec
    from recalliq_tui.domain.ledger import Begun
    from recalliq_tui.services.calendar import Calendar
    from recalliq_tui.store.ledger import Ledger

R = TypeVar("R")

_LOG: Final = logging.getLogger(__name__)
FLUSH_SECONDS: Final = 60.0
"""Plays from the cache are written down together, so often."""


@dataclass(frozen=True, slots=True)
class Tag:
    """What a call is for: why, and for which deck's id."""

    purpose: Purpose = Purpose.LIVE
    deck: str | None = None


def price_list(config: Config) -> PriceList:
    """Return the prices in the settings; one of 0 is unknown."""
    credit = config.number("prices.elevenlabs_per_1000_credits")
    character = config.number("prices.openai_per_1000_characters")
    return PriceList(
        currency=config.text("prices.currency"),
        as_of=config.text("prices.as_of"),
        per_1000_credits={"elevenlabs": credit} if credit else {},
        per_1000_characters={"openai": character} if character else {},
    )


def calendar_date(calendar: Calendar, moment: datetime) -> str:
    """Return the learner's date ``YYYY-MM-DD``: budgets go by calendar months."""
    return calendar.local(moment).date().isoformat()


def month_end(calendar: Calendar, moment: datetime) -> datetime:
    """Return the moment (UTC) at which the learner's next calendar month begins."""
    local = calendar.local(moment)
    year, month = (local.year + 1, 1) if local.month == 12 else (local.year, local.month + 1)  # noqa: PLR2004
    # A naive time is the system's, with the offset that holds then.
    return datetime(year, month, 1, tzinfo=calendar.zone).astimezone(UTC)


class Submit(Protocol):
    """Runs a call on the ledger's thread, in the order of asking."""

    def __call__(self, call: Callable[[], R], /) -> Future[R]: ...


class Bookkeeper:
    """Writes paid calls into the ledger and counts plays from the cache. Lives on one event loop.

    ``open_ledger`` is called on the ledger's thread when it is first needed. ``submit`` runs a call
    on that thread, in order; without one the bookkeeper has a thread of its own. ``cap`` are the
    characters a month, 0 for no limit. ``on_used`` hears the month's characters, on that thread.
    """

    def __init__(
        self,
        open_ledger: Callable[[], Ledger],
        *,
        calendar: Calendar,
        prices: PriceList,
        cap: int = 0,
        submit: Submit | None = None,
        on_used: Callable[[int], None] = lambda _used: None,
    ) -> None:
        self._open_ledger = open_ledger
        self._ledger: Ledger | None = None
        self._calendar = calendar
        self.prices = prices
        self.cap = cap
        self._thread: ThreadPoolExecutor | None = None
        if submit is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="ledger")
            submit = self._thread.submit
        self._run = submit
        self._on_used = on_used
        self._plays: dict[tuple[str, str, str, str | None], Saved] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False

    # Calls

    async def begin(self, spec: ClipSpec, tag: Tag) -> int:
        """Write a call down before it is made; return its number.

        Raises :class:`SpeechError` (budget reached) when it goes over the month's characters, and
        also when it can't be written down. When cancelled, the row says so.
        """
        now = self._calendar.now()
        call = Call(
            at=now,
            day=calendar_date(self._calendar, now),
            purpose=tag.purpose,
            provider=spec.provider,
            voice=spec.voice,
            model=spec.model,
            clip_key=spec.key,
            characters=len(spec.text),
            credits=self.prices.credits(spec.provider, spec.model, len(spec.text)),
            deck=tag.deck,
        )
        future = self._run(lambda: self._open().begin(call, cap=self.cap))
        try:
            begun = await _whole(future)
        except asyncio.CancelledError:
            future.add_done_callback(self._never_made)
            raise
        except StoreError as error:
            raise SpeechError(
                SpeechCode.BUDGET_REACHED,
                f"the call can't be written down, so nothing was sent: {error.message}."
                f" {error.recovery}",
            ) from error
        if begun.number is None:
            raise self._over_budget(call, begun.used)
        self._on_used(begun.used)
        return begun.number

    def _over_budget(self, call: Call, used: int) -> SpeechError:
        left = max(0, self.cap - used)
        return SpeechError(
            SpeechCode.BUDGET_REACHED,
            f"your budget of {plural(self.cap, 'character')} for {month_of(call.day)} has"
            f" {left:,} left, and this text needs {call.characters:,}; nothing was sent",
            retry_at=month_end(self._calendar, call.at),
            remaining=left,
            required=call.characters,
        )

    def _never_made(self, future: Future[Begun]) -> None:
        """The call was given up while it was being written down: nothing was sent."""
        if not future.cancelled() and future.exception() is None:
            number = future.result().number
            if number is not None:
                self.settle(number, Settled(Outcome.CANCELLED, 0))

    def settle(self, number: int, settled: Settled) -> None:
        """Complete a call's row, without waiting. Where that fails the row stays open: unknown."""

        def done(future: Future[int]) -> None:
            if error := future.exception():
                _LOG.error("the ledger can't complete call %d", number, exc_info=error)
            else:
                self._on_used(future.result())

        if self._closed:
            _LOG.warning("call %d ended after the ledger was closed", number)
            return
        self._run(lambda: self._open().settle(number, settled)).add_done_callback(done)

    async def discard(self, clip_key: str) -> None:
        """Note that a take was thrown away; raises :class:`StoreError`."""
        await _whole(self._run(lambda: self._open().discard(clip_key)))

    async def used(self) -> int:
        """Return this month's characters, and tell them; raises :class:`StoreError`."""
        day = calendar_date(self._calendar, self._calendar.now())
        used = await _whole(self._run(lambda: self._open().used(day)))
        self._on_used(used)
        return used

    # Plays from the cache

    def note_play(self, spec: ClipSpec, deck: str) -> None:
        """Count a clip that played from the cache; costs nothing now, written down later."""
        if spec.provider in FREE or self._closed:
            return
        day = calendar_date(self._calendar, self._calendar.now())
        key = (day, deck, spec.provider, spec.model)
        sum_ = self._plays.get(key) or Saved(day, deck, spec.provider, spec.model, 0, 0)
        self._plays[key] = replace(
            sum_, plays=sum_.plays + 1, characters=sum_.characters + len(spec.text)
        )
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_SECONDS, self.flush)

    def flush(self) -> None:
        """Write the counted plays down, without waiting."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        plays, self._plays = tuple(self._plays.values()), {}
        if plays:
            self._run(lambda: self._open().count_plays(plays)).add_done_callback(_log_failure)

    # Small values

    def remember(self, name: str, value: str) -> None:
        """Keep a small value, without waiting."""
        if not self._closed:
            self._run(lambda: self._open().remember(name, value)).add_done_callback(_log_failure)

    async def recall(self, name: str) -> str | None:
        """Return a small value; ``None`` where there is none, or the ledger can't be read."""
        try:
            return await _whole(self._run(lambda: self._open().recall(name)))
        except StoreError as error:
            _LOG.warning("%s can't be read: %s", name, error)
            return None

    # The thread

    def _open(self) -> Ledger:
        if self._ledger is None:
            self._ledger = self._open_ledger()
        return self._ledger

    async def close(self) -> None:
        """Write down what is still to be written, then close the ledger."""
        if self._closed:
            return
        self.flush()
        self._closed = True

        def shut() -> None:
            if self._ledger is not None:
                self._ledger.close()

        await _whole(self._run(shut))
        if self._thread is not None:
            self._thread.shutdown(wait=False)


async def _whole(future: Future[R]) -> R:
    """Wait for a call on the thread; when cancelled, the call is left to end by itself."""
    waiting = asyncio.wrap_future(future)
    waiting.add_done_callback(lambda done: None if done.cancelled() else done.exception())
    return await asyncio.shield(waiting)


def _log_failure(future: Future[None]) -> None:
    if error := future.exception():
        _LOG.warning("the ledger can't be written", exc_info=error)
