"""The state of one rendering: what waits, what came of it, how fast it goes."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.services.render_plan import RenderFailure
from recalliq_tui.services.render_report import RenderProgress, RenderResult

if TYPE_CHECKING:
    import asyncio

    from recalliq_tui.domain.cards import Side
    from recalliq_tui.services.render_plan import RenderItem, RenderPlan
    from recalliq_tui.speech.protocol import Rendered

MAX_FAILURES_IN_A_ROW: Final = 5
"""So many clips failing one after the other mean that the provider is down, not the clips bad."""

_DOWN: Final = frozenset(
    {SpeechCode.PROVIDER_ERROR, SpeechCode.NETWORK_ERROR, SpeechCode.RATE_LIMITED}
)


class RenderRun:
    """The state of one run: what waits, what came of it."""

    def __init__(self, plan: RenderPlan, *, allow_paid: bool, started: float) -> None:
        self.plan = plan
        wanted = [item for item in plan.missing if item.free or allow_paid]
        self.waiting: OrderedDict[str, RenderItem] = OrderedDict(
            (item.key, item) for item in wanted
        )
        self.front: list[str] = []
        self.total = len(wanted)
        self.unpaid = len(plan.missing) - len(wanted)
        self.rendered = 0
        self.failed_clips = 0
        self.failed: list[RenderFailure] = list(plan.refused)
        self.characters = 0
        self.characters_left = sum(len(item.spec.text) for item in wanted)
        self.credits: float | None = 0.0
        self.code: str | None = plan.refused[0].code if plan.refused else None
        self.cancelled = False
        self.workers: list[asyncio.Task[None]] = []
        self._started = started
        self._in_a_row: Counter[str] = Counter()
        self._keys: defaultdict[str, list[tuple[str, Side]]] = defaultdict(list)
        self._sharing: defaultdict[str, list[RenderItem]] = defaultdict(list)
        for item in plan.sharing:
            self._sharing[item.key].append(item)
        for item in (*wanted, *plan.sharing):
            self._keys[item.card_id].append((item.key, item.side))

    def take(self) -> RenderItem | None:
        """Return what to render next, ``None`` when nothing waits."""
        while self.front:
            item = self.waiting.pop(self.front.pop(0), None)
            if item is not None:
                return item
        return self.waiting.popitem(last=False)[1] if self.waiting else None

    def move_to_front(self, card_id: str, side: Side | None) -> bool:
        """Let a card, or one side of it, go before all others; ``False`` when none waits."""
        keys = [
            key
            for key, of in self._keys.get(card_id, ())
            if (side is None or of is side) and key in self.waiting
        ]
        self.front[:0] = keys
        return bool(keys)

    def claim(self, item: RenderItem) -> None:
        """Somebody else renders this clip now: it needn't wait here any more."""
        if self.waiting.pop(item.key, None) is not None:
            self.total -= 1
            self.characters_left -= len(item.spec.text)

    def skip(self, item: RenderItem) -> None:
        """Somebody else has made this clip meanwhile."""
        self.total -= 1
        self.characters_left -= len(item.spec.text)

    def cancel(self) -> None:
        self.cancelled = True
        for worker in self.workers:
            worker.cancel()

    def succeed(self, item: RenderItem, rendered: Rendered) -> None:
        self.rendered += 1
        self.characters += rendered.characters
        self.characters_left -= len(item.spec.text)
        self._in_a_row[item.spec.provider] = 0
        if self.credits is not None:
            self.credits = None if rendered.credits is None else self.credits + rendered.credits

    def fail(self, item: RenderItem, code: str, message: str, *, stops: bool) -> None:
        """Note a failure; where it ``stops``, all that waits for the same reason fails with it."""
        provider = item.spec.provider
        self._in_a_row[provider] += code in _DOWN
        self._lose(item, code, message)
        if stops or self._in_a_row[provider] >= MAX_FAILURES_IN_A_ROW:
            self.code = code
            everything = code.startswith("cache_")
            for other in list(self.waiting.values()):
                if everything or other.spec.provider == provider:
                    self._lose(self.waiting.pop(other.key), code, message)
        elif self.code is None:
            self.code = code

    def _lose(self, item: RenderItem, code: str, message: str) -> None:
        self.failed_clips += 1
        self.characters_left -= len(item.spec.text)
        for lost in (item, *self._sharing[item.key]):
            self.failed.append(RenderFailure(lost.card_id, lost.side, code, message))

    def progress(self, latest: RenderItem | None, now: float) -> RenderProgress:
        elapsed = now - self._started
        per_character = elapsed / self.characters if self.characters else None
        return RenderProgress(
            done=self.rendered + self.failed_clips,
            total=self.total,
            rate=self.rendered / elapsed if elapsed > 0 else 0.0,
            seconds_left=None if per_character is None else per_character * self.characters_left,
            failed=tuple(self.failed),
            latest=latest,
        )

    def result(self) -> RenderResult:
        done = self.rendered + self.failed_clips
        order = {
            (item.card_id, item.side): place
            for place, item in enumerate((*self.plan.missing, *self.plan.sharing))
        }
        self.failed.sort(key=lambda lost: order.get((lost.card_id, lost.side), -1))
        return RenderResult(
            plan=self.plan,
            rendered=self.rendered,
            failed=tuple(self.failed),
            characters=self.characters,
            credits=self.credits,
            code=self.code,
            unpaid=self.unpaid,
            left=self.total - done,
            cancelled=self.cancelled,
        )
