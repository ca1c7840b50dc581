"""Texts by heart over a real collection: what is listed, rated, kept and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from recalliq_tui.domain.memory import Rating
from recalliq_tui.domain.passages import acquire as steps
from recalliq_tui.domain.passages.acquire import Rung
from recalliq_tui.domain.passages.asking import ask
from recalliq_tui.domain.passages.parts import WHOLE, join_part, line_part
from recalliq_tui.domain.passages.rules import Standing
from recalliq_tui.services.judging import Attempt, Judged, judge
from recalliq_tui.services.prayers import (
    PassageView,
    Prayers,
    Praying,
    UnknownPassageError,
    choose_prayers,
)
from recalliq_tui.services.rebuilding import rebuild

if TYPE_CHECKING:
    from recalliq_tui.domain.passages.parts import Part
    from recalliq_tui.services.prayers import Settled
    from tests.services.shelves import Place

DECK = """\
---
id = "prayers"
name = "Prayers"
lang = "en"
passages = true
---
P: The Hail Mary
Hail Mary, full of grace,
the Lord is with thee.
Blessed art thou among women,
and blessed is the fruit of thy womb, Jesus.
Holy Mary, Mother of God.
<!-- riq id="hail" slug="hail-mary" lang="en" variants=[["among","amongst"]] -->

P: Glory Be
Glory be to the Father,
and to the Son.
<!-- riq id="glory" -->

P: Ave Maria
Ave, Maria, gratia plena,
Dominus tecum.
<!-- riq id="ave" lang="la" translation_of="hail-mary" -->

