"""The config's settings in the domain's terms."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from recalliq_tui.domain.limits import Limits

if TYPE_CHECKING:
    from typing import Self

    from recalliq_tui.config import Config
    from recalliq_tui.domain import schedule
    from recalliq_tui.domain.cards import Card
    from recalliq_tui.store.models import DeckRow


class StudySettings:
    """How to study: limits, when answers are typed, and the schedule's settings."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self.limits = Limits(
            new=config.integer("study.new_per_day"),
            reviews=config.integer("study.reviews_per_day"),
            overall_new=config.integer("study.total_new_per_day") or None,
            overall_reviews=config.integer("study.total_reviews_per_day") or None,
        )
        self.typing = config.text("study.typed")

    @classmethod
    def from_config(cls, config: Config) -> Self:
        return cls(config)

    @cached_property
    def base(self) -> schedule.Settings:
        """The schedule's settings; made when first asked for, as the first card needs none."""
        from recalliq_tui.domain import schedule  # noqa: PLC0415

        config = self._config
        return schedule.Settings(
            parameters=tuple(config.numbers("study.parameters")) or schedule.DEFAULT,
            desired_retention=config.number("study.retention"),
            learning_steps=config.steps("study.learning_steps"),
            relearning_steps=config.steps("study.relearning_steps"),
            maximum_interval=config.integer("study.maximum_interval"),
        )

    def schedule(self, row: DeckRow | None) -> schedule.Settings:
        """Settings for a deck: its front matter's ``retention`` beats the config's."""
        if row is None or row.retention is None:
            return self.base
        return replace(self.base, desired_retention=row.retention)

    def typed(self, card: Card) -> bool:
        """Whether this card's answer is to be typed."""
        if self.typing == "deck":
            return bool(card.typed)
        return self.typing == "always"
