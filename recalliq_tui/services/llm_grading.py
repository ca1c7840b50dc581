"""A language model as a second grader, over HTTP: any server that chats as OpenAI's does.

Off until ``grader.base_url`` and ``grader.model`` are set. What goes wrong is a value: the local
grading is there already, and stays.
"""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, assert_never

from recalliq_tui.domain.grading.schema import (
    SCHEMA,
    BadReplyError,
    judged_grading,
    messages,
    read_reply,
)
from recalliq_tui.speech.configured import base_url
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.secrets import Secret
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from recalliq_tui.config import Config
    from recalliq_tui.domain.grading import Grading
    from recalliq_tui.speech.http import Web

KEY_VARIABLE: Final = "RECALLIQ_GRADER_API_KEY"
SECONDS: Final = 6.0
"""So long a model may take, the repair included."""

_MAX_BODY: Final = 256 * 1024
_OK: Final = 200
_LOG: Final = logging.getLogger(__name__)


class GraderFault(StrEnum):
    """Why a model gave no grading. The local one stands, whatever it is."""

    TIMEOUT = "timeout"
    NETWORK = "network"
    REFUSED = "refused"
    """The key, or the right to use the model."""
    BUSY = "busy"
    """A limit or a quota."""
    SERVER = "server"
    BAD_REPLY = "bad_reply"
    NOT_CONFIGURED = "not_configured"


@dataclass(frozen=True, slots=True)
class ModelResult:
    """What came of asking: a grading, or why there is none and what to do about it."""

    grading: Grading | None = None
    fault: GraderFault | None = None
    words: str = ""
    """Of the fault, to stand behind the model's name: ``gave no answer in 6 s``."""


class _FaultError(Exception):
    def __init__(self, fault: GraderFault, words: str) -> None:
        self.fault, self.words = fault, words
        super().__init__(words)


class ModelGrader:
    """Asks one model on one server. Belongs to the event loop of ``web``.

    ``key`` is called on a thread when it is first needed, and gives the empty text for none.
    """

    def __init__(
        self,
        web: Web,
        *,
        url: str,
        model: str,
        key: Callable[[], str] = lambda: "",
        seconds: float = SECONDS,
    ) -> None:
        self.name = one_line(model, max_chars=40)
        self._web = web
        self._url = url
        self._model = model
        self._read_key = key
        self._key: Secret | None = None
        self._seconds = seconds

    @property
    def _too_late(self) -> str:
        return f"gave no answer in {self._seconds:g} s"

    async def grade(
        self, *, question: str, points: Sequence[str], answer: str, lang: str | None = None
    ) -> ModelResult:
        """Grade an answer by its points within the time limit; cancelling drops the request."""
        try:
            async with asyncio.timeout(self._seconds):
                return ModelResult(await self._grade(question, points, answer, lang))
        except TimeoutError:
            fault = _FaultError(GraderFault.TIMEOUT, self._too_late)
        except _FaultError as error:
            fault = error
        _LOG.info("the grading model: %s (%s)", fault.fault, fault.words)
        return ModelResult(fault=fault.fault, words=fault.words)

    async def _grade(
        self, question: str, points: Sequence[str], answer: str, lang: str | None
    ) -> Grading:
        chat = messages(question, points, answer)
        headers, url = await self._address()
        plain = False
        for last in (False, True):
            status, text = await self._post(url, headers, self._body(chat, plain=plain))
            if status in _TOO_MUCH and not last:
                plain = True
                continue
            try:
                judged = read_reply(_content(_checked(status, text)), len(points))
            except BadReplyError as error:
                again = f"Your reply was of no use: {error}. Reply again."
                chat = [*chat, {"role": "user", "content": again}]
            else:
                return judged_grading(judged, points, answer, lang)
        raise _FaultError(GraderFault.BAD_REPLY, "gave no reply that could be read")

    async def _address(self) -> tuple[dict[str, str], str]:
        if self._key is None:
            self._key = Secret(await asyncio.to_thread(self._read_key))
        url, wrong = base_url(self._url, secure=bool(self._key))
        if wrong or (self._key and not self._key.is_usable):
            what = wrong or f"{KEY_VARIABLE} holds characters that no key has"
            raise _FaultError(GraderFault.NOT_CONFIGURED, f"can't be asked: {what}")
        headers = {"authorization": f"Bearer {self._key.reveal()}"} if self._key else {}
        return headers, f"{url}/v1/chat/completions"

    def _body(self, chat: Sequence[Mapping[str, str]], *, plain: bool) -> dict[str, Any]:
        body: dict[str, Any] = {"model": self._model, "messages": list(chat)}
        if not plain:
            shape = {"name": "verdicts", "strict": True, "schema": dict(SCHEMA)}
            body["temperature"] = 0
            body["response_format"] = {"type": "json_schema", "json_schema": shape}
        return body

    async def _post(
        self, url: str, headers: Mapping[str, str], body: Mapping[str, Any]
    ) -> tuple[int, bytes]:
        try:
            client = await self._web.client()
        except SpeechError as error:
            raise _FaultError(GraderFault.NETWORK, f"can't be reached: {error.message}") from None
        import httpx  # noqa: PLC0415  (loaded by the client, on a thread)

        wait = httpx.Timeout(self._seconds, connect=self._seconds, pool=None)
        text = bytearray()
        try:
            async with client.stream(
                "POST", url, headers=dict(headers), json=dict(body), timeout=wait
            ) as answer:
                async for piece in answer.aiter_bytes():
                    text += piece
                    if len(text) > _MAX_BODY:
                        raise _FaultError(
                            GraderFault.BAD_REPLY, "sends more than any verdict needs"
                        )
                return answer.status_code, bytes(text)
        except httpx.TimeoutException:
            raise _FaultError(GraderFault.TIMEOUT, self._too_late) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # The error's own text may hold the address: its kind is enough.
            raise _FaultError(
                GraderFault.NETWORK, f"can't be reached ({type(error).__name__})"
            ) from None


