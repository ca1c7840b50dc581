"""Opens the screens for ``recalliq lab run``, with a sound device that can be pulled.

No command of its own: the lab starts it as ``python -m recalliq_tui.cli.labstage DECK PLUG TRACE``.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main(deck: str, plug: str, trace: str) -> int:
    """Open a session over a deck; ``plug`` is the file whose being there pulls the device."""
    from recalliq_tui.cli.common import setup  # noqa: PLC0415
    from recalliq_tui.cli.screens import open_screens  # noqa: PLC0415
    from recalliq_tui.lab.sinks import Plug, PluggedSink  # noqa: PLC0415
    from recalliq_tui.wiring import setting_sink  # noqa: PLC0415

    sink, pulled = setting_sink(setup().config.text("audio.sink")), Plug(Path(plug))
    return open_screens(deck, trace=Path(trace), make_sink=lambda: PluggedSink(sink(), pulled))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
