"""From scores of tokens to spans of characters. Pure: arrays and plain values in and out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isnad.consistency import vote
from isnad.schema import CLITIC_LAYERS, LAYERS, MAX_CLITICS, B, I, O
from isnad.tokenization import Tokens
from isnad.words import clitic_room, opens_paragraph, pool, split_words, token_ranges

_MARKS = "\"“”«»„‟'‘’"
_EDGE = _MARKS + ".,،؛;:؟?!…()[]{}|/\\-–—_#*"
_NEVER = -1e4
_BRACKETS = {")": "(", "]": "["}
_CLOSERS = {'"': '"', "«": "»", "“": "”"}


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
    """The likeliest valid BIO sequence of one layer, [words, 3] → [words]. An I follows only a B or an I.

    The only forbidden step is O → I, so where the word-wise best sequence is valid it is the answer, and Viterbi
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
    """Half-open runs of a valid BIO sequence."""
    starts = np.flatnonzero(tags == B)
    ends = np.flatnonzero(np.concatenate([tags[1:] != I, [True]]) & (tags != O)) + 1
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


def decode(text: str, tokens: Tokens, tag_logits: NDArray[np.float32], clitic_logits: NDArray[np.float32]) -> list[Span]:
    """All spans of a document, by layer and then by place.

    ``tag_logits`` [tokens, layers, 3], ``clitic_logits`` [tokens, MAX_CLITICS + 1]: how many leading letters of the
    word that begins a span stay outside it."""
    words = split_words(text)
    ranges = token_ranges(words, tokens.offsets)
    kept = ranges[:, 0] < ranges[:, 1]
    words, ranges = words[kept], ranges[kept]
    if not len(words):
        return []
    logp = log_softmax(pool(tag_logits, ranges))
    logp = log_softmax(vote([text[a:b] for a, b in words.tolist()], logp))
    logp[opens_paragraph(text, words), :, I] = _NEVER
    clitics = pool(clitic_logits, ranges)
    out = []
    for k, layer in enumerate(LAYERS):
        tags = best_tags(logp[:, k])
        for first, last in tag_runs(tags):
            start, end = int(words[first, 0]), int(words[last - 1, 1])
            if layer in CLITIC_LAYERS:
                start += count_clitics(text[start : int(words[first, 1])], clitics[first])
            start, end = trim_edges(text, start, end, layer)
            if start < end:
                score = float(np.exp(logp[np.arange(first, last), k, tags[first:last]].mean()))
                out.append(Span(layer, start, end, round(score, 4)))
    return out


def count_clitics(word: str, scores: NDArray[np.float32]) -> int:
    """The likeliest number of leading letters outside the span, among those that can be proclitics."""
    return int(scores[: clitic_room(word, MAX_CLITICS) + 1].argmax())


def trim_edges(text: str, start: int, end: int, layer: str) -> tuple[int, int]:
    """Leave white space and punctuation at the edges outside; of a direct quote only what stands beyond its marks,
    since its own full stop may be inside them. A closing mark at the end stays outside even where its opening one is
    inside; an opening mark at the start stays inside where its closing one is."""
    opening, closing = (_MARKS + ":،", _MARKS + "،") if layer == "DIRECT" else (_EDGE, _EDGE)
    while start < end and (text[end - 1].isspace() or text[end - 1] in closing):
        if text[end - 1] in _BRACKETS and _BRACKETS[text[end - 1]] in text[start : end - 1]:
            break
        end -= 1
    while start < end and (text[start].isspace() or text[start] in opening):
        if closes_inside(text[start:end]):
            break
        start += 1
    return start, end


def closes_inside(span: str) -> bool:
    """Whether a span begins with a quotation mark that is closed within it."""
    closer = _CLOSERS.get(span[:1])
    return closer is not None and span[1:].count(closer) % 2 == 1
