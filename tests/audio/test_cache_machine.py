"""The cache against a plain dict, in any order of operations and damage."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from recalliq_tui.audio.cache import ClipCache
from recalliq_tui.audio.reports import ClipState
from tests.audio.clips import a_clip

_names = st.sampled_from(["uno", "dos", "tres", "cuatro"])
_voices = st.sampled_from(["en", "es"])


class CacheMachine(RuleBasedStateMachine):
    """``held`` maps the key of each sound clip to its name and voice; ``bad`` are damaged."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.cache = ClipCache.open(self.folder)
        self.held: dict[str, tuple[str, str]] = {}
        self.bad: set[str] = set()

    @rule(name=_names, voice=_voices)
    def put(self, name: str, voice: str) -> None:
        key, audio, info = a_clip(name, voice=voice)
        self.cache.put(key, audio, info)
        self.held[key] = (name, voice)
        self.bad.discard(key)

    @rule(name=_names, voice=_voices)
    def get(self, name: str, voice: str) -> None:
        key, audio, info = a_clip(name, voice=voice)
        clip = self.cache.get(key)
        if key in self.held:
            assert clip is not None
            assert (clip.audio, clip.info) == (audio, info)
        else:
            assert clip is None

    @rule(name=_names, voice=_voices, at=st.floats(0, 1, exclude_max=True))
    def damage(self, name: str, voice: str, at: float) -> None:
        key, _, _ = a_clip(name, voice=voice)
        if key not in self.held:
            return
        for path in (self.folder / "clips").glob("*/*/*.val"):
            data = bytearray(path.read_bytes())
            if key.encode() in data:
                data[int(at * len(data))] ^= 0x40
                path.write_bytes(data)
        assert self.cache.get(key) is None
        del self.held[key]
        self.bad.add(key)

    @rule(keep=st.sets(st.tuples(_names, _voices)))
    def prune(self, keep: set[tuple[str, str]]) -> None:
        keys = {a_clip(name, voice=voice)[0] for name, voice in keep}
        self.cache.prune(keys)
        self.held = {key: made for key, made in self.held.items() if key in keys}
        self.bad &= keys

    @rule()
    def reopen(self) -> None:
        self.cache.close()
        self.cache = ClipCache.open(self.folder)

    @rule()
    def verify(self) -> None:
        report = self.cache.verify()
        assert report.ok == len(self.held)
        assert set(report.damaged) == self.bad
        assert report.missing == ()

    @invariant()
    def agrees(self) -> None:
        everything = [
            a_clip(name, voice=voice)[0]
            for name in ("uno", "dos", "tres", "cuatro")
            for voice in ("en", "es")
        ]
        assert self.cache.present(everything) == set(self.held)
        for key in everything:
            state = self.cache.state(key)
            assert (state is ClipState.PRESENT) == (key in self.held)
            assert (state is ClipState.DAMAGED) == (key in self.bad)
        assert self.cache.status().clips == len(self.held)
        for key, (name, _) in self.held.items():
            assert key in self.cache.others(a_clip(name)[2].text_sha256)

    def teardown(self) -> None:
        self.cache.close()
        shutil.rmtree(self.folder)


CacheMachine.TestCase.settings = settings(
    max_examples=15,
    stateful_step_count=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestCacheMachine = CacheMachine.TestCase
