"""Nobody starts too often, too many at once, or before someone who is waited for."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recalliq_tui.lab.servers import SpeechServer
from recalliq_tui.speech.limits import AccountLimits, Lane, Limits
from tests.speech.cases import eleven, eleven_spec
from tests.speech.virtualtime import VirtualTime


@dataclass(frozen=True)
class Job:
    """``comes`` and ``runs`` in seconds; ``connects`` is how long the connection takes to open."""

    comes: float
    runs: float
    connects: float = 0.0
    lane: Lane = Lane.RENDER


@dataclass
class Log:
    starts: list[tuple[float, Job]]
    in_flight: int = 0
    most: int = 0


async def play(jobs: list[Job], *, in_flight: int, starts: int) -> Log:
    time = VirtualTime()
    limits = AccountLimits(in_flight=in_flight, starts=starts, clock=time.clock, sleep=time.sleep)
    log = Log([])

    async def one(job: Job) -> None:
        await time.sleep(job.comes)
        async with limits.slot(job.lane) as slot:
            log.in_flight += 1
            log.most = max(log.most, log.in_flight)
            await time.sleep(job.connects)
            slot.started()
            log.starts.append((time.now, job))
            await time.sleep(job.runs)
            log.in_flight -= 1

    tasks = [asyncio.create_task(one(job)) for job in jobs]
    await time.run(*tasks)
    for task in tasks:
        task.result()
    assert limits.busy == 0
    return log


def most_in_a_second(starts: list[float], *, second: float = 1.0) -> int:
    ordered = sorted(starts)
    return max(
        bisect_left(ordered, at + second) - index for index, at in enumerate(ordered)
    )  # a window is [at, at + 1)


seconds = st.floats(0, 3, allow_nan=False).map(lambda x: round(x, 3))
jobs = st.lists(
    st.builds(
        Job,
        comes=seconds,
        runs=seconds,
        connects=st.sampled_from([0.0, 0.05, 0.3, 1.2]),
        lane=st.sampled_from(list(Lane)),
    ),
    min_size=1,
    max_size=16,
)


@settings(max_examples=60, deadline=None)
@given(jobs, st.integers(1, 4), st.integers(1, 5))
def test_no_sliding_second_holds_more_starts_than_allowed(
    jobs: list[Job], in_flight: int, starts: int
) -> None:
    log = asyncio.run(play(jobs, in_flight=in_flight, starts=starts))
    assert len(log.starts) == len(jobs)
    assert log.most <= in_flight
    assert most_in_a_second([at for at, _ in log.starts]) <= starts


async def test_what_is_allowed_is_used() -> None:
    """40 quick clips at 4 a second end as soon as the limit lets them."""
    log = await play([Job(0, 0.05)] * 40, in_flight=2, starts=4)
    took = max(at for at, _ in log.starts) - min(at for at, _ in log.starts)
    assert 9.0 <= took <= 9 * 1.08


async def test_slow_connections_do_not_bunch_up_at_the_provider() -> None:
    slow_first = [Job(0, 0.01, connects=0.6)] * 2 + [Job(0, 0.01)] * 10
    log = await play(slow_first, in_flight=2, starts=4)
    assert most_in_a_second([at for at, _ in log.starts]) <= 4


async def test_live_speech_goes_before_rendering() -> None:
    waiting = [Job(0, 1.0) for _ in range(6)]
    live = Job(0.1, 0.1, lane=Lane.LIVE)
    log = await play([*waiting, live], in_flight=2, starts=4)
    order = [job for _, job in log.starts]
    assert order.index(live) == 2


async def test_a_waiter_that_leaves_takes_no_place() -> None:
    time = VirtualTime()
    limits = AccountLimits(in_flight=1, clock=time.clock, sleep=time.sleep)

    async def hold() -> None:
        async with limits.slot(Lane.RENDER):
            await time.sleep(1)

    first, second, third = (asyncio.create_task(hold()) for _ in range(3))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    second.cancel()
    await time.run(first, second, third)
    assert second.cancelled()
    assert third.done()
    assert limits.busy == 0


async def test_a_place_granted_to_someone_who_left_goes_to_the_next() -> None:
    time = VirtualTime()
    limits = AccountLimits(in_flight=1, starts=1, clock=time.clock, sleep=time.sleep)

    async def hold() -> None:
        async with limits.slot(Lane.RENDER):
            pass

    leaving = asyncio.create_task(hold())
    loop = asyncio.get_running_loop()
    loop.call_soon(leaving.cancel)
    await asyncio.sleep(0)
    following = asyncio.create_task(hold())
    await time.run(leaving, following)
    assert following.done()
    assert limits.busy == 0


def test_an_account_is_one_provider_and_one_key() -> None:
    limits = Limits()
    assert limits.of("elevenlabs", "a") is limits.of("elevenlabs", "a")
    assert limits.of("elevenlabs", "a") is not limits.of("elevenlabs", "b")
    assert limits.of("elevenlabs", "a") is not limits.of("openai", "a")


@pytest.mark.parametrize("wrong", [{"in_flight": 0}, {"starts": 0}])
def test_a_limit_of_nothing_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at least one"):
        AccountLimits(**wrong)  # type: ignore[arg-type]


async def test_the_provider_itself_sees_no_second_with_more_starts() -> None:
    with SpeechServer() as server:
        voice = eleven(server.base_url)
        await asyncio.gather(*(voice.render(eleven_spec(f"Clip {i}.")) for i in range(10)))
        await voice.aclose()
        assert len(server.starts) == 10
        # The server reads the requests on this machine too, and may be late when it is busy.
        assert most_in_a_second(server.starts, second=0.9) <= 4
        assert server.max_in_flight <= 2
        assert server.starts[-1] - server.starts[0] < 4
