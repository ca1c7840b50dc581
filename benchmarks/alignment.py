"""What a keystroke costs while a text of 300 words is recited, and what its judgement costs.

The text is recited key by key with slips (a word left out, one too many, one misspelt in twenty);
after each key the live alignment is brought up to date, as the screen does. Nothing is painted.
"""

from __future__ import annotations

import time
from typing import Any

from rig.report import rounded, run, summary

from recalliq_tui.domain.recitation import LiveLine, recite

WORDS = 300
TARGET_MS = 5.0
_VOCABULARY = (  # noqa: SIM905
    "hail mary full of grace the lord is with thee blessed art thou among women and blessed is"
    " the fruit of thy womb holy mother of god pray for us sinners now and at the hour of our"
    " death glory be to the father and to the son as it was in the beginning is now and ever"
).split()


def a_text() -> list[str]:
    return [_VOCABULARY[n * 7 % len(_VOCABULARY)] for n in range(WORDS)]


def as_said(words: list[str]) -> str:
    """The words with a slip in every twentieth."""
    said: list[str] = []
    for number, word in enumerate(words):
        match number % 60:
            case 20:
                continue
            case 40:
                said += [word, "indeed"]
            case 59:
                said.append(f"{word}x")
            case _:
                said.append(word)
    return " ".join(said)


def measure(*, quick: bool) -> dict[str, Any]:
    words = a_text()
    text, said = " ".join(words), as_said(words)
    keys = []
    for _ in range(1 if quick else 3):
        live = LiveLine(text, lang="en")
        for end in range(1, len(said) + 1):
            began = time.perf_counter()
            live.update(said[:end])
            keys.append(1000 * (time.perf_counter() - began))
    judged = []
    for _ in range(3 if quick else 10):
        began = time.perf_counter()
        recital = recite(text, said, lang="en")
        judged.append(1000 * (time.perf_counter() - began))
    figures = summary(keys)
    return {
        "what": f"alignment for each keystroke, the whole text of {WORDS} words as one line",
        "method": "every key of a recital with slips; perf_counter round the update alone",
        "per_key": figures,
        "on_submit": summary(judged),
        "score": rounded(recital.score),
        "target": f"at most {TARGET_MS:g} ms for each key (95th percentile)",
        "reached": figures["p95"] <= TARGET_MS,
    }


if __name__ == "__main__":
    run("alignment", measure, __doc__)
