"""What the providers themselves say of their quota. Asking costs no characters."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from recalliq_tui.services.calendar import system_clock
from recalliq_tui.services.spending import Quota
from recalliq_tui.speech.configured import make_limits, make_provider
from recalliq_tui.speech.errors import SpeechError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recalliq_tui.config import Config
    from recalliq_tui.speech.configured import Setup
    from recalliq_tui.speech.http import Web

SECONDS: Final = 5.0


async def read_quotas(setups: Mapping[str, Setup], config: Config) -> tuple[Quota, ...]:
    """Ask each provider for its account, all at once, and not for long."""
    from recalliq_tui.speech.http import Web  # noqa: PLC0415

    web = Web()
    try:
        return tuple(
            await asyncio.gather(*(_ask(setup, web, config) for setup in setups.values()))
        )  # fmt: skip
    finally:
        await web.aclose()


async def _ask(setup: Setup, web: Web, config: Config) -> Quota:
    try:
        provider = make_provider(setup, web=web, limits=make_limits(config), now=system_clock)
        async with asyncio.timeout(SECONDS):
            return Quota(setup.name, await provider.account())
    except SpeechError as error:
        return Quota(setup.name, error=error.code.value)
    except TimeoutError:
        return Quota(setup.name, error="network_error")
