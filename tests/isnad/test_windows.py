"""Windows cover everything once, and joining gives each token the scores of its deepest window."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isnad.windows import join_windows, owned_parts, window_spans


@pytest.mark.parametrize(
    ("tokens", "size", "stride", "ends", "expected"),
    [
        (0, 4, 2, [], []),
        (3, 4, 2, [], [(0, 3)]),
        (4, 4, 2, [2], [(0, 4)]),
        (5, 4, 2, [], [(0, 4), (2, 5)]),
        (9, 4, 3, [], [(0, 4), (3, 7), (6, 9)]),
        (8, 4, 4, [], [(0, 4), (4, 8)]),
        (5, 4, 2, [3], [(0, 3), (3, 5)]),
        (12, 8, 6, [2, 5, 6, 8, 10], [(0, 6), (6, 12)]),  # near the middle, so that both are about as long
        (12, 8, 6, [1, 11], [(0, 8), (6, 12)]),  # too short a window is no window
        (20, 8, 6, [7, 12], [(0, 7), (7, 12), (12, 20)]),
        (20, 8, 6, [12], [(0, 8), (6, 12), (12, 20)]),
    ],
)
def test_window_spans(tokens: int, size: int, stride: int, ends: list[int], expected: list[tuple[int, int]]) -> None:
    assert window_spans(tokens, size, stride, np.array(ends, np.int64)) == expected


@pytest.mark.parametrize(("size", "stride"), [(4, 0), (4, 5), (0, 0)])
def test_window_spans_refuses(size: int, stride: int) -> None:
    with pytest.raises(ValueError, match="0 < stride <= size"):
        window_spans(10, size, stride)


@given(st.integers(1, 400), st.integers(1, 60), st.data())
def test_join_gives_back_what_was_cut(tokens: int, size: int, data: st.DataObject) -> None:
    stride = data.draw(st.integers(1, size))
    ends = np.array(sorted(data.draw(st.sets(st.integers(1, tokens)))), np.int64)
    spans = window_spans(tokens, size, stride, ends)
    assert all(0 < b - a <= size for a, b in spans)
    values = np.arange(tokens * 2, dtype=np.float32).reshape(tokens, 2)
    assert (join_windows(spans, [values[a:b] for a, b in spans], tokens) == values).all()
    parts = owned_parts(spans, tokens)
    assert all(s[0] <= p[0] <= p[1] <= s[1] for s, p in zip(spans, parts, strict=True))
