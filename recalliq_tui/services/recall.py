"""Free recall: a typed answer graded by key points, credit for other words, a second opinion.

What blocks or computes runs on threads; each call gives a new :class:`Answered` to show.
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from recalliq_tui.domain.answerwords import plain_text, words_of
from recalliq_tui.domain.cards import CardKind
from recalliq_tui.store.errors import StoreError
from recalliq_tui.textsafe import clean, one_line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from recalliq_tui.domain.cards import Card, CardId
    from recalliq_tui.domain.grading import Grading, KeyPoint, PointResult
    from recalliq_tui.services.llm_grading import ModelGrader
    from recalliq_tui.store.collection import Collection

    Db = Callable[..., Awaitable[Any]]

LONG_WORDS: Final = 12
"""A back of so many words is recalled freely, not compared word by word."""
MAX_ANSWER: Final = 8_000
_CODE: Final = re.compile(r"^ {0,3}(?:`{3}|~{3})", re.MULTILINE)
_MAX_KEPT: Final = 400
_MAX_PHRASES: Final = 16


class By(StrEnum):
    """Who graded what is shown."""

    LOCAL = "local"
    ASKING = "asking"
    """The local grader, while the model is being asked."""
    MODEL = "model"
    FALLBACK = "fallback"
    """The local grader, because the model gave no grading."""


@dataclass(frozen=True, slots=True)
class Credit:
    """A point that the learner says was said, and the words of it. ``kept``: for next time too."""

    point: int
    phrase: str
    kept: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """A graded answer as it is shown now.

    ``base`` is the grading without credits, ``grading`` with them. ``model`` names the model that
    graded or failed to; ``words`` say how it failed.
    """

    card: Card
    answer: str
    base: Grading
    grading: Grading
    aliases: Mapping[str, tuple[str, ...]]
    credits: tuple[Credit, ...] = ()
    by: By = By.LOCAL
    model: str = ""
    words: str = ""

    @property
    def choices(self) -> tuple[int, ...]:
        """Points to say "in other words" of: those not covered, and credits to take back."""
        if self.grading.gated:
            return ()
        open_ = set(_open(self.grading.points))
        return tuple(sorted(open_ | {credit.point for credit in self.credits}))

    def credit_of(self, point: int) -> Credit | None:
        return next((each for each in self.credits if each.point == point), None)


def is_recall(card: Card) -> bool:
    """Whether a typed answer to this card is graded by key points: it has some, or a long back.

    A cloze is compared word by word, as are code and a card with ``accept`` without points.
    """
    if card.kind is CardKind.CLOZE:
        return False
    if card.points:
        return True
    if card.accept or _CODE.search(card.back.text):
        return False
    return len(words_of(plain_text(card.back.text), lang=card.back_lang)) >= LONG_WORDS


class Recall:
    """Grades answers. ``db`` runs a call on the collection's thread; belongs to the event loop."""

    def __init__(
        self,
        *,
        db: Db,
        collection: Callable[[], Collection],
        model: ModelGrader | None = None,
    ) -> None:
        self._db = db
        self._collection = collection
        self._model = model
        self._known: tuple[CardId, Mapping[str, tuple[str, ...]]] | None = None

    @property
    def model_name(self) -> str:
        """The model that is asked too; empty without one."""
        return self._model.name if self._model is not None else ""

    async def prepare(self, card: Card) -> None:
        """Load what grading needs before the answer comes, so that it is graded at once."""
        self._known = card.id, await self._read_aliases(card)
        await asyncio.to_thread(_grade, card, "", {})

    async def _read_aliases(self, card: Card) -> Mapping[str, tuple[str, ...]]:
        found: Mapping[str, tuple[str, ...]] = await self._db(
            lambda: self._collection().aliases(card.id)
        )
        return found

    async def answer(self, card: Card, text: str) -> Answered:
        """Grade an answer on this machine; where it is gated, ask for another."""
        known, self._known = self._known, None
        aliases = (
            known[1]
            if known is not None and known[0] == card.id
            else await self._read_aliases(card)
        )
        answer = clean(text, max_chars=MAX_ANSWER).strip()
        grading = await asyncio.to_thread(_grade, card, answer, aliases)
        asking = self._model is not None and not grading.gated
        return Answered(
            card,
            answer,
            grading,
            grading,
            aliases,
            by=By.ASKING if asking else By.LOCAL,
            model=self.model_name if asking else "",
        )

    async def ask_model(self, answered: Answered) -> Grading | str:
        """Return the model's grading of an answer, else words on why there is none."""
        if self._model is None:
            return ""
        card = answered.card
        result = await self._model.grade(
            question=plain_text(card.front.text),
            points=[point.text for point in answered.base.points],
            answer=answered.answer,
            lang=card.back_lang,
        )
        return result.words if result.grading is None else result.grading

    def with_opinion(self, answered: Answered, opinion: Grading | str) -> Answered:
        """Take what :meth:`ask_model` gave; credits that were given meanwhile stay."""
        if isinstance(opinion, str):
            return replace(answered, by=By.FALLBACK, words=opinion)
        from recalliq_tui.domain.grading.grader import conclude  # noqa: PLC0415

        # Figures are compared exactly here, whatever a model makes of them.
        told = {check.point for check in opinion.checks}
        checks = [
            c for c in answered.base.checks if c.kind.value == "number" and c.point not in told
        ]
        base = conclude(opinion.points, [*opinion.checks, *checks])
        return _shown(replace(answered, by=By.MODEL, base=base))

    async def toggle_credit(self, answered: Answered, point: int) -> Answered:
        """Credit a point and keep its words for the next time, or take the credit back.

        Where the collection can't keep them, the credit holds for this answer alone.
        """
        if point not in answered.choices:
            return answered
        given = answered.credit_of(point)
        if given is None:
            return await self._credit(answered, point)
        text = answered.base.points[point].text
        if given.kept:
            await self._forget(answered.card, text, given.phrase)
        rest = tuple(each for each in answered.credits if each is not given)
        return await self._regraded(replace(answered, credits=rest))

    async def _credit(self, answered: Answered, point: int) -> Answered:
        card, text = answered.card, answered.base.points[point].text
        phrase = await asyncio.to_thread(_own_words, answered, point)
        kept = await self._keep(card, text, phrase)
        credits_ = (*answered.credits, Credit(point, phrase, kept))
        return await self._regraded(replace(answered, credits=credits_))

    async def _keep(self, card: Card, point: str, phrase: str) -> bool:
        def keep() -> bool:
            collection = self._collection()
            return not collection.read_only and collection.add_alias(
                card.id, point=point, phrase=phrase
            )

        try:
            return bool(await self._db(keep))
        except StoreError:
            return False

    async def _forget(self, card: Card, point: str, phrase: str) -> None:
        await self._db(lambda: self._collection().remove_alias(card.id, point=point, phrase=phrase))

    async def _regraded(self, answered: Answered) -> Answered:
        """Grade again with the phrases as they are kept now."""
        card = answered.card
        answered = replace(answered, aliases=await self._read_aliases(card))
        if answered.by is not By.MODEL:
            grading = await asyncio.to_thread(_grade, card, answered.answer, answered.aliases)
            if not grading.gated:
                answered = replace(answered, base=grading)
        return _shown(answered)


