"""Overlapping windows over a document of any length, and their scores joined again. Pure: plain values in and out."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def window_spans(tokens: int, size: int, stride: int) -> list[tuple[int, int]]:
    """Half-open token spans of at most ``size`` that cover ``tokens``, each ``stride`` after the one before.
    The last one is moved back so that it is full. Raises ValueError unless 0 < stride <= size."""
    if not 0 < stride <= size:
        raise ValueError(f"expected 0 < stride <= size, found stride {stride} and size {size}")
    if tokens <= size:
        return [(0, tokens)] if tokens else []
    starts = list(range(0, tokens - size, stride))
    return [(s, s + size) for s in (*starts, tokens - size)]


def join_windows(spans: Sequence[tuple[int, int]], scores: Sequence[NDArray[np.float32]], tokens: int) -> NDArray[np.float32]:
    """Scores [tokens, …] of the whole document: each token's come from the window it stands deepest in.

    ``scores[i]`` is [span length, …] for ``spans[i]``."""
    out = np.zeros((tokens, *scores[0].shape[1:]), np.float32)
    for (start, end), (left, right), window in zip(spans, owned_parts(spans, tokens), scores, strict=True):
        assert len(window) == end - start
        out[left:right] = window[left - start : right - start]
    return out


def owned_parts(spans: Sequence[tuple[int, int]], tokens: int) -> list[tuple[int, int]]:
    """The part of each window that it answers for: overlaps are cut in their middle, so the parts tile the text."""
    edges = [0, *((a[1] + b[0]) // 2 for a, b in itertools.pairwise(spans)), tokens]
    return list(itertools.pairwise(edges))
