"""What further pretraining changed in an encoder, small enough to ship: the differences of the weights in 4 bits.

A matrix's differences are stored in blocks of 32 along its rows as the embedded encoder's own weights are: an f16 scale d and
16 bytes, byte j holding weight j low and weight j+16 high, each d·(nibble − 8). Vectors are stored in f16. The differences are
small against the weights, so what 4 bits lose of them is lost in the weights' own rounding.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from isnad.errors import ModelError
from train.embedded import dequantise
from train.storage import replaced_folder

_BLOCK = 32
_SHAPES = "shapes"


def pack(before: Path, after: Path, target: Path) -> dict[str, float]:
    """Write what changed from one encoder directory to another; returns the file's size and the share of the change that 4 bits
    lose (root mean square of the error over that of the change).

    Raises:
        ModelError: the two are of different sizes, or a matrix's rows are no multiple of 32.
    """
    old, new = load_file(before / "model.safetensors"), load_file(after / "model.safetensors")
    packed: dict[str, NDArray[np.uint8] | NDArray[np.float16]] = {}
    lost = changed = 0.0
    for name, weights in old.items():
        if name not in new or new[name].shape != weights.shape or (weights.ndim > 1 and weights.shape[-1] % _BLOCK):
            raise ModelError(
                f"{after}: {name} is {new[name].shape if name in new else 'missing'}; expected {weights.shape}, as in {before}"
            )
        difference = (new[name] - weights).astype(np.float32)
        packed[name] = quantise(difference) if weights.ndim > 1 else difference.astype(np.float16)
        error = _unpack(packed[name], weights.shape) - difference
        lost, changed = lost + float((error**2).sum()), changed + float((difference**2).sum())
    target.parent.mkdir(parents=True, exist_ok=True)
    shapes = {name: list(weights.shape) for name, weights in old.items()}
    save_file(packed, target, metadata={_SHAPES: json.dumps(shapes)})
    return {"bytes": float(target.stat().st_size), "lost": (lost / changed) ** 0.5 if changed else 0.0}


def quantise(weights: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Blocks [blocks, 18 bytes] of weights whose count is a multiple of 32."""
    blocks = weights.reshape(-1, _BLOCK)
    largest = np.take_along_axis(blocks, np.abs(blocks).argmax(1)[:, None], 1)
    scale = (largest / -8).astype(np.float16)  # the largest becomes −8, the one end that 4 bits reach fully
    safe = np.where(scale == 0, 1, scale.astype(np.float32))
    nibbles = np.clip(np.round(blocks / safe) + 8, 0, 15).astype(np.uint8)
    half = _BLOCK // 2
    return np.hstack([scale.view(np.uint8).reshape(-1, 2), nibbles[:, :half] | nibbles[:, half:] << 4])


def _unpack(values: NDArray[np.uint8] | NDArray[np.float16], shape: tuple[int, ...]) -> NDArray[np.float32]:
    if values.dtype == np.float16:
        return values.astype(np.float32)
    return dequantise(values.tobytes(), int(np.prod(shape)), 0).reshape(shape)


def apply(encoder: Path, changes: Path, target: Path) -> Path:
    """Write an encoder directory with packed changes added, whole or not at all, unless it is there already.

    Raises:
        ModelError: no such file, or changes of another encoder.
    """
    if (target / "model.safetensors").exists():
        return target
    if not changes.exists():
        raise ModelError(f"{changes}: not there; it is part of the repository, so check it out again")
    weights, packed = load_file(encoder / "model.safetensors"), load_file(changes)
    with safe_open(changes, "numpy") as file:
        shapes = json.loads(file.metadata()[_SHAPES])
    if {name: list(w.shape) for name, w in weights.items()} != shapes:
        raise ModelError(f"{changes}: made for an encoder of other sizes than {encoder}")
    with replaced_folder(target) as work:
        for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
            shutil.copyfile(encoder / name, work / name)
        changed = {name: w + _unpack(packed[name], w.shape) for name, w in weights.items()}
        save_file(changed, work / "model.safetensors", metadata={"format": "pt"})
    return target
