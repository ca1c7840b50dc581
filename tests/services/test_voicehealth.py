"""The keeper of voice health: the board is true within a second, probes are free, restarts too."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from recalliq_tui.domain.health import Event, Failed, Probed
from recalliq_tui.domain.ledger import Purpose
from recalliq_tui.domain.voice import SpeechCode, VoiceRef, VoiceState
from recalliq_tui.services.board import Board
from recalliq_tui.services.metering import PaidVoice as Paid
from recalliq_tui.services.probing import probe
from recalliq_tui.services.voicehealth import LONGEST_SLEEP, HealthKeeper
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.protocol import Account
from tests.clock import NOON, Clock
from tests.services.ledgers import PRICES, PaidVoice, keeper, spec

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

VOICE = VoiceRef("elevenlabs", "abc")


@dataclass
class Timer:
    seconds: float
    call: Callable[[], None]
    stopped: bool = False

    def cancel(self) -> None:
        self.stopped = True


@dataclass
class World:
    """A keeper with a clock that stands, timers that wait for it, and probes that are told."""

    clock: Clock
    board: Board = field(default_factory=Board)
    timers: list[Timer] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    answers: deque[Event] = field(default_factory=deque)
    network: bool = True
    probes: int = 0
    accounts: dict[str, str] = field(default_factory=lambda: {"elevenlabs": "k1"})

    def __post_init__(self) -> None:
        self.keeper = self.fresh()

    def fresh(self) -> HealthKeeper:
        self.keeper = HealthKeeper(
            self.board,
            voice=VOICE,
            probe=self.probe,
            memory=self,
            prices=PRICES,
            now=self.clock,
            jitter=lambda: 1.0,
            accounts=self.accounts,
            later=self.later,
        )
        return self.keeper

    def later(self, seconds: float, call: Callable[[], None]) -> Timer:
        timer = Timer(seconds, call)
        self.timers.append(timer)
        return timer

    def remember(self, name: str, value: str) -> None:
        self.kept[name] = value

    async def recall(self, name: str) -> str | None:
        return self.kept.get(name)

    async def probe(self, _provider: str) -> Event:
        self.probes += 1
        return self.answers.popleft() if self.answers else Probed(reachable=self.network)

    def state(self) -> VoiceState:
        return self.board.status.voice.state

    @property
    def pending(self) -> list[Timer]:
        return [timer for timer in self.timers if not timer.stopped]

    async def settle(self) -> None:
        """Let probes that are on their way end."""
        while self.keeper._probing:
            await asyncio.gather(*self.keeper._probing.values())

    async def pass_time(self, seconds: float) -> None:
        """Move the clock from timer to timer, as the loop would."""
        end = self.clock.now + timedelta(seconds=seconds)
        while True:
            await self.settle()
            timers = self.pending
            assert len(timers) <= 1
            if not timers or self.clock.now + timedelta(seconds=timers[0].seconds) > end:
                self.clock.now = end
                return
            self.timers.clear()
            self.clock.forward(seconds=timers[0].seconds)
            timers[0].call()

    def fail(self, code: SpeechCode, **more: object) -> None:
        self.keeper.failed(spec(), SpeechError(code, "their words", **more))  # type: ignore[arg-type]


@pytest.fixture
async def world(noon: Clock) -> AsyncIterator[World]:
    made = World(noon)
    await made.keeper.start()
    await made.settle()
    yield made
    await made.keeper.close()


async def test_a_start_probes_and_is_ready(world: World) -> None:
    assert (world.state(), world.probes, world.pending) == (VoiceState.READY, 1, [])
    assert world.board.status.voice.voice == "elevenlabs:abc"


async def test_a_failure_is_on_the_board_at_once(world: World) -> None:
    until = NOON + timedelta(hours=1)
    world.fail(SpeechCode.QUOTA_EXCEEDED, retry_at=until)
    shown = world.board.status.voice
    assert (shown.state, shown.until, shown.message) == (VoiceState.QUOTA, until, "their words")
    with pytest.raises(SpeechError) as refused:
        world.keeper.check(spec())
    assert (refused.value.code, refused.value.retry_at) == (SpeechCode.QUOTA_EXCEEDED, until)


async def test_a_quota_comes_back_when_its_time_has_passed(world: World) -> None:
    world.fail(SpeechCode.QUOTA_EXCEEDED, retry_at=NOON + timedelta(minutes=10))
    await world.pass_time(599)
    assert (world.state(), world.probes) == (VoiceState.QUOTA, 1)
    await world.pass_time(1)
    assert (world.state(), world.probes) == (VoiceState.READY, 2)
    world.keeper.check(spec())


async def test_an_unknown_reset_waits_for_a_key_and_asks_the_account_once(world: World) -> None:
    world.fail(SpeechCode.QUOTA_EXCEEDED)
    await world.settle()
    await world.pass_time(86_400)
    assert (world.state(), world.probes, world.pending) == (VoiceState.QUOTA, 2, [])
    world.keeper.pressed()
    await world.settle()
    assert world.state() is VoiceState.READY


async def test_the_account_names_the_reset_time(world: World) -> None:
    resets = NOON + timedelta(days=3)
    world.answers.append(Probed(reachable=True, left=0.0, resets_at=resets))
    world.fail(SpeechCode.QUOTA_EXCEEDED)
    await world.settle()
    assert world.board.status.voice.until == resets


async def test_a_network_that_comes_back_is_seen_within_seconds(world: World) -> None:
    world.network = False
    world.fail(SpeechCode.NETWORK_ERROR)
    await world.pass_time(120)
    assert world.state() is VoiceState.OFFLINE
    assert 10 <= world.probes <= 40
    world.network = True
    await world.pass_time(5)
    assert (world.state(), world.pending) == (VoiceState.READY, [])


async def test_a_sleeping_machine_wakes_to_the_truth(world: World) -> None:
    """Timers stand still while the machine sleeps: the clock is looked at every second."""
    world.fail(SpeechCode.QUOTA_EXCEEDED, retry_at=NOON + timedelta(hours=8))
    (timer,) = world.pending
    assert timer.seconds <= LONGEST_SLEEP
    world.clock.forward(hours=9)
    timer.call()
    await world.settle()
    assert world.state() is VoiceState.READY


async def test_what_failed_is_known_after_a_restart(world: World) -> None:
    until = NOON + timedelta(hours=1)
    world.fail(SpeechCode.QUOTA_EXCEEDED, retry_at=until)
    await world.keeper.close()
    world.board = Board()
    await world.fresh().start()
    assert (world.state(), world.board.status.voice.until) == (VoiceState.QUOTA, until)
    await world.keeper.close()
    world.accounts = {"elevenlabs": "another key"}
    await world.fresh().start()
    await world.settle()
    assert world.state() is VoiceState.READY


async def test_a_broken_probe_is_no_end(world: World) -> None:
    async def broken(_provider: str) -> Event:
        raise ZeroDivisionError

    world.fail(SpeechCode.NETWORK_ERROR)
    world.keeper._probe = broken
    await world.pass_time(3)
    assert world.state() is VoiceState.OFFLINE
    world.keeper._probe = world.probe
    await world.pass_time(5)
    assert world.state() is VoiceState.READY


async def test_another_voice_of_the_same_account_keeps_its_quota(world: World) -> None:
    world.fail(SpeechCode.QUOTA_EXCEEDED, retry_at=NOON + timedelta(hours=1))
    world.keeper.changed(VoiceRef("elevenlabs", "other"), "k1")
    assert world.state() is VoiceState.QUOTA
    world.keeper.changed(VoiceRef("elevenlabs", "other"), "k2")
    await world.settle()
    assert world.state() is VoiceState.READY


async def test_another_providers_trouble_shows_while_ours_is_well(world: World) -> None:
    other = spec(provider="openai")
    world.keeper.failed(other, SpeechError(SpeechCode.VOICE_UNAVAILABLE, "gone"))
    assert world.board.status.voice.state is VoiceState.VOICE_GONE
    assert world.board.status.voice.voice == "openai:abc"
    world.keeper.check(spec())


async def test_quota_in_a_session_makes_no_further_request(
    world: World, tmp_path: Path, noon: Clock
) -> None:
    """Gate, meter and provider together: what is refused costs no request and no row."""
    voice = PaidVoice(
        script=deque(
            [
                None,
                SpeechError(
                    SpeechCode.QUOTA_EXCEEDED, "40 left", remaining=4, required=9
                ),
            ]
        )
    )  # fmt: skip
    books = keeper(tmp_path / "c.db", noon)
    said = Paid(voice, books, world.keeper).tagged(Purpose.FEEDBACK, "spanish")
    await said.render(spec("hello"))
    assert world.state() is VoiceState.READY
    for text in ("nine more", "nine more", "ten more."):
        with pytest.raises(SpeechError):
            await said.render(spec(text))
    assert world.state() is VoiceState.QUOTA
    await said.render(spec("four"))
    with pytest.raises(SpeechError):
        await said.render(spec("four"))
    assert voice.asked == ["hello", "nine more", "four"]
    await books.close()


@pytest.mark.parametrize("required", [None, 5, 9, 18])
@pytest.mark.parametrize("remaining", [0, 4, 10, 500])
async def test_a_text_that_was_refused_is_never_sent_again(
    world: World, remaining: int, required: int | None
) -> None:
    """However many credits its voice takes, and whatever the account says is left."""
    world.answers.append(Probed(reachable=True, left=1000.0))
    refused = spec("nine more")
    world.keeper.failed(
        refused,
        SpeechError(SpeechCode.QUOTA_EXCEEDED, "x", remaining=remaining, required=required),
    )
    await world.settle()
    for text in (refused, spec("ten more.."), spec("nine less")):
        with pytest.raises(SpeechError):
            world.keeper.check(text)


async def test_a_stream_that_begins_says_that_the_voice_is_back(
    world: World, tmp_path: Path, noon: Clock
) -> None:
    books = keeper(tmp_path / "c.db", noon)
    world.fail(SpeechCode.RATE_LIMITED)
    world.clock.forward(seconds=2)
    stream = Paid(PaidVoice(), books, world.keeper).tagged(Purpose.LIVE).stream(spec())
    assert world.state() is VoiceState.RATE_LIMITED
    await anext(stream)
    assert world.state() is VoiceState.READY
    assert world.keeper.main.strikes == 0
    await stream.aclose()
    await books.close()


# Probes.


async def test_a_probe_reads_the_account() -> None:
    resets = datetime(2026, 12, 1, tzinfo=UTC)
    voice = PaidVoice(standing=Account("creator", 99, 100, resets))
    assert await probe(voice) == Probed(reachable=True, left=1.0, resets_at=resets)
    assert (await probe(PaidVoice()), voice.asked) == (Probed(reachable=True), [])


@pytest.mark.parametrize(
    ("error", "event"),
    [
        (SpeechError(SpeechCode.NETWORK_ERROR, "x"), Probed(reachable=False)),
        (SpeechError(SpeechCode.RATE_LIMITED, "x"), Probed(reachable=True)),
        (
            SpeechError(SpeechCode.NOT_CONFIGURED, "x", reason="missing_permissions"),
            Probed(reachable=True),
        ),
        (
            SpeechError(SpeechCode.NOT_CONFIGURED, "bad key"),
            Failed(SpeechCode.NOT_CONFIGURED, "bad key", probe=True),
        ),
    ],
)
async def test_what_a_failed_probe_means(error: SpeechError, event: Event) -> None:
    assert await probe(PaidVoice(standing=error)) == event


async def test_without_an_account_a_connection_is_enough() -> None:
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    address = server.sockets[0].getsockname()[:2]
    assert await probe(PaidVoice(), address=address) == Probed(reachable=True)
    server.close()
    await server.wait_closed()
    assert await probe(PaidVoice(), address=address) == Probed(reachable=False)
