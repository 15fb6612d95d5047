"""Training, validation and test splits by article, with near-duplicates kept on one side and whole countries held out
for the test, so that memorised names do not flatter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from isnad.arabic import fold
from isnad.document import Document
from isnad.errors import InputError
from train.config import DataConfig

_RUN = 8
"""Words of a shared run that makes two articles near-duplicates, when they share several."""
_SHARED_RUNS = 4
_FORMULA = 20
"""A run that more articles share is a formula of the trade; it is counted against the first so many."""


@dataclass(frozen=True, slots=True)
class Splits:
    """Disjoint lists of documents, each in the corpus's order."""

    train: list[Document]
    validation: list[Document]
    test: list[Document]

    def named(self) -> dict[str, list[Document]]:
        """By the names that the field uses."""
        return {"train": self.train, "validation": self.validation, "test": self.test}


def split(documents: Sequence[Document], config: DataConfig) -> Splits:
    """Assign every document to one split. A group of near-duplicates goes whole; a group with an article of a held-out
    country is test; the others are validation by a hash of their first id, so that adding an
    article moves none but those it nearly repeats.

    Raises:
        InputError: a split would be empty.
    """
    splits = Splits([], [], [])
    for group in duplicate_groups(documents):
        members = [documents[i] for i in group]
        if any(d.meta.get("country") in config.held_out_countries for d in members):
            splits.test.extend(members)
        elif _share(members[0].id, config.seed) < config.validation_share:
            splits.validation.extend(members)
        else:
            splits.train.extend(members)
    for name, found in splits.named().items():
        found.sort(key=lambda d: d.id)
        if not found and (name != "test" or config.held_out_countries):
            raise InputError(f"the {name} split is empty: {len(documents)} articles are too few for these shares; add articles")
    return splits


def _share(doc_id: str, seed: int) -> float:
    digest = blake2b(f"{seed}:{doc_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") / 2**64


def duplicate_groups(documents: Sequence[Document]) -> list[list[int]]:
    """Groups of indices that share at least four runs of eight words, transitively; most hold one."""
    parent = list(range(len(documents)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    seen: dict[str, list[int]] = {}
    shared: dict[tuple[int, int], int] = {}
    for i, document in enumerate(documents):
        for run in _runs(document.text):
            for other in seen.setdefault(run, [])[:_FORMULA]:
                shared[other, i] = shared.get((other, i), 0) + 1
            seen[run].append(i)
    for (a, b), count in shared.items():
        if count >= _SHARED_RUNS:
            parent[root(b)] = root(a)
    groups: dict[int, list[int]] = {}
    for i in range(len(documents)):
        groups.setdefault(root(i), []).append(i)
    return list(groups.values())


def _runs(text: str) -> set[str]:
    words = re.findall(r"\w+", fold(text))
    return {" ".join(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1)}
