"""Windows over a document of any length, and their scores joined again. Pure: plain values in and out.

A window ends where a paragraph does, if one ends in its second half: then nothing is read twice, for no span crosses
paragraphs. Only a paragraph too long for that is cut inside, and the windows on both sides of the cut overlap.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def window_spans(tokens: int, size: int, stride: int, ends: NDArray[np.int64] | None = None) -> list[tuple[int, int]]:
    """Half-open token spans of at most ``size`` that cover ``tokens``.

    ``ends`` are the token counts, in order, after which a paragraph is over. Windows are about as long as each other. Where
    no paragraph ends, the next window starts ``stride`` after this one. Raises ValueError unless 0 < stride <= size.
    """
    if not 0 < stride <= size:
        raise ValueError(f"expected 0 < stride <= size, found stride {stride} and size {size}")
    ends = np.empty(0, np.int64) if ends is None else ends
    out: list[tuple[int, int]] = []
    start = 0
    while tokens - start > size:
        left = tokens - start
        cut = _nearest(ends, start + left / math.ceil(left / size), start + (size + 1) // 2, start + size)
        out.append((start, cut or start + size))
        start = cut or start + stride
    return [*out, (start, tokens)] if tokens else []


def _nearest(ends: NDArray[np.int64], wanted: float, least: int, most: int) -> int | None:
    """The end nearest to ``wanted`` between two bounds, both included; None where there is none."""
    near = ends[np.searchsorted(ends, least) : np.searchsorted(ends, most, side="right")]
    return int(near[np.abs(near - wanted).argmin()]) if len(near) else None


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
