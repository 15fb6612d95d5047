"""The int8 graph is taken when it keeps the scores, refused when it does not, and spares the products that 8 bits render worst."""

import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper, numpy_helper

import isnad
from isnad.document import Document
from train import quantisation
from train.quantisation import add_int8, measure_losses, quantise, rank_products


@pytest.fixture
def model(tiny_model: Path, tmp_path: Path) -> Path:
    shutil.copytree(tiny_model, tmp_path / "model")
    return tmp_path / "model"


def operations(path: Path) -> list[str]:
    return [node.op_type for node in onnx.load(path).graph.node]


def test_int8_is_taken_when_nothing_is_lost(model: Path) -> None:
    documents = [Document(id="1", text="قال وزير الخارجية إن الوفد وصل إلى القاهرة")]
    assert measure_losses(model, model / "model.onnx", documents) == {"mention": 0.0, "said_by": 0.0}
    card = add_int8(model, documents)
    assert card["default_graph"] == "int8"
    assert card["provenance"]["quantisation"][0]["products_in_f32"] == 0
    assert "MatMulInteger" in operations(model / "model.int8.onnx")


def test_int8_is_refused_when_each_recipe_loses_too_much(
    model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (model / "model.int8.onnx").unlink()
    value = json.loads((model / "isnad.json").read_text())
    value["graphs"], value["default_graph"] = {"fp32": "model.onnx"}, "fp32"
    (model / "isnad.json").write_text(json.dumps(value))
    monkeypatch.setattr(quantisation, "measure_losses", lambda *_: {"mention": 0.001, "said_by": 0.0051})
    card = add_int8(model, [])
    assert (card["graphs"], card["default_graph"]) == ({"fp32": "model.onnx"}, "fp32")
    assert not (model / "model.int8.onnx").exists()
    assert [t["products_in_f32"] for t in card["provenance"]["quantisation"]] == [0, 4, 12]
    assert "no int8 graph" in capsys.readouterr().err


def test_products_named_exact_stay_and_embeddings_are_halved(model: Path) -> None:
    ranked = rank_products(model / "model.onnx", [np.arange(4, 12, dtype=np.int64)])
    assert len(ranked) == len(set(ranked)) >= 6
    before = operations(model / "model.onnx").count("MatMul")
    quantise(model / "model.onnx", model / "all.onnx")
    quantise(model / "model.onnx", model / "some.onnx", ranked)
    assert operations(model / "all.onnx").count("MatMul") < operations(model / "some.onnx").count("MatMul") == before
    types = {i.data_type for i in onnx.load(model / "some.onnx").graph.initializer if np.prod(i.dims) > 100_000}
    assert types <= {TensorProto.FLOAT, TensorProto.FLOAT16}


def test_a_product_with_a_few_large_activations_ranks_first(tmp_path: Path) -> None:
    table = np.ones((20, 4), np.float32)
    spread = table.copy()
    spread[3] = 1000
    constants = {"even": table, "spread": spread, "w": np.eye(4, dtype=np.float32)}
    nodes = [helper.make_node("Gather", [name, "ids"], [f"{name}_rows"]) for name in ("even", "spread")]
    nodes += [helper.make_node("MatMul", [f"{name}_rows", "w"], [f"{name}_out"], name=name) for name in ("even", "spread")]
    out = [helper.make_tensor_value_info(f"{name}_out", TensorProto.FLOAT, None) for name in ("even", "spread")]
    ids = helper.make_tensor_value_info("ids", TensorProto.INT64, [1, None])
    graph = helper.make_graph(nodes, "g", [ids], out, [numpy_helper.from_array(v, k) for k, v in constants.items()])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), tmp_path / "g.onnx")
    assert rank_products(tmp_path / "g.onnx", [np.arange(20, dtype=np.int64)]) == ["spread", "even"]


def test_lookups_in_f16_are_those_of_f32_to_its_precision(model: Path) -> None:
    window = np.arange(4, 20, dtype=np.int64)[None]
    quantise(model / "model.onnx", model / "exact.onnx", rank_products(model / "model.onnx", [window[0]]))
    exact, halved = (ort.InferenceSession(str(model / name)).run(["tags"], {"ids": window})[0] for name in ("model.onnx", "exact.onnx"))
    np.testing.assert_allclose(exact, halved, atol=2e-2)
    assert isnad.load(model).extract("نص").text == "نص"
