"""The training loop: Accelerate, one or many processes, CPU or GPU; interrupted at any moment, it resumes."""

from __future__ import annotations

import json
import math
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator
from accelerate.utils import set_seed
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch.nn.utils.rnn import pad_sequence
from torch.optim import AdamW
from torch.optim.lr_scheduler import LambdaLR
from tqdm import tqdm

from isnad.document import Document
from isnad.errors import InputError
from isnad.extractor import Extractor, Settings
from isnad.extractor import Scores as WindowScores
from isnad.tokenization import Tokenizer
from train.attention import CpuAttention
from train.augment import augment
from train.checkpoints import Progress, contiguous, load_latest, save_checkpoint
from train.config import Config
from train.encoders import encoder_dir, load_encoder, load_tokenizer
from train.examples import Example, collate, epoch_batches, iterate_once
from train.model import Tagger, loss_of, parameter_groups, predict
from train.scoring import Scores, score
from train.storage import replaced_folder, write_json

_EVALUATION_WINDOWS = 16


class Interrupted(Exception):
    """Ctrl-C was pressed; the checkpoint is saved."""


class Run:
    """One training run of a config: its model, data, progress and log."""

    def __init__(self, config: Config, training: Sequence[Document], validation: Sequence[Document]) -> None:
        options = config.training
        set_seed(options.seed)
        self.config, self.training, self.validation = config, training, validation
        self.accelerator = Accelerator(
            mixed_precision=precision_of(options.precision),
            gradient_accumulation_steps=1,
            cpu=not torch.cuda.is_available(),
        )
        directory = encoder_dir(config.model.encoder)
        self.tokenizer = load_tokenizer(directory)
        model = Tagger(load_encoder(directory), config.model.dropout)
        if config.model.gradient_checkpointing:
            model.encoder.gradient_checkpointing_enable()
        groups = parameter_groups(model, options.encoder_rate, options.head_rate, options.weight_decay)
        self.losses: Counter[str] = Counter()
        self.examples = list(iterate_once(training, self.tokenizer, self.losses))
        if not self.examples:
            raise InputError("no training article has a token; build the dataset anew and look at its manifest")
        self.model, self.optimizer = self.accelerator.prepare(model, AdamW(groups, fused=True))
        self.progress = Progress()
        self.steps_an_epoch = max(1, math.ceil(len(self._batches(0, self.examples)) / options.accumulate))
        self.scheduler = LambdaLR(self.optimizer, warmup_then_decay(options.warmup_share, self.steps_an_epoch * options.epochs))
        self.log = Log(config.run_dir, self.accelerator.is_main_process)
        self.stop_asked = False

    def train(self, resume: bool = False) -> Path:
        """Run to the end or to an early stop; returns the folder of the best weights.

        Raises:
            Interrupted: after Ctrl-C or SIGTERM, with a checkpoint saved to go on from.
        """
        folder = self.config.run_dir / "checkpoints"
        resumed = load_latest(folder, self.unwrapped, self.optimizer) if resume else None
        if resumed:
            self.progress = resumed
            self._reset_rates()
        previous = {s: signal.signal(s, self._ask_stop) for s in (signal.SIGINT, signal.SIGTERM)}
        try:
            self._epochs(folder)
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)
            self.log.close()
        return self.config.run_dir / "best"

    @property
    def unwrapped(self) -> Tagger:
        """The model without what Accelerate wraps around it."""
        model = self.accelerator.unwrap_model(self.model)
        assert isinstance(model, Tagger)
        return model

    def _ask_stop(self, *_: object) -> None:
        self.stop_asked = True

    def _reset_rates(self) -> None:
        self.scheduler.last_epoch = self.progress.step
        for group, base, rate in zip(self.optimizer.param_groups, self.scheduler.base_lrs, self.scheduler.lr_lambdas, strict=True):
            group["lr"] = base * rate(self.progress.step)

    def _epochs(self, folder: Path) -> None:
        options, total = self.config.training, self.steps_an_epoch * self.config.training.epochs
        evaluate_each = max(1, total // max(1, options.evaluations))
        shown = self.accelerator.is_main_process
        with tqdm(total=total, initial=self.progress.step, unit="step", disable=not shown, mininterval=5) as bar:
            for epoch in range(self.progress.epoch, options.epochs):
                for metrics in self._epoch(epoch):
                    bar.update()
                    bar.set_postfix(loss=f"{metrics['loss']:.3f}", best=f"{max(0, self.progress.best_score):.3f}", refresh=False)
                    due = self.progress.step % evaluate_each == 0
                    if due or self.stop_asked:
                        if due and not self.stop_asked:
                            self._evaluate()
                        self._save(folder)
                    if self.stop_asked:
                        raise Interrupted(f"stopped at step {self.progress.step} of {total}; go on with --resume")
                    if self.progress.since_best >= options.patience:
                        return
                self.progress.epoch, self.progress.batch = epoch + 1, 0
            if self.progress.step % evaluate_each:
                self._evaluate()
            self._save(folder)

    def _epoch(self, epoch: int) -> Iterator[dict[str, float]]:
        """Train on what is left of an epoch; yields the metrics of each optimiser step."""
        options = self.config.training
        random = (options.seed, epoch)
        documents = [augment(d, self.config.augment, random) for d in self.training]
        changed = any(a is not b for a, b in zip(documents, self.training, strict=True))
        examples = list(iterate_once(documents, self.tokenizer, Counter())) if changed else self.examples
        batches = self._batches(epoch, examples)
        self.model.train()
        for at in range(self.progress.batch, len(batches), options.accumulate):
            started = time.perf_counter()
            group = batches[at : at + options.accumulate]
            losses = [self._backward(examples, batch, len(group)) for batch in group]
            self.accelerator.clip_grad_norm_(self.model.parameters(), options.clip_norm)
            self.optimizer.step()
            self.scheduler.step()
            self.optimizer.zero_grad()
            self.progress.batch = at + len(group)
            self.progress.step += 1
            tokens = sum(b - a for batch in group for _, a, b in batch)
            metrics = {"loss": sum(losses), "rate": self.scheduler.get_last_lr()[0], "epoch": epoch + at / len(batches)}
            metrics["tokens"] = tokens
            metrics["tokens_per_second"] = tokens / (time.perf_counter() - started)
            self.log.write(self.progress.step, metrics)
            yield metrics

    def _batches(self, epoch: int, examples: Sequence[Example]) -> list[list[tuple[int, int, int]]]:
        """This process's batches. Every process has as many, so that gradients meet at each step."""
        model, options = self.config.model, self.config.training
        batches = epoch_batches(examples, model.window, options.batch_tokens, options.seed, epoch)
        world, rank = self.accelerator.num_processes, self.accelerator.process_index
        batches += batches[: -len(batches) % world]
        return batches[rank::world]

    def _backward(self, examples: Sequence[Example], batch: Sequence[tuple[int, int, int]], parts: int) -> float:
        arrays = collate(examples, batch, self.tokenizer)
        ids, mask, tags, clitics = (
            torch.from_numpy(x).to(self.accelerator.device) for x in (arrays.ids, arrays.mask, arrays.tags, arrays.clitics)
        )
        with self.accelerator.autocast(), CpuAttention():
            tag_logits, clitic_logits = self.model(ids, mask)
        loss = loss_of(tag_logits, clitic_logits, tags, clitics).total / parts
        self.accelerator.backward(loss)
        return float(loss.detach())

    def _evaluate(self) -> None:
        """Score the validation documents through the extractor; keep the weights if they are the best so far."""
        found = evaluate(self.unwrapped, self.tokenizer, self.validation, self.config, self.accelerator)
        value = selection_score(found)
        self.log.write(self.progress.step, {"selection": value} | {f"f1 {k}": v["f1"] for k, v in found.to_dict().items()})
        self.progress.evaluations += 1
        self.progress.since_best += 1
        if value > self.progress.best_score:
            self.progress.best_score, self.progress.since_best = value, 0
            if self.accelerator.is_main_process:
                save_weights(self.unwrapped, self.config.run_dir / "best", {"score": value, "step": self.progress.step})
        self.accelerator.wait_for_everyone()

    def _save(self, folder: Path) -> None:
        if self.accelerator.is_main_process:
            options = self.config.training
            save_checkpoint(folder, self.unwrapped, self.optimizer, self.progress, options.keep_checkpoints)
            if not (self.config.run_dir / "best" / "model.safetensors").exists():
                save_weights(self.unwrapped, self.config.run_dir / "best", {"score": None, "step": self.progress.step})
        self.accelerator.wait_for_everyone()


class Log:
    """A JSON line a step, and the same in TensorBoard; only the main process writes."""

    def __init__(self, folder: Path, active: bool) -> None:
        self.file: Any = None
        self.board: Any = None
        if active:
            from torch.utils.tensorboard import SummaryWriter

            folder.mkdir(parents=True, exist_ok=True)
            self.file = (folder / "log.jsonl").open("a", encoding="utf-8")
            self.board = SummaryWriter(str(folder / "tensorboard"))

    def write(self, step: int, metrics: dict[str, float]) -> None:
        """Append one step's metrics."""
        if self.file:
            self.file.write(json.dumps({"step": step, **{k: round(v, 6) for k, v in metrics.items()}}) + "\n")
            self.file.flush()
            for name, value in metrics.items():
                self.board.add_scalar(name, value, step)

    def close(self) -> None:
        """Flush and close both."""
        if self.file:
            self.file.close()
            self.board.close()


def precision_of(wanted: str) -> str:
    """The mixed precision to use: ``auto`` is bf16 where the hardware multiplies in it."""
    if wanted != "auto":
        return wanted
    if torch.cuda.is_available():
        return "bf16" if torch.cuda.is_bf16_supported() else "fp16"
    return "bf16" if torch.ops.mkldnn._is_mkldnn_bf16_supported() and _has_bf16_products() else "no"


def _has_bf16_products() -> bool:
    """AMX or AVX512-BF16; without them bf16 is emulated and slower than f32."""
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
    return "amx_bf16" in flags or "avx512_bf16" in flags


def warmup_then_decay(warmup_share: float, total: int) -> Callable[[int], float]:
    """The share of the peak rate at a step: linear up, linear down to zero."""
    warm = max(1, round(total * warmup_share))
    return lambda step: min((step + 1) / warm, max(0.0, (total - step) / max(1, total - warm)))


def torch_extractor(model: Tagger, tokenizer: Tokenizer, config: Config, accelerator: Accelerator) -> Extractor:
    """The extractor that services call, over the model in training instead of an exported graph."""

    def scorer(windows: Sequence[NDArray[np.int64]]) -> list[WindowScores]:
        """One batch a document, padded; at most ``_EVALUATION_WINDOWS`` windows."""
        out: list[WindowScores] = []
        for at in range(0, len(windows), _EVALUATION_WINDOWS):
            batch = [torch.from_numpy(w) for w in windows[at : at + _EVALUATION_WINDOWS]]
            ids = pad_sequence(batch, batch_first=True, padding_value=tokenizer.pad).to(accelerator.device)
            mask = pad_sequence([torch.ones_like(w) for w in batch], batch_first=True).to(accelerator.device)
            with accelerator.autocast():
                tags, clitics = (x.cpu().numpy() for x in predict(model, ids, mask))
            out += [(tags[row, : len(w)], clitics[row, : len(w)]) for row, w in enumerate(batch)]
        return out

    return Extractor(tokenizer, scorer, Settings(config.model.window, config.model.stride))


def evaluate(model: Tagger, tokenizer: Tokenizer, documents: Sequence[Document], config: Config, accelerator: Accelerator) -> Scores:
    """Scores of a model in training, end to end."""
    extractor = torch_extractor(model, tokenizer, config, accelerator)
    return score(documents, extractor.extract_many([(d.id, d.text) for d in documents]))


def selection_score(scores: Scores) -> float:
    """What the best checkpoint is chosen by: mean F1 of mentions, cues, and exact direct and indirect quotes."""
    names = ("mention all", "cue", "quote direct exact", "quote indirect exact")
    return sum(scores.f1(n) for n in names) / len(names)


def save_weights(model: Tagger, folder: Path, note: dict[str, Any]) -> None:
    """Write a model's weights, whole or not at all."""
    with replaced_folder(folder) as work:
        save_file(contiguous(model.state_dict()), str(work / "model.safetensors"))
        write_json(work / "note.json", note)
