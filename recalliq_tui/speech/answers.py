"""From an HTTP answer to audio: what is no audio is found out before a byte is handed on."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.speech.codes import Reason
from recalliq_tui.speech.link import MAX_AUDIO, costs
from recalliq_tui.speech.mp3 import duration_ms, is_cut

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from recalliq_tui.speech.limits import AccountLimits, Lane
    from recalliq_tui.speech.link import Call, Link, Reply
    from recalliq_tui.speech.protocol import Receipt

_ENOUGH: Final = 4
_OTHER_SOUND: Final = (b"RIFF", b"OggS", b"fLaC")


@asynccontextmanager
async def sound(
    link: Link, call: Call, *, limits: AccountLimits, lane: Lane, live: bool, receipt: Receipt
) -> AsyncIterator[tuple[Reply, bytes]]:
    """Send a call in its lane; yields the reply and its first bytes, which are MP3.

    The request's place is kept until the block is left. ``receipt`` gets what the headers say.
    """
    async with limits.slot(lane) as slot, link.answer(call, live=live, slot=slot) as (reply, first):
        receipt.tries += 1
        receipt.credits, receipt.request_id = costs(reply)
        yield reply, await _checked(link, reply, first)


async def pieces(link: Link, reply: Reply, first: bytes) -> AsyncGenerator[bytes]:
    """Yield the first bytes and all that follow, as they come."""
    yield first
    while piece := await reply.piece():
        yield piece
        if reply.received > MAX_AUDIO:
            raise link.failure(
                SpeechCode.PROVIDER_ERROR, "the voice doesn't end", received=reply.received
            )


async def whole(link: Link, reply: Reply, first: bytes) -> tuple[bytes, int]:
    """Return all of the audio and its length in milliseconds."""
    audio = await reply.whole(first, limit=MAX_AUDIO)
    return audio, checked_length(link, audio, framed=reply.framed)


def checked_length(link: Link, audio: bytes, *, framed: bool) -> int:
    """Return the length of an MP3 in milliseconds; raises where it is none or was cut off."""
    length = duration_ms(audio)
    if length == 0:
        raise link.failure(
            SpeechCode.PROVIDER_ERROR,
            f"{link.names.provider} sent something that is no MP3",
            reason=Reason.NOT_AUDIO,
            received=len(audio),
        )
    if not framed and is_cut(audio):
        raise link.failure(
            SpeechCode.NETWORK_ERROR,
            f"the answer of {link.names.provider} was cut off",
            reason=Reason.CUT,
            received=len(audio),
        )
    return length


async def _checked(link: Link, reply: Reply, first: bytes) -> bytes:
    """Return the first bytes once there are enough to say that they are audio."""
    kind = reply.headers.get("content-type", "").lower()
    if "json" in kind or "html" in kind:
        raise await _not_audio(link, reply, first)
    while len(first) < _ENOUGH and (piece := await reply.piece()):
        first += piece
    start = first.lstrip()[:_ENOUGH]
    if start == b"" or start[:1] in b"<{[":
        raise await _not_audio(link, reply, first)
    if first[:_ENOUGH] in _OTHER_SOUND:
        raise link.failure(
            SpeechCode.PROVIDER_ERROR,
            f"{link.names.provider} sent another format than MP3",
            reason=Reason.NOT_AUDIO,
            received=reply.received,
        )
    return first


async def _not_audio(link: Link, reply: Reply, first: bytes) -> Exception:
    body = await reply.whole(first, limit=MAX_AUDIO)
    return link.error(200, reply.headers, body)
