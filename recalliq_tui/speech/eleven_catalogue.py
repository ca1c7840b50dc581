"""What ElevenLabs says of voices, models and the account, read into our own words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from recalliq_tui.speech.protocol import Account, VoiceInfo
from recalliq_tui.textsafe import one_line

PREMADE_GONE: Final = datetime(2026, 12, 31, tzinfo=UTC)
"""When the vendor's own default voices are reported to be retired."""
FREE_TIER: Final = "free"


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model: characters it takes in one request, and credits a character.

    ``max_free`` holds for accounts without a plan. ``languages`` are codes as the provider
    writes them.
    """

    id: str
    name: str
    speaks: bool
    max_characters: int | None
    max_free: int | None
    multiplier: float
    languages: frozenset[str]

    def limit(self, plan: str | None) -> int | None:
        """Longest text of one request for an account with ``plan``."""
        known = [self.max_characters, self.max_free if plan == FREE_TIER else None]
        limits = [n for n in known if n]
        return min(limits) if limits else None

    def credits(self, characters: int) -> float:
        """Return the estimated price of a text; the answer's own figure replaces it."""
        return characters * self.multiplier


@dataclass(frozen=True, slots=True)
class VoicePage:
    voices: tuple[VoiceInfo, ...]
    next_token: str | None


def read_voice(raw: Any) -> VoiceInfo | None:
    """Read one voice; ``None`` for what is none."""
    if not isinstance(raw, dict) or not isinstance(raw.get("voice_id"), str):
        return None
    raw_labels, raw_sharing = raw.get("labels"), raw.get("sharing")
    labels: dict[str, Any] = raw_labels if isinstance(raw_labels, dict) else {}
    sharing: dict[str, Any] = raw_sharing if isinstance(raw_sharing, dict) else {}
    category = _text(raw.get("category"))
    ends = [_unix(sharing.get("disable_at_unix"))]
    if category == "premade":
        ends.append(PREMADE_GONE)
    return VoiceInfo(
        id=one_line(raw["voice_id"], max_chars=128),
        name=_text(raw.get("name")) or "unnamed",
        lang=_text(labels.get("language")),
        category=category,
        preview=_text(raw.get("preview_url")),
        gone_at=min((end for end in ends if end is not None), default=None),
        owner=None if raw.get("is_owner") is True else _text(sharing.get("public_owner_id")),
    )


def read_page(raw: Any) -> VoicePage:
    """Read one page of ``GET /v2/voices``."""
    page = raw if isinstance(raw, dict) else {}
    listed = page.get("voices")
    voices = tuple(
        voice
        for item in (listed if isinstance(listed, list) else [])
        if (voice := read_voice(item)) is not None
    )
    token = page.get("next_page_token")
    more = page.get("has_more") is True and isinstance(token, str) and token != ""
    return VoicePage(voices, token if more else None)


def read_account(raw: Any) -> Account | None:
    """Read ``GET /v1/user/subscription``; ``None`` where it says nothing of use."""
    if not isinstance(raw, dict):
        return None
    return Account(
        plan=_text(raw.get("tier")),
        used=_count(raw.get("character_count")),
        limit=_count(raw.get("character_limit")),
        resets_at=_unix(raw.get("next_character_count_reset_unix")),
    )


def read_models(raw: Any) -> tuple[ModelInfo, ...]:
    """Read ``GET /v1/models``."""
    found = []
    for item in raw if isinstance(raw, list) else []:
        if not isinstance(item, dict) or not isinstance(item.get("model_id"), str):
            continue
        given = item.get("model_rates")
        rates: dict[str, Any] = given if isinstance(given, dict) else {}
        languages = item.get("languages")
        found.append(
            ModelInfo(
                id=one_line(item["model_id"], max_chars=128),
                name=_text(item.get("name")) or item["model_id"],
                speaks=item.get("can_do_text_to_speech") is not False,
                max_characters=_count(item.get("maximum_text_length_per_request"))
                or _count(item.get("max_characters_request_subscribed_user")),
                max_free=_count(item.get("max_characters_request_free_user")),
                multiplier=_rate(rates.get("character_cost_multiplier"))
                * _rate(rates.get("cost_discount_multiplier")),
                languages=frozenset(
                    str(each["language_id"])
                    for each in (languages if isinstance(languages, list) else [])
                    if isinstance(each, dict) and isinstance(each.get("language_id"), str)
                ),
            )
        )
    return tuple(found)


def _text(value: object) -> str | None:
    return one_line(value, max_chars=300) or None if isinstance(value, str) else None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _rate(value: object) -> float:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if number and 0 <= value <= 1000 else 1.0  # type: ignore[arg-type, operator]  # noqa: PLR2004


def _unix(value: object) -> datetime | None:
    """Read seconds since 1970; ``None`` for 0 and for what no calendar holds."""
    seconds = _count(value)
    if not seconds:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None
