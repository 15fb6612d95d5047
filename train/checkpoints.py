"""Checkpoints that survive a kill at any moment: written beside, verified by hash, then renamed into place. Tensors
are safetensors, the rest JSON; never pickle."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.optim import Optimizer

from isnad.errors import InputError

_STATE = "state.json"


@dataclass(slots=True)
class Progress:
    """Where a run stands: the next batch is number ``batch`` of ``epoch``."""

    epoch: int = 0
    batch: int = 0
    step: int = 0
    evaluations: int = 0
    best_score: float = -1.0
    since_best: int = 0


def save_checkpoint(folder: Path, model: nn.Module, optimizer: Optimizer, progress: Progress, keep: int) -> Path:
    """Write ``folder/step-NNNNNNN`` whole or not at all, then drop all but the newest ``keep``.

    Raises:
        InputError: the disk refuses; what was saved before is unharmed.
    """
    target = folder / f"step-{progress.step:07d}"
    folder.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=folder, prefix=".saving-"))
    try:
        save_file(contiguous(model.state_dict()), str(work / "model.safetensors"))
        save_file(_optimizer_tensors(optimizer), str(work / "optimizer.safetensors"))
        save_file({"cpu": torch.get_rng_state()} | _cuda_random(), str(work / "random.safetensors"))
        hashes = {f.name: file_hash(f) for f in sorted(work.iterdir())}
        (work / _STATE).write_text(json.dumps({"progress": asdict(progress), "sha256": hashes}, indent=1))
        if target.exists():
            shutil.rmtree(target)
        work.rename(target)
    except (OSError, SafetensorError) as error:
        raise InputError(
            f"{target}: cannot save ({error}); earlier checkpoints are unharmed. Free space and go on with --resume"
        ) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    for old in sorted(folder.glob("step-*"))[:-keep]:
        shutil.rmtree(old, ignore_errors=True)
    return target


def load_latest(folder: Path, model: nn.Module, optimizer: Optimizer) -> Progress | None:
    """Load the newest whole checkpoint; a damaged one is passed over with a warning. None where there is none."""
    for leftover in folder.glob(".saving-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    for checkpoint in sorted(folder.glob("step-*"), reverse=True):
        try:
            return _load(checkpoint, model, optimizer)
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            warnings.warn(f"{checkpoint}: damaged, passed over ({error})", stacklevel=2)
    return None


def _load(checkpoint: Path, model: nn.Module, optimizer: Optimizer) -> Progress:
    state = json.loads((checkpoint / _STATE).read_text())
    for name, wanted in state["sha256"].items():
        if file_hash(checkpoint / name) != wanted:
            raise ValueError(f"{name} does not have the hash it was saved with")
    model.load_state_dict(load_file(str(checkpoint / "model.safetensors")))
    _restore_optimizer(optimizer, load_file(str(checkpoint / "optimizer.safetensors")))
    random = load_file(str(checkpoint / "random.safetensors"))
    torch.set_rng_state(random["cpu"])
    if "cuda" in random and torch.cuda.is_available():
        torch.cuda.set_rng_state(random["cuda"])
    return Progress(**state["progress"])


def _cuda_random() -> dict[str, Tensor]:
    return {"cuda": torch.cuda.get_rng_state()} if torch.cuda.is_available() else {}


def _optimizer_tensors(optimizer: Optimizer) -> dict[str, Tensor]:
    state = optimizer.state_dict()["state"]
    return {f"{n}.{k}": v.detach().contiguous() for n, values in state.items() for k, v in values.items()}


def _restore_optimizer(optimizer: Optimizer, tensors: Mapping[str, Tensor]) -> None:
    state: dict[int, dict[str, Any]] = {}
    for name, tensor in tensors.items():
        number, key = name.split(".", 1)
        state.setdefault(int(number), {})[key] = tensor
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})


def contiguous(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Weights on the CPU, each with its own memory, as safetensors wants them."""
    return {k: v.detach().cpu().contiguous().clone() for k, v in state.items()}


def file_hash(path: Path) -> str:
    """SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
