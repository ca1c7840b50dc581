"""A stream is a generator like any other, and carries its receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from recalliq_tui.speech.protocol import Receipt, SpeechStream

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


async def test_it_passes_on_what_is_thrown_closed_and_sent() -> None:
    seen: list[str] = []

    async def pieces() -> AsyncGenerator[bytes]:
        try:
            yield b"a"
            yield b"b"
        except KeyError:
            seen.append("thrown")
            yield b"c"
        finally:
            seen.append("closed")

    stream = SpeechStream(pieces(), Receipt(credits=1.0))
    assert await anext(stream) == b"a"
    assert await stream.athrow(KeyError("x")) == b"c"
    await stream.aclose()
    assert seen == ["thrown", "closed"]
    with pytest.raises(StopAsyncIteration):
        await anext(stream)
    assert stream.receipt.credits == 1.0
