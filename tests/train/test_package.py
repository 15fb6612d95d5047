"""The model's wheel and the report."""

import zipfile
from pathlib import Path

import pytest

from isnad.errors import InputError, ModelError
from isnad.model_directory import read_card, read_lexicon
from train.corpus import read_article
from train.package import package_model
from train.report import evaluate_model, layer_report

GOLD = Path(__file__).parents[1] / "fixtures" / "gold.xml"


def test_the_wheel_carries_one_graph_and_is_named(tiny_model: Path, tmp_path: Path) -> None:
    wheel = package_model(tiny_model, tmp_path)
    assert wheel.name == "isnad_model_tiny-0.1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as content:
        names = content.namelist()
        content.extractall(tmp_path / "x")
    assert [n for n in names if n.endswith(".onnx")] == ["isnad_model_tiny/model.int8.onnx"]
    packed = tmp_path / "x" / "isnad_model_tiny"
    assert read_card(packed).graphs == {"int8": "model.int8.onnx"}
    assert (packed / "cues.json").read_bytes() == (tiny_model / "cues.json").read_bytes()
    assert read_lexicon(packed, read_card(packed))
    assert not any("safetensors" in n for n in names)


def test_packing_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no isnad\.json"):
        package_model(tmp_path, tmp_path)


def test_a_name_that_no_package_bears_is_refused(tiny_model: Path, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(tiny_model, tmp_path / "m")
    card = (tmp_path / "m" / "isnad.json").read_text().replace('"name": "tiny"', '"name": "a b"')
    (tmp_path / "m" / "isnad.json").write_text(card)
    with pytest.raises(InputError, match="letters, digits and _ only"):
        package_model(tmp_path / "m", tmp_path)


def test_the_report_names_every_measure_and_graph(tiny_model: Path, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(tiny_model, tmp_path / "m")
    gold = read_article(GOLD)
    report = evaluate_model(tmp_path / "m", {"validation": [gold]}, [gold])
    assert report["splits"]["validation"]["baseline"]["mention PER"]["f1"] == 1.0
    page = (tmp_path / "m" / "report.md").read_text(encoding="utf-8")
    assert "| said_by |" in page
    assert read_card(tmp_path / "m").provenance["scores"]["validation"].keys() == report["splits"]["validation"]["int8"].keys()
    assert "int8" in page


def test_seqeval_agrees_with_the_span_scorer_and_skips_empty_layers() -> None:
    gold = read_article(GOLD)
    rows = layer_report([gold], [gold])
    assert {r["f1-score"] for r in rows.values()} == {1.0}
    assert rows["PER"]["support"] == sum(m.type == "PER" for m in gold.mentions)
    nobody = type(gold)(gold.id, gold.text)
    assert layer_report([nobody], [nobody]) == {}
    assert layer_report([gold], [nobody])["PER"]["recall"] == 0.0
