"""What a screen says when its work fails, instead of ending the program."""

from __future__ import annotations

import logging
from typing import Final

from textual.worker import Worker, WorkerState

from recalliq_tui.store.errors import StoreError
from recalliq_tui.textsafe import one_line

_LOG: Final = logging.getLogger(__name__)


def failure_of(event: Worker.StateChanged) -> str:
    """Words on a worker that failed, empty for one that did not; the traceback is logged."""
    error = event.worker.error
    if event.state is not WorkerState.ERROR or error is None:
        return ""
    if isinstance(error, StoreError):
        _LOG.warning("%s: %s", event.worker.name, error)
        return f"{_sentence(error.message)} {error.recovery}"
    _LOG.error("%s failed", event.worker.name, exc_info=error)
    what = one_line(f"{type(error).__name__}: {error}", max_chars=120)
    return f"Something went wrong inside ({what}). The log has details; `recalliq doctor` may help."


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text[:1].upper()}{text[1:]}."
