"""Checkpoints: whole or not at all, the newest whole one is loaded, damaged ones are passed over."""

from pathlib import Path

import pytest
import torch
from torch import nn
from torch.optim import AdamW

from isnad.errors import InputError
from train.checkpoints import Progress, load_latest, save_checkpoint


def trained(steps: int) -> tuple[nn.Module, AdamW]:
    torch.manual_seed(0)
    model = nn.Linear(4, 2)
    optimizer = AdamW(model.parameters(), lr=0.1)
    for _ in range(steps):
        optimizer.zero_grad()
        model(torch.ones(1, 4)).sum().backward()
        optimizer.step()
    return model, optimizer


def test_round_trip_goes_on_as_if_unbroken(tmp_path: Path) -> None:
    model, optimizer = trained(3)
    save_checkpoint(tmp_path, model, optimizer, Progress(step=3, epoch=1), keep=2)
    expected = torch.rand(3)
    other, its = trained(0)
    torch.manual_seed(99)
    assert load_latest(tmp_path, other, its) == Progress(step=3, epoch=1)
    assert torch.equal(torch.rand(3), expected)
    for m, o in ((model, optimizer), (other, its)):
        o.zero_grad()
        m(torch.ones(1, 4)).sum().backward()
        o.step()
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), other.parameters(), strict=True))


def test_rotation_keeps_the_newest(tmp_path: Path) -> None:
    model, optimizer = trained(1)
    for step in range(5):
        save_checkpoint(tmp_path, model, optimizer, Progress(step=step), keep=2)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["step-0000003", "step-0000004"]


@pytest.mark.parametrize("damage", ["truncate", "flip", "state", "missing"])
def test_a_damaged_checkpoint_is_passed_over(tmp_path: Path, damage: str) -> None:
    model, optimizer = trained(1)
    save_checkpoint(tmp_path, model, optimizer, Progress(step=1), keep=3)
    newest = save_checkpoint(tmp_path, model, optimizer, Progress(step=2), keep=3)
    weights = newest / "model.safetensors"
    content = weights.read_bytes()
    match damage:
        case "truncate":
            weights.write_bytes(content[:-5])
        case "flip":
            weights.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        case "state":
            (newest / "state.json").write_text("{")
        case "missing":
            (newest / "optimizer.safetensors").unlink()
    with pytest.warns(UserWarning, match="step-0000002: damaged, passed over"):
        assert load_latest(tmp_path, model, optimizer) == Progress(step=1)


def test_half_written_leftovers_are_cleared(tmp_path: Path) -> None:
    (tmp_path / ".saving-x").mkdir()
    assert load_latest(tmp_path, *trained(0)) is None
    assert not list(tmp_path.iterdir())


def test_a_full_disk_harms_no_earlier_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, optimizer = trained(1)
    save_checkpoint(tmp_path, model, optimizer, Progress(step=1), keep=2)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("train.checkpoints.save_file", full)
    with pytest.raises(InputError, match=r"No space left on device.*earlier checkpoints are unharmed"):
        save_checkpoint(tmp_path, model, optimizer, Progress(step=2), keep=2)
    assert load_latest(tmp_path, model, optimizer) == Progress(step=1)
    assert [p.name for p in tmp_path.iterdir()] == ["step-0000001"]
