"""Texts that no one should send: random Unicode, damaged articles, endless lines; and what must hold for each."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from isnad.document import Document
from isnad.offsets import OFFSET_UNITS

_STRANGE = [
    *"\x00\x07\x1b\x7f\x85\ufeff\u200b\u200d\u200e\u200f\u202a\u202e\u2028\u2029\u2066\ufffc\ufffd\uffff",
    *"\ud800\udfff\u0301\u0640\u064b\u0651\u0670\u06dd\u08e2\ufdfa\ufdfd",
    *"«»“”\"'()[]{}<>&\\/|_#@؟،؛ـ…—٪٫٬",
    "👩‍👩‍👧‍👦",
    "𐎠",
    "\r\n",
    "ﷺ",
]
_BLOCKS = [(0x20, 0x7F), (0x600, 0x6FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFF), (0x4E00, 0x9FFF), (0x1F300, 0x1FAFF), (0, 0x10FFFF)]
LONG_LINE = 2 << 20


def hostile_texts(articles: Sequence[str], count: int, seed: int, long_lines: int = 0) -> Iterator[str]:
    """``count`` texts, a function of the seed: a third random, the rest articles damaged in one to forty places; then lines of
    two million characters."""
    source = random.Random(seed)
    for n in range(count):
        yield _random_text(source) if n % 3 == 0 else _damaged(source.choice(articles), source)
    for n in range(long_lines):
        piece = [source.choice(articles).replace("\n", " "), "ا" * 997, '"', "قال "][n % 4]
        yield (piece * (LONG_LINE // len(piece) + 1))[:LONG_LINE]


def _random_text(source: random.Random) -> str:
    low, high = source.choice(_BLOCKS)
    return "".join(
        source.choice(_STRANGE) if source.random() < 0.2 else chr(source.randint(low, high)) for _ in range(source.randint(0, 120))
    )


def _damaged(article: str, source: random.Random) -> str:
    start = source.randrange(max(1, len(article) - 300))
    text = list(article[start : start + source.randint(1, 300)])
    for _ in range(source.randint(1, 40)):
        at = source.randrange(len(text) + 1)
        match source.randrange(4):
            case 0:
                text.insert(at, source.choice(_STRANGE))
            case 1:
                del text[at : at + source.randint(1, 20)]
            case 2:
                text[at:at] = text[max(0, at - 30) : at]
            case _:
                text.insert(at, source.choice((" ", "\n", '"', "«", "»", ".", ": ")))
    return "".join(text)


def check_document(document: Document, text: str) -> None:
    """Raise unless the document is of this text, its spans are what stands at their offsets, and each unit of offsets comes back.

    Raises:
        DocumentError: a broken span or reference. AssertionError: another text, or a unit that does not come back.
    """
    assert document.text == text
    document.check()
    document.to_json().encode("utf-8")
    for unit in OFFSET_UNITS:
        assert Document.from_dict(document.to_dict(unit)) == document
