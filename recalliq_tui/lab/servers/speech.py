"""A speech provider on this machine: real sockets, the providers' wire formats, a script."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections import deque
from typing import TYPE_CHECKING, Final

from recalliq_tui.lab.servers import faults, rules
from recalliq_tui.lab.servers.faults import REQUEST_ID, Refusal
from recalliq_tui.lab.servers.script import Cut, Nothing, Refuse, Script, Speak, Stall
from recalliq_tui.lab.servers.threaded import ThreadedServer
from recalliq_tui.lab.servers.tone import speech_ms, tone

if TYPE_CHECKING:
    from recalliq_tui.lab.servers.script import Reply
    from recalliq_tui.lab.servers.wire import Answer, Request

_FORMAT: Final = re.compile(r"mp3_(\d+)_(\d+)\Z")


class SpeechServer(ThreadedServer):
    """Plays a script to whoever asks. Runs on a thread of its own; usable from any.

    ``requests`` are all requests, ``spoken`` those for speech, ``starts`` when these came
    (monotonic seconds), ``max_in_flight`` how many of them were under way at once at most.
    """

    def __init__(self, script: Script | None = None) -> None:
        super().__init__()
        self.script = script or Script()
        self.max_in_flight = 0
        self._credits = self.script.credits
        self._voices = list(self.script.voices)
        self._replies: deque[Reply] = deque(self.script.replies)
        self._in_flight = 0

    # --- the script ------------------------------------------------------------------------------

    def play(self, script: Script) -> None:
        """Go on with another script; what was counted stays."""

        def change() -> None:
            self.script = script
            self._credits = script.credits
            self._voices = list(script.voices)
            self._replies = deque(script.replies)

        self.change(change)

    def remove_voice(self, voice_id: str) -> None:
        """Withdraw a voice."""

        def change() -> None:
            self._voices = [voice for voice in self._voices if voice.id != voice_id]

        self.change(change)

    @property
    def spoken(self) -> list[Request]:
        return [request for request in self.requests if rules.is_speech(request)]

    @property
    def starts(self) -> list[float]:
        return [request.started for request in self.spoken]

    @property
    def credits_left(self) -> int | None:
        """What is left of the script's credits."""
        return self._credits

    @property
    def in_flight(self) -> int:
        """Requests for speech under way now."""
        return self._in_flight

    async def answer(self, request: Request, answer: Answer) -> None:
        if not rules.is_speech(request):
            await _refuse(
                answer,
                rules.other(request, self.script, credits_left=self._credits, voices=self._voices),
            )
            return
        self._in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self._in_flight)
        request.in_flight = self._in_flight
        try:
            refusal = self._crowded(request) or rules.check_speech(
                request, self.script, credits_left=self._credits, voices=self._voices
            )
            if refusal is not None:
                await _refuse(answer, refusal)
            else:
                await self._play(request, answer)
        finally:
            self._in_flight -= 1

    def _crowded(self, request: Request) -> Refusal | None:
        script, wire = self.script, rules.wire_of(request)
        if script.max_in_flight is not None and self._in_flight > script.max_in_flight:
            return faults.busy(wire)
        if script.max_starts is not None:
            recent = [at for at in self.starts if at > request.started - 1.0]
            if len(recent) > script.max_starts:
                return faults.rate_limited(wire)
        return None

    async def _play(self, request: Request, answer: Answer) -> None:
        reply = self._replies.popleft() if self._replies else self.script.then
        match reply:
            case Refuse(what):
                await _refuse(answer, what(rules.wire_of(request)))
            case Nothing():
                await answer.whole(200, b"", content_type="audio/mpeg", headers=_headers(0))
            case Stall(after) if after < 0:
                await answer.pause(None)
            case Cut(after) if after < 0:
                answer.break_off()
            case Speak() | Stall() | Cut():
                await self._speak(request, answer, reply)

    async def _speak(self, request: Request, answer: Answer, reply: Speak | Stall | Cut) -> None:
        cost = rules.price(request)
        if self._credits is not None:
            self._credits -= cost
        how = reply if isinstance(reply, Speak) else Speak()
        if how.latency > 0:
            await answer.pause(how.latency)
        ms = speech_ms(request.text)
        audio = tone(ms, **_rates(request))
        kind, body = "audio/mpeg", audio
        if request.path.endswith("/with-timestamps"):
            kind, body = "application/json", _timed(request.text, audio, ms, self.script.alignment)
        headers = {"content-type": kind, **_headers(cost)}
        await answer.head(200, headers, length=None if how.chunked else len(body))
        end = len(body) if isinstance(reply, Speak) else min(reply.after, len(body))
        began = asyncio.get_running_loop().time()
        for at in range(0, end, how.chunk):
            if how.pace is not None:
                due = began + ms / 1000 * at / len(body) / how.pace
                if (wait := due - asyncio.get_running_loop().time()) > 0:
                    await answer.pause(wait)
            await answer.piece(body[at : min(at + how.chunk, end)])
        if isinstance(reply, Stall):
            await answer.pause(None)
        elif isinstance(reply, Cut):
            answer.break_off()
        else:
            await answer.end()


async def _refuse(answer: Answer, refusal: Refusal) -> None:
    await answer.whole(
        refusal.status,
        refusal.body,
        content_type=refusal.content_type,
        headers={"request-id": REQUEST_ID, **refusal.headers},
    )


def _headers(cost: int) -> dict[str, str]:
    return {"request-id": REQUEST_ID, "character-cost": str(cost)}


def _rates(request: Request) -> dict[str, int]:
    found = _FORMAT.match(request.query.get("output_format", ""))
    return {"rate": int(found[1]), "kbps": int(found[2])} if found else {}


def _timed(text: str, audio: bytes, ms: int, alignment: str) -> bytes:
    """Return the JSON of with-timestamps: each character takes an equal share of the clip."""
    share = ms / 1000 / max(1, len(text))
    starts = [round(i * share, 3) for i in range(len(text))]
    ends = [round((i + 1) * share, 3) for i in range(len(text))]
    match alignment:
        case "late":
            starts, ends = [s + 2 for s in starts], [e + 2 for e in ends]
        case "backwards":
            starts, ends = starts[::-1], ends[::-1]
    said = text.upper() if alignment == "other" else text
    times = {
        "characters": list(said),
        "character_start_times_seconds": starts,
        "character_end_times_seconds": ends,
    }
    return json.dumps(
        {
            "audio_base64": base64.b64encode(audio).decode(),
            "alignment": None if alignment == "missing" else times,
            "normalized_alignment": None,
        }
    ).encode()
