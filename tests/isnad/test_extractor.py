"""The extractor over an exported graph: any text gives a document whose spans are what stands at their offsets."""

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import isnad
from isnad.errors import InputError, ModelError
from isnad.extractor import Extractor


@pytest.fixture(scope="module")
def extractor(tiny_model: Path) -> Extractor:
    return isnad.load(tiny_model)


@pytest.mark.parametrize(
    "text",
    ["", " \n\t\n", "قال", "\x00\x00", "\ud800 قال", "\u202eقال\u202c", "😀" * 300, "قال Obama إن ١٢", "\ufeff\u200f", "ا" * 9000],
)
def test_any_text_gives_a_sound_document(extractor: Extractor, text: str) -> None:
    document = extractor.extract(text)
    document.check()
    assert document.text == text


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_random_unicode(extractor: Extractor, text: str) -> None:
    extractor.extract(text).check()


@pytest.mark.parametrize("graph", ["fp32", "int8"])
def test_a_document_does_not_depend_on_its_company(tiny_model: Path, graph: str) -> None:
    extractor = isnad.load(tiny_model, graph, threads=3)
    texts = ["كلمة " * n + "\n" + "قال الوزير " * n for n in (300, 2, 90, 0, 45)]
    together = extractor.extract(texts)
    assert [d.text for d in together] == texts
    assert [d.id for d in together] == ["1", "2", "3", "4", "5"]
    assert list(extractor.extract_stream(((str(i), t) for i, t in enumerate(texts, 1)), ahead=2)) == together
    assert [extractor.extract_many([(str(i), t)])[0] for i, t in enumerate(texts, 1)] == together


def test_a_stream_reads_no_further_than_it_must(extractor: Extractor) -> None:
    read = []

    def articles():
        for n in range(10):
            read.append(n)
            yield str(n), "نص"

    documents = extractor.extract_stream(articles(), ahead=2)
    next(documents)
    assert read == [0, 1, 2]
    assert [d.id for d in documents] == [str(n) for n in range(1, 10)]


def test_nothing_is_truncated(extractor: Extractor) -> None:
    document = extractor.extract("مدينة " * 20_000)
    ends = [m.end for m in document.mentions] + [q.end for q in document.quotes] + [c.end for c in document.cues]
    assert max(ends, default=len(document.text)) > len(document.text) * 0.9


def test_something_else_than_text_is_refused(extractor: Extractor) -> None:
    with pytest.raises(InputError, match="text 2: expected a string, found bytes"):
        extractor.extract(["نص", b"bytes"])  # type: ignore[list-item]


def test_thresholds_of_the_card_drop_doubtful_spans(tiny_model: Path, tmp_path: Path) -> None:
    text = "قال وزير الخارجية إن الوفد وصل إلى القاهرة " * 5
    everything = isnad.load(tiny_model, "fp32").extract(text)
    strict = _damaged(tiny_model, tmp_path, {"thresholds": dict.fromkeys(("PER", "ROLE", "ORG", "LOC"), 1.01)})
    assert everything.mentions
    assert isnad.load(strict, "fp32").extract(text).mentions == ()


def test_graphs_agree(tiny_model: Path) -> None:
    text = "قال وزير الخارجية إن الوفد وصل إلى القاهرة"
    fp32, int8 = isnad.load(tiny_model, "fp32").extract(text), isnad.load(tiny_model, "int8", threads=1).extract(text)
    assert fp32.text == int8.text


def _damaged(model: Path, tmp_path: Path, change: dict[str, object] | str | None, drop: str = "") -> Path:
    copy = tmp_path / "copy"
    shutil.copytree(model, copy)
    if isinstance(change, str):
        (copy / "isnad.json").write_text(change)
    elif change:
        value = json.loads((copy / "isnad.json").read_text())
        (copy / "isnad.json").write_text(json.dumps(value | change))
    if drop:
        (copy / drop).unlink()
    return copy


@pytest.mark.parametrize(
    ("change", "drop", "message"),
    [
        ({"format": 99}, "", "expected format 2, found 99; install a newer isnad"),
        ({"format": "x"}, "", "export the model anew"),
        ({"layers": ["PER"]}, "", "made for layers"),
        ({"default_graph": "fp8"}, "", "damaged"),
        ({"window": None}, "", "damaged"),
        ("{", "", "damaged"),
        ("[]", "", "expected format 2"),
        (None, "isnad.json", "no isnad.json"),
        (None, "tokenizer.json", "not a readable tokenizer.json"),
        (None, "model.int8.onnx", "the graph cannot be opened"),
        (None, "cues.json", r"cues\.json: damaged"),
    ],
)
def test_a_damaged_model_is_named(tiny_model: Path, tmp_path: Path, change: dict[str, object] | None, drop: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        isnad.load(_damaged(tiny_model, tmp_path, change, drop))


def test_a_model_brings_its_lexicon_of_cues_or_none(tiny_model: Path, tmp_path: Path) -> None:
    lexicon = isnad.load(tiny_model).lexicon
    assert lexicon
    assert lexicon.look_up("مشيراً").act == "say"
    card = json.loads((tiny_model / "isnad.json").read_text())
    del card["cues"]
    older = _damaged(tiny_model, tmp_path, json.dumps(card), drop="cues.json")
    assert isnad.load(older).lexicon is None


def test_a_damaged_lexicon_is_named(tiny_model: Path, tmp_path: Path) -> None:
    copy = _damaged(tiny_model, tmp_path, None)
    (copy / "cues.json").write_text('{"قال": {"act": "speak", "forms": []}}', encoding="utf-8")
    with pytest.raises(ModelError, match=r"cues\.json: damaged .*act is 'speak'"):
        isnad.load(copy)


def test_an_unknown_model_and_graph_are_named(tiny_model: Path) -> None:
    with pytest.raises(ModelError, match="no such directory and no installed model"):
        isnad.load("nowhere")
    with pytest.raises(ModelError, match="has no 'fp16' graph; it carries fp32, int8"):
        isnad.load(tiny_model, "fp16")


def test_random_bytes_for_a_graph(tiny_model: Path, tmp_path: Path) -> None:
    copy = _damaged(tiny_model, tmp_path, None)
    (copy / "model.int8.onnx").write_bytes(random.Random(0).randbytes(1000))
    with pytest.raises(ModelError, match="cannot be opened"):
        isnad.load(copy)


def test_importing_isnad_imports_no_torch() -> None:
    code = "import sys, isnad, isnad.cli; sys.exit(any(m in sys.modules for m in ('torch', 'transformers', 'train')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
