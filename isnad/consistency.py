"""One name, one type: a word's occurrences in a document vote on whether it is a person or a place.

A short form far from its full name (… ترامب وبوتين …) is often in doubt by itself and plain elsewhere in the article. Each
occurrence's scores are moved towards what the word's occurrences say on average; a word that occurs once is left as it
is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from isnad.arabic import fold
from isnad.schema import LAYERS, MAX_CLITICS, O
from isnad.words import clitic_room

VOTING_LAYERS = ("PER", "LOC")
"""Bodies do not vote: the words of their names (مجلس، لجنة) also stand outside names."""
WEIGHT = 0.7
"""Chosen on validation articles, from 0 to 1.5."""
_SHORTEST = 3
_STRONGEST = 4.0


def vote(words: Sequence[str], logp: NDArray[np.float32], weight: float = WEIGHT) -> NDArray[np.float32]:
    """Log probabilities [words, layers, 3] after the vote; ``words`` are the document's, as they stand.

    ``weight`` scales the vote: the mean log odds of a word's occurrences, less its own."""
    groups: dict[str, list[int]] = defaultdict(list)
    for i, key in enumerate(_keys(words, logp)):
        if len(key) >= _SHORTEST:
            groups[key].append(i)
    out: NDArray[np.float32] = logp.copy()
    layers = [LAYERS.index(layer) for layer in VOTING_LAYERS]
    for members in groups.values():
        if len(members) > 1:
            odds = _log_odds(logp[members][:, layers])  # [members, voting layers]
            shift = np.clip(weight * (odds.mean(axis=0) - odds), -_STRONGEST, _STRONGEST)
            for n, k in enumerate(layers):
                out[members, k, 1:] += shift[:, n, None]
    return out


def _log_odds(logp: NDArray[np.float32]) -> NDArray[np.float32]:
    """Log odds that a word belongs to any span of a layer, [..., 3] → [...]."""
    outside: NDArray[np.float32] = np.clip(np.exp(logp[..., O]), 1e-4, 1 - 1e-4)
    odds: NDArray[np.float32] = np.log1p(-outside) - np.log(outside)
    return odds


def _keys(words: Sequence[str], logp: NDArray[np.float32]) -> list[str]:
    """Each word's folded form, without proclitics where what is left is itself a word of the document."""
    folded = [fold(w) for w in words]
    known = set(folded)
    return [
        next((f[n:] for n in range(1, clitic_room(w, MAX_CLITICS) + 1) if f[n:] in known), f) for w, f in zip(words, folded, strict=True)
    ]
