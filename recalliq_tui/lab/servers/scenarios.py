"""Scripts by name: one for each way in which a provider fails."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from recalliq_tui.lab.servers import faults
from recalliq_tui.lab.servers.script import (
    PERMISSIONS,
    Cut,
    FakeVoice,
    Nothing,
    Refuse,
    Script,
    Speak,
    Stall,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from recalliq_tui.lab.servers.faults import Refusal, Wire
    from recalliq_tui.lab.servers.script import Reply


def always(reply: Reply) -> Script:
    return Script(then=reply)


def refused(what: Callable[[Wire], Refusal], *, times: int | None = None) -> Script:
    """Refuse ``times`` requests, then speak; without it refuse for ever."""
    if times is None:
        return always(Refuse(what))
    return Script(replies=(Refuse(what),) * times)


def alike(refusal: Refusal) -> Callable[[Wire], Refusal]:
    """Answer the same to everybody."""
    return lambda _wire: refusal


SCRIPTS: Final[Mapping[str, Callable[[], Script]]] = {
    "healthy": Script,
    "quota-mid-session-401": lambda: Script(credits=120, quota_shape=401),
    "quota-mid-session-402": lambda: Script(credits=120, quota_shape=402),
    "quota-at-once": lambda: Script(credits=0),
    "credits-left-text-too-long": lambda: Script(credits=60),
    "rate-limit-burst": lambda: refused(faults.rate_limited, times=2),
    "rate-limit-retry-after": lambda: refused(
        partial(faults.rate_limited, retry_after="30"), times=1
    ),
    "concurrency-full": lambda: refused(faults.busy, times=2),
    "outage-and-recovery": lambda: refused(alike(faults.unavailable()), times=2),
    "outage": lambda: refused(alike(faults.unavailable())),
    "html-instead-of-audio": lambda: refused(alike(faults.portal())),
    "empty-200": lambda: always(Nothing()),
    "slow-drip": lambda: always(Speak(pace=0.9, chunk=64)),
    "stall-mid-stream": lambda: always(Stall()),
    "stall-before-audio": lambda: always(Stall(0)),
    "cut-mid-stream": lambda: always(Cut()),
    "cut-before-audio": lambda: always(Cut(-1)),
    "bad-key": lambda: refused(faults.bad_key),
    "leaky-error": lambda: refused(faults.leaky),
    "missing-permission": lambda: Script(permissions=PERMISSIONS - {"text_to_speech"}),
    "quota-unknown": lambda: Script(permissions=PERMISSIONS - {"user_read", "voices_read"}),
    "voice-removed": lambda: Script(voices=(FakeVoice("another1", "Another"),)),
    "plan-required": lambda: refused(faults.plan_required),
    "account-blocked": lambda: refused(alike(faults.blocked())),
    "unknown-error-shape": lambda: refused(alike(faults.unknown_shape())),
}
