"""``voices``: list, pin and check, against a provider on this machine."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from recalliq_tui.lab.servers import FakeVoice, Script
from recalliq_tui.lab.servers.script import PERMISSIONS
from tests.cli.conftest import KEY

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Account, Recalliq


def test_the_voices_of_the_providers_are_listed(account: Account) -> None:
    ran = account("voices", "list", "--json")
    assert (ran.code, ran.json["errors"]) == (0, [])
    by_voice = {each["voice"]: each for each in ran.json["voices"]}
    assert list(by_voice) == [f"elevenlabs:voice{name}" for name in ("A1", "B2", "C3")]
    assert by_voice["elevenlabs:voiceB2"]["gone_at"] == "2026-12-31T00:00:00Z"
    assert by_voice["elevenlabs:voiceC3"]["shared"]
    plain = account("voices", "list")
    assert "elevenlabs:voiceA1" in plain.out
    assert "until 2026-12-31" in plain.out
    assert "signature" not in plain.out
    assert account.asked == 0


def test_without_a_provider_the_local_voices_are_listed(quick: Recalliq) -> None:
    ran = quick("voices", "list", "--json")
    assert ran.code == 0
    assert {"espeak:la", "espeak:es"} <= {each["voice"] for each in ran.json["voices"]}


def test_a_provider_that_is_away_or_not_set_up_says_so(account: Account, quick: Recalliq) -> None:
    account.server.refuse_connections()
    assert account("voices", "list").code == 5
    ran = quick("voices", "list", "--provider", "openai", "--json")
    assert (ran.code, ran.json["errors"][0]["code"]) == (1, "not_configured")


def test_a_voice_is_pinned_in_the_config_and_all_else_stays(
    account: Account, config_file: Path, paid_deck: Path
) -> None:
    written = '# mine\n[voice]\nfallback = "local"  # yes\n\n[study]\nnew_per_day = 7\n'
    config_file.write_text(written, encoding="utf-8")
    ran = account("voices", "pin", "Ada", RECALLIQ_VOICE="")
    assert ran.code == 0
    assert "elevenlabs:voiceA1 pinned in the config" in ran.out
    assert "clips, " in ran.out
    assert "credits" in ran.out
    text = config_file.read_text(encoding="utf-8")
    assert tomllib.loads(text)["voice"] == {"fallback": "local", "name": "elevenlabs:voiceA1"}
    assert "# mine" in text
    assert "# yes" in text
    assert account.asked == 0


def test_a_first_config_is_made(account: Account, config_file: Path) -> None:
    config_file.unlink()
    ran = account("voices", "pin", "elevenlabs:voiceA1", "--json")
    assert ran.code == 0
    assert ran.json["voice"] == "elevenlabs:voiceA1"
    assert "RECALLIQ_VOICE" not in ran.out
    assert tomllib.loads(config_file.read_text(encoding="utf-8"))["voice"]["name"]


def test_a_deck_gets_a_voice_of_its_own_and_hears_what_it_costs(
    account: Account, paid_deck: Path
) -> None:
    assert account("render", "paid", "--yes").code == 0
    before = paid_deck.read_bytes()
    dry = account("voices", "pin", "elevenlabs:voiceC3", "--deck", "paid", "--dry-run", "--json")
    assert (dry.json["decks"]["clips"], paid_deck.read_bytes()) == (10, before)
    assert dry.json["warning"].startswith("goes away on 2027-01-01")
    asked = account.asked
    ran = account("voices", "pin", "elevenlabs:voiceC3", "--deck", "paid")
    assert ran.code == 0
    assert "pinned in Paid" in ran.out
    assert b'voice = "elevenlabs:voiceC3"' in paid_deck.read_bytes()
    assert paid_deck.read_bytes().endswith(before.split(b"---\n", 2)[2])
    assert account.asked == asked
    again = account("render", "paid", "--dry-run", "--json").json
    assert (again["present"], again["needed"]) == (0, 10)


def test_a_sample_deck_is_copied_first(account: Account, own_decks: Path) -> None:
    ran = account("voices", "pin", "elevenlabs:voiceA1", "--deck", "earth-and-sky")
    assert ran.code == 0
    (copy,) = own_decks.rglob("*.md")
    assert 'voice = "elevenlabs:voiceA1"' in copy.read_text(encoding="utf-8")


def test_a_shared_voice_is_added_when_it_is_pinned(account: Account) -> None:
    account.server.play(Script(key=KEY, permissions=PERMISSIONS - {"voices_read"}))
    ran = account("voices", "pin", "elevenlabs:voiceC3", "--json")
    assert (ran.code, ran.json["added"]) == (0, True)
    paths = [request.path for request in account.server.requests]
    assert "/v1/voices/add/owner1/voiceC3" in paths


def test_a_voice_that_is_not_there_leads_to_others(account: Account, config_file: Path) -> None:
    before = config_file.read_bytes()
    ran = account("voices", "pin", "elevenlabs:nobody")
    assert ran.code == 1
    assert "instead: recalliq voices pin elevenlabs:voiceA1  (Ada)" in ran.err
    assert config_file.read_bytes() == before
    assert account("voices", "pin", "Nobody").code == 1


def test_pinned_voices_are_checked(account: Account, paid_deck: Path, config_file: Path) -> None:
    text = paid_deck.read_text(encoding="utf-8")
    paid_deck.write_text(text.replace("id =", 'voice = "elevenlabs:voiceB2"\nid ='), "utf-8")
    ran = account("voices", "check", "--json")
    assert ran.code == 0
    states = {each["voice"]: each for each in ran.json["voices"]}
    assert states["elevenlabs:voiceA1"]["state"] == "ok"
    assert states["elevenlabs:voiceB2"]["state"] == "warning"
    assert states["elevenlabs:voiceB2"]["where"] == ["paid"]
    assert "retired" in states["elevenlabs:voiceB2"]["message"]

    account.server.play(Script(key=KEY, voices=(FakeVoice("other1", "Other"),)))
    gone = account("voices", "check")
    assert gone.code == 1
    assert "gone" in gone.out
    assert "instead: recalliq voices pin elevenlabs:other1" in gone.err
    account.server.refuse_connections()
    assert account("voices", "check").code == 5
    assert account.asked == 0


def test_without_a_pin_there_is_nothing_to_check(quick: Recalliq) -> None:
    assert "no voice is pinned" in quick("voices", "check").out


@pytest.mark.parametrize("text", ["[voice\n", "voice = 3\n"])
def test_a_config_that_is_no_config_is_left_alone(
    quick: Recalliq, config_file: Path, text: str
) -> None:
    config_file.write_text(text, encoding="utf-8")
    assert quick("voices", "pin", "espeak:es").code == 2
    assert config_file.read_text(encoding="utf-8") == text
