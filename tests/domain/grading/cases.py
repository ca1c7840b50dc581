"""The grading cases of ``cases.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from recalliq_tui.domain.grading import Grading, grade


@dataclass(frozen=True, slots=True)
class Case:
    kind: str
    item: str
    question: str
    reference: str
    points: tuple[str, ...]
    lang: str
    answer: str
    expect: str | None

    def __str__(self) -> str:
        return f"{self.kind}-{self.item}"

    def grade(self) -> Grading:
        return grade(
            question=self.question,
            reference=self.reference,
            answer=self.answer,
            points=self.points,
            lang=self.lang,
        )


def _load() -> tuple[Case, ...]:
    data = tomllib.loads(Path(__file__).with_name("cases.toml").read_text(encoding="utf-8"))
    items = {item["id"]: item for item in data["item"]}
    return tuple(
        Case(
            kind=case["kind"],
            item=case["item"],
            question=items[case["item"]]["question"],
            reference=items[case["item"]]["reference"],
            points=tuple(items[case["item"]].get("points", ())),
            lang=items[case["item"]].get("lang", "en"),
            answer=case["answer"],
            expect=case.get("expect"),
        )
        for case in data["case"]
    )


CASES: Final = _load()


def of_kind(*kinds: str) -> list[Case]:
    return [case for case in CASES if case.kind in kinds]
