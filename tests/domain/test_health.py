"""A voice's health: no order of events asks a used-up quota again, and none is the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.domain.healing import step
from recalliq_tui.domain.health import (
    Changed,
    Event,
    Failed,
    Health,
    Passed,
    Pressed,
    Probed,
    Worked,
    allows,
    refusal,
    restored,
    shown,
    starting,
    to_json,
    wake_at,
)
from recalliq_tui.domain.voice import SpeechCode, VoiceState
from tests.clock import NOON

VOICE = "elevenlabs:abc"
LATER = NOON + timedelta(hours=3)
READY = Health(VoiceState.READY, VOICE)


def after(health: Health, *events: Event, now: datetime = NOON) -> Health:
    for event in events:
        health = step(health, event, now)
    return health


def failed(code: SpeechCode, **more: object) -> Health:
    return step(READY, replace(Failed(code, "words", voice=VOICE), **more), NOON)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "state"),
    [
        (SpeechCode.QUOTA_EXCEEDED, VoiceState.QUOTA),
        (SpeechCode.RATE_LIMITED, VoiceState.RATE_LIMITED),
        (SpeechCode.NETWORK_ERROR, VoiceState.OFFLINE),
        (SpeechCode.PROVIDER_ERROR, VoiceState.FAILED),
        (SpeechCode.NOT_CONFIGURED, VoiceState.NOT_CONFIGURED),
        (SpeechCode.VOICE_UNAVAILABLE, VoiceState.VOICE_GONE),
        (SpeechCode.PLAN_REQUIRED, VoiceState.PLAN),
        (SpeechCode.ACCOUNT_BLOCKED, VoiceState.BLOCKED),
        (SpeechCode.BUDGET_REACHED, VoiceState.BUDGET),
        (SpeechCode.BAD_INPUT, VoiceState.READY),
    ],
)
def test_each_failure_has_its_state_and_is_refused_with_its_code(
    code: SpeechCode, state: VoiceState
) -> None:
    health = failed(code)
    assert health.state is state
    if state not in {VoiceState.READY, VoiceState.BUDGET}:
        assert not allows(health, voice=VOICE, characters=1, credits=1.0)
        assert refusal(health) is code
        assert shown(health).message == "words"


def test_a_quota_ends_at_its_reset_time_through_a_probe() -> None:
    used_up = failed(SpeechCode.QUOTA_EXCEEDED, retry_at=LATER)
    assert (shown(used_up).until, wake_at(used_up)) == (LATER, LATER)
    early = after(used_up, Passed(), Worked(VOICE), now=LATER - timedelta(seconds=1))
    assert early.state is VoiceState.QUOTA
    waiting = after(used_up, Passed(), now=LATER)
    assert (waiting.state, waiting.probe_at) == (VoiceState.CHECKING, LATER)
    assert not allows(waiting, voice=VOICE)
    assert after(waiting, Probed(reachable=True), now=LATER).state is VoiceState.READY


def test_the_account_tells_the_reset_time_but_opens_nothing() -> None:
    used_up = failed(SpeechCode.QUOTA_EXCEEDED)
    assert used_up.probe_at == NOON
    told = after(used_up, Probed(reachable=True, left=30_000.0, resets_at=LATER))
    assert (told.state, told.until, told.probe_at) == (VoiceState.QUOTA, LATER, None)
    assert not allows(told, voice=VOICE, credits=1.0)


def test_an_unknown_reset_waits_for_a_key() -> None:
    quiet = after(failed(SpeechCode.QUOTA_EXCEEDED), Probed(reachable=True))
    assert wake_at(quiet) is None
    assert after(quiet, Passed(), now=LATER) == quiet
    pressed = after(quiet, Pressed())
    assert not allows(pressed, voice=VOICE, credits=1.0)
    assert after(pressed, Probed(reachable=True, left=0.0)).state is VoiceState.QUOTA
    assert after(pressed, Probed(reachable=True)).state is VoiceState.READY


def test_a_text_that_fits_what_is_left_may_still_be_said() -> None:
    partly = failed(SpeechCode.QUOTA_EXCEEDED, left=40.0)
    assert allows(partly, credits=40.0)
    assert not allows(partly, credits=41.0)
    assert not allows(partly, credits=None)
    said = after(partly, Worked(VOICE, characters=30, credits=30.0))
    assert (said.state, said.left) == (VoiceState.QUOTA, 10.0)


def test_a_network_that_comes_back_is_noticed() -> None:
    away = failed(SpeechCode.NETWORK_ERROR)
    probe_at = wake_at(away)
    assert probe_at is not None
    assert probe_at - NOON <= timedelta(seconds=1)
    still = after(away, Probed(reachable=False), now=probe_at)
    assert still.state is VoiceState.OFFLINE
    assert after(still, Probed(reachable=True)).state is VoiceState.READY


def test_waits_grow_and_are_bounded() -> None:
    health, waits = READY, []
    for _ in range(12):
        health = after(health, Failed(SpeechCode.RATE_LIMITED))
        assert health.until is not None
        waits.append((health.until - NOON).total_seconds())
        health = after(health, Passed(), now=health.until)
    assert waits[:4] == [2, 4, 8, 16]
    assert waits[-1] == 60
    assert after(health, Worked(VOICE)).strikes == 0


def test_a_time_that_the_provider_names_is_kept() -> None:
    assert failed(SpeechCode.RATE_LIMITED, retry_at=LATER).until == LATER
    assert after(failed(SpeechCode.RATE_LIMITED), Pressed()).state is VoiceState.RATE_LIMITED


def test_one_voice_gone_leaves_the_others() -> None:
    gone = failed(SpeechCode.VOICE_UNAVAILABLE)
    assert allows(gone, voice="elevenlabs:other")
    assert after(gone, Worked("elevenlabs:other")) == gone
    chosen = after(gone, Changed("elevenlabs:other"))
    assert after(chosen, Probed(reachable=True)) == Health(VoiceState.READY, "elevenlabs:other", strikes=1)  # fmt: skip


def test_a_budget_lets_through_what_fits_and_ends_with_the_month() -> None:
    budget = failed(SpeechCode.BUDGET_REACHED, left=50.0, retry_at=LATER)
    assert allows(budget, characters=50)
    assert not allows(budget, characters=51)
    assert after(budget, Passed(), now=LATER).state is VoiceState.READY
    assert after(budget, Pressed()).state is VoiceState.READY


def test_a_new_key_opens_what_the_old_one_shut() -> None:
    used_up = failed(SpeechCode.QUOTA_EXCEEDED, retry_at=LATER)
    assert after(used_up, Changed(VOICE)).state is VoiceState.QUOTA
    assert allows(after(used_up, Changed(VOICE, same_account=False)))


def test_what_a_restart_keeps() -> None:
    used_up = failed(SpeechCode.QUOTA_EXCEEDED, retry_at=LATER)
    assert restored(to_json(used_up), voice=VOICE, now=NOON) == used_up
    gone = failed(SpeechCode.VOICE_UNAVAILABLE)
    assert restored(to_json(gone), voice=VOICE, now=NOON) == gone
    assert restored(to_json(gone), voice="elevenlabs:new", now=NOON).state is VoiceState.CHECKING
    away = failed(SpeechCode.NETWORK_ERROR)
    assert restored(to_json(away), voice=VOICE, now=NOON) == starting(VOICE, NOON)
    pressed = after(used_up, Pressed())
    assert not allows(restored(to_json(pressed), voice=VOICE, now=NOON), voice=VOICE)


@given(st.text() | st.sampled_from(["{}", "[]", '{"state":"quota"}', "null", '{"state":7}']))
def test_nonsense_that_was_kept_is_no_health(text: str) -> None:
    assert restored(text, voice=VOICE, now=NOON) == starting(VOICE, NOON)


# Every order of events.

moments = st.one_of(st.none(), st.integers(-4000, 4000).map(lambda s: NOON + timedelta(seconds=s)))
voices = st.sampled_from([VOICE, "elevenlabs:other"])
lefts = st.none() | st.floats(0, 100)
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(Worked, voices, st.integers(0, 50), st.floats(0, 50)),
    st.builds(
        Failed,
        code=st.sampled_from(SpeechCode),
        retry_at=moments,
        voice=voices,
        left=lefts,
        probe=st.booleans(),
    ),
    st.just(Passed()),
    st.builds(Probed, st.booleans(), lefts, moments),
    st.just(Pressed()),
    st.builds(Changed, voices, st.booleans()),
)
story = st.lists(st.tuples(st.integers(0, 900), events, st.floats(0, 1)), max_size=25)


def play(happened: list[tuple[int, Event, float]], health: Health) -> tuple[Health, datetime]:
    now = NOON
    for seconds, event, jitter in happened:
        now += timedelta(seconds=seconds)
        health = step(health, event, now, jitter=jitter)
        again = restored(to_json(health), voice=health.voice, now=now)
        if health.state is VoiceState.QUOTA or health.closed:
            opened = allows(again, voice=VOICE, credits=10.0)
            assert not opened or allows(health, voice=VOICE, credits=10.0)
    return health, now


@given(story, story)
def test_no_path_asks_a_used_up_quota_again(
    before: list[tuple[int, Event, float]], rest: list[tuple[int, Event, float]]
) -> None:
    """Until the reset time, a key or another account, followed by a good probe, nothing is asked."""
    health, now = play(before, starting(VOICE, NOON))
    reset = now + timedelta(seconds=3000)
    health = step(health, Failed(SpeechCode.QUOTA_EXCEEDED, retry_at=reset, voice=VOICE), now)
    opened = probed = False
    for seconds, event, jitter in rest:
        now += timedelta(seconds=seconds)
        passed = isinstance(event, Passed) and now >= (health.until or now)
        new_account = isinstance(event, Changed) and not event.same_account
        opened = opened or passed or isinstance(event, Pressed) or new_account
        probed = probed or new_account or (opened and isinstance(event, Probed))
        if isinstance(event, Failed) and event.code is SpeechCode.QUOTA_EXCEEDED:
            event = replace(event, left=None)  # noqa: PLW2901
        health = step(health, event, now, jitter=jitter)
        if health.state is VoiceState.QUOTA:
            opened = probed = False
        for voice in (VOICE, "elevenlabs:other"):
            if allows(health, voice=voice, characters=1, credits=0.5):
                assert probed


@given(story)
def test_every_state_is_left_again(happened: list[tuple[int, Event, float]]) -> None:
    """With the network there, time and one key bring every voice back."""
    health, now = play(happened, starting(VOICE, NOON))
    for attempt in range(40):
        wake = wake_at(health)
        if wake is None:
            if health.state is VoiceState.READY:
                break
            assert attempt < 30, health
            health = step(health, Pressed(), now)
            continue
        now = max(now, wake)
        health = step(health, Passed(), now)
        if health.probe_at is not None and health.probe_at <= now:
            health = step(health, Probed(reachable=True), now)
            assert health.probe_at is None or health.probe_at > now
    assert health.state is VoiceState.READY
    assert allows(health, voice=VOICE)


@given(story)
def test_a_probe_is_never_asked_for_without_end(happened: list[tuple[int, Event, float]]) -> None:
    """Whatever a probe answers, the next one is later or never."""
    health, now = play(happened, starting(VOICE, NOON))
    answers: list[Event] = [
        Probed(reachable=False),
        Probed(reachable=True),
        Probed(reachable=True, left=0.0),
        *(
            Failed(code, probe=True)
            for code in SpeechCode
            if code is not SpeechCode.BAD_INPUT
        ),
    ]  # fmt: skip
    for answer in answers:
        told = step(health, answer, now)
        assert told.probe_at is None or told.probe_at > now


@given(story)
def test_waits_are_short_enough_to_be_back_soon(happened: list[tuple[int, Event, float]]) -> None:
    health, now = play(happened, starting(VOICE, NOON))
    if health.state is VoiceState.OFFLINE and health.probe_at is not None:
        assert health.probe_at - now <= timedelta(seconds=5)
