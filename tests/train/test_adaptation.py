"""Packed changes come back as they were to 4 bits, and fit only the encoder they were made for."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from isnad.errors import ModelError
from train.adaptation import apply, pack, quantise
from train.embedded import dequantise


def test_blocks_come_back_to_a_step_of_their_scale() -> None:
    weights = np.random.default_rng(0).normal(size=(64, 96)).astype(np.float32)
    weights[3] = 0
    back = dequantise(quantise(weights).tobytes(), weights.size, 0).reshape(weights.shape)
    steps = np.abs(weights.reshape(-1, 32)).max(1) / 8
    assert (np.abs(back - weights).reshape(-1, 32).max(1) <= steps * 1.01).all()
    assert (back[3] == 0).all()


@pytest.fixture
def encoders(tmp_path: Path) -> tuple[Path, Path]:
    """An encoder of a few weights, and the same one changed a little."""
    random = np.random.default_rng(1)
    before, after = tmp_path / "before", tmp_path / "after"
    weights = {"a": random.normal(size=(8, 64)).astype(np.float32), "b": random.normal(size=8).astype(np.float32)}
    for folder, change in ((before, 0.0), (after, 0.01)):
        folder.mkdir()
        for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
            (folder / name).write_text("{}")
        save_file(
            {k: (v + change * random.normal(size=v.shape)).astype(np.float32) for k, v in weights.items()}, folder / "model.safetensors"
        )
    return before, after


def test_a_packed_change_makes_the_changed_encoder(encoders: tuple[Path, Path], tmp_path: Path) -> None:
    before, after = encoders
    figures = pack(before, after, tmp_path / "changes.safetensors")
    assert 0 < figures["lost"] < 0.15
    made = apply(before, tmp_path / "changes.safetensors", tmp_path / "made")
    for name, wanted in load_file(after / "model.safetensors").items():
        np.testing.assert_allclose(load_file(made / "model.safetensors")[name], wanted, atol=0.01)
    stamp = (made / "model.safetensors").stat().st_mtime_ns
    assert apply(before, tmp_path / "changes.safetensors", made) == made
    assert (made / "model.safetensors").stat().st_mtime_ns == stamp


def test_changes_of_another_encoder_are_refused(encoders: tuple[Path, Path], tmp_path: Path) -> None:
    before, after = encoders
    pack(before, after, tmp_path / "changes.safetensors")
    other = tmp_path / "other"
    shutil.copytree(before, other)
    save_file({"a": np.zeros((8, 32), np.float32)}, other / "model.safetensors")
    with pytest.raises(ModelError, match="other sizes"):
        apply(other, tmp_path / "changes.safetensors", tmp_path / "made")
    with pytest.raises(ModelError, match="expected"):
        pack(before, other, tmp_path / "x")
    with pytest.raises(ModelError, match="not there"):
        apply(before, tmp_path / "missing", tmp_path / "made")
