"""Words are the units that are tagged: a name never ends inside one, and a token's edge means nothing to a reader.
A token's scores are averaged over the word it stands in, so that a word's parts vote."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

_MARKS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u200c\u200d"
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}])*|[^\w\s]|_")
_PROCLITICS = re.compile("[أوفبلكس\u0640]*")


def split_words(text: str) -> NDArray[np.int64]:
    """Offsets [words, 2]: runs of letters and digits with their marks; every other character stands alone. The parts
    of a hash tag joined by underscores are words of their own."""
    return np.array([m.span() for m in _WORD.finditer(text)], np.int64).reshape(-1, 2)


def token_ranges(words: NDArray[np.int64], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """[words, 2]: the half-open range of tokens that share a character with each word; empty for a word that the
    tokenizer drops. ``offsets`` [tokens, 2]; those of width zero between paragraphs belong to no word."""
    first = np.searchsorted(offsets[:, 1], words[:, 0], side="right")
    last = np.searchsorted(offsets[:, 0], words[:, 1], side="left")
    padded = np.concatenate([offsets, [[0, 0]]])
    first = np.where((first < last) & (padded[first, 0] == padded[first, 1]), first + 1, first)
    return np.stack([first, np.maximum(first, last)], axis=1)


def pool(scores: NDArray[np.float32], ranges: NDArray[np.int64]) -> NDArray[np.float32]:
    """Mean scores [words, …] of tokens' scores [tokens, …] over non-empty ranges."""
    sums = np.concatenate([np.zeros((1, *scores.shape[1:]), np.float64), np.cumsum(scores, axis=0, dtype=np.float64)])
    counts = (ranges[:, 1] - ranges[:, 0]).reshape(-1, *[1] * (scores.ndim - 1))
    return np.asarray((sums[ranges[:, 1]] - sums[ranges[:, 0]]) / counts, np.float32)


def opens_paragraph(text: str, words: NDArray[np.int64]) -> NDArray[np.bool_]:
    """[words] True where a word is the first of its paragraph."""
    ends = [0, *words[:-1, 1].tolist()]
    gaps = (text[a:b] for a, b in zip(ends, words[:, 0].tolist(), strict=True))
    return np.array([i == 0 or any(c in "\n\r\u2028\u2029" for c in gap) for i, gap in enumerate(gaps)], np.bool_)


def clitic_room(word: str, most: int) -> int:
    """How many leading letters of a word can be proclitics, at most ``most`` and never the whole word."""
    match = _PROCLITICS.match(word)
    return min(most, match.end() if match else 0, len(word) - 1)
