"""The int8 graph: products of the encoder in int8, as long as the scores keep."""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from isnad.document import Document
from isnad.runtime import OnnxScorer, load
from train.checkpoints import file_hash
from train.scoring import score

INT8 = "model.int8.onnx"
TOLERANCE = 0.005
"""Loss of F1 against fp32 on validation articles, of mentions or of speakers, above which a graph is refused."""
_MEASURES = {"mention": "mention all", "said_by": "said_by"}
_LARGE_TABLE = 1 << 20
_CALIBRATION_ARTICLES = 12
EXACT_PRODUCTS = (0, 4, 12)
"""How many products stay in f32, in the order they are tried: the quickest graph first."""


def add_int8(folder: Path, validation: Sequence[Document]) -> dict[str, Any]:
    """Write the quickest int8 graph that keeps the scores beside the fp32 graph of a model directory, and return the card that
    names it. Where none does, the card is as it was, with what was measured, and it is said."""
    card: dict[str, Any] = json.loads((folder / "isnad.json").read_text(encoding="utf-8"))
    source, target = folder / card["graphs"]["fp32"], folder / INT8
    ranked = rank_products(source, _windows(folder, validation[:_CALIBRATION_ARTICLES]))
    tried = []
    for count in EXACT_PRODUCTS:
        quantise(source, target, ranked[:count])
        losses = measure_losses(folder, target, validation)
        tried.append({"products_in_f32": count, "loss": losses})
        if all(loss <= TOLERANCE for loss in losses.values()):
            card["graphs"]["int8"], card["default_graph"] = INT8, "int8"
            card["provenance"]["graph_sha256"][INT8] = file_hash(target)
            break
    else:
        target.unlink()
        print(f"no int8 graph: each loses more than {TOLERANCE} F1 on validation articles ({tried}); fp32 is kept alone", file=sys.stderr)
    card["provenance"]["quantisation"] = tried
    return card


def _windows(folder: Path, documents: Sequence[Document]) -> list[NDArray[np.int64]]:
    extractor = load(folder, "fp32")
    return [window for d in documents for window in extractor.frames(extractor.tokenizer.encode(d.text))[1]]


def rank_products(source: Path, windows: Sequence[NDArray[np.int64]]) -> list[str]:
    """Names of a graph's matrix products with constant weights, first those whose input 8 bits render worst: the step between
    two of the 256 levels that span its range, over its root mean square, averaged over windows [tokens]. A few large
    activations widen the range, and most others then share a few levels."""
    import onnx

    model = onnx.load(source)
    constants = {i.name for i in model.graph.initializer}
    products = [n for n in model.graph.node if n.op_type == "MatMul" and n.input[1] in constants]
    inputs = list(dict.fromkeys(n.input[0] for n in products))
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in inputs)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    steps = dict.fromkeys(inputs, 0.0)
    for window in windows:
        for name, value in zip(inputs, session.run(inputs, {"ids": window[None]}), strict=True):
            steps[name] += float(np.ptp(value)) / 255 / float(np.sqrt(np.mean(np.square(value))) or 1.0)
    return [n.name for n in sorted(products, key=lambda n: -steps[n.input[0]])]


def measure_losses(folder: Path, graph: Path, documents: Sequence[Document]) -> dict[str, float]:
    """F1 of fp32 less F1 of another graph, for mentions and for speakers; nothing without documents."""
    if not documents:
        return {}
    articles = [(d.id, d.text) for d in documents]
    extractor = load(folder, "fp32")
    exact = score(documents, extractor.extract_many(articles))
    extractor.scorer = OnnxScorer(graph)
    found = score(documents, extractor.extract_many(articles))
    return {short: round(exact.f1(name) - found.f1(name), 4) for short, name in _MEASURES.items()}


def quantise(source: Path, target: Path, exact: Sequence[str] = ()) -> None:
    """Write a graph with the encoder's matrix products in int8, weights per channel, activations scaled as they come. The heads
    and the products named in ``exact`` stay in f32; the embeddings are kept in f16, in half the room and without loss."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    prepared = target.with_name("prepared.onnx")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
        nodes = onnx.load(prepared).graph.node
        kept = [n.name for n in nodes if n.op_type == "Gather" or "_head" in n.name or n.name in exact]
        quantize_dynamic(str(prepared), str(target), per_channel=True, weight_type=QuantType.QInt8, nodes_to_exclude=kept)
    prepared.unlink()
    graph = onnx.load(target)
    _halve_embeddings(graph.graph)
    onnx.save(graph, target)


def _halve_embeddings(graph: Any) -> None:
    """Keep tables of at least ``_LARGE_TABLE`` weights in f16 and cast what is looked up."""
    from onnx import TensorProto, helper, numpy_helper

    tables = {i.name: i for i in graph.initializer if i.data_type == TensorProto.FLOAT and np.prod(i.dims) >= _LARGE_TABLE}
    for at in reversed(range(len(graph.node))):
        node = graph.node[at]
        if node.op_type == "Gather" and node.input[0] in tables:
            table, found = tables[node.input[0]], node.output[0]
            if table.data_type == TensorProto.FLOAT:
                table.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(table).astype(np.float16), table.name))
            node.output[0] = f"{found}_f16"
            graph.node.insert(at + 1, helper.make_node("Cast", [node.output[0]], [found], to=TensorProto.FLOAT))
