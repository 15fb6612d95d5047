"""What a trained model is worth: scores of the exported graphs through the extractor that services call, as JSON and
as a page to read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from isnad.document import Document
from isnad.linking import link
from isnad.model_directory import read_card
from isnad.runtime import load
from isnad.schema import LAYERS
from isnad.words import split_words
from train.baseline import Gazetteer
from train.examples import document_spans, layer_spans, word_range
from train.scoring import score
from train.storage import write_json, write_text

Rows = dict[str, dict[str, float]]


def evaluate_model(directory: Path, splits: dict[str, Sequence[Document]], training: Sequence[Document]) -> dict[str, Any]:
    """Score every graph of a model on each split, with the gazetteer baseline beside; writes ``report.json``,
    ``report.md`` and the model card ``README.md`` into the directory and returns the report."""
    card = read_card(directory)
    report: dict[str, Any] = {"model": card.name, "default_graph": card.default_graph, "splits": {}}
    baseline = Gazetteer.learn(training)
    for name, documents in splits.items():
        found: dict[str, Any] = {"articles": len(documents)}
        found["baseline"] = score(documents, [baseline.extract(d.id, d.text) for d in documents]).to_dict()
        for graph in card.graphs:
            extractor = load(directory, graph)
            predicted = extractor.extract_many([(d.id, d.text) for d in documents])
            found[graph] = score(documents, predicted).to_dict()
            if graph == card.default_graph:
                found["rules"] = score(documents, [by_rules(d) for d in predicted]).to_dict()
                found["layers"] = layer_report(documents, predicted)
        report["splits"][name] = found
    write_json(directory / "report.json", report)
    _note_scores(directory, report)
    write_text(directory / "report.md", render_report(report))
    write_text(directory / "README.md", render_card(report, card.provenance))
    return report


def _note_scores(directory: Path, report: dict[str, Any]) -> None:
    """Write the default graph's F1 by split and measure into the card's provenance."""
    value = json.loads((directory / "isnad.json").read_text(encoding="utf-8"))
    graph = report["default_graph"]
    value["provenance"]["scores"] = {
        name: {measure: row["f1"] for measure, row in found[graph].items()} for name, found in report["splits"].items()
    }
    write_json(directory / "isnad.json", value)


def by_rules(document: Document) -> Document:
    """A predicted document linked anew by the plain rules alone: the baseline of the speaker model."""
    return link(document.id, document.text, document_spans(document))


def layer_report(gold: Sequence[Document], predicted: Sequence[Document]) -> dict[str, Any]:
    """seqeval's strict IOB2 report of each layer, over words. A layer with no span is left out:
    seqeval refuses it."""
    from seqeval.metrics import classification_report
    from seqeval.scheme import IOB2

    out: dict[str, Any] = {}
    sequences = [(_tag_rows(g), _tag_rows(p)) for g, p in zip(gold, predicted, strict=True)]
    for layer in LAYERS:
        true, found = [g[layer] for g, _ in sequences], [p[layer] for _, p in sequences]
        if not any(tag != "O" for row in (*true, *found) for tag in row):
            continue
        rows = classification_report(true, found, mode="strict", scheme=IOB2, output_dict=True, zero_division=0)
        out[layer] = {k: round(float(v), 4) for k, v in rows[layer].items()}
    return out


def _tag_rows(document: Document) -> dict[str, list[str]]:
    words = split_words(document.text)
    rows = {}
    for layer, spans in layer_spans(document).items():
        tags = ["O"] * len(words)
        for start, end in spans:
            first, last = word_range(words, start, end)
            tags[first:last] = [f"B-{layer}", *[f"I-{layer}"] * (last - first - 1)][: last - first]
        rows[layer] = tags
    return rows


def render_report(report: dict[str, Any]) -> str:
    """The report as Markdown."""
    lines = [f"# Model `{report['model']}`", ""]
    lines += [f"Scores of the exported graphs through the packaged extractor; default graph `{report['default_graph']}`.", ""]
    graphs = ("baseline", "rules", "int8", "fp32")
    for name, found in report["splits"].items():
        present = [g for g in graphs if g in found]
        lines += [
            f"## {name}: {found['articles']} articles",
            "",
            f"| F1 | {' | '.join(present)} | P | R | gold |",
            "|---|" + "---|" * (len(present) + 3),
        ]
        main = found[report["default_graph"]]
        for measure, row in main.items():
            cells = " | ".join(f"{found[g][measure]['f1']:.3f}" for g in present)
            lines.append(f"| {measure} | {cells} | {row['precision']:.3f} | {row['recall']:.3f} | {row['gold']:.0f} |")
        lines += ["", "seqeval, strict IOB2 over words:", "", "| layer | P | R | F1 | gold |", "|---|---|---|---|---|"]
        for layer, row in found["layers"].items():
            lines.append(f"| {layer} | {row['precision']:.3f} | {row['recall']:.3f} | {row['f1-score']:.3f} | {row['support']:.0f} |")
        lines.append("")
    lines.append(
        "Baseline: names, roles and cues of the training articles looked up in the text, quotes between marks, the same rules. "
        "Rules: the model's spans, with quotes attributed by the plain rules instead of the speaker model."
    )
    return "\n".join(lines) + "\n"


def render_card(report: dict[str, Any], provenance: dict[str, Any]) -> str:
    """The model card."""
    config = provenance["config"]
    lines = [
        f"# isnad model `{report['model']}`",
        "",
        "Reads Arabic political news: persons, roles, organizations, places, reporting words, direct and indirect",
        "quotations with their speakers.",
        "",
        "```python",
        "import isnad",
        f'document = isnad.load("{report["model"]}").extract(text)',
        "```",
        "",
        f"- Encoder: `{config['model']['encoder']}`, windows of {config['model']['window']} tokens, stride {config['model']['stride']}",
        f"- Data: sha256 `{provenance['data_sha256'][:16]}…`; code: commit `{str(provenance['commit'])[:12]}`",
        "- Trained on articles written for the project: it has read no real newspaper. Scores on them say how it reads",
        "  articles of the same hand; measure it on your own before you trust it.",
        "- It marks what a text says, not what is true, and it errs; a person should read what matters.",
        "",
        "| F1 | " + " | ".join(report["splits"]) + " |",
        "|---|" + "---|" * len(report["splits"]),
    ]
    for measure in next(iter(report["splits"].values()))[report["default_graph"]]:
        cells = [f"{s[report['default_graph']][measure]['f1']:.3f}" for s in report["splits"].values()]
        lines.append(f"| {measure} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
