"""Whether a provider is there again, found out for nothing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.health import Failed, Probed
from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.speech.errors import SpeechError

if TYPE_CHECKING:
    from recalliq_tui.domain.health import Event
    from recalliq_tui.speech.protocol import Provider

PROBE_SECONDS: Final = 4.0
_SPEAKS_STILL: Final = frozenset({"missing_permissions", "insufficient_permissions"})
"""Reasons for which an account can't be read while its key may still speak."""
_PROBE_TELLS: Final = frozenset(
    {
        SpeechCode.QUOTA_EXCEEDED,
        SpeechCode.NOT_CONFIGURED,
        SpeechCode.ACCOUNT_BLOCKED,
        SpeechCode.PROVIDER_ERROR,
    }
)
"""Failures of a probe that calls would share; after any other the provider is there."""


async def probe(
    provider: Provider, *, address: tuple[str, int] | None = None, seconds: float = PROBE_SECONDS
) -> Event:
    """Ask a provider for a sign of life that costs nothing: its account, else a connection.

    ``address`` is its host and port, for a provider without an account to read.
    """
    try:
        async with asyncio.timeout(seconds):
            account = await provider.account()
            if account is None and address is not None:
                _, writer = await asyncio.open_connection(*address)
                writer.close()
    except (OSError, TimeoutError):
        return Probed(reachable=False)
    except SpeechError as error:
        return _probe_failed(error)
    if account is None or account.limit is None or account.used is None:
        return Probed(reachable=True)
    return Probed(
        reachable=True, left=float(account.limit - account.used), resets_at=account.resets_at
    )


def _probe_failed(error: SpeechError) -> Event:
    if error.code is SpeechCode.NETWORK_ERROR:
        return Probed(reachable=False)
    if error.code not in _PROBE_TELLS or error.reason in _SPEAKS_STILL:
        return Probed(reachable=True)
    return Failed(error.code, error.message, error.retry_at, left=error.remaining, probe=True)
