"""Changes, fixes, and specs that come back from the database as they were."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.domain.cards import Side
from recalliq_tui.domain.clips import ClipSpec, text_sha256
from recalliq_tui.domain.reports import Change, Fix, change_from, change_json, spec_data, spec_from

_SPECS = st.builds(
    ClipSpec,
    text=st.text(),
    provider=st.sampled_from(["espeak", "elevenlabs"]),
    voice=st.text(min_size=1),
    model=st.none() | st.text(),
    settings=st.none()
    | st.dictionaries(
        st.text(), st.floats(allow_nan=False, allow_infinity=False) | st.integers() | st.booleans()
    ),
    seed=st.none() | st.integers(),
    dictionaries=st.none() | st.lists(st.tuples(st.text(), st.text())).map(tuple),
)


@given(_SPECS)
def test_a_spec_comes_back_from_json_as_the_same_clip(spec: ClipSpec) -> None:
    again = spec_from(json.loads(json.dumps(spec_data(spec))))
    assert again == spec
    assert again.key == spec.key


@given(st.builds(Change, st.none() | st.text(), st.none() | st.integers(), st.none() | st.text()))
def test_a_change_comes_back_from_json(change: Change) -> None:
    assert change_from(change_json(change)) == change


def test_a_change_goes_over_an_earlier_one() -> None:
    earlier = Change(say="E tag", seed=4)
    assert Change(seed=7).over(earlier) == Change(say="E tag", seed=7)
    assert Change(voice="openai:nova").over(earlier) == Change(say="E tag", voice="openai:nova")
    assert Change(say="ee tag").over(earlier) == Change(say="ee tag", seed=4)
    assert not Change()
    assert Change(seed=0)


def test_a_fix_holds_for_its_text_only() -> None:
    fix = Fix("card", Side.BACK, text_sha256("ETag"), Change(say="E tag"))
    assert fix.fits(" ETag ")
    assert not fix.fits("an ETag")
