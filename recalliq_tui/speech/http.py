"""One HTTP client for the life of the program, opened by the first request."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.speech.codes import Reason
from recalliq_tui.speech.errors import SpeechError

if TYPE_CHECKING:
    import httpx

USER_AGENT: Final = "recalliq"
KEPT_OPEN: Final = 60.0
"""Seconds that an idle connection stays: the next sentence needn't open one."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """In seconds. ``first_*`` run from the moment when the request has been sent."""

    connect: float = 5.0
    first_live: float = 4.0
    first_render: float = 60.0
    gap: float = 5.0
    """Longest silence within an answer."""

    def first(self, *, live: bool) -> float:
        return self.first_live if live else self.first_render


class Web:
    """The program's one HTTP client. Nothing is loaded or opened before it is needed.

    Belongs to one event loop. Redirects are not followed: a key must not go elsewhere.
    """

    def __init__(self, *, timeouts: Timeouts | None = None) -> None:
        self.timeouts = timeouts or Timeouts()
        self._client: httpx.AsyncClient | None = None
        self._opening: asyncio.Task[httpx.AsyncClient] | None = None
        self._closed = False

    @property
    def is_open(self) -> bool:
        """Whether the client exists."""
        return self._client is not None

    async def client(self) -> httpx.AsyncClient:
        """Return the client; loads the library on a thread the first time."""
        if self._closed:
            raise SpeechError(
                SpeechCode.NETWORK_ERROR, "the program is closing", reason=Reason.CLOSED
            )
        if self._client is None:
            if self._opening is None:
                self._opening = asyncio.create_task(self._open(), name="open http client")
            return await asyncio.shield(self._opening)
        return self._client

    async def _open(self) -> httpx.AsyncClient:
        try:
            self._client = await asyncio.to_thread(self._make)
        except (ValueError, OSError, ImportError) as error:
            # A proxy's address may hold a password: only the kind of failure is told.
            raise SpeechError(
                SpeechCode.NETWORK_ERROR,
                f"the proxy or certificate settings can't be used ({type(error).__name__})",
                reason=Reason.CONNECT,
            ) from None
        finally:
            self._opening = None
        return self._client

    def _make(self) -> httpx.AsyncClient:
        import httpx  # noqa: PLC0415

        # These log whole addresses and headers, and a signed address is a secret.
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)
        wait = self.timeouts
        return httpx.AsyncClient(
            timeout=httpx.Timeout(wait.gap, connect=wait.connect, pool=None),
            limits=httpx.Limits(keepalive_expiry=KEPT_OPEN),
            headers={"user-agent": USER_AGENT},
            follow_redirects=False,
        )

    async def aclose(self) -> None:
        """Close the client. Safe to call twice."""
        self._closed = True
        if self._opening is not None:
            await asyncio.gather(self._opening, return_exceptions=True)
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()
