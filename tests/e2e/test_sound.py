"""What leaves the sound card while the program is used, compared with the clips in its cache."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.e2e.heard import pcm_of
from tests.e2e.learner import DECK, SPEAKS, Learner, command
from tests.e2e.pseudo import PATIENCE_S
from tests.e2e.terminal import Terminal, terminal
from tests.soundcard import RATE, Recording, SoundCard

pytestmark = [pytest.mark.terminal, pytest.mark.real_audio]

CITIES = """\
---
id = "animals"
lang = "en"
---
Q: What is the capital of Portugal?
A: Lisbon, at the mouth of the river Tagus, where the river meets the ocean after a long way from Spain.

Q: Where does the Danube end?
A: In the Black Sea.

Q: Which mountain is the highest of Europe?
A: Elbrus.
"""
FRONT, BACK = "capital of Portugal", "mouth of the river Tagus"
BYTES_A_MS = RATE * 4 // 1000


def hear(learner: Learner, recording: Recording, words: str) -> bytes:
    """Wait until the clip with ``words`` was heard bit for bit; return its sound."""
    pcm = pcm_of(learner, words)
    recording.wait_for(pcm, seconds=PATIENCE_S)
    return pcm


def begin_to_hear(recording: Recording, pcm: bytes, ms: int = 150) -> None:
    """Wait until the first ``ms`` of a clip were heard."""
    recording.wait_for(pcm[: ms * BYTES_A_MS], seconds=PATIENCE_S)


def study(shown: Terminal, learner: Learner, recording: Recording) -> None:
    """See and hear the first card's front, then show its back."""
    shown.wait_for("capital of Portugal")
    hear(learner, recording, FRONT)
    shown.send("Space")
    shown.wait_for("Lisbon", "Again")


def test_front_and_back_are_heard_bit_for_bit_and_again(
    hearing: Learner, sound_card: SoundCard
) -> None:
    hearing.write_text(CITIES)
    with (
        sound_card.recording() as recording,
        terminal(command("study", DECK), env=hearing.env) as shown,
    ):
        study(shown, hearing, recording)
        back = hear(hearing, recording, BACK)
        shown.send("r")
        heard = len(recording.data)
        recording.wait_ms(len(back) / BYTES_A_MS + 300)
        assert recording.data.find(back, heard - len(back) // 2) >= 0, "the replay, whole"
        shown.wait_for("♪ cached")
        rest = recording.data
        for pcm in (pcm_of(hearing, FRONT), back):
            rest = rest.replace(pcm, b"")
        assert not any(rest), "nothing else was heard"


def test_a_rating_ends_the_sound_and_the_next_front_speaks(
    hearing: Learner, sound_card: SoundCard
) -> None:
    hearing.write_text(CITIES)
    with (
        sound_card.recording() as recording,
        terminal(command("study", DECK), env=hearing.env) as shown,
    ):
        shown.wait_for("capital of Portugal")
        back, following = pcm_of(hearing, BACK), pcm_of(hearing, "Danube end")
        hear(hearing, recording, FRONT)
        shown.send("Space")
        begin_to_hear(recording, back)
        shown.send("3")
        recording.wait_for(following, seconds=PATIENCE_S)
        assert recording.data.find(back) < 0, "the back was cut"
        cut = recording.data.find(back[: 150 * BYTES_A_MS])
        assert recording.data.find(following) - cut < len(back), "at once, not after it"


def test_muting_is_at_once_and_stays(hearing: Learner, sound_card: SoundCard) -> None:
    hearing.write_text(CITIES)
    with (
        sound_card.recording() as recording,
        terminal(command("study", DECK), env=hearing.env) as shown,
    ):
        shown.wait_for("capital of Portugal")
        back = pcm_of(hearing, BACK)
        hear(hearing, recording, FRONT)
        shown.send("Space")
        begin_to_hear(recording, back)
        shown.send("v")
        shown.wait_for("○ muted")
        recording.wait_ms(200)
        quiet = len(recording.data)
        shown.send("3")
        shown.wait_for("Danube")
        shown.send("Space")
        shown.wait_for("Black Sea")
        recording.wait_ms(400)
        assert not any(recording.data[quiet:])
        assert recording.data.find(back) < 0
        shown.send("v")
        shown.wait_gone("○ muted")
        shown.send("r")
        hear(hearing, recording, "Black Sea")


def test_it_speaks_without_a_network(hearing: Learner, sound_card: SoundCard) -> None:
    unshare = shutil.which("unshare")
    allowed = unshare and subprocess.run([unshare, "-n", "true"], capture_output=True, check=False)
    if unshare is None or not allowed or allowed.returncode:
        pytest.skip("this machine doesn't let a test pull the network (unshare -n, as root)")
    hearing.write_text(CITIES)
    argv = [unshare, "-n", *command("study", DECK)]
    with sound_card.recording() as recording, terminal(argv, env=hearing.env) as shown:
        study(shown, hearing, recording)
        hear(hearing, recording, BACK)
        shown.wait_for(SPEAKS)
        shown.send("3")
        shown.wait_for("Danube")
        hear(hearing, recording, "Danube end")
        shown.send("q")
        shown.wait_for("1 good")


def test_no_sound_device_is_said_and_studying_goes_on(learner: Learner) -> None:
    (learner.config / "config.toml").write_text("")
    learner.write_text(CITIES)
    with terminal(command("study", DECK), env=learner.env) as shown:
        shown.wait_for("capital of Portugal", "no audio device", SPEAKS)
        shown.send("Space")
        shown.wait_for("Lisbon", "Again")
        shown.send("3")
        shown.wait_for("Danube")
    assert [rating for _, rating in learner.ratings()] == [3]


def test_a_device_that_is_pulled_is_missed_and_healed(
    hearing: Learner, sound_card: SoundCard
) -> None:
    hearing.write_text(CITIES)
    with terminal(command("study", DECK), env=hearing.env) as shown:
        with sound_card.recording() as recording:
            shown.wait_for("capital of Portugal")
            back = pcm_of(hearing, BACK)
            hear(hearing, recording, FRONT)
            shown.send("Space")
            begin_to_hear(recording, back)
        sound_card.kill()
        shown.wait_for("no audio device (lost; waiting for it)", seconds=5)
        shown.send("3")
        shown.wait_for("Danube", "1 learn")
        sound_card.start()
        shown.wait_gone("no audio device")
        shown.wait_for(SPEAKS)
        with sound_card.recording() as recording:
            shown.send("r")
            hear(hearing, recording, "Danube end")
