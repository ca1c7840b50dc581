"""Paid voices from the command line, against a provider on this machine: real sockets."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from recalliq_tui.lab.servers import Refuse, Script, faults
from tests.cli.conftest import KEY

if TYPE_CHECKING:
    from tests.cli.conftest import Account, Recalliq

TEXTS = 10


def test_the_cost_is_seen_before_anything_is_asked(account: Account, paid_deck: Path) -> None:
    ran = account("render", "paid", "--dry-run")
    assert ran.code == 0
    assert "10 clips needed" in ran.out or "10 needed" in ran.out
    assert "elevenlabs eleven_multilingual_v2: 10 clips" in ran.out
    assert "credits" in ran.out
    assert "USD" in ran.out

    told = account("render", "paid", "--dry-run", "--json").json
    assert told["characters"] == told["paid"][0]["characters"] == told["credits"]
    assert told["money"] > 0
    assert told["fits"]

    unasked = account("render", "paid")
    assert unasked.code == 3
    assert "--yes renders it too" in unasked.err
    assert account.asked == 0


def test_a_deck_is_rendered_with_one_request_a_clip_and_never_again(
    account: Account, paid_deck: Path
) -> None:
    ran = account("render", "paid", "--yes", "--json")
    assert (ran.code, ran.json["rendered"], ran.json["code"]) == (0, TEXTS, None)
    assert ran.json["credits"] == ran.json["characters"]
    assert account.asked == TEXTS
    assert len({request.text for request in account.server.spoken}) == TEXTS
    assert all(not request.path.endswith("/stream") for request in account.server.spoken)

    again = account("render", "paid", "--yes", "--json")
    assert (again.code, again.json["present"], account.asked) == (0, TEXTS, TEXTS)

    budget = account("budget", "--json").json
    assert budget["total"]["calls"] == TEXTS
    assert budget["decks"][0]["deck"] == "paid"
    assert budget["purposes"][0]["purpose"] == "render"
    assert budget["quota"][0]["provider"] == "elevenlabs"


@pytest.mark.parametrize("shape", [401, 402])
def test_quota_in_the_middle_stops_at_once_and_the_next_run_goes_on(
    account: Account, paid_deck: Path, shape: int
) -> None:
    account.server.play(Script(key=KEY, credits=60, quota_shape=shape))
    ran = account("render", "paid", "--yes", "--json")
    assert (ran.code, ran.json["code"]) == (4, "quota_exceeded")
    done = ran.json["rendered"]
    assert 0 < done < TEXTS
    assert len(ran.json["failed"]) == TEXTS - done
    assert "left; the same command goes on from here" in ran.err
    # Two are under way at once: when one is refused, the other may be on its way already.
    assert account.asked <= done + 2

    before = account.asked
    still = account("render", "paid", "--yes", "--json")
    assert still.code == 4
    assert account.asked <= before + 2

    account.server.play(Script(key=KEY))
    again = account("render", "paid", "--yes", "--json")
    assert (again.code, again.json["present"]) == (0, done + still.json["rendered"])
    assert again.json["rendered"] == TEXTS - again.json["present"]


def test_a_used_up_quota_survives_the_program_and_asks_for_no_speech(
    account: Account, paid_deck: Path
) -> None:
    account.server.play(Script(key=KEY, credits=0))
    assert account("render", "paid", "--yes").code == 4
    before = account.asked
    ran = account("render", "paid", "--yes", "--json")
    assert (ran.code, ran.json["code"]) == (4, "quota_exceeded")
    assert account.asked == before


def test_the_budget_refuses_before_any_request(
    account: Account, paid_deck: Path, config_file: Path
) -> None:
    config_file.write_text("[budget]\nmonthly_characters = 5\n", encoding="utf-8")
    ran = account("render", "paid", "--yes", "--json")
    assert (ran.code, ran.json["code"], ran.json["rendered"]) == (4, "budget_reached", 0)
    assert account.asked == 0
    said = account("say", "Hello there, learner.", "--out", "x.mp3", "--json")
    assert (said.code, said.json["code"]) == (4, "budget_reached")
    assert account.asked == 0
    assert not account("render", "paid", "--dry-run", "--json").json["fits"]


def test_say_streams_with_the_live_model_and_the_second_time_costs_nothing(
    account: Account,
) -> None:
    first = account("say", "Hello there.", "--out", "a.mp3", "--json")
    assert (first.code, first.json["provider"], first.json["credits"]) == (0, "elevenlabs", 6)
    (request,) = account.server.spoken
    assert request.path.endswith("/stream")
    assert request.json["model_id"] == "eleven_flash_v2_5"
    again = account("say", "Hello there.", "--out", "b.mp3", "--json")
    assert (again.code, again.json["cached"], account.asked) == (0, True, 1)
    assert account("budget", "--json").json["purposes"][0]["purpose"] == "say"


def test_a_provider_that_is_away_is_exit_code_5(account: Account, paid_deck: Path) -> None:
    account.server.refuse_connections()
    assert account("say", "Hello.", "--out", "a.mp3").code == 5
    assert account("render", "paid", "--yes").code == 5


def test_a_bad_key_is_told_and_asked_once(account: Account, paid_deck: Path) -> None:
    ran = account("render", "paid", "--yes", "--json", ELEVENLABS_API_KEY="sk_wrong_0123456789")
    assert (ran.code, ran.json["code"]) == (1, "not_configured")
    assert account.asked <= 2
    assert "ELEVENLABS_API_KEY" in ran.err


def test_flagged_text_is_named_before_it_is_paid_for(account: Account, own_decks: Path) -> None:
    text = '---\nid = "odd"\nlang = "en"\n---\nQ: See https://example.org/a now\nA: the the end\n'
    (own_decks / "odd.md").write_text(text, encoding="utf-8")
    ran = account("render", "odd")
    assert ran.code == 3
    assert "the the" in ran.err
    assert account.asked == 0


def test_a_rate_limit_is_waited_out(account: Account, own_decks: Path) -> None:
    (own_decks / "two.md").write_text("Q: one?\nA: two!\n", encoding="utf-8")
    account.server.play(Script(key=KEY, replies=(Refuse(faults.rate_limited), Refuse(faults.busy))))
    ran = account("render", "two.md", "--yes", "--json")
    assert (ran.code, ran.json["rendered"], account.asked) == (0, 2, 4)


def test_an_openai_compatible_server_renders_and_speaks(
    account: Account, paid_deck: Path, config_file: Path, quick: Recalliq
) -> None:
    config_file.write_text(
        f'[speech]\nbase_url = "{account.server.base_url}/v1"\nmodel = "kokoro"\n'
        "[limits]\nstarts_per_second = 100\n",
        encoding="utf-8",
    )
    env = {"RECALLIQ_SPEECH_API_KEY": KEY, "RECALLIQ_VOICE": "openai:voiceA1"}
    ran = quick("render", "paid", "--yes", "--json", **env)
    assert (ran.code, ran.json["rendered"]) == (0, TEXTS)
    said = quick("say", "Hello there.", "--out", "a.mp3", "--json", **env)
    assert (said.code, said.json["provider"]) == (0, "openai")
    assert {request.json["model"] for request in account.server.spoken} == {"kokoro"}


def test_the_key_is_nowhere(account: Account, paid_deck: Path, home: Path) -> None:
    said = [account("render", "paid", "--yes", "--json")]
    account.server.play(Script(key="another"))
    said += [account("say", "Hello.", "--out", "a.mp3", "--json"), account("config", "show")]
    said += [account("budget"), account("budget", "--json")]
    for ran in said:
        assert KEY not in ran.out + ran.err
    data = Path(os.environ["RECALLIQ_DATA_DIR"])
    with sqlite3.connect(data / "collection.db") as conn:
        assert KEY not in "\n".join(conn.iterdump())
    conn.close()
    for file in (*data.rglob("*"), *Path(os.environ["RECALLIQ_CACHE_DIR"]).rglob("*")):
        assert not file.is_file() or KEY.encode() not in file.read_bytes()
