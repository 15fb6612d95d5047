"""A trained tagger to a model directory: ONNX graphs in fp32 and int8, tokenizer, weights, card, provenance."""

from __future__ import annotations

import json
import shutil
import subprocess
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn

from isnad.cues import CueLexicon
from isnad.document import Document
from isnad.errors import InputError
from isnad.extractor import Scorer
from isnad.model_directory import FORMAT_VERSION
from isnad.runtime import OnnxScorer
from isnad.schema import LAYERS, MAX_CLITICS
from train.attention import WholeWindowAttention
from train.checkpoints import file_hash
from train.config import Config
from train.encoders import encoder_dir, load_encoder
from train.model import Tagger, predict
from train.quantisation import add_int8
from train.storage import replaced_folder, write_json

FP32, SPEAKERS, CUES = "model.onnx", "speakers.json", "cues.json"
LEXICON = Path(__file__).parent.parent / "data" / "cues.tsv"
_OPSET = 17


def export_model(config: Config, data_hash: str, validation: Sequence[Document] = ()) -> Path:
    """Write ``models/<name>`` from the run's best weights; an earlier model stays until the new one is whole. An int8 graph
    that loses too much on the validation documents is left out.

    Raises:
        InputError: nothing has been trained yet, or ``data/cues.tsv`` is missing or breaks its own rules.
    """
    weights = config.run_dir / "best" / "model.safetensors"
    if not weights.exists():
        raise InputError(f"{weights}: not there; train first (`make train`)")
    source = encoder_dir(config.model.encoder)
    model, lexicon = load_tagger(config, source, weights), read_lexicon_table(LEXICON)
    with replaced_folder(config.model_dir) as folder:
        export_graph(model, folder / FP32, config.model.window)
        shutil.copyfile(source / "tokenizer.json", folder / "tokenizer.json")
        shutil.copyfile(source / "config.json", folder / "encoder.json")
        shutil.copyfile(weights, folder / "model.safetensors")
        if (config.run_dir / SPEAKERS).exists():
            shutil.copyfile(config.run_dir / SPEAKERS, folder / SPEAKERS)
        write_json(folder / CUES, lexicon.to_dict())
        write_json(folder / "isnad.json", model_card(config, data_hash, folder))
        write_json(folder / "isnad.json", add_int8(folder, validation))
    return config.model_dir


def read_lexicon_table(path: Path) -> CueLexicon:
    """Read ``data/cues.tsv``; raises InputError naming the file and what is wrong."""
    try:
        table = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot read the lexicon of cues ({error}); restore it from the repository") from None
    return CueLexicon.from_table(table, str(path))


def load_tagger(config: Config, encoder: Path, weights: Path) -> Tagger:
    """A tagger with saved weights, in evaluation mode."""
    model = Tagger(load_encoder(encoder, weights=False), config.model.dropout)
    model.load_state_dict(load_file(str(weights)))
    return model.eval()


class _WindowGraph(nn.Module):
    """What is exported: ids [windows, tokens] of windows that are not padded → tags, clitics."""

    def __init__(self, model: Tagger) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        tags, clitics = self.model(ids, torch.ones_like(ids))
        return tags, clitics


def export_graph(model: Tagger, target: Path, window: int = 256) -> None:
    """Write the fp32 graph and check it against torch."""
    # as long as a window can be, so that a mask that hides distant tokens shows
    example = torch.arange(window + 2)[None] % min(100, model.encoder.config.vocab_size)
    axes = {0: "windows", 1: "tokens"}
    with warnings.catch_warnings(), torch.inference_mode(), WholeWindowAttention():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _WindowGraph(model).eval(),
            (example,),
            str(target),
            input_names=["ids"],
            output_names=["tags", "clitics"],
            dynamic_axes=dict.fromkeys(("ids", "tags", "clitics"), axes),
            opset_version=_OPSET,
            dynamo=False,
        )
    check_parity(model, OnnxScorer(target), window)


def check_parity(model: Tagger, scorer: Scorer, window: int = 256, tolerance: float = 1e-3) -> float:
    """The largest difference between the graph's logits and torch's on random windows; raises InputError above
    ``tolerance``."""
    random = np.random.default_rng(0)
    worst = 0.0
    for width in (3, 17, window // 2, window + 2):
        ids = random.integers(4, min(1000, model.encoder.config.vocab_size), width).astype(np.int64)
        (ours,) = scorer([ids])
        theirs = predict(model, torch.from_numpy(ids[None]), torch.ones((1, width), dtype=torch.long))
        worst = max(worst, *(float(np.abs(a - b[0].numpy()).max()) for a, b in zip(ours, theirs, strict=True)))
    if worst > tolerance:
        raise InputError(f"the exported graph differs from torch by {worst:.4f} (at most {tolerance}); report the encoder's type")
    return worst


def model_card(config: Config, data_hash: str, folder: Path) -> dict[str, Any]:
    """The content of ``isnad.json``."""
    note = json.loads((config.run_dir / "best" / "note.json").read_text())
    return {
        "format": FORMAT_VERSION,
        "name": config.name,
        "layers": list(LAYERS),
        "max_clitics": MAX_CLITICS,
        "window": config.model.window,
        "stride": config.model.stride,
        "thresholds": {},
        "graphs": {"fp32": FP32},
        "default_graph": "fp32",
        "speakers": SPEAKERS if (folder / SPEAKERS).exists() else None,
        "cues": CUES,
        "provenance": {
            "config": config.to_dict(),
            "data_sha256": data_hash,
            "commit": current_commit(),
            "best": note,
            "graph_sha256": {FP32: file_hash(folder / FP32)},
        },
    }


def current_commit() -> str | None:
    """The commit that is checked out, or None outside a repository."""
    try:
        done = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()
