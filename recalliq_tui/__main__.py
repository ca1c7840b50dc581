"""``python -m recalliq_tui``."""

from __future__ import annotations

from recalliq_tui.cli import main

if __name__ == "__main__":
    main()
