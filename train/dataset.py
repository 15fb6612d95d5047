"""The built dataset: splits as JSON lines and as a ``datasets.DatasetDict``, and a manifest that says what is in it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from isnad.document import Document
from isnad.errors import InputError
from isnad.words import split_words
from train.config import DataConfig
from train.corpus import read_corpus
from train.examples import layer_spans, tag_words
from train.splits import Splits, split
from train.storage import read_documents, replaced_folder, write_documents, write_json

SPLITS = ("train", "validation", "test")


def build_dataset(config: DataConfig) -> dict[str, Any]:
    """Read the corpus, split it, write ``config.built``; returns the manifest. Raises CorpusError, InputError."""
    documents = read_corpus(Path(config.corpus))
    if config.limit:
        documents = documents[: config.limit]
    splits = split(documents, config)
    manifest = make_manifest(documents, splits)
    with replaced_folder(Path(config.built)) as folder:
        for name, found in splits.named().items():
            write_documents(folder / f"{name}.jsonl", found)
        write_hub_dataset(splits, folder / "hub")
        write_json(folder / "manifest.json", manifest)
    return manifest


def load_split(config: DataConfig, name: str) -> list[Document]:
    """A split of the built dataset; raises InputError when it has not been built."""
    return read_documents(Path(config.built) / f"{name}.jsonl")


def load_manifest(config: DataConfig) -> dict[str, Any]:
    """The manifest of the built dataset; raises InputError when it has not been built."""
    path = Path(config.built) / "manifest.json"
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot read ({error}); build it with `make data`") from None
    return manifest


def make_manifest(documents: Sequence[Document], splits: Splits) -> dict[str, Any]:
    """Hash of the content and of its splits, spans that tagging words would lose by reason, counts of each split."""
    digest = hashlib.sha256()
    losses: Counter[str] = Counter()
    for name, found in splits.named().items():
        for document in found:
            digest.update(f"{name}\n{document.to_json()}\n".encode())
            tag_words(document, split_words(document.text), losses)
    return {
        "sha256": digest.hexdigest(),
        "articles": len(documents),
        "losses": dict(losses),
        "splits": {name: _counts(found) for name, found in splits.named().items()},
    }


def _counts(documents: Sequence[Document]) -> dict[str, Any]:
    layers: Counter[str] = Counter()
    for document in documents:
        layers.update({layer: len(spans) for layer, spans in layer_spans(document).items()})
    return {
        "articles": len(documents),
        "words": sum(len(d.text.split()) for d in documents),
        "spans": dict(layers),
        "relations": dict(Counter(r.type for d in documents for r in d.relations)),
        "attribution": dict(Counter(q.attribution for d in documents for q in d.quotes)),
        **{k: dict(Counter(d.meta.get(k, "") for d in documents).most_common()) for k in ("outlet", "event", "country")},
    }


def write_hub_dataset(splits: Splits, folder: Path) -> None:
    """Save a ``DatasetDict`` whose rows are the documents' JSON form."""
    from datasets import Dataset, DatasetDict
    from datasets.utils.logging import disable_progress_bar

    disable_progress_bar()
    rows = {n: [document_row(d) for d in found] for n, found in splits.named().items() if found}
    DatasetDict({name: Dataset.from_list(found) for name, found in rows.items()}).save_to_disk(str(folder))


def document_row(document: Document) -> dict[str, Any]:
    """A document as a row whose columns are the same in every document."""
    row = document.to_dict()
    row["meta"] = {k: document.meta.get(k, "") for k in ("outlet", "date", "country", "event")}
    return row