Q: A card beside them
A: yes
"""
HAIL = "prayers#hail"


@pytest.fixture
def prayers(place: Place) -> Prayers:
    place.write("prayers.md", DECK)
    place.library().refresh()
    return Prayers(place.collection, place.calendar, place.settings)


def recited(prayers: Prayers, view: PassageView, part: Part, typed: str | None = None) -> Judged:
    asked = ask(view.passage, part)
    assert asked is not None
    said = asked.text if typed is None else typed
    counting = prayers.counting(view.passage, part)
    return judge(view.passage, asked, Attempt(said), counting=counting)


def settle(
    prayers: Prayers, part: Part, typed: str | None = None, rating: Rating | None = None
) -> Settled:
    view = prayers.view(HAIL)
    judged = recited(prayers, view, part, typed)
    return prayers.settle(view.stored, judged, rating or judged.suggested or Rating.GOOD)


def test_the_shelf(prayers: Prayers) -> None:
    hail, glory, ave = prayers.shelf()
    assert [view.passage.title for view in (hail, glory, ave)] == [
        "The Hail Mary", "Glory Be", "Ave Maria",
    ]  # fmt: skip
    assert (hail.standing, hail.levels, hail.due) == (Standing.NEW, (0,) * 5, ())
    assert hail.passage.variants == (("among", "amongst"),)
    assert hail.translations == (ave.passage.id,)
    assert ave.translations == (hail.passage.id,)
    assert (glory.translations, glory.lang) == ((), "en")


def test_a_text_is_found_by_id_slug_or_title(prayers: Prayers, place: Place) -> None:
    for wanted in ("prayers#hail", "hail", "hail-mary", "the hail mary"):
        assert prayers.find(wanted).passage.id == HAIL
    with pytest.raises(UnknownPassageError, match="did you mean The Hail Mary"):
        prayers.find("the hale mary")
    library = place.library()
    assert choose_prayers(prayers, library, None) == Praying()
    assert choose_prayers(prayers, library, "hail").first == HAIL
    assert choose_prayers(prayers, library, "prayers").deck_ids == ("prayers",)
    with pytest.raises(UnknownPassageError):
        choose_prayers(prayers, library, "nothing of the kind")


def test_a_whole_recital_rates_the_whole_and_each_line(prayers: Prayers, place: Place) -> None:
    settled = settle(prayers, WHOLE)
    assert settled.rated == {WHOLE: Rating.GOOD} | {line_part(n): Rating.GOOD for n in range(5)}
    ids = [each.review.card_id for each in place.collection.history()]
    assert ids == ["prayers#hail~whole", *(f"prayers#hail~l{n}" for n in range(1, 6))]
    view = prayers.view(HAIL)
    assert (view.standing, view.due) == (Standing.LEARNING, ())
    assert view.next_day == place.calendar.day(place.clock()) + 2
    assert min(view.levels) > 0


def test_only_the_first_attempt_of_a_day_counts(prayers: Prayers, place: Place) -> None:
    settle(prayers, WHOLE, "nothing of it")
    again = settle(prayers, WHOLE)
    assert again.rated == {}
    assert len(place.collection.history()) == 6
    assert not prayers.counting(prayers.view(HAIL).passage, WHOLE)
    place.clock.forward(hours=20)
    assert settle(prayers, WHOLE).rated[WHOLE] is Rating.GOOD


def test_lines_come_back_when_they_are_due_and_the_whole_rates_them(
    prayers: Prayers, place: Place
) -> None:
    said = prayers.view(HAIL).passage.text.replace("the Lord is with thee.", "")
    settled = settle(prayers, WHOLE, said, Rating.GOOD)
    assert settled.rated[line_part(1)] is Rating.AGAIN
    place.clock.forward(days=1)
    passage = prayers.view(HAIL).passage
    due = prayers.view(HAIL).due
    assert line_part(1) in due
    asked = prayers.to_recite(passage)
    assert [each.part for each in asked] == ([WHOLE] if WHOLE in due else list(due))


def test_a_failed_join_has_a_card_from_then_on(prayers: Prayers, place: Place) -> None:
    said = prayers.view(HAIL).passage.text.replace("Blessed art", "art")
    assert settle(prayers, WHOLE, said).rated[join_part(1)] is Rating.AGAIN
    place.clock.forward(days=3)
    assert settle(prayers, WHOLE).rated[join_part(1)] is Rating.GOOD


def test_by_heart_after_clean_recitals_and_lapsed_after_a_failure(
    prayers: Prayers, place: Place
) -> None:
    for _ in range(9):
        last = settle(prayers, WHOLE, rating=Rating.EASY)
        place.clock.forward(days=40)
    assert last.standing is Standing.BY_HEART
    assert prayers.view(HAIL).levels == (7,) * 5
    assert settle(prayers, WHOLE, "no").standing is Standing.LAPSED


def test_said_aloud(prayers: Prayers) -> None:
    view = prayers.view(HAIL)
    asked = ask(view.passage, WHOLE)
    assert asked is not None
    judged = judge(view.passage, asked, Attempt(None), counting=True)
    assert judged.suggested is None
    hard = prayers.settle(view.stored, judged, Rating.HARD)
    assert hard.rated == {WHOLE: Rating.HARD}
    assert prayers.undo(view.passage) == (WHOLE,)
    good = prayers.settle(view.stored, judged, Rating.GOOD)
    assert len(good.rated) == 6


def test_a_recital_is_taken_back_whole(prayers: Prayers) -> None:
    settle(prayers, WHOLE)
    view = prayers.view(HAIL)
    assert set(prayers.undo(view.passage)) == {WHOLE, *(line_part(n) for n in range(5))}
    assert prayers.view(HAIL).standing is Standing.NEW
    assert prayers.undo(view.passage) == ()
    assert settle(prayers, WHOLE).rated[WHOLE] is Rating.GOOD, "it counts again"


def test_peeking_and_showing_cost(prayers: Prayers) -> None:
    view = prayers.view(HAIL)
    asked = ask(view.passage, WHOLE)
    assert asked is not None

    def suggested(**help_: object) -> Rating | None:
        attempt = Attempt(asked.text if asked else "", **help_)  # type: ignore[arg-type]
        return judge(view.passage, asked, attempt, counting=True).suggested if asked else None

    assert suggested() is Rating.GOOD
    assert suggested(hints=1) is Rating.HARD
    assert suggested(peeked=frozenset({0})) is Rating.HARD
    assert suggested(shown_lines=frozenset({0, 1})) is Rating.AGAIN


def test_texts_stay_out_of_the_quiz(prayers: Prayers, place: Place) -> None:
    settle(prayers, WHOLE)
    place.clock.forward(days=5)
    session = place.session()
    step = session.begin()
    assert step.progress.total == 1  # type: ignore[union-attr]
    assert place.collection.undo() is None, "an undo in the quiz leaves recitals alone"
    day = place.calendar.day(place.clock()) - 5
    done = place.collection.done_today(day)
    assert [(each.new, each.reviews, each.answers) for each in done.values()] == [(0, 0, 6)]


def test_the_log_alone_gives_the_same_state(prayers: Prayers, place: Place) -> None:
    settle(prayers, WHOLE, "half of it")
    place.clock.forward(days=2)
    settle(prayers, WHOLE)
    report = rebuild(place.collection, place.settings)
    assert report.differing == ()
    assert report.cards >= 6


def test_acquiring_writes_no_review_and_survives(prayers: Prayers, place: Place) -> None:
    passage = prayers.view(HAIL).passage
    now = place.clock()
    state = steps.attempted(steps.go(prayers.acquire(passage), Rung.RECITE, at=now), (), at=now)
    prayers.keep(passage, state)
    assert prayers.view(HAIL).standing is Standing.ACQUIRING
    place.reopen()
    again = Prayers(place.collection, place.calendar, place.settings)
    assert again.acquire(passage) == state
    assert place.collection.history() == []
    assert [each.part for each in again.to_recite(passage)] == [line_part(0)]


def test_progress_follows_lines_through_an_edit(prayers: Prayers, place: Place) -> None:
    passage = prayers.view(HAIL).passage
    settle(prayers, WHOLE, passage.text.replace("the Lord is with thee.", ""), Rating.GOOD)
    before = place.collection.part_memories(HAIL)[HAIL]
    place.write(
        "prayers.md", DECK.replace("Hail Mary, full of grace,", "Hail Mary,\nfull of grace,")
    )
    place.library().refresh()
    after = place.collection.part_memories(HAIL)[HAIL]
    assert after[line_part(2)] == before[line_part(1)]
    assert after[line_part(5)] == before[line_part(4)]
    assert line_part(1) not in after
    assert rebuild(place.collection, place.settings).differing == ()
    assert place.collection.recitals(HAIL)[HAIL][-1].part.index in range(6)
    assert len(prayers.view(HAIL).levels) == 6


def test_titles_are_asked_when_wished(prayers: Prayers, place: Place) -> None:
    titled = Prayers(place.collection, place.calendar, place.settings, titles=True)
    passage = prayers.view(HAIL).passage
    assert next(iter(titled.to_recite(passage))).text == "The Hail Mary"


def test_a_text_that_left_its_deck_is_not_listed(prayers: Prayers, place: Place) -> None:
    settle(prayers, WHOLE)
    place.write("prayers.md", '---\nid = "prayers"\nname = "Prayers"\n---\nQ: a\nA: b\n')
    place.library().refresh()
    assert prayers.shelf() == []
    place.write("prayers.md", DECK)
    place.library().refresh()
    assert prayers.view(HAIL).standing is Standing.LEARNING
