"""The least score of a mention by type: what a model had better not say, learned from validation articles."""

from __future__ import annotations

from collections.abc import Sequence

from isnad.document import Document
from isnad.schema import MENTION_TYPES

STEPS = (0.4, 0.5, 0.6, 0.7, 0.8)
LEAST_GAIN = 0.005
"""F1 that a threshold must bring on validation articles. Less is chance, and scores are higher on text like the training's than
on text unlike it, where the same threshold costs more."""


def choose_thresholds(gold: Sequence[Document], predicted: Sequence[Document]) -> dict[str, float]:
    """For each type the threshold with the best strict F1, where it gains at least ``LEAST_GAIN``; the lowest of equals."""
    out = {}
    for kind in MENTION_TYPES:
        wanted = {(n, m.start, m.end) for n, d in enumerate(gold) for m in d.mentions if m.type == kind}
        found = {(n, m.start, m.end): m.score for n, d in enumerate(predicted) for m in d.mentions if m.type == kind}
        values = {step: _f1(wanted, {span for span, score in found.items() if score >= step}) for step in (0.0, *STEPS)}
        best = max(values, key=lambda step: (values[step], -step))
        if values[best] - values[0.0] >= LEAST_GAIN:
            out[kind] = best
    return out


def _f1(wanted: set[tuple[int, int, int]], found: set[tuple[int, int, int]]) -> float:
    return 2 * len(wanted & found) / (len(wanted) + len(found)) if wanted or found else 1.0
