"""The one error family of this layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from datetime import datetime

    from recalliq_tui.domain.voice import SpeechCode


class SpeechError(Exception):
    """A voice could not speak.

    ``code`` decides what happens next; ``message`` is for people and cleaned of control
    characters. ``status`` is the HTTP status where there was one, ``retry_at`` (UTC) when it may
    work again, ``request_id`` the provider's own name of the call.

    ``reason`` is a finer word than ``code``: the provider's own code (``text_too_long``) or one
    of :class:`~recalliq_tui.speech.codes.Reason`. ``remaining`` and ``required`` are credits,
    where the provider named them: a shorter text may still fit. ``received`` counts the bytes of
    an answer that had begun: where it isn't 0, asking again would pay twice.
    """

    def __init__(
        self,
        code: SpeechCode,
        message: str,
        *,
        status: int | None = None,
        retry_at: datetime | None = None,
        request_id: str | None = None,
        reason: str | None = None,
        remaining: int | None = None,
        required: int | None = None,
        received: int = 0,
    ) -> None:
        self.code = code
        self.message = one_line(message)
        self.status = status
        self.retry_at = retry_at
        self.request_id = request_id
        self.reason = reason
        self.remaining = remaining
        self.required = required
        self.received = received
        super().__init__(f"{code.value}: {self.message}")
