"""Further pretraining: an encoder goes on learning, by masked words, from raw news of the kind it will read.

Whole words are masked, as Cui et al. (2021), "Pre-Training with Whole Word Masking for Chinese BERT", and of the chosen
words 80 % become the mask, 10 % a random piece, 10 % stay (Devlin et al., 2019, "BERT"). Windows are cut without regard
to articles, so that none is padded.
"""

from __future__ import annotations

import json
import math
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator
from accelerate.utils import set_seed
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, gelu, linear
from torch.optim import AdamW
from torch.optim.lr_scheduler import LambdaLR
from tqdm import tqdm
from transformers import PreTrainedModel

from isnad.errors import InputError
from train.attention import CpuAttention
from train.checkpoints import Progress, contiguous, load_latest, save_checkpoint
from train.config import PretrainConfig
from train.encoders import encoder_dir, load_encoder, load_tokenizer, mask_id
from train.loop import Interrupted, Log, precision_of, warmup_then_decay
from train.raw import RawTokens, build_raw
from train.storage import replaced_folder, write_json

_HELD_OUT_WINDOWS = 128


class MaskedModel(nn.Module):
    """An encoder and a head that guesses masked pieces; the head's matrix is the encoder's own word embeddings."""

    def __init__(self, encoder: PreTrainedModel) -> None:
        super().__init__()
        width, vocabulary = int(encoder.config.hidden_size), int(encoder.config.vocab_size)
        self.encoder = encoder
        for name, parameter in encoder.named_parameters():
            if "pooler" in name:
                parameter.requires_grad_(False)
        self.dense, self.norm = nn.Linear(width, width), nn.LayerNorm(width)
        self.bias = nn.Parameter(torch.zeros(vocabulary))

    def forward(self, ids: Tensor, chosen: Tensor) -> Tensor:
        """ids, chosen [windows, tokens] → logits of the chosen tokens [chosen tokens, vocabulary]."""
        hidden = self.encoder(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state[chosen]
        hidden = self.norm(gelu(self.dense(hidden)))
        return linear(hidden, self.encoder.get_input_embeddings().weight, self.bias.to(hidden.dtype))


@dataclass(frozen=True, slots=True)
class MaskedBatch:
    """``ids`` as the model sees them, ``chosen`` the tokens to guess, ``answers`` what stood there [chosen tokens]."""

    ids: NDArray[np.int64]
    chosen: NDArray[np.bool_]
    answers: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Masking:
    """How tokens are hidden; ``lowest`` is the first id that is no special token."""

    share: float
    mask: int
    begin: int
    separator: int
    vocabulary: int
    lowest: int = 4

    def apply(self, ids: NDArray[np.int32], opens: NDArray[np.bool_], random: np.random.Generator) -> MaskedBatch:
        """Choose ``share`` of the words of ids [windows, tokens] and hide them; frames each window."""
        words = np.cumsum(opens, axis=1) + np.arange(len(ids))[:, None] * (ids.shape[1] + 1)
        drawn = random.random(words.max() + 1)[words] < self.share
        chosen = drawn & (ids != self.separator)
        fate = random.random(ids.shape)
        seen = np.where(chosen & (fate < 0.8), self.mask, ids)
        strangers = random.integers(self.lowest, self.vocabulary, ids.shape)
        seen = np.where(chosen & (fate >= 0.9), strangers, seen)
        edge = np.ones((len(ids), 1), np.int64)
        framed = np.hstack([edge * self.begin, seen, edge * self.separator])
        return MaskedBatch(framed, np.pad(chosen, ((0, 0), (1, 1))), ids[chosen].astype(np.int64))


class Pretraining:
    """One run: the model, the raw tokens, progress and log. Interrupted at any moment, it resumes."""

    def __init__(self, config: PretrainConfig) -> None:
        if not config.raw:
            raise InputError("no raw news given; name .jsonl or .txt files, or folders: make pretrain RAW=archive.jsonl")
        set_seed(config.seed)
        self.config = config
        self.accelerator = Accelerator(mixed_precision=precision_of(config.precision), cpu=not torch.cuda.is_available())
        self.source = encoder_dir(config.encoder)
        with self.accelerator.main_process_first():
            self.raw: RawTokens = build_raw(
                config.raw, self.source / "tokenizer.json", config.run_dir / "tokens", config.held_out_articles, config.seed
            )
        tokenizer = load_tokenizer(self.source)
        model = MaskedModel(load_encoder(self.source))
        vocabulary = int(model.encoder.config.vocab_size)
        self.masking = Masking(config.mask_share, mask_id(tokenizer), tokenizer.begin, tokenizer.separator, vocabulary)
        parameters = [p for p in model.parameters() if p.requires_grad]
        groups = [
            {"params": [p for p in parameters if p.ndim > 1], "weight_decay": config.weight_decay},
            {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
        ]
        self.model, self.optimizer = self.accelerator.prepare(model, AdamW(groups, lr=config.rate, fused=True))
        self.progress = Progress()
        self.windows = self._count_windows()
        self.scheduler = LambdaLR(self.optimizer, warmup_then_decay(config.warmup_share, config.updates))
        self.stop_asked = False

    def _count_windows(self) -> int:
        """Whole windows of the tokens to learn from, at the smallest shift."""
        config, tokens = self.config, len(self.raw.ids) - self.raw.held_out
        windows = tokens // config.window - 1
        if windows < config.batch_windows:
            raise InputError(
                f"{', '.join(config.raw)}: {tokens} tokens to learn from, fewer than one batch of "
                f"{config.batch_windows} windows of {config.window}; give more articles, or smaller batches"
            )
        return windows

    def train(self, resume: bool = False) -> Path:
        """Run to the end; returns the new encoder's directory.

        Raises:
            Interrupted: after Ctrl-C or SIGTERM, with a checkpoint saved to go on from.
        """
        config, folder = self.config, self.config.run_dir / "checkpoints"
        unwrapped = self.accelerator.unwrap_model(self.model)
        resumed = load_latest(folder, unwrapped, self.optimizer) if resume else None
        self.progress = resumed or self.progress
        self.scheduler.last_epoch = self.progress.step
        for group, rate in zip(self.optimizer.param_groups, self.scheduler.lr_lambdas, strict=True):
            group["lr"] = config.rate * rate(self.progress.step)
        log = Log(config.run_dir, self.accelerator.is_main_process)
        before = self._measure_once(unwrapped)
        previous = {s: signal.signal(s, self._ask_stop) for s in (signal.SIGINT, signal.SIGTERM)}
        try:
            self._updates(folder, unwrapped, log)
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)
            log.close()
        return self._export(unwrapped, before)

    def _ask_stop(self, *_: object) -> None:
        self.stop_asked = True

    def _updates(self, folder: Path, model: nn.Module, log: Log) -> None:
        config, main = self.config, self.accelerator.is_main_process
        bar = tqdm(total=config.updates, initial=self.progress.step, unit="update", disable=not main, mininterval=5)
        with bar, CpuAttention():
            while self.progress.step < config.updates:
                started, loss = time.perf_counter(), self._update()
                self.progress.step += 1
                tokens = config.batch_windows * (config.window + 2) * self.accelerator.num_processes
                rate = self.scheduler.get_last_lr()[0]
                log.write(self.progress.step, {"loss": loss, "rate": rate, "tokens_per_second": tokens / (time.perf_counter() - started)})
                bar.update()
                bar.set_postfix(loss=f"{loss:.3f}")
                if self.stop_asked or self.progress.step % config.save_every == 0 or self.progress.step == config.updates:
                    if main:
                        save_checkpoint(folder, model, self.optimizer, self.progress, keep=2)
                    self.accelerator.wait_for_everyone()
                if self.stop_asked:
                    raise Interrupted(f"stopped at update {self.progress.step} of {config.updates}; go on with --resume")

    def _update(self) -> float:
        self.model.train()
        batch = self._batch(self.progress.step)
        with self.accelerator.autocast():
            logits = self.model(self._tensor(batch.ids), self._tensor(batch.chosen))
        loss = cross_entropy(logits.float(), self._tensor(batch.answers))
        self.accelerator.backward(loss)
        self.accelerator.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.scheduler.step()
        self.optimizer.zero_grad()
        return float(loss.detach())

    def _tensor(self, array: NDArray[Any]) -> Tensor:
        return torch.from_numpy(array).to(self.accelerator.device)

    def _batch(self, step: int) -> MaskedBatch:
        """The batch of an update: a function of the step, the process and the seed, so that a resumed run sees the same."""
        config = self.config
        world, rank = self.accelerator.num_processes, self.accelerator.process_index
        at = (step * world + rank) * config.batch_windows
        passes, first = divmod(at, self.windows - self.windows % config.batch_windows)
        order = np.random.default_rng((config.seed, passes)).permutation(self.windows)[first : first + config.batch_windows]
        shift = self.raw.held_out + int(np.random.default_rng((config.seed, passes, 1)).integers(config.window))
        return self._masked(shift + order * config.window, np.random.default_rng((config.seed, step, rank, 2)))

    def _masked(self, starts: NDArray[np.int64], random: np.random.Generator) -> MaskedBatch:
        cut = starts[:, None] + np.arange(self.config.window)
        return self.masking.apply(self.raw.ids[cut], self.raw.opens[cut], random)

    def _measure_once(self, model: nn.Module) -> dict[str, float]:
        """The held-out score before the first update, kept in a file for the report of a resumed run."""
        path = self.config.run_dir / "before.json"
        if self.progress.step and path.exists():
            return dict(json.loads(path.read_text(encoding="utf-8")))
        found = self.measure(model)
        write_json(path, found)
        return found

    @torch.inference_mode()
    def measure(self, model: nn.Module) -> dict[str, float]:
        """Mean loss, its exponential and the share of masked pieces guessed, on articles never learned from."""
        model.eval()
        starts = np.arange(0, self.raw.held_out - self.config.window, self.config.window)[:_HELD_OUT_WINDOWS]
        loss, right, count = 0.0, 0, 0
        for n in range(0, len(starts), self.config.batch_windows):
            batch = self._masked(starts[n : n + self.config.batch_windows], np.random.default_rng((self.config.seed, n, 3)))
            answers = self._tensor(batch.answers)
            with self.accelerator.autocast():
                logits = model(self._tensor(batch.ids), self._tensor(batch.chosen)).float()
            loss += float(cross_entropy(logits, answers, reduction="sum"))
            right += int((logits.argmax(-1) == answers).sum())
            count += len(answers)
        mean = loss / max(1, count)
        return {"loss": mean, "perplexity": math.exp(min(mean, 50.0)), "accuracy": right / max(1, count)}

    def _export(self, model: MaskedModel, before: dict[str, float]) -> Path:
        """Write the encoder as an ordinary directory, with its report."""
        target, after = self.config.encoder_dir, self.measure(model)
        if not self.accelerator.is_main_process:
            return target
        speeds = [json.loads(line)["tokens_per_second"] for line in (self.config.run_dir / "log.jsonl").open(encoding="utf-8")]
        report = {
            "config": self.config.to_dict(),
            "tokens": self.progress.step * self.config.batch_windows * (self.config.window + 2),
            "tokens_per_second": float(np.median(speeds)),
            "held_out_before": before,
            "held_out_after": after,
        }
        with replaced_folder(target) as work:
            for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
                if (self.source / name).exists():
                    (work / name).write_bytes((self.source / name).read_bytes())
            save_file(contiguous(model.encoder.state_dict()), str(work / "model.safetensors"), metadata={"format": "pt"})
            write_json(work / "pretraining.json", report)
        return target
