"""Metered calls: written down first, refused when they go over, and complete however they end."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import threading
from collections import deque
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from recalliq_tui.domain.ledger import Outcome, Purpose
from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.services.bookkeeping import Bookkeeper, Tag, month_end
from recalliq_tui.services.calendar import Calendar
from recalliq_tui.services.metering import MeteredProvider
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.retrying import RetryingProvider
from recalliq_tui.store.errors import StoreCode, StoreError
from recalliq_tui.store.ledger import Ledger
from tests.clock import NOON, Clock
from tests.services.ledgers import CHUNKS, PRICES, PaidVoice, keeper, spec

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from recalliq_tui.domain.ledger import Entry
    from recalliq_tui.speech.protocol import Provider

ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "collection.db"


@pytest.fixture
async def books(path: Path, noon: Clock) -> AsyncIterator[Bookkeeper]:
    opened = keeper(path, noon)
    yield opened
    await opened.close()


async def rows(path: Path, books: Bookkeeper) -> list[Entry]:
    """The ledger once all is written."""
    await books.close()

    def read() -> list[Entry]:
        with Ledger.open(path, clock=Clock()) as ledger:
            return ledger.entries()

    return await asyncio.to_thread(read)


def cut(received: int = 3) -> SpeechError:
    return SpeechError(SpeechCode.NETWORK_ERROR, "cut", received=received, request_id="req-9")


async def heard(provider: Provider, text: str = "hello") -> list[bytes]:
    return [piece async for piece in provider.stream(spec(text))]


async def test_a_row_is_there_before_the_request(path: Path, books: Bookkeeper) -> None:
    seen: list[Outcome | SpeechCode] = []

    class Looking(PaidVoice):
        async def _ask(self, text: str) -> SpeechError | None:
            with Ledger.open(path, clock=Clock()) as ledger:
                seen.extend(entry.settled.outcome for entry in ledger.entries())
            return await super()._ask(text)

    await MeteredProvider(Looking(), books).render(spec())
    assert seen == [Outcome.PENDING]


async def test_a_call_is_completed_with_what_the_provider_says(
    path: Path, books: Bookkeeper
) -> None:
    provider = MeteredProvider(PaidVoice(), books, Tag(Purpose.FEEDBACK, "spanish"))
    assert await heard(provider) == list(CHUNKS)
    await provider.render(spec("more words", model="eleven_flash_v2_5"))
    first, second = await rows(path, books)
    assert (first.call.purpose, first.call.deck, first.call.day) == ("feedback", "spanish", "2026-11-20")  # fmt: skip
    assert (first.call.characters, first.call.credits, second.call.credits) == (5, 5.0, 5.0)
    for row in (first, second):
        assert row.settled.outcome is Outcome.OK
        assert (row.settled.credits, row.settled.request_id) == (4.0, "req-1")


async def test_the_month_is_told_as_it_grows(path: Path, noon: Clock) -> None:
    used: list[int] = []
    books = keeper(path, noon, on_used=used.append)
    await MeteredProvider(PaidVoice(), books).render(spec())
    await books.close()
    assert used == [5, 5]


async def test_over_the_budget_nothing_is_sent(path: Path, noon: Clock) -> None:
    books, voice = keeper(path, noon, cap=12), PaidVoice()
    provider = MeteredProvider(voice, books)
    await provider.render(spec("hello"))
    with pytest.raises(SpeechError) as raised:
        await provider.render(spec("too long for it"))
    await provider.render(spec("fits in"))
    assert voice.asked == ["hello", "fits in"]
    error = raised.value
    assert (error.code, error.remaining) == (SpeechCode.BUDGET_REACHED, 7)
    assert error.retry_at == datetime(2026, 12, 1, tzinfo=UTC)
    assert "7 left" in error.message
    assert len(await rows(path, books)) == 2


async def test_many_calls_at_once_keep_to_the_budget(path: Path, noon: Clock) -> None:
    books, voice = keeper(path, noon, cap=23), PaidVoice()
    provider = MeteredProvider(voice, books)
    results = await asyncio.gather(
        *(provider.render(spec()) for _ in range(20)), return_exceptions=True
    )
    assert len(voice.asked) == 4
    assert sum(isinstance(each, SpeechError) for each in results) == 16
    assert len(await rows(path, books)) == 4


@pytest.mark.parametrize("whole", [True, False])
async def test_a_refused_call_counts_nothing(path: Path, books: Bookkeeper, *, whole: bool) -> None:
    quota = SpeechError(SpeechCode.QUOTA_EXCEEDED, "0 credits", request_id="req-2")
    provider = MeteredProvider(PaidVoice(script=deque([quota])), books)
    with pytest.raises(SpeechError):
        await (provider.render(spec()) if whole else heard(provider))
    (row,) = await rows(path, books)
    assert (row.settled.outcome, row.settled.counted) == (SpeechCode.QUOTA_EXCEEDED, 0)
    assert row.settled.request_id == "req-2"


async def test_bytes_that_were_heard_are_counted_and_not_paid_twice(
    path: Path, books: Bookkeeper
) -> None:
    voice = PaidVoice(script=deque([cut()]), heard=1)
    provider = RetryingProvider(
        MeteredProvider(voice, books), jitter=lambda: 0.0, now=lambda: NOON
    )  # fmt: skip
    stream = provider.stream(spec())
    assert await anext(stream) == CHUNKS[0]
    with pytest.raises(SpeechError):
        await anext(stream)
    assert voice.asked == ["hello"]
    (row,) = await rows(path, books)
    assert (row.settled.outcome, row.settled.counted) == (SpeechCode.NETWORK_ERROR, 5)


async def test_each_try_is_a_row(path: Path, books: Bookkeeper) -> None:
    voice = PaidVoice(script=deque([cut(received=0)]))

    async def at_once(_seconds: float) -> None:
        return None

    provider = RetryingProvider(
        MeteredProvider(voice, books), jitter=lambda: 0.0, now=lambda: NOON, sleep=at_once
    )
    await provider.render(spec())
    outcomes = [row.settled.outcome for row in await rows(path, books)]
    assert outcomes == [SpeechCode.NETWORK_ERROR, Outcome.OK]


async def test_sound_without_sound_is_an_error(path: Path, books: Bookkeeper) -> None:
    provider = MeteredProvider(PaidVoice(chunks=(b"",), credits=None), books)
    with pytest.raises(SpeechError) as raised:
        await heard(provider)
    assert raised.value.code is SpeechCode.PROVIDER_ERROR
    (row,) = await rows(path, books)
    assert (row.settled.outcome, row.settled.counted) == (SpeechCode.PROVIDER_ERROR, 0)


async def test_a_listener_who_leaves_completes_the_row(path: Path, books: Bookkeeper) -> None:
    stream = MeteredProvider(PaidVoice(), books).stream(spec())
    assert await anext(stream) == CHUNKS[0]
    await stream.aclose()
    (row,) = await rows(path, books)
    assert (row.settled.outcome, row.settled.counted) == (Outcome.CANCELLED, 5)


async def test_a_cancelled_call_completes_its_row(path: Path, books: Bookkeeper) -> None:
    voice = PaidVoice(gate=asyncio.Event())
    call = asyncio.create_task(MeteredProvider(voice, books).render(spec()))
    await voice.busy.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    (row,) = await rows(path, books)
    assert (row.settled.outcome, row.settled.counted) == (Outcome.CANCELLED, 5)


async def test_a_call_given_up_while_it_is_written_down_is_never_made(
    path: Path, noon: Clock
) -> None:
    go, reached = threading.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def slowly() -> Ledger:
        loop.call_soon_threadsafe(reached.set)
        go.wait(10)
        return Ledger.open(path, clock=noon)

    books = Bookkeeper(slowly, calendar=Calendar(clock=noon), prices=PRICES)
    voice = PaidVoice()
    call = asyncio.create_task(MeteredProvider(voice, books).render(spec()))
    await reached.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    go.set()
    await books.used()  # the thread has come as far as the row
    (row,) = await rows(path, books)
    assert (row.settled.outcome, row.settled.counted, voice.asked) == (Outcome.CANCELLED, 0, [])


@pytest.mark.parametrize("code", [StoreCode.DISK_FULL, StoreCode.READ_ONLY])
async def test_what_cannot_be_written_down_is_not_spent(noon: Clock, code: StoreCode) -> None:
    def fails() -> Ledger:
        raise StoreError(code, "no")

    books, voice = Bookkeeper(fails, calendar=Calendar(clock=noon), prices=PRICES), PaidVoice()
    with pytest.raises(SpeechError) as raised:
        await MeteredProvider(voice, books).render(spec())
    assert (raised.value.code, voice.asked) == (SpeechCode.BUDGET_REACHED, [])
    assert "nothing was sent" in raised.value.message
    await books.close()


async def test_a_kill_in_the_middle_of_a_stream_leaves_it_unknown(path: Path) -> None:
    code = (
        "import asyncio, sys; from pathlib import Path; from tests.services.ledgers import *\n"
        "from tests.clock import Clock; from recalliq_tui.services.metering import MeteredProvider\n"
        "async def main():\n"
        "    books = keeper(Path(sys.argv[1]), Clock())\n"
        "    async for piece in MeteredProvider(PaidVoice(), books).stream(spec()):\n"
        "        print('heard', flush=True); sys.stdin.read()\n"
        "asyncio.run(main())\n"
    )
    caller = subprocess.Popen(  # noqa: ASYNC220  (its pipe is waited for on a thread)
        [sys.executable, "-c", code, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    with caller:
        assert caller.stdout is not None
        assert await asyncio.to_thread(caller.stdout.readline) == b"heard\n"
        caller.send_signal(signal.SIGKILL)
        caller.wait()
    with Ledger.open(path, clock=Clock()) as ledger:
        (row,) = ledger.entries()
    assert (row.settled.outcome, row.settled.counted) == (Outcome.UNKNOWN, 5)


async def test_plays_are_counted_together_and_written_at_the_end(
    path: Path, books: Bookkeeper
) -> None:
    for _ in range(3):
        books.note_play(spec("four"), "spanish")
    books.note_play(spec("x", provider="espeak"), "spanish")
    books.note_play(spec("x"), "latin")
    await books.close()
    with Ledger.open(path, clock=Clock()) as ledger:
        counted = {each.deck: (each.plays, each.characters) for each in ledger.saved()}
    assert counted == {"spanish": (3, 12), "latin": (1, 1)}


def test_a_month_ends_where_the_learner_is() -> None:
    zone = ZoneInfo("America/New_York")
    march = datetime(2026, 3, 31, 23, 0, tzinfo=UTC)
    assert month_end(Calendar(zone=zone), march) == datetime(2026, 4, 1, 4, tzinfo=UTC)
    december = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)
    assert month_end(Calendar(zone=zone), december) == datetime(2027, 1, 1, 5, tzinfo=UTC)
