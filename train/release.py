"""The corpus as others download it: a folder of Parquet and JSON lines by split, with its card, ready for a hub."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from train.config import DataConfig
from train.dataset import document_row, load_manifest, load_split
from train.storage import replaced_folder, write_documents, write_json, write_text

_HEAD = """---
language: [ar]
license: cc-by-4.0
task_categories: [token-classification]
tags: [quotation-attribution, named-entity-recognition, coreference, news]
pretty_name: isnad
configs:
- config_name: default
  data_files:
{files}
---

"""


def release_dataset(config: DataConfig, target: Path) -> dict[str, Any]:
    """Write the built splits as ``<split>.parquet`` and ``<split>.jsonl`` with ``README.md`` and the manifest.

    Raises:
        InputError: the dataset has not been built, or the disk refuses.
    """
    from datasets import Dataset

    manifest = load_manifest(config)
    splits = {name: found for name in manifest["splits"] if (found := load_split(config, name))}
    card = Path(config.corpus).parent / "README.md"
    with replaced_folder(target) as folder:
        for name, documents in splits.items():
            write_documents(folder / f"{name}.jsonl", documents)
            Dataset.from_list([document_row(d) for d in documents]).to_parquet(str(folder / f"{name}.parquet"))
        files = "\n".join(f"  - split: {name}\n    path: {name}.parquet" for name in splits)
        body = card.read_text(encoding="utf-8") if card.exists() else "# isnad\n"
        write_text(folder / "README.md", _HEAD.format(files=files) + body + _counts(manifest))
        write_json(folder / "manifest.json", manifest)
    return manifest


def _counts(manifest: dict[str, Any]) -> str:
    rows = ["", "## Counts", "", "| split | articles | words | mentions | cues | direct | indirect |", "|---|---|---|---|---|---|---|"]
    for name, counts in manifest["splits"].items():
        spans = counts["spans"]
        mentions = sum(spans.get(k, 0) for k in ("PER", "ROLE", "ORG", "LOC"))
        cells = (counts["articles"], counts["words"], mentions, *(spans.get(k, 0) for k in ("CUE", "DIRECT", "INDIRECT")))
        rows.append(f"| {name} | " + " | ".join(map(str, cells)) + " |")
    return "\n".join(rows) + "\n"
