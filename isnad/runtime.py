"""The exported graph in ONNX Runtime, and the one way to load a model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from isnad.errors import ModelError
from isnad.extractor import Extractor, Scores
from isnad.model_directory import find_model, read_card, read_speakers
from isnad.tokenization import Tokenizer


class OnnxScorer:
    """A graph with inputs ``ids``, ``mask`` and outputs ``tags``, ``clitics``."""

    def __init__(self, path: Path, threads: int | None = None) -> None:
        options = ort.SessionOptions()
        options.log_severity_level = 3
        if threads:
            options.intra_op_num_threads = threads
        try:
            self.session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime raises several bare kinds
            first = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ModelError(f"{path}: the graph cannot be opened ({first}); copy the model again or export it anew") from None

    def __call__(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> Scores:
        """Score a batch of windows."""
        tags, clitics = self.session.run(["tags", "clitics"], {"ids": ids, "mask": mask})
        return np.asarray(tags, np.float32), np.asarray(clitics, np.float32)


def load(model: str | Path, graph: str | None = None, threads: int | None = None) -> Extractor:
    """Open a model by its directory or by the name of an installed package.

    ``graph`` is ``int8`` or ``fp32`` (the model's own default if not given); ``threads`` bounds the cores used.

    Raises:
        ModelError: an unknown name, a damaged directory, or a graph that the model does not carry.
    """
    directory = find_model(model)
    card = read_card(directory)
    wanted = graph or card.default_graph
    if wanted not in card.graphs:
        raise ModelError(f"{directory}: has no {wanted!r} graph; it carries {', '.join(card.graphs)}")
    scorer = OnnxScorer(directory / card.graphs[wanted], threads)
    tokenizer = Tokenizer.from_file(directory / "tokenizer.json")
    return Extractor(tokenizer, scorer, card.settings, read_speakers(directory, card))
