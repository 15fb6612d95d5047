"""Raw news as one long row of token ids, built once and read from disk: what further pretraining learns from."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from isnad.errors import InputError
from isnad.reading import read_articles
from isnad.tokenization import Tokenizer
from train.checkpoints import file_hash
from train.storage import replaced_folder, write_json


@dataclass(frozen=True, slots=True)
class RawTokens:
    """``ids`` [tokens] of all articles in an order of their own, a separator after each paragraph; ``opens`` [tokens] is True
    where a word begins. Both are maps of files. The first ``held_out`` tokens are for validation alone."""

    ids: NDArray[np.int32]
    opens: NDArray[np.bool_]
    held_out: int


def build_raw(paths: Sequence[str], tokenizer_file: Path, target: Path, held_out_articles: int, seed: int) -> RawTokens:
    """Tokenise articles into ``target``, or open what an earlier call with the same arguments left there.

    Raises:
        InputError: a path that cannot be read, or fewer articles than are held out.
    """
    told = {
        "paths": list(paths),
        "sizes": [Path(p).stat().st_size if Path(p).is_file() else None for p in paths],
        "tokenizer": file_hash(tokenizer_file),
        "held_out_articles": held_out_articles,
        "seed": seed,
    }
    if not _is_built(target, told):
        texts = [text for _, text in read_articles(paths, sys.stdin.buffer)]
        if len(texts) <= held_out_articles:
            raise InputError(
                f"{', '.join(paths)}: {len(texts)} articles, of which {held_out_articles} are held out; give more, or hold out fewer"
            )
        order = np.random.default_rng(seed).permutation(len(texts))
        _write(target, [texts[i] for i in order], Tokenizer.from_file(tokenizer_file), held_out_articles, told)
    note = json.loads((target / "note.json").read_text(encoding="utf-8"))
    return RawTokens(np.load(target / "ids.npy", mmap_mode="r"), np.load(target / "opens.npy", mmap_mode="r"), note["held_out"])


def _is_built(target: Path, told: dict[str, object]) -> bool:
    try:
        note = json.loads((target / "note.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return {k: note.get(k) for k in told} == told


def _write(target: Path, texts: Sequence[str], tokenizer: Tokenizer, held_out_articles: int, told: dict[str, object]) -> None:
    ids: list[NDArray[np.int32]] = []
    opens: list[NDArray[np.bool_]] = []
    held_out = 0
    for n, text in enumerate(tqdm(texts, unit="article", desc="tokenise", mininterval=5)):
        tokens = tokenizer.encode(text)
        offsets = tokens.offsets
        ids.append(np.append(tokens.ids, tokenizer.separator).astype(np.int32))
        opens.append(np.append(np.append(True, offsets[1:, 0] != offsets[:-1, 1])[: len(tokens)], True))
        if n < held_out_articles:
            held_out += len(ids[-1])
    with replaced_folder(target) as work:
        np.save(work / "ids.npy", np.concatenate(ids))
        np.save(work / "opens.npy", np.concatenate(opens))
        write_json(work / "note.json", told | {"held_out": held_out, "articles": len(texts), "tokens": sum(map(len, ids))})
