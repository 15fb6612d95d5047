"""The scorer: known cases, and the same figures as the reference scorer where that is at hand."""

import importlib.util
import json
import random
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from isnad.decoding import Span
from isnad.document import Document
from isnad.errors import InputError
from isnad.linking import link
from train.corpus import read_article
from train.examples import layer_spans
from train.scoring import score

REFERENCE = Path(__file__).parents[3] / "shared" / "eval" / "score.py"
GOLD = Path(__file__).parents[1] / "fixtures" / "gold.xml"


@pytest.fixture(scope="module")
def gold() -> Document:
    return read_article(GOLD)


def test_gold_against_itself_is_perfect(gold: Document) -> None:
    for name, row in score([gold], [gold]).to_dict().items():
        assert row["f1"] == 1.0, name


def test_nothing_predicted_is_zero(gold: Document) -> None:
    rows = score([gold], [Document(gold.id, gold.text)]).to_dict()
    assert all(row["f1"] == 0 for row in rows.values())
    assert rows["mention all"]["gold"] == len(gold.mentions)


def test_a_wrong_speaker_costs_the_speaker_alone(gold: Document) -> None:
    wrong = replace(gold, quotes=(replace(gold.quotes[0], speaker="b"), *gold.quotes[1:]))
    rows = score([gold], [wrong]).to_dict()
    attributed = sum(q.speaker is not None for q in gold.quotes)
    assert rows["quote all exact"]["f1"] == 1.0
    assert rows["said_by"]["recall"] == round((attributed - 1) / attributed, 4)


def test_other_text_or_a_missing_document_is_refused(gold: Document) -> None:
    with pytest.raises(InputError, match="not the gold text"):
        score([gold], [Document(gold.id, "نص آخر")])
    with pytest.raises(InputError, match="no prediction for document 'gold'"):
        score([gold], [])


def noisy(document: Document, seed: int) -> Document:
    """A prediction with dropped, moved and retyped spans, linked by the rules."""
    rng = random.Random(seed)
    spans = []
    for layer, found in layer_spans(document).items():
        for start, end in found:
            if rng.random() < 0.15:
                continue
            end = min(len(document.text), end + rng.choice((0, 0, 0, 1, 6)))
            name = rng.choice(("PER", "ORG", "LOC")) if layer in ("PER", "ORG", "LOC") and rng.random() < 0.2 else layer
            spans.append(Span(name, start, end, 1.0))
    return link(document.id, document.text, spans)


def _reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference_score", REFERENCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["reference_score"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference scorer is not at hand")
@pytest.mark.parametrize("seed", range(8))
def test_equal_to_the_reference_scorer(tmp_path: Path, root: Path, seed: int) -> None:
    reference = _reference()
    sources = [GOLD, *sorted((root / "data" / "corpus").glob("*.xml"))[seed * 3 : seed * 3 + 3]]
    folder = tmp_path / "gold"
    folder.mkdir()
    for path in sources:
        (folder / path.name).write_bytes(path.read_bytes())
    documents = [read_article(p) for p in sources]
    predicted = [noisy(d, seed) for d in documents]
    file = tmp_path / "predicted.jsonl"
    file.write_text("".join(json.dumps(d.to_dict(), ensure_ascii=False) + "\n" for d in predicted), encoding="utf-8")
    theirs = reference.report(reference.load(folder), reference.load(file))
    ours = score(documents, predicted).to_dict()
    assert ours == {k: pytest.approx(v, abs=1e-4) for k, v in theirs.items()}
