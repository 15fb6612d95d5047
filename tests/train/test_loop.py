"""The training loop: it learns, resumes to the same weights, stops when asked, and two processes agree with one."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from isnad.document import Document
from train.config import AugmentConfig, Config, ModelConfig, TrainingConfig, load_config
from train.corpus import read_article, read_corpus
from train.dataset import load_split
from train.loop import Interrupted, Run, evaluate, precision_of, warmup_then_decay

GOLD = Path(__file__).parents[1] / "fixtures" / "gold.xml"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def documents(root: Path) -> list[Document]:
    return read_corpus(root / "data" / "corpus")[:6]


def config_of(encoder: Path, **training: object) -> Config:
    options = TrainingConfig(epochs=3, batch_tokens=200, evaluations=2, precision="no", patience=9)
    return Config("t", model=ModelConfig(encoder=str(encoder), window=64, stride=48), training=replace(options, **training))  # type: ignore[arg-type]


def test_it_overfits_one_article(place: Path, tiny_encoder: Path) -> None:
    document = read_article(GOLD)
    config = config_of(tiny_encoder, epochs=250, evaluations=5, encoder_rate=5e-3, head_rate=1e-2)
    run = Run(config, [document], [document])
    best = run.train()
    run.unwrapped.load_state_dict(load_file(str(best / "model.safetensors")))
    rows = evaluate(run.unwrapped, run.tokenizer, [document], config, run.accelerator).to_dict()
    assert rows["mention all"]["f1"] == 1.0
    assert rows["quote all exact"]["f1"] == 1.0


@pytest.mark.parametrize("augment", [AugmentConfig(), AugmentConfig(mark_style=0.5, spelling=0.5)])
def test_a_resumed_run_ends_with_the_same_weights(
    place: Path, tiny_encoder: Path, documents: list[Document], augment: AugmentConfig
) -> None:
    config = replace(config_of(tiny_encoder), augment=augment)
    whole = Run(config, documents[:4], documents[4:])
    whole.train()
    broken = Run(replace(config, name="b"), documents[:4], documents[4:])
    stopped_at = whole.progress.step // 2
    broken.log.write = lambda step, metrics: setattr(broken, "stop_asked", step >= stopped_at)  # type: ignore[method-assign]
    with pytest.raises(Interrupted, match="go on with --resume"):
        broken.train()
    again = Run(replace(config, name="b"), documents[:4], documents[4:])
    again.train(resume=True)
    assert again.progress.step == whole.progress.step
    for a, b in zip(whole.unwrapped.parameters(), again.unwrapped.parameters(), strict=True):
        assert torch.equal(a, b)


def test_accumulation_takes_fewer_steps(place: Path, tiny_encoder: Path, documents: list[Document]) -> None:
    one = Run(config_of(tiny_encoder), documents[:4], documents[4:])
    two = Run(config_of(tiny_encoder, accumulate=2), documents[:4], documents[4:])
    assert two.steps_an_epoch == -(-one.steps_an_epoch // 2)


def test_ctrl_c_leaves_a_checkpoint_to_go_on_from(place: Path, tiny_encoder: Path, documents: list[Document]) -> None:
    run = Run(config_of(tiny_encoder, epochs=200), documents[:4], documents[4:])
    run.log.write = lambda step, _: os.kill(os.getpid(), signal.SIGINT) if step == 3 else None  # type: ignore[method-assign]
    with pytest.raises(Interrupted):
        run.train()
    assert [p.name for p in (place / "runs/t/checkpoints").iterdir()] == ["step-0000003"]
    assert (place / "runs/t/best/model.safetensors").exists()


def test_rates_rise_and_fall() -> None:
    rate = warmup_then_decay(0.1, 100)
    assert [rate(0), rate(9), rate(100)] == [0.1, 1.0, 0.0]
    assert rate(50) < rate(20)


def test_precision_can_be_forced() -> None:
    assert precision_of("no") == "no"
    assert precision_of("auto") in ("no", "bf16", "fp16")


def test_two_processes_train_and_score_as_one(place: Path, tiny_encoder: Path, root: Path) -> None:
    """Two gloo processes: the run ends, one of them writes the log, and each took half of the batches."""
    (place / "data").symlink_to(root / "data")
    (place / "c.yaml").write_text(
        f"name: c\ndata: {{limit: 10, validation_share: 0.3}}\n"
        f"model: {{encoder: {tiny_encoder}, window: 64, stride: 48}}\n"
        "training: {epochs: 1, evaluations: 1, precision: 'no'}\n"
    )
    environment = os.environ | {"PYTHONPATH": str(root), "OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "1"}
    for command in (["scripts.build_data"], ["torch.distributed.run", "--nproc_per_node=2", "-m", "scripts.train"]):
        done = subprocess.run(
            [sys.executable, "-m", *command, "c.yaml"], cwd=place, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
    rows = [json.loads(line) for line in (place / "runs/c/log.jsonl").read_text().splitlines()]
    assert len({r["step"] for r in rows if "loss" in r}) == sum("loss" in r for r in rows)
    assert sum("selection" in r for r in rows) == 1
    found = load_config(place / "c.yaml")
    alone = Run(found, load_split(found.data, "train"), load_split(found.data, "validation"))
    assert sum("loss" in r for r in rows) == -(-alone.steps_an_epoch // 2)
