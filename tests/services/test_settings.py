from __future__ import annotations

from datetime import timedelta

from recalliq_tui.config import Config
from recalliq_tui.domain import schedule
from recalliq_tui.domain.limits import Limits
from recalliq_tui.services.settings import StudySettings


def test_the_defaults() -> None:
    settings = StudySettings.from_config(Config())
    assert settings.limits == Limits(new=20, reviews=200, overall_new=None, overall_reviews=None)
    assert settings.base == schedule.Settings()
    assert settings.typing == "deck"


def test_settings_reach_the_schedule() -> None:
    settings = StudySettings.from_config(
        Config(
            {
                "study.retention": 0.8,
                "study.learning_steps": ["30s", "2h"],
                "study.relearning_steps": [],
                "study.maximum_interval": 100,
                "study.total_new_per_day": 7,
                "study.parameters": list(schedule.DEFAULT),
            }
        )
    )
    assert settings.base.desired_retention == 0.8
    assert settings.base.learning_steps == (timedelta(seconds=30), timedelta(hours=2))
    assert settings.base.relearning_steps == ()
    assert settings.base.maximum_interval == 100
    assert settings.base.parameters == schedule.DEFAULT
    assert settings.limits.overall_new == 7
    assert settings.schedule(None) is settings.base
