"""What a provider checks before it speaks, and what it says of voices, models and accounts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from recalliq_tui.lab.servers import faults
from recalliq_tui.lab.servers.faults import Refusal, Wire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recalliq_tui.lab.servers.script import FakeVoice, Script
    from recalliq_tui.lab.servers.wire import Request

MODELS = (
    ("eleven_multilingual_v2", "Multilingual v2", 10_000, 1.0, ("en", "es", "de", "fr", "it")),
    ("eleven_flash_v2_5", "Flash v2.5", 40_000, 0.5, ("en", "es", "de", "fr", "it", "hu")),
)
FREE_CHARACTERS = 2_500
PAGE_MAX = 100


def wire_of(request: Request) -> Wire:
    return Wire.OPENAI if request.path.startswith("/v1/audio/") else Wire.ELEVENLABS


def is_speech(request: Request) -> bool:
    return request.method == "POST" and (
        request.path.startswith("/v1/text-to-speech/") or request.path == "/v1/audio/speech"
    )


def key_of(request: Request) -> str:
    return request.headers.get("xi-api-key") or request.headers.get(
        "authorization", ""
    ).removeprefix("Bearer ")


def price(request: Request) -> int:
    """Return a text's price in credits, rounded up: flash and turbo models cost half."""
    model = str(request.json.get("model_id", ""))
    half = "flash" in model or "turbo" in model
    return -(-len(request.text) // 2) if half else len(request.text)


def voice_of(request: Request) -> str:
    if wire_of(request) is Wire.OPENAI:
        return str(request.json.get("voice", ""))
    return request.path.split("/")[3]


def check_speech(
    request: Request, script: Script, *, credits_left: int | None, voices: Sequence[FakeVoice]
) -> Refusal | None:
    """Return why speech is refused, in the order in which the provider looks."""
    wire = wire_of(request)
    field = "input" if wire is Wire.OPENAI else "text"
    if not isinstance(request.json.get(field), str):
        return faults.invalid(field)
    if script.key is not None and key_of(request) != script.key:
        return faults.bad_key(wire)
    if "text_to_speech" not in script.permissions:
        return faults.missing_permission("text_to_speech")
    if voice_of(request) not in {voice.id for voice in voices}:
        return faults.voice_gone(wire, voice_of(request))
    if len(request.text) > script.max_characters:
        return faults.too_long(wire, script.max_characters)
    if credits_left is not None and price(request) > credits_left:
        return faults.quota(
            wire, shape=script.quota_shape, remaining=credits_left, required=price(request)
        )
    return None


def other(
    request: Request, script: Script, *, credits_left: int | None, voices: Sequence[FakeVoice]
) -> Refusal:
    """Answer what is no speech: account, voices, models, adding a voice."""
    if script.key is not None and key_of(request) != script.key:
        return faults.bad_key(wire_of(request))
    match request.method, request.path.strip("/").split("/"):
        case "GET", ["v1", "user", "subscription"]:
            if "user_read" not in script.permissions:
                return faults.missing_permission("user_read")
            return _ok(_subscription(script, credits_left))
        case "GET", ["v2", "voices"]:
            if "voices_read" not in script.permissions:
                return faults.missing_permission("voices_read")
            return _ok(_page(request, voices))
        case "GET", ["v1", "voices", voice_id]:
            found = next((voice for voice in voices if voice.id == voice_id), None)
            if found is None:
                return faults.voice_gone(Wire.ELEVENLABS, voice_id)
            return _ok(_voice(found))
        case "POST", ["v1", "voices", "add", _owner, voice_id]:
            if not isinstance(request.json.get("new_name"), str):
                return faults.invalid("new_name")
            return _ok({"voice_id": voice_id})
        case "GET", ["v1", "models"]:
            return _ok([_model(*row) for row in MODELS])
        case "GET", ["v1", "audio", "voices"]:
            return _ok({"voices": [voice.id for voice in voices]})
        case _:
            return Refusal(404, b'{"detail": "Not Found"}')


def _ok(value: Any) -> Refusal:
    return Refusal(200, json.dumps(value).encode())


def _subscription(script: Script, credits_left: int | None) -> dict[str, Any]:
    left = script.credit_limit if credits_left is None else credits_left
    return {
        "tier": script.plan,
        "character_count": max(0, script.credit_limit - left),
        "character_limit": script.credit_limit,
        "max_credit_limit_extension": 0,
        "next_character_count_reset_unix": script.resets_at,
        "status": "active",
    }


def _page(request: Request, voices: Sequence[FakeVoice]) -> dict[str, Any]:
    size = min(int(request.query.get("page_size", "10")), PAGE_MAX)
    start = int(request.query.get("next_page_token", "0"))
    shown = voices[start : start + size]
    more = start + size < len(voices)
    return {
        "voices": [_voice(voice) for voice in shown],
        "has_more": more,
        "total_count": len(voices),
        "next_page_token": str(start + size) if more else None,
    }


def _voice(voice: FakeVoice) -> dict[str, Any]:
    sharing = {
        "status": "enabled",
        "public_owner_id": "owner1",
        "disable_at_unix": voice.disable_at,
        "notice_period": 30,
        "free_users_allowed": True,
    }
    return {
        "voice_id": voice.id,
        "name": voice.name,
        "category": voice.category,
        "labels": {"language": voice.lang},
        "available_for_tiers": [],
        "high_quality_base_model_ids": [],
        "preview_url": f"https://voices.example.com/{voice.id}.mp3?signature={faults.SIGNATURE}",
        "sharing": sharing if voice.disable_at is not None else None,
    }


def _model(
    ident: str, name: str, longest: int, rate: float, languages: Sequence[str]
) -> dict[str, Any]:
    return {
        "model_id": ident,
        "name": name,
        "can_do_text_to_speech": True,
        "maximum_text_length_per_request": longest,
        "max_characters_request_free_user": FREE_CHARACTERS,
        "max_characters_request_subscribed_user": longest,
        "languages": [{"language_id": code, "name": code} for code in languages],
        "model_rates": {"character_cost_multiplier": rate, "cost_discount_multiplier": 1.0},
    }
