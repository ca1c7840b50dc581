"""From the key's byte at the terminal to the first sound at the monitor, beside mpv kept open.

The real program studies on a pseudo terminal and plays to a null sink; mpv, kept open and told by
its socket, plays the same clips to the same sink, in turn with it. One recorder hears both. A
time begins just before the byte (or the command) is written and ends when the piece of sound
with the first sample that isn't zero arrives, both on CLOCK_MONOTONIC.

First play: Space shows the back, whose clip is cached but has not been played. Replay: r.

An MP3 begins with the encoder's own silence. The program leaves it out, mpv plays it; how long it
is in these clips is printed as ``clip_silence_ms``.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rig.learner import DECK, learner, program
from rig.report import NotMeasured, rounded, run, summary
from rig.sound import MPV, RECORDER, Mpv, Recorder, mpv, recorder, sound_card
from rig.terminal import Terminal, terminal

if TYPE_CHECKING:
    from pathlib import Path

    from rig.learner import Learner

TRIALS = 50
TARGET = 1.0
_REST_S = 0.35
"""So long it must be silent before a trial."""
_SPEAKING = "♪"


def notes(count: int) -> str:
    """Return notes with short clips, each of its own."""
    return "".join(f"Q: {front(n)}\nA: {back(n)}\n\n" for n in range(count))


def front(number: int) -> str:
    return f"Ask {number}?"


def back(number: int) -> str:
    return f"Say {number}!"


@dataclass
class Times:
    """Milliseconds of each way to sound; the peer's are of the same clip, right after."""

    first: list[float] = field(default_factory=list)
    first_peer: list[float] = field(default_factory=list)
    replay: list[float] = field(default_factory=list)
    replay_peer: list[float] = field(default_factory=list)


def clips_by_text(someone: Learner) -> dict[str, bytes]:
    """Return the rendered MP3 files by the text that they speak."""
    from recalliq_tui.audio.clip import MAGIC, unpack  # noqa: PLC0415

    found = {}
    for path in someone.cache.rglob("*"):
        if path.is_file() and (data := path.read_bytes()).startswith(MAGIC):
            clip = unpack(data)
            found[clip.info.spec] = clip.audio
    return found


def export_backs(someone: Learner, folder: Path, count: int) -> list[Path]:
    """Write the clip of each back to a file, for mpv."""
    clips = clips_by_text(someone)
    files = []
    for number in range(count):
        audio = next((clips[spec] for spec in clips if back(number) in spec), None)
        if audio is None:
            raise NotMeasured("the deck's clips could not be rendered")
        path = folder / f"back-{number}.mp3"
        path.write_bytes(audio)
        files.append(path)
    return files


def lead_ms(file: Path) -> float:
    """Return how long a clip is silent before its first sound, in milliseconds."""
    from recalliq_tui.audio.decode import decode  # noqa: PLC0415

    return decode(file.read_bytes()).lead_ms


def trial(screen: Terminal, ears: Recorder, peer: Mpv, times: Times, file: Path) -> None:
    """Show the back, let mpv play it, play it again, let mpv play it again."""

    def heard(begun: float) -> float:
        took = 1000 * (ears.first_sound(beside=screen) - begun)
        ears.wait_silence(_REST_S, beside=screen)
        return took

    times.first.append(heard(screen.send(" ")))
    times.first_peer.append(heard(peer.play(file)))
    times.replay.append(heard(screen.send("r")))
    times.replay_peer.append(heard(peer.play(file)))


def measure(*, quick: bool) -> dict[str, Any]:
    trials = 2 if quick else TRIALS
    times = Times()
    with learner(sink="auto", new_per_day=trials + 1) as someone:
        someone.write_deck(notes(trials + 1))
        someone.command("render", DECK)
        files = export_backs(someone, someone.root, trials)
        silence = statistics.median(lead_ms(file) for file in files)
        with (
            sound_card(someone.root) as env,
            recorder(env) as ears,
            mpv(someone.root, env) as peer,
            terminal(program("study", DECK), env={**someone.env, **env}) as screen,
        ):
            screen.wait_for(front(0))
            screen.wait_for(_SPEAKING)
            ears.first_sound(beside=screen)
            peer.play(files[0])
            for number, file in enumerate(files):
                ears.wait_silence(_REST_S, beside=screen)
                trial(screen, ears, peer, times, file)
                at = len(screen.data)
                screen.send("4")
                screen.wait_for(front(number + 1), after=at)
                ears.first_sound(beside=screen)
    return {
        "what": "key byte at the pty to the first non-zero sample at the null sink's monitor",
        "method": "cached clips, trials alternate with mpv; medians and the ratio of medians",
        "command": "recalliq study bench",
        "peer_command": " ".join(MPV) + '; {"command": ["loadfile", "back-N.mp3", "replace"]}',
        "recorder": " ".join(RECORDER),
        "clip_silence_ms": rounded(silence),
        "first_play": summary(times.first),
        "first_play_peer": summary(times.first_peer),
        "first_play_ratio": _ratio(times.first, times.first_peer),
        "replay": summary(times.replay),
        "replay_peer": summary(times.replay_peer),
        "replay_ratio": _ratio(times.replay, times.replay_peer),
        "target": f"at most {TARGET} x mpv kept open over IPC",
        "reached": max(
            _ratio(times.first, times.first_peer), _ratio(times.replay, times.replay_peer)
        )
        <= TARGET,
    }


def _ratio(ours: list[float], theirs: list[float]) -> float:
    return rounded(statistics.median(ours) / statistics.median(theirs))


if __name__ == "__main__":
    run("key_to_sound", measure, __doc__)