def point_key(text: str) -> str:
    """A point's text as its phrases are kept under it."""
    return one_line(unicodedata.normalize("NFC", text), max_chars=_MAX_KEPT)


def _points(card: Card, aliases: Mapping[str, tuple[str, ...]]) -> tuple[KeyPoint, ...]:
    from recalliq_tui.domain.grading import KeyPoint, points_of  # noqa: PLC0415

    wanted = points_of(card.back.text, card.points, card.back_lang)
    return tuple(
        KeyPoint(point.text, aliases.get(point_key(point.text), ())[-_MAX_PHRASES:])
        for point in wanted
    )


def _grade(card: Card, answer: str, aliases: Mapping[str, tuple[str, ...]]) -> Grading:
    from recalliq_tui.domain.grading import grade  # noqa: PLC0415  (loads when first answered)

    return grade(
        question=card.front.text,
        reference=card.back.text,
        answer=answer,
        points=_points(card, aliases),
        lang=card.back_lang,
    )


def _own_words(answered: Answered, point: int) -> str:
    from recalliq_tui.domain.grading import own_words  # noqa: PLC0415

    card = answered.card
    words = own_words(
        answered.answer,
        point,
        question=card.front.text,
        reference=card.back.text,
        points=_points(card, answered.aliases),
        lang=card.back_lang,
    )
    return one_line(words, max_chars=_MAX_KEPT)


def _open(points: tuple[PointResult, ...]) -> list[int]:
    return [at for at, point in enumerate(points) if point.standing.value != "covered"]


def _shown(answered: Answered) -> Answered:
    from recalliq_tui.domain.grading import credited  # noqa: PLC0415

    at = {credit.point for credit in answered.credits}
    return replace(answered, grading=credited(answered.base, at))
