"""Keys that no log, traceback or error text can show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from recalliq_tui.textsafe import redact_url

if TYPE_CHECKING:
    from collections.abc import Iterable

_URL: Final = re.compile(r"https?://[^\s\"'<>]+", re.IGNORECASE)
_KEY_CHARACTERS: Final = re.compile(r"[\x21-\x7e]{1,512}\Z")
_SHORTEST_TO_HIDE: Final = 6
HIDDEN: Final = "[key]"


class Secret:
    """A key. Its text is only to be had from :meth:`reveal`, where a request is signed."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text.strip()

    def reveal(self) -> str:
        return self._text

    @property
    def is_usable(self) -> bool:
        """Whether this can be sent in a header: visible ASCII, no spaces."""
        return _KEY_CHARACTERS.match(self._text) is not None

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "Secret(…)" if self._text else "Secret()"

    def __str__(self) -> str:
        return HIDDEN

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(("secret", self._text))


def scrub(text: str, secrets: Iterable[Secret] = ()) -> str:
    """Return ``text`` without the keys, and without the queries of addresses in it."""
    for secret in secrets:
        key = secret.reveal()
        if len(key) >= _SHORTEST_TO_HIDE:
            text = text.replace(key, HIDDEN)
    return _URL.sub(lambda found: redact_url(found.group()), text)
