"""Every state of the voice explains itself."""

from __future__ import annotations

import pytest

from recalliq_tui.domain.explaining import explain
from recalliq_tui.domain.voice import VoiceHealth, VoiceState


@pytest.mark.parametrize("state", VoiceState)
@pytest.mark.parametrize("voice", ["elevenlabs:abc", "eSpeak NG", "espeak:en", ""])
def test_each_state_says_what_happened_what_works_and_what_to_do(
    state: VoiceState, voice: str
) -> None:
    said = explain(VoiceHealth(state, voice, message="their\x1b]52;c;x\x07 words"))
    assert all((said.happened, said.works, said.todo))
    assert said.said == ("" if state is VoiceState.READY else "their words")


def test_only_the_local_voice_costs_nothing() -> None:
    assert "costs nothing" in explain(VoiceHealth(VoiceState.READY, "eSpeak NG")).happened
    assert "costs nothing" not in explain(VoiceHealth(VoiceState.READY, "openai:a@b")).happened
