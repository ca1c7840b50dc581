from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROOT: Final = Path(__file__).parents[2]

_PROGRAM: Final = """
import os, sys
from pathlib import Path
from recalliq_tui.audio.sinks.quiet import silence_alsa, stderr_kept_for_screen

silence_alsa()
silence_alsa()
with stderr_kept_for_screen(Path(sys.argv[1]) if len(sys.argv) > 1 else None):
    os.write(2, b"noise of a library\\n")
    sys.__stderr__.write("a frame\\n")
    sys.__stderr__.flush()
print("after", file=sys.stderr)
"""


@pytest.mark.parametrize("logged", [True, False])
def test_what_libraries_print_stays_off_the_screen(tmp_path: Path, *, logged: bool) -> None:
    log = tmp_path / "native.log"
    arguments: Sequence[str] = [str(log)] if logged else []
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *arguments],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == "a frame\nafter\n"
    assert not logged or log.read_text() == "noise of a library\n"
