"""The exported graph in ONNX Runtime, and the one way to load a model."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from isnad.errors import ModelError
from isnad.extractor import Extractor, Scores
from isnad.model_directory import find_model, read_card, read_lexicon, read_speakers
from isnad.tokenization import Tokenizer


class OnnxScorer:
    """A graph with the input ``ids`` [windows, tokens] and the outputs ``tags``, ``clitics``.

    Windows are scored one by one, each on a core of its own: nothing is padded, nothing is spent on keeping cores in step, and
    a window's scores in int8, whose activations are scaled by what is multiplied together, do not depend on its company.
    """

    def __init__(self, path: Path, threads: int | None = None) -> None:
        options = ort.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = 1
        try:
            # the fused kernels for "add, then normalise" and "add, then gelu" take longer than the two they replace
            self.session = ort.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion", "BiasGeluFusion"]
            )
        except Exception as error:  # ONNX Runtime raises several bare kinds
            first = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ModelError(f"{path}: the graph cannot be opened ({first}); copy the model again or export it anew") from None
        self.pool = ThreadPoolExecutor(threads or usable_cores(), thread_name_prefix="isnad")

    def __call__(self, windows: Sequence[NDArray[np.int64]]) -> Iterator[Scores]:
        """Begin to score windows of ids [tokens]; their scores follow in order."""
        return self.pool.map(self._score, windows)

    def _score(self, window: NDArray[np.int64]) -> Scores:
        tags, clitics = self.session.run(["tags", "clitics"], {"ids": window[None]})
        return np.asarray(tags[0], np.float32), np.asarray(clitics[0], np.float32)


def usable_cores() -> int:
    """How many cores this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


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
    return Extractor(tokenizer, scorer, card.settings, read_speakers(directory, card), read_lexicon(directory, card))
