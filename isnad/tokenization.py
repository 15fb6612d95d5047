"""Text to token ids whose offsets point into the text as received.

The text is never rewritten. A paragraph (a line) is tokenised at a time and paragraphs are joined by one separator
token of width zero, so that a model sees where they end and no span can cross it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer as FastTokenizer

from isnad.errors import ModelError

_LINE = re.compile(r"[^\n\r\u2028\u2029]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CHUNK = 20_000
"""Code points tokenised at a time: a line longer than this is cut at white space, so that memory stays bounded."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """A tokenised text: ``ids`` [tokens], ``offsets`` [tokens, 2] in code points, white space trimmed off.
    A separator between paragraphs has an empty offset."""

    ids: NDArray[np.int64]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def is_separator(self) -> NDArray[np.bool_]:
        """[tokens] True where a paragraph ends."""
        return np.asarray(self.offsets[:, 0] == self.offsets[:, 1])


class Tokenizer:
    """Wraps a ``tokenizers`` tokenizer: WordPiece, BPE and Unigram models alike."""

    def __init__(self, fast: FastTokenizer) -> None:
        fast.no_truncation()
        fast.no_padding()
        self.fast = fast
        self.begin, self.separator = _special_ids(fast)
        self.pad = next((i for t in ("<pad>", "[PAD]") if (i := fast.token_to_id(t)) is not None), 0)

    @classmethod
    def from_file(cls, path: Path) -> Tokenizer:
        """Read a ``tokenizer.json``; raises ModelError if it is missing or damaged."""
        try:
            return cls(FastTokenizer.from_file(str(path)))
        except Exception as error:  # the library raises bare Exception
            raise ModelError(f"{path}: not a readable tokenizer.json ({error}); copy or build the model again") from None

    def encode(self, text: str) -> Tokens:
        """Tokenise a text of any length; never truncates."""
        safe = _SURROGATE.sub("\ufffd", text)
        ids: list[int] = []
        offsets: list[tuple[int, int]] = []
        for start, end, opens in _chunks(safe):
            if opens and ids:
                ids.append(self.separator)
                offsets.append((start, start))
            encoding = self.fast.encode(safe[start:end], add_special_tokens=False)
            for token, (a, b) in zip(encoding.ids, encoding.offsets, strict=True):
                a, b = _trim(safe, start + a, start + b)
                if a < b:
                    ids.append(token)
                    offsets.append((a, b))
        return Tokens(np.array(ids, np.int64), np.array(offsets, np.int64).reshape(-1, 2))


def _special_ids(fast: FastTokenizer) -> tuple[int, int]:
    """The ids that open and close a sequence, as the tokenizer's own template gives them."""
    ids = fast.encode("").ids
    if len(ids) < 2:
        raise ModelError(
            "expected a tokenizer that frames a sequence with special tokens (<s> … </s> or [CLS] … [SEP]), "
            f"found {len(ids)} around an empty text; add a post_processor to its tokenizer.json"
        )
    return ids[0], ids[-1]


def _chunks(text: str) -> list[tuple[int, int, bool]]:
    """Pieces of the text to tokenise, each with whether it opens a paragraph."""
    out = []
    for line in _LINE.finditer(text):
        start, opens = line.start(), True
        while line.end() - start > _CHUNK:
            cut = text.rfind(" ", start + _CHUNK // 2, start + _CHUNK)
            cut = cut if cut > 0 else start + _CHUNK
            out.append((start, cut, opens))
            start, opens = cut, False
        out.append((start, line.end(), opens))
    return out


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end
