from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.speech.espeak.frames import PREFIX_BYTES, FrameError, pack, parse, sizes

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), json_values), st.binary())
def test_a_frame_comes_back_as_it_was(header: dict[str, object], body: bytes) -> None:
    data = pack(header, body)
    header_size, body_size = sizes(data[:PREFIX_BYTES])
    assert parse(data[PREFIX_BYTES : PREFIX_BYTES + header_size]) == header
    assert data[PREFIX_BYTES + header_size :] == body
    assert body_size == len(body)


@given(st.binary(max_size=40))
def test_anything_else_is_refused(garbage: bytes) -> None:
    with pytest.raises(FrameError):
        sizes(garbage if not garbage.startswith(b"RIQV") else b"")
    if not garbage.lstrip().startswith(b"{"):
        with pytest.raises(FrameError):
            parse(garbage)


def test_an_absurd_length_is_refused_before_it_is_read() -> None:
    with pytest.raises(FrameError):
        sizes(b"RIQV\xff\xff\xff\xff\x00\x00\x00\x00")
