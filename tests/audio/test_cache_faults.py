"""The cache when the machine fails it: each fault in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from recalliq_tui.audio.cache import ClipCache
from tests.audio.clips import a_clip

pytestmark = pytest.mark.skipif(os.name != "posix", reason="these faults are made the POSIX way")

_ROOT: Final = Path(__file__).parents[2]

_WRITER: Final = """
import sys
from pathlib import Path
from recalliq_tui.audio.cache import ClipCache
from tests.audio.clips import a_clip

cache = ClipCache.open(Path(sys.argv[1]))
print("open", flush=True)
for n in range(int(sys.argv[2])):
    cache.put(*a_clip(f"{sys.argv[3]} {n}", size=200_000), pinned=n % 4 != 0)
    print(n, flush=True)
"""

_FULL: Final = """
import resource, sys
from pathlib import Path
from recalliq_tui.audio.cache import ClipCache
from recalliq_tui.audio.errors import CacheError
from tests.audio.clips import a_clip

cache = ClipCache.open(Path(sys.argv[1]))
first = a_clip("fits", size=50_000)
cache.put(*first)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
try:
    cache.put(*a_clip("too large", size=500_000))
except CacheError as error:
    print(error.code.value, "prune" in error.recovery)
print(cache.get(first[0]).audio == first[1])
print(len(list(Path(sys.argv[1], "clips").glob("*/*/*.val"))))
"""

_READ_ONLY: Final = """
import os, sys
from pathlib import Path
from recalliq_tui.audio.cache import ClipCache
from recalliq_tui.audio.errors import CacheError

if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    ClipCache.open(Path(sys.argv[1]) / "cache")
except CacheError as error:
    print(error.code.value)
"""


def run(code: str, *arguments: object) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def writer(folder: Path, *, count: int, name: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(folder), str(count), name],
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_full_disk_is_said_and_leaves_no_torn_clip(tmp_path: Path) -> None:
    assert run(_FULL, tmp_path / "cache").split() == ["full", "True", "True", "1"]


def test_a_folder_of_somebody_else_is_unwritable(tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir(mode=0o500)
    assert run(_READ_ONLY, folder).split() == ["unwritable"]


def test_two_programs_share_the_cache(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    writers = [writer(folder, count=12, name=name) for name in ("one", "two")]
    for process in writers:
        process.communicate(timeout=30)
        assert process.returncode == 0
    cache = ClipCache.open(folder)
    assert cache.status().clips + cache.status().phrases == 24
    assert cache.verify().ok == 24


def test_a_kill_while_writing_tears_no_clip(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    acknowledged: set[str] = set()
    for attempt in range(4):
        name = f"run {attempt}"
        process = writer(folder, count=100_000, name=name)
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        last = [process.stdout.readline() for _ in range(3 + 4 * attempt)][-1]
        process.send_signal(signal.SIGKILL)
        process.communicate()
        acknowledged |= {a_clip(f"{name} {n}", size=200_000)[0] for n in range(int(last) + 1)}
    cache = ClipCache.open(folder)
    report = cache.verify()
    assert (report.damaged, report.missing) == ((), ())
    assert cache.present(acknowledged) == acknowledged
