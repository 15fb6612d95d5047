"""Augmentation of training documents, in memory only: the same annotation over a text with other names
(see ``train.substitution``) or other typography.

Every change is a list of replacements ``(start, end, new)``; spans move with them, so ``text[start:end]`` stays the
span. Each switch of the config is the probability that a document is changed in that way in an epoch.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from random import Random

from isnad.document import Document
from train.config import AugmentConfig
from train.gazetteers import read_gazetteers
from train.substitution import rename

Edit = tuple[int, int, str]
_STYLES = (('"', '"'), ("«", "»"), ("“", "”"))
_PAIR = re.compile(r"\"([^\"\n]{1,800})\"|«([^«»\n]{1,800})»|“([^“”\n]{1,800})”")
_HAMZA = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا"})


def augment(document: Document, config: AugmentConfig, seed: tuple[int, int]) -> Document:
    """The document of one epoch: the same object where nothing is changed. ``seed`` is (run's seed, epoch)."""
    digest = blake2b(f"{seed}{document.id}".encode(), digest_size=8).digest()
    random = Random(int.from_bytes(digest, "little"))
    changes = (
        (config.mark_style, mark_style),
        (config.spelling, spelling),
        (config.lost_paragraphs, lost_paragraphs),
    )
    if random.random() < config.names:
        document = apply_edits(document, rename(document, random, read_gazetteers(Path(config.gazetteers))))
    for probability, change in changes:
        if random.random() < probability:
            document = apply_edits(document, change(document.text, random))
    return document


def mark_style(text: str, random: Random) -> list[Edit]:
    """Another outlet's quotation marks, for all pairs at once."""
    opening, closing = random.choice(_STYLES)
    pairs = [m.span() for m in _PAIR.finditer(text)]
    edits = [(a, a + 1, opening) for a, _ in pairs] + [(b - 1, b, closing) for _, b in pairs]
    return sorted(edits)


def spelling(text: str, random: Random) -> list[Edit]:
    """One careless habit kept all through: hamzas dropped, final ya dotless, or tanwin left out."""
    habits = (
        (r"[أإآ]", lambda c: c.translate(_HAMZA)),
        (r"ي(?!\w)", lambda _: "ى"),
        (r"ًا|اً", lambda _: "ا"),
        (r"ة(?!\w)", lambda _: "ه"),
    )
    weights = (5, 2, 5, 1)
    pattern, change = random.choices(habits, weights)[0]
    return [(m.start(), m.end(), change(m.group())) for m in re.finditer(pattern, text)]


def lost_paragraphs(text: str, random: Random) -> list[Edit]:
    """A page whose paragraphs ran together."""
    return [(m.start(), m.end(), " ") for m in re.finditer("\n", text)]


def apply_edits(document: Document, edits: Sequence[Edit]) -> Document:
    """Rewrite the text by sorted, disjoint replacements and move every span along. An edit that crosses a span's edge
    moves that edge to the edit's near side."""
    if not edits:
        return document
    pieces, at = [], 0
    for start, end, new in edits:
        pieces += [document.text[at:start], new]
        at = end
    text = "".join([*pieces, document.text[at:]])
    shift = _shifter(document.text, edits)

    def moved(span):  # type: ignore[no-untyped-def]
        start, end = shift[span.start], shift[span.end]
        return replace(span, start=start, end=end, text=text[start:end])

    return replace(
        document,
        text=text,
        mentions=tuple(map(moved, document.mentions)),
        cues=tuple(map(moved, document.cues)),
        quotes=tuple(map(moved, document.quotes)),
    )


def _shifter(text: str, edits: Sequence[Edit]) -> list[int]:
    """New offset of every old one."""
    out, moved, at = [], 0, 0
    for start, end, new in edits:
        out += [i + moved for i in range(at, start)]
        out += [min(start + moved + (i - start), start + moved + len(new)) for i in range(start, end)]
        moved += len(new) - (end - start)
        at = end
    return out + [i + moved for i in range(at, len(text) + 1)]
