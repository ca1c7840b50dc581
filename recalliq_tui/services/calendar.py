"""Now, as a learner lives it: the moment, the UTC offset, the study day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, tzinfo
from typing import TYPE_CHECKING

from recalliq_tui.domain.studyday import study_day

if TYPE_CHECKING:
    from collections.abc import Callable


def system_clock() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A clock and a zone. ``zone=None`` is the system's own, asked anew each time."""

    clock: Callable[[], datetime] = system_clock
    zone: tzinfo | None = None
    day_start: time = field(default=time(4))

    def now(self) -> datetime:
        return self.clock()

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def offset_minutes(self, moment: datetime) -> int:
        offset = self.local(moment).utcoffset()
        return round(offset.total_seconds() / 60) if offset else 0

    def day(self, moment: datetime) -> int:
        """The study day of a moment, as a proleptic ordinal."""
        offset = self.offset_minutes(moment)
        return study_day(moment, offset_minutes=offset, day_start=self.day_start)
