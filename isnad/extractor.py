"""Texts to documents: tokenise, cut windows, score them, join, decode, link."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, overload

import numpy as np
from numpy.typing import NDArray

from isnad.cues import CueLexicon
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
    """Framed token ids of windows, each [tokens] → for each window, in order, tag logits [tokens, layers, 3] and clitic
    logits [tokens, 4]. The scores may be computed while the caller goes on; they are waited for as they are read."""

    def __call__(self, windows: Sequence[NDArray[np.int64]]) -> Iterable[Scores]: ...


@dataclass(frozen=True, slots=True)
class Settings:
    """How a model reads: tokens of a window, and from one window's start to the next's."""

    window: int = 256
    stride: int = 192
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
        lexicon: CueLexicon | None = None,
    ) -> None:
        """Without a speaker model quotes are attributed by the plain rules; without a lexicon cues have no lemma and act."""
        self.tokenizer, self.scorer, self.settings = tokenizer, scorer, settings or Settings()
        self.speakers, self.lexicon = speakers, lexicon

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
        """Documents of (id, text) pairs, in order."""
        return list(self.extract_stream(articles))

    def extract_stream(self, articles: Iterable[tuple[str, str]], ahead: int = 16) -> Iterator[Document]:
        """Documents of a stream of (id, text) pairs, in order. While one is decoded, the scorer works on those that come
        after it, at most ``ahead``; so many are in memory at a time.

        Raises:
            InputError: something that is not a string.
        """
        waiting: deque[_Pending] = deque()
        for doc_id, text in articles:
            waiting.append(self._submit(doc_id, text))
            if len(waiting) > ahead:
                yield self._read(waiting.popleft())
        while waiting:
            yield self._read(waiting.popleft())

    def _submit(self, doc_id: str, text: str) -> _Pending:
        if not isinstance(text, str):
            raise InputError(f"text {doc_id}: expected a string, found {type(text).__name__}; decode it first")
        tokens = self.tokenizer.encode(text)
        spans, frames = self.frames(tokens)
        return _Pending(doc_id, text, tokens, spans, self.scorer(frames) if frames else ())

    def frames(self, tokens: Tokens) -> tuple[list[tuple[int, int]], list[NDArray[np.int64]]]:
        """A document's windows: their spans, and their ids [tokens] with the special tokens around them."""
        spans = window_spans(len(tokens), self.settings.window, self.settings.stride, np.flatnonzero(tokens.is_separator) + 1)
        edges = np.array([self.tokenizer.begin]), np.array([self.tokenizer.separator])
        return spans, [np.concatenate([edges[0], tokens.ids[start:end], edges[1]]) for start, end in spans]

    def _read(self, pending: _Pending) -> Document:
        least = self.settings.thresholds
        scores = _join(pending)
        spans = decode(pending.text, pending.tokens, *scores) if scores else []
        kept = [s for s in spans if s.score >= least.get(s.layer, 0.0)]
        return link(pending.doc_id, pending.text, kept, self.speakers, self.lexicon)


@dataclass(frozen=True, slots=True)
class _Pending:
    """A document whose windows are being scored."""

    doc_id: str
    text: str
    tokens: Tokens
    spans: list[tuple[int, int]]
    scores: Iterable[Scores]


def _join(pending: _Pending) -> Scores | None:
    """Scores [tokens, …] of the whole document, without the special tokens; None for one without tokens."""
    if not pending.spans:
        return None
    windows = [(tags[1:-1], clitics[1:-1]) for tags, clitics in pending.scores]
    tags = join_windows(pending.spans, [w[0] for w in windows], len(pending.tokens))
    clitics = join_windows(pending.spans, [w[1] for w in windows], len(pending.tokens))
    assert tags.shape[1:] == (len(LAYERS), len(TAGS))
    assert clitics.shape[1:] == (MAX_CLITICS + 1,)
    return tags, clitics
