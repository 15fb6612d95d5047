"""Texts to documents: tokenise, cut windows, score them in batches of similar length, join, decode, link."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol, overload

import numpy as np
from numpy.typing import NDArray

from isnad.decoding import decode
from isnad.document import Document
from isnad.errors import InputError
from isnad.linking import link
from isnad.schema import LAYERS, MAX_CLITICS, TAGS
from isnad.speakers import SpeakerModel
from isnad.tokenization import Tokenizer, Tokens
from isnad.windows import join_windows, window_spans

Scores = tuple[NDArray[np.float32], NDArray[np.float32]]


class Scorer(Protocol):
    """ids, mask [windows, tokens] → tag logits [windows, tokens, layers, 3], clitic logits [windows, tokens, 4]."""

    def __call__(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> Scores: ...


@dataclass(frozen=True, slots=True)
class Settings:
    """How a model reads: tokens of a window, and from one window's start to the next's."""

    window: int = 256
    stride: int = 192
    batch_tokens: int = 4096
    """Padded tokens scored at a time; it bounds memory, whatever the text's length."""
    thresholds: Mapping[str, float] = field(default_factory=dict)
    """Least score of a span by layer; a layer without one keeps every span."""


class Extractor:
    """Reads articles. Thread-safe as far as its scorer is; ONNX Runtime's sessions are."""

    def __init__(
        self,
        tokenizer: Tokenizer,
        scorer: Scorer,
        settings: Settings | None = None,
        speakers: SpeakerModel | None = None,
    ) -> None:
        """Without a speaker model quotes are attributed by the plain rules."""
        self.tokenizer, self.scorer, self.settings = tokenizer, scorer, settings or Settings()
        self.speakers = speakers

    @overload
    def extract(self, texts: str) -> Document: ...  # type: ignore[overload-overlap]
    @overload
    def extract(self, texts: Sequence[str]) -> list[Document]: ...
    def extract(self, texts: str | Sequence[str]) -> Document | list[Document]:
        """The document of a text, or of each of several; ids are their numbers. A text may be empty or of any length.

        Raises:
            InputError: something that is not a string.
        """
        if isinstance(texts, str):
            return self.extract_many([("1", texts)])[0]
        return self.extract_many([(str(i), t) for i, t in enumerate(texts, 1)])

    def extract_many(self, articles: Sequence[tuple[str, str]]) -> list[Document]:
        """Documents of (id, text) pairs, scored together, in order."""
        for doc_id, text in articles:
            if not isinstance(text, str):
                raise InputError(f"text {doc_id}: expected a string, found {type(text).__name__}; decode it first")
        tokens = [self.tokenizer.encode(text) for _, text in articles]
        scores = self._score(tokens)
        return [self._read(*a, t, s) for a, t, s in zip(articles, tokens, scores, strict=True)]

    def extract_stream(self, articles: Iterable[tuple[str, str]], chunk: int = 32) -> Iterator[Document]:
        """Documents of a stream of (id, text) pairs, in order, ``chunk`` articles in memory at a time."""
        stream = iter(articles)
        while batch := list(islice(stream, chunk)):
            yield from self.extract_many(batch)

    def _read(self, doc_id: str, text: str, tokens: Tokens, scores: Scores | None) -> Document:
        least = self.settings.thresholds
        spans = [s for s in decode(text, tokens, *scores) if s.score >= least.get(s.layer, 0.0)] if scores else []
        return link(doc_id, text, spans, self.speakers)

    def _score(self, tokens: Sequence[Tokens]) -> list[Scores | None]:
        """Joined scores [tokens, …] of each document; None for one without tokens."""
        spans = [window_spans(len(t), self.settings.window, self.settings.stride) for t in tokens]
        windows = [(n, k) for n, found in enumerate(spans) for k in range(len(found))]
        windows.sort(key=lambda w: spans[w[0]][w[1]][1] - spans[w[0]][w[1]][0])
        scored: dict[tuple[int, int], Scores] = {}
        for batch in self._batches(windows, spans):
            ids, mask = self._frame(batch, spans, tokens)
            tags, clitics = self.scorer(ids, mask)
            for row, window in enumerate(batch):
                start, end = spans[window[0]][window[1]]
                inner = slice(1, 1 + end - start)
                scored[window] = tags[row, inner], clitics[row, inner]
        return [_join(n, found, scored, len(t)) for n, (found, t) in enumerate(zip(spans, tokens, strict=True))]

    def _batches(self, windows: Sequence[tuple[int, int]], spans: Sequence[Sequence[tuple[int, int]]]) -> Iterator[list[tuple[int, int]]]:
        batch: list[tuple[int, int]] = []
        for n, k in windows:  # sorted by length, so the newest is the longest
            width = spans[n][k][1] - spans[n][k][0] + 2
            if batch and width * (len(batch) + 1) > self.settings.batch_tokens:
                yield batch
                batch = []
            batch.append((n, k))
        if batch:
            yield batch

    def _frame(
        self, batch: Sequence[tuple[int, int]], spans: Sequence[Sequence[tuple[int, int]]], tokens: Sequence[Tokens]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        found = [spans[n][k] for n, k in batch]
        width = max(end - start for start, end in found) + 2
        ids = np.full((len(batch), width), self.tokenizer.pad, np.int64)
        mask = np.zeros((len(batch), width), np.int64)
        for row, ((n, _), (start, end)) in enumerate(zip(batch, found, strict=True)):
            ids[row, 0], ids[row, 1 + end - start] = self.tokenizer.begin, self.tokenizer.separator
            ids[row, 1 : 1 + end - start] = tokens[n].ids[start:end]
            mask[row, : 2 + end - start] = 1
        return ids, mask


def _join(n: int, spans: Sequence[tuple[int, int]], scored: dict[tuple[int, int], Scores], tokens: int) -> Scores | None:
    if not spans:
        return None
    tags = join_windows(spans, [scored[n, k][0] for k in range(len(spans))], tokens)
    clitics = join_windows(spans, [scored[n, k][1] for k in range(len(spans))], tokens)
    assert tags.shape[1:] == (len(LAYERS), len(TAGS))
    assert clitics.shape[1:] == (MAX_CLITICS + 1,)
    return tags, clitics
