"""RecallIQ for the terminal: learn by heart and by ear."""

from __future__ import annotations

__version__ = "0.1.0"
