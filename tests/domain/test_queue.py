"""The order in which cards come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import perf_counter

from hypothesis import given, settings
from hypothesis import strategies as st

from recalliq_tui.domain.cards import CardId, DeckId, NoteId
from recalliq_tui.domain.limits import Counts, Done, room
from recalliq_tui.domain.memory import Memory, Phase
from recalliq_tui.domain.queue import LEARN_AHEAD, SIBLING_GAP, Entry, Queue, build_queue

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = NOW.toordinal()


def new(name: str, note: str | None = None) -> Entry:
    return Entry(CardId(name), DeckId("d"), NoteId(note or name), Phase.NEW)


def review(name: str, note: str | None = None, *, overdue: int = 0) -> Entry:
    ids = CardId(name), DeckId("d"), NoteId(note or name)
    return Entry(*ids, Phase.REVIEW, due_day=DAY - overdue)


def step(name: str, minutes: float, note: str | None = None) -> Entry:
    ids = CardId(name), DeckId("d"), NoteId(note or name)
    return Entry(*ids, Phase.LEARNING, due_at=NOW + timedelta(minutes=minutes))


def names(queue: Queue, now: datetime = NOW) -> list[str]:
    return [entry.card_id for entry in queue.peek(now, count=1000)]


def test_due_learning_cards_come_first_and_others_last() -> None:
    queue = build_queue(
        [new("n"), review("r"), step("late", -5), step("later", -1), step("soon", 9)], day=DAY
    )
    assert names(queue) == ["late", "later", "r", "n", "soon"]


def test_learning_cards_come_early_only_when_nothing_else_is_left() -> None:
    queue = build_queue([step("near", 19), step("far", 21)], day=DAY)
    assert names(queue) == ["near"]
    taken = queue.take(NOW)
    assert taken is not None
    _, rest = taken
    assert rest.take(NOW) is None
    assert rest.next_due_at == NOW + timedelta(minutes=21)
    assert names(rest, NOW + timedelta(minutes=1)) == ["far"]


def test_new_cards_and_reviews_are_mixed_evenly() -> None:
    queue = build_queue(
        [*(review(f"r{n}") for n in range(9)), *(new(f"n{n}") for n in range(3))], day=DAY
    )
    kinds = "".join(name[0] for name in names(queue))
    assert kinds == "rrnrrrnrrnrr" or kinds.split("n")[0] in ("rr", "rrr")
    assert max(len(run) for run in kinds.split("n")) <= 3
    assert [name for name in names(queue) if name[0] == "n"] == ["n0", "n1", "n2"]


def test_the_most_overdue_review_comes_first() -> None:
    queue = build_queue([review("a"), review("b", overdue=9), review("c", overdue=3)], day=DAY)
    assert names(queue) == ["b", "c", "a"]


def test_siblings_keep_three_cards_between_them() -> None:
    entries = [new(f"{note}{part}", note) for note in "abcde" for part in (1, 2)]
    assert names(build_queue(entries, day=DAY)) == [
        *("a1", "b1", "c1", "d1", "a2", "b2", "c2", "d2"),
        *("e1", "e2"),
    ]


def test_siblings_follow_each_other_when_nothing_else_is_there() -> None:
    assert names(build_queue([new("a1", "a"), new("a2", "a")], day=DAY)) == ["a1", "a2"]


def test_an_answer_that_is_still_learnt_comes_back() -> None:
    queue = build_queue([new("a"), new("b")], day=DAY)
    taken = queue.take(NOW)
    assert taken is not None
    first, rest = taken
    again = Memory(phase=Phase.LEARNING, due_at=NOW + timedelta(minutes=1), reps=1)
    rest = rest.answered(first, again)
    assert rest.counts == Counts(new=1, learning=1, due=0, total=2)
    assert names(rest) == ["b", "a"]
    assert names(rest, NOW + timedelta(minutes=2)) == ["b", "a"]
    graduated = Memory(phase=Phase.REVIEW, due_day=DAY + 3, reps=2)
    assert names(queue.answered(first, graduated)) == ["a", "b"]
    assert names(rest.answered(first, graduated).without({CardId("a")})) == ["b"]


def test_a_card_that_was_put_back_is_next_and_counted_once() -> None:
    queue = build_queue([new("a"), review("b"), new("c")], day=DAY)
    for entry in (new("c"), review("x"), step("s", 30)):
        back = queue.put_back(entry)
        assert names(back)[0] == entry.card_id
        assert len(back) == back.counts.total == len(names(back))


def test_buried_cards_leave_everywhere() -> None:
    queue = build_queue([new("a"), new("b"), step("s", -1)], day=DAY).put_back(review("r"))
    left = queue.without({CardId("a"), CardId("s"), CardId("r")})
    assert names(left) == ["b"]
    assert left.counts == Counts(new=1, learning=0, due=0, total=1)


def test_a_card_of_two_decks_comes_once() -> None:
    twice = Entry(CardId("a"), DeckId("other"), NoteId("a"), Phase.NEW)
    entries = build_queue([new("a"), twice], day=DAY).peek(NOW, 9)
    assert [entry.deck_id for entry in entries] == ["d"]


def test_room_under_limits() -> None:
    assert room(20, done=5, overall=None, overall_done=90) == 15
    assert room(20, done=5, overall=100, overall_done=90) == 10
    assert room(20, done=50, overall=None, overall_done=50) == 0
    assert Done(1, 2, 3, 4) + Done(1, 1, 1, 1) == Done(2, 3, 4, 5)


kinds = st.sampled_from(["new", "review", "step"])


@given(
    cards=st.lists(st.tuples(kinds, st.integers(0, 12), st.integers(-30, 30)), max_size=40),
    answers=st.lists(st.booleans(), min_size=60, max_size=60),
)
@settings(deadline=None, max_examples=80)
def test_every_card_comes_and_none_twice(
    cards: list[tuple[str, int, int]], answers: list[bool]
) -> None:
    entries = []
    for index, (kind, note, number) in enumerate(cards):
        name, of = f"c{index}", f"note{note}"
        if kind == "new":
            entries.append(new(name, of))
        elif kind == "review":
            entries.append(review(name, of, overdue=abs(number)))
        else:
            entries.append(step(name, number, of))
    queue, now, seen, shown = build_queue(entries, day=DAY), NOW, set[str](), list[Entry]()
    expected = {entry.card_id for entry in entries}
    for passed in answers:
        assert queue.counts.total == len(queue)
        taken = queue.take(now)
        if taken is None:
            break
        entry, queue = taken
        if not entry.learning:
            assert entry.card_id not in seen
            waiting = (*queue.main[queue.head :], *queue.held)
            near = shown[-SIBLING_GAP:]
            if any(e.note_id == entry.note_id and e.card_id != entry.card_id for e in near):
                assert all(any(n.note_id == w.note_id for n in near) for w in waiting)
        elif entry.due_at is not None and entry.due_at > now:
            assert entry.due_at <= now + LEARN_AHEAD
            assert not queue.new + queue.due
        seen.add(entry.card_id)
        shown.append(entry)
        after = Memory(phase=Phase.REVIEW, due_day=DAY + 1)
        if not passed:
            after = Memory(phase=Phase.LEARNING, due_at=now + timedelta(minutes=1))
        queue = queue.answered(entry, after)
        now += timedelta(seconds=20)
    left = {e.card_id for e in (*queue.main[queue.head :], *queue.held, *queue.steps)}
    assert seen | left == expected


def test_a_hundred_thousand_cards_cost_no_more() -> None:
    entries = [new(f"n{n}", f"note{n // 3}") for n in range(60_000)]
    queue = build_queue([*entries, *(review(f"r{n}") for n in range(40_000))], day=DAY)
    again = Memory(phase=Phase.LEARNING, due_at=NOW + timedelta(minutes=5))
    slowest = []
    for _ in range(200):
        begin = perf_counter()
        taken = queue.take(NOW)
        assert taken is not None
        queue = taken[1].answered(taken[0], again)
        slowest.append(perf_counter() - begin)
    assert sorted(slowest)[100] < 0.001
