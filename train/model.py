"""The tagger: an encoder, one BIO head a layer, and a head for the proclitics that a span's first token holds."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from transformers import PreTrainedModel

from isnad.schema import LAYERS, MAX_CLITICS, TAGS
from train.examples import IGNORE


@dataclass(frozen=True, slots=True)
class Loss:
    """The parts of the training loss; ``total`` is what is minimised."""

    tags: Tensor
    clitics: Tensor

    @property
    def total(self) -> Tensor:
        """Their sum."""
        return self.tags + self.clitics


class Tagger(nn.Module):
    """ids, mask [windows, tokens] → tag logits [windows, tokens, layers, 3], clitic logits [windows, tokens, 4]."""

    def __init__(self, encoder: PreTrainedModel, dropout: float) -> None:
        super().__init__()
        width = int(encoder.config.hidden_size)
        self.encoder = encoder
        for name, parameter in encoder.named_parameters():
            if "pooler" in name:  # unused, and a gradient that never comes stops distributed training
                parameter.requires_grad_(False)
        self.dropout = nn.Dropout(dropout)
        self.tag_head = nn.Linear(width, len(LAYERS) * len(TAGS))
        self.clitic_head = nn.Linear(width, MAX_CLITICS + 1)

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of every token, special ones included."""
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state  # [windows, tokens, width]
        hidden = self.dropout(hidden)
        tags = self.tag_head(hidden).unflatten(-1, (len(LAYERS), len(TAGS)))
        return tags, self.clitic_head(hidden)


def loss_of(tag_logits: Tensor, clitic_logits: Tensor, tags: Tensor, clitics: Tensor) -> Loss:
    """Cross entropy of the tags, summed over layers and averaged over tokens, and of the proclitics."""
    flat = cross_entropy(tag_logits.float().flatten(0, 2), tags.flatten(), ignore_index=IGNORE) * len(LAYERS)
    found = (clitics != IGNORE).sum()
    outside = cross_entropy(clitic_logits.float().flatten(0, 1), clitics.flatten(), ignore_index=IGNORE, reduction="sum")
    return Loss(flat, outside / found.clamp(min=1))


def parameter_groups(model: Tagger, encoder_rate: float, head_rate: float, decay: float) -> list[dict[str, object]]:
    """AdamW groups: the encoder slow, the heads fast, no decay on biases and norms."""
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            groups.setdefault((name.startswith("encoder."), parameter.ndim > 1), []).append(parameter)
    return [
        {"params": p, "lr": encoder_rate if slow else head_rate, "weight_decay": decay if matrix else 0.0}
        for (slow, matrix), p in groups.items()
    ]


@torch.inference_mode()
def predict(model: Tagger, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Logits in f32, without dropout; the module's mode is left as it was."""
    training = model.training
    model.eval()
    try:
        tags, clitics = model(ids, mask)
    finally:
        model.train(training)
    return tags.float(), clitics.float()
