"""Documents to what a tagger learns from: token ids, a tag a layer, and how many proclitics a span's token holds.
Whatever cannot be expressed is counted by its reason."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isnad.document import Document
from isnad.schema import CLITIC_LAYERS, LAYERS, MAX_CLITICS, B, I
from isnad.tokenization import Tokenizer, Tokens

IGNORE = -100


@dataclass(frozen=True, slots=True)
class Example:
    """A document ready to train on: ``tags`` [tokens, layers], ``clitics`` [tokens]; IGNORE where nothing is learnt."""

    id: str
    tokens: Tokens
    tags: NDArray[np.int64]
    clitics: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.tokens)


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded windows: ids, mask [windows, width], tags [windows, width, layers], clitics [windows, width]."""

    ids: NDArray[np.int64]
    mask: NDArray[np.int64]
    tags: NDArray[np.int64]
    clitics: NDArray[np.int64]


def layer_spans(document: Document) -> dict[str, list[tuple[int, int]]]:
    """The spans of each layer."""
    spans: dict[str, list[tuple[int, int]]] = {layer: [] for layer in LAYERS}
    for m in document.mentions:
        spans[m.type].append((m.start, m.end))
    for c in document.cues:
        spans["CUE"].append((c.start, c.end))
    for q in document.quotes:
        spans[q.kind.upper()].append((q.start, q.end))
    return spans


def make_example(document: Document, tokenizer: Tokenizer, losses: Counter[str]) -> Example:
    """Align a document's spans with its tokens; ``losses`` counts spans whose edges a token hides."""
    tokens = tokenizer.encode(document.text)
    tags = np.zeros((len(tokens), len(LAYERS)), np.int64)
    clitics = np.full(len(tokens), IGNORE, np.int64)
    for k, (layer, spans) in enumerate(layer_spans(document).items()):
        for start, end in sorted(spans, key=lambda s: (s[0], -s[1])):
            first, last = token_range(tokens, start, end)
            if first >= last:
                losses[f"{layer}: no token"] += 1
            elif tags[first:last, k].any():
                losses[f"{layer}: overlaps another of its layer"] += 1
            else:
                tags[first, k], tags[first + 1 : last, k] = B, I
                _align_edges(layer, tokens, clitics, (first, last), (start, end), losses)
    tags[tokens.is_separator] = IGNORE
    return Example(document.id, tokens, tags, clitics)


def token_range(tokens: Tokens, start: int, end: int) -> tuple[int, int]:
    """Half-open range of the tokens that share a character with a span."""
    first = int(np.searchsorted(tokens.offsets[:, 1], start, side="right"))
    last = int(np.searchsorted(tokens.offsets[:, 0], end, side="left"))
    while first < last and tokens.offsets[first, 0] == tokens.offsets[first, 1]:
        first += 1
    return first, last


def _align_edges(
    layer: str,
    tokens: Tokens,
    clitics: NDArray[np.int64],
    run: tuple[int, int],
    span: tuple[int, int],
    losses: Counter[str],
) -> None:
    outside = span[0] - int(tokens.offsets[run[0], 0])
    if layer in CLITIC_LAYERS and 0 <= outside <= MAX_CLITICS:
        clitics[run[0]] = outside
    elif outside > 0:
        losses[f"{layer}: begins inside a token"] += 1
    if int(tokens.offsets[run[1] - 1, 1]) > span[1]:
        losses[f"{layer}: ends inside a token"] += 1


def epoch_windows(examples: Sequence[Example], size: int, seed: int, epoch: int, shuffle: bool = True) -> list[tuple[int, int, int]]:
    """(example, start, end) of windows that tile every document once, cut at places that differ by epoch."""
    out = []
    random = np.random.default_rng((seed, epoch))
    for n, example in enumerate(examples):
        shift = int(random.integers(size // 2)) if shuffle and len(example) > size else 0
        edges = [0, *range(size - shift, len(example), size), len(example)]
        out += [(n, a, b) for a, b in itertools.pairwise(edges) if b > a]
    return out


def epoch_batches(examples: Sequence[Example], size: int, batch_tokens: int, seed: int, epoch: int) -> list[list[tuple[int, int, int]]]:
    """Windows of similar length together, at most ``batch_tokens`` padded tokens a batch, batches in random order.
    A function of its arguments alone, so that a resumed run sees the same batches."""
    random = np.random.default_rng((seed, epoch, 1))
    windows = epoch_windows(examples, size, seed, epoch)
    jitter = random.uniform(0.9, 1.1, len(windows))
    order = sorted(range(len(windows)), key=lambda i: (windows[i][2] - windows[i][1]) * jitter[i])
    batches: list[list[tuple[int, int, int]]] = [[]]
    for i in order:
        longest = max([windows[i][2] - windows[i][1], *(b - a for _, a, b in batches[-1])])
        if batches[-1] and (longest + 2) * (len(batches[-1]) + 1) > batch_tokens:
            batches.append([])
        batches[-1].append(windows[i])
    return [batches[i] for i in random.permutation(len(batches))]


def collate(examples: Sequence[Example], batch: Sequence[tuple[int, int, int]], tokenizer: Tokenizer) -> Batch:
    """Frame each window with its special tokens and pad to the longest."""
    width = max(b - a for _, a, b in batch) + 2
    out = Batch(
        ids=np.full((len(batch), width), tokenizer.pad, np.int64),
        mask=np.zeros((len(batch), width), np.int64),
        tags=np.full((len(batch), width, len(LAYERS)), IGNORE, np.int64),
        clitics=np.full((len(batch), width), IGNORE, np.int64),
    )
    for row, (n, a, b) in enumerate(batch):
        example, length = examples[n], b - a
        out.ids[row, : length + 2] = [tokenizer.begin, *example.tokens.ids[a:b], tokenizer.separator]
        out.mask[row, : length + 2] = 1
        out.tags[row, 1 : length + 1] = example.tags[a:b]
        out.clitics[row, 1 : length + 1] = example.clitics[a:b]
    return out


def iterate_once(values: Sequence[Document], tokenizer: Tokenizer, losses: Counter[str]) -> Iterator[Example]:
    """Examples of documents that have at least one token; the others are counted."""
    for document in values:
        example = make_example(document, tokenizer, losses)
        if len(example):
            yield example
        else:
            losses["document without tokens"] += 1
