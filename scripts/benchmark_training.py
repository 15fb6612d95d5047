"""Training speed against a plain Hugging Face Trainer, in one run on this machine, over the same encoder, articles and number of
updates: ``python -m scripts.benchmark_training [configs/base.yaml] [--updates 60]``. Beside it the machine's own matrix products.
Written to docs/benchmarks.md. Trainer is run with its defaults: batches of eight windows, dynamic padding, f32."""

import dataclasses
import datetime
import os
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import torch
from accelerate.state import AcceleratorState
from torch.utils.data import Dataset

from scripts.commands import config_parser, run_command
from train.benchmarks import machine, table, write_section
from train.config import AugmentConfig, Config, load_config
from train.dataset import load_split
from train.encoders import encoder_dir, load_tokenizer
from train.examples import Example, epoch_windows, iterate_once
from train.loop import Run

_WARM = 5
"""Updates at the start that are not counted."""


def main() -> None:
    """Parse, measure, write."""
    parser = config_parser(__doc__)
    parser.add_argument("--updates", type=int, default=60)
    options = parser.parse_args()
    config = load_config(options.config)
    encoder = encoder_dir(config.model.encoder).resolve()
    examples = list(iterate_once(load_split(config.data, "train"), load_tokenizer(encoder), Counter()))
    with tempfile.TemporaryDirectory() as folder:
        ours = measure_ours(config, options.updates, Path(folder))
        AcceleratorState._reset_state(reset_partial_state=True)  # one precision a process, or Trainer refuses its own
        theirs = measure_trainer(config, encoder, examples, options.updates, Path(folder))
    ceilings = {"fp32": product_ceiling(torch.float32), "bf16": product_ceiling(torch.bfloat16)}
    text = _render(theirs, ours, ceilings, encoder_work(encoder, config.model.window), options.updates)
    write_section("training", f"## Training\n\n{machine()}; PyTorch {torch.__version__}; {datetime.date.today()}.\n\n{text}")
    print(text)


class _Windows(Dataset[dict[str, Any]]):
    """Windows of a config's length with the tags of one layer."""

    def __init__(self, examples: list[Example], config: Config) -> None:
        self.examples = examples
        self.windows = epoch_windows(examples, config.model.window, config.training.seed, 0)

    def __len__(self) -> int:
        return len(self.windows)

    def __getitem__(self, index: int) -> dict[str, Any]:
        n, start, end = self.windows[index]
        ids = [0, *self.examples[n].tokens.ids[start:end].tolist(), 2]
        return {"input_ids": ids, "labels": [-100, *self.examples[n].tags[start:end, 0].tolist(), -100]}


def measure_trainer(config: Config, encoder: Path, examples: list[Example], updates: int, folder: Path) -> float:
    """Tokens a second, padding not counted, of a Trainer with its defaults."""
    from transformers import (
        AutoModelForTokenClassification,
        AutoTokenizer,
        DataCollatorForTokenClassification,
        Trainer,
        TrainerCallback,
        TrainingArguments,
    )

    class Clock(TrainerCallback):  # type: ignore[misc]
        started = tokens = 0.0

        def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if state.global_step == _WARM:
                self.started = time.perf_counter()
                seen[:] = []

    seen: list[int] = []
    collate = DataCollatorForTokenClassification(AutoTokenizer.from_pretrained(encoder))

    def counted(rows: list[dict[str, Any]]) -> Any:
        seen.append(sum(len(row["input_ids"]) - 2 for row in rows))
        return collate(rows)

    clock = Clock()
    arguments = TrainingArguments(str(folder), max_steps=_WARM + updates, save_strategy="no", report_to=[], logging_strategy="no")
    model = AutoModelForTokenClassification.from_pretrained(encoder, num_labels=3)
    trainer = Trainer(model, arguments, data_collator=counted, train_dataset=_Windows(examples, config), callbacks=[clock])
    trainer.train()
    took = time.perf_counter() - clock.started
    return sum(seen[:updates]) / took


def measure_ours(config: Config, updates: int, folder: Path) -> float:
    """Tokens a second, padding not counted, of the training loop as ``make train`` runs it, augmentation aside."""
    before = Path.cwd()
    data = dataclasses.replace(config.data, built=str(Path(config.data.built).resolve()))
    encoder = str(encoder_dir(config.model.encoder).resolve())
    plain = dataclasses.replace(config, data=data, augment=AugmentConfig(), model=dataclasses.replace(config.model, encoder=encoder))
    os.chdir(folder)
    try:
        run = Run(plain, load_split(data, "train"), load_split(data, "validation"))
        steps, tokens, started = 0, 0, 0.0
        for batch_number, metrics in enumerate(run._epoch(0)):
            if batch_number == _WARM:
                started = time.perf_counter()
            if batch_number > _WARM:
                steps += 1
                tokens += int(metrics["tokens"])
            if steps == updates:
                break
        return tokens / (time.perf_counter() - started)
    finally:
        os.chdir(before)


def product_ceiling(kind: torch.dtype, size: int = 2048, seconds: float = 3.0) -> float:
    """Floating-point operations a second of this machine's square matrix products."""
    a, b = torch.randn(size, size, dtype=kind), torch.randn(size, size, dtype=kind)
    a @ b
    best, until = 0.0, time.perf_counter() + seconds
    while time.perf_counter() < until:
        started = time.perf_counter()
        a @ b
        best = max(best, 2 * size**3 / (time.perf_counter() - started))
    return best


def encoder_work(encoder: Path, window: int) -> float:
    """Floating-point operations that training costs a token in the encoder: six for each weight of its matrices but the
    embeddings, and twelve for each unit of width and token of the window in each layer's attention."""
    from transformers import AutoConfig, AutoModel

    sizes = AutoConfig.from_pretrained(encoder)
    matrices = [p for n, p in AutoModel.from_config(sizes).named_parameters() if p.ndim > 1 and "embeddings" not in n and "pooler" not in n]
    return 6 * sum(p.numel() for p in matrices) + 12 * sizes.num_hidden_layers * sizes.hidden_size * window


def _render(theirs: float, ours: float, ceilings: dict[str, float], work: float, updates: int) -> str:
    names = {
        "Hugging Face Trainer, its defaults (f32)": (theirs, "fp32"),
        "isnad, as `make train` (bf16 where the machine multiplies in it)": (ours, "bf16"),
    }
    rows = [
        [name, f"{speed:.0f}", f"{speed / theirs:.1f}×", f"{speed * work / 1e9:.0f}", f"{speed * work / ceilings[kind]:.0%} of {kind}"]
        for name, (speed, kind) in names.items()
    ]
    header = ["", "tokens a second", "ratio", "GFLOP/s in the encoder", "of the machine's products"]
    told = ", ".join(f"{kind} {speed / 1e9:.0f} GFLOP/s" for kind, speed in ceilings.items())
    return (
        f"{table(header, rows)}\n\n{updates} updates each after {_WARM} to warm up; padding is not counted. "
        f"Products of 2,048 × 2,048 matrices on this machine: {told}."
    )


run_command(main)
