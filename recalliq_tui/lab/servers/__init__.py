"""Small real servers on loopback that speak the providers' wire formats and play a script."""

from __future__ import annotations

from recalliq_tui.lab.servers import faults
from recalliq_tui.lab.servers.scenarios import SCRIPTS
from recalliq_tui.lab.servers.script import (
    Cut,
    FakeVoice,
    Nothing,
    Refuse,
    Script,
    Speak,
    Stall,
)
from recalliq_tui.lab.servers.speech import SpeechServer

__all__ = [
    "SCRIPTS",
    "Cut",
    "FakeVoice",
    "Nothing",
    "Refuse",
    "Script",
    "Speak",
    "SpeechServer",
    "Stall",
    "faults",
]