_TOO_MUCH: Final = frozenset({400, 422, 501})
"""Statuses of servers that don't know schemas, or of models that take no temperature: the one
repair asks them in plain words."""
_KEY_STATUSES: Final = frozenset({401, 403})
_LIMIT_STATUSES: Final = frozenset({402, 429})


def _checked(status: int, text: bytes) -> bytes:
    if status == _OK:
        return text
    if status in _KEY_STATUSES:
        fault = GraderFault.REFUSED
    elif status in _LIMIT_STATUSES:
        fault = GraderFault.BUSY
    else:
        fault = GraderFault.SERVER
    raise _FaultError(fault, _status_words(fault, status))


def _status_words(fault: GraderFault, status: int) -> str:
    match fault:
        case GraderFault.REFUSED:
            return f"refuses the key; set {KEY_VARIABLE}"
        case GraderFault.BUSY:
            return "is over its limit or quota"
        case GraderFault.SERVER:
            return f"answers with status {status}"
        case (
            GraderFault.TIMEOUT
            | GraderFault.NETWORK
            | GraderFault.BAD_REPLY
            | GraderFault.NOT_CONFIGURED
        ):
            return "gave no answer"
        case _:
            assert_never(fault)


def _content(body: bytes) -> str:
    """The text of a chat completion; raises :class:`BadReplyError`."""
    try:
        raw = json.loads(body)
        content = raw["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise BadReplyError("it was no chat completion") from None
    if not isinstance(content, str):
        raise BadReplyError("it held no text")
    return content


def make_grader(
    config: Config, web: Callable[[], Web], key: Callable[[], str]
) -> ModelGrader | None:
    """Return the grader that the settings name, ``None`` while they name none."""
    url, model = config.text("grader.base_url").strip(), config.text("grader.model").strip()
    if not url or not model:
        return None
    return ModelGrader(web(), url=url, model=model, key=key)
