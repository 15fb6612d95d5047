"""Documents to what a tagger learns from: token ids, a tag a layer, and how many proclitics a span's token holds.
Whatever cannot be expressed is counted by its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isnad.decoding import Span
from isnad.document import Document
from isnad.schema import CLITIC_LAYERS, LAYERS, MAX_CLITICS, B, I
from isnad.tokenization import Tokenizer, Tokens
from isnad.windows import window_spans
from isnad.words import split_words, token_ranges

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


def document_spans(document: Document) -> list[Span]:
    """A document's annotation as the spans that decoding would give, all certain: what linking it anew starts from."""
    return [Span(layer, start, end, 1.0) for layer, found in layer_spans(document).items() for start, end in found]


def make_example(document: Document, tokenizer: Tokenizer, losses: Counter[str]) -> Example:
    """Tag a document's words and give every token its word's tag; ``losses`` counts spans that words cannot express."""
    tokens = tokenizer.encode(document.text)
    words = split_words(document.text)
    word_tags, word_clitics = tag_words(document, words, losses)
    tags = np.full((len(tokens), len(LAYERS)), IGNORE, np.int64)
    clitics = np.full(len(tokens), IGNORE, np.int64)
    for n, (first, last) in reversed(list(enumerate(token_ranges(words, tokens.offsets).tolist()))):
        if first == last and word_tags[n].any():
            losses["word without a token"] += 1
        tags[first:last], clitics[first:last] = word_tags[n], word_clitics[n]
    tags[tokens.is_separator] = IGNORE
    return Example(document.id, tokens, tags, clitics)


def tag_words(document: Document, words: NDArray[np.int64], losses: Counter[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Tags [words, layers] and proclitics [words] (IGNORE where no span begins)."""
    tags = np.zeros((len(words), len(LAYERS)), np.int64)
    clitics = np.full(len(words), IGNORE, np.int64)
    for k, (layer, spans) in enumerate(layer_spans(document).items()):
        for start, end in sorted(spans, key=lambda s: (s[0], -s[1])):
            first, last = word_range(words, start, end)
            if first >= last:
                losses[f"{layer}: no word"] += 1
            elif tags[first:last, k].any():
                losses[f"{layer}: overlaps another of its layer"] += 1
            else:
                tags[first, k], tags[first + 1 : last, k] = B, I
                outside = start - int(words[first, 0])
                if layer in CLITIC_LAYERS and 0 <= outside <= MAX_CLITICS:
                    clitics[first] = outside
                if outside > (MAX_CLITICS if layer in CLITIC_LAYERS else 0):
                    losses[f"{layer}: begins inside a word"] += 1
                if int(words[last - 1, 1]) > end:
                    losses[f"{layer}: ends inside a word"] += 1
    return tags, clitics


def word_range(words: NDArray[np.int64], start: int, end: int) -> tuple[int, int]:
    """Half-open range of the words that share a character with a span."""
    first = int(np.searchsorted(words[:, 1], start, side="right"))
    return first, int(np.searchsorted(words[:, 0], end, side="left"))


def epoch_windows(examples: Sequence[Example], size: int, seed: int, epoch: int, shuffle: bool = True) -> list[tuple[int, int, int]]:
    """(example, start, end) of windows that tile every document once, cut where paragraphs end as at inference, and by a length
    of its own for each document and epoch, so at other places each time."""
    out = []
    random = np.random.default_rng((seed, epoch))
    for n, example in enumerate(examples):
        length = int(random.integers(size * 5 // 8, size + 1)) if shuffle and len(example) > size else size
        ends = np.flatnonzero(example.tokens.is_separator) + 1
        out += [(n, start, end) for start, end in window_spans(len(example), length, length, ends)]
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
