"""From scores of tokens to spans of characters. Pure: arrays and plain values in and out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isnad.schema import CLITIC_LAYERS, LAYERS, B, I, O
from isnad.tokenization import Tokens

_MARKS = "\"“”«»„‟'‘’"
_EDGE = _MARKS + ".,،؛;:؟?!…()[]{}|/\\-–—_#*"
_PAIRS = {")": "(", "]": "[", "”": "“", "»": "«"}


@dataclass(frozen=True, slots=True)
class Span:
    """A decoded span of one layer, in code points, with the mean probability of its tags."""

    layer: str
    start: int
    end: int
    score: float


def log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Log probabilities over the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)), np.float32)


def best_tags(logp: NDArray[np.float32]) -> NDArray[np.int64]:
    """The likeliest valid BIO sequence of one layer, [tokens, 3] → [tokens]. An I follows only a B or an I.

    The only forbidden step is O → I, so where the token-wise best sequence is valid it is the answer, and Viterbi
    runs only otherwise."""
    tags = np.asarray(logp.argmax(axis=-1), np.int64)
    before = np.concatenate([[O], tags[:-1]])
    return _viterbi(logp) if ((tags == I) & (before == O)).any() else tags


def _viterbi(logp: NDArray[np.float32]) -> NDArray[np.int64]:
    back = np.zeros((len(logp), 3), np.int64)
    best = [float(logp[0, O]), float(logp[0, B]), -np.inf]
    for t, (o, b, i) in enumerate(logp[1:].tolist(), 1):
        inside = B if best[B] >= best[I] else I
        any_tag = O if best[O] >= best[inside] else inside
        back[t] = any_tag, any_tag, inside
        best = [best[any_tag] + o, best[any_tag] + b, best[inside] + i]
    tags = np.zeros(len(logp), np.int64)
    tags[-1] = int(np.argmax(best))
    for t in range(len(logp) - 1, 0, -1):
        tags[t - 1] = back[t, tags[t]]
    return tags


def tag_runs(tags: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Half-open token runs of a valid BIO sequence."""
    starts = np.flatnonzero(tags == B)
    ends = np.flatnonzero(np.concatenate([tags[1:] != I, [True]]) & (tags != O)) + 1
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


def decode(text: str, tokens: Tokens, tag_logits: NDArray[np.float32], clitic_logits: NDArray[np.float32]) -> list[Span]:
    """All spans of a document, by layer and then by place.

    ``tag_logits`` [tokens, layers, 3], ``clitic_logits`` [tokens, MAX_CLITICS + 1]: how many leading letters of a
    token that begins a span stay outside it."""
    logp = log_softmax(tag_logits)
    logp[tokens.is_separator] = (0.0, -1e4, -1e4)
    clitics = clitic_logits.argmax(axis=-1)
    out = []
    for k, layer in enumerate(LAYERS):
        tags = best_tags(logp[:, k])
        for first, last in tag_runs(tags):
            start, end = int(tokens.offsets[first, 0]), int(tokens.offsets[last - 1, 1])
            if layer in CLITIC_LAYERS:
                start += min(int(clitics[first]), int(tokens.offsets[first, 1]) - start - 1)
            start, end = trim_edges(text, start, end, layer)
            if start < end:
                score = float(np.exp(logp[np.arange(first, last), k, tags[first:last]].mean()))
                out.append(Span(layer, start, end, round(score, 4)))
    return out


def trim_edges(text: str, start: int, end: int, layer: str) -> tuple[int, int]:
    """Leave white space and punctuation at the edges outside; of a direct quote only what stands beyond its marks,
    since its own full stop may be inside them."""
    opening, closing = (_MARKS + ":،", _MARKS + "،") if layer == "DIRECT" else (_EDGE, _EDGE)
    while start < end and (text[start].isspace() or text[start] in opening):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in closing):
        if text[end - 1] in _PAIRS and _PAIRS[text[end - 1]] in text[start : end - 1]:
            break
        end -= 1
    return start, end
