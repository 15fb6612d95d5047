"""Training the speaker model on gold documents: seconds on one core, seeded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from isnad.document import Document
from isnad.entities import cluster_mentions
from isnad.errors import InputError
from isnad.linking import arrange, owners_of
from isnad.speakers import FEATURES, History, SpeakerModel, candidates, describe, featurise
from train.examples import document_spans

_WRONG_HISTORY = 0.2
"""How often a remembered speaker is dropped in training, so that the model survives its own mistakes."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A quote's candidates as features [candidates + 1, features], and which rows are right."""

    features: NDArray[np.float32]
    right: NDArray[np.bool_]


def choices_of(document: Document, random: np.random.Generator) -> Iterator[Choice]:
    """The choices of a gold document, with its own spans and the entities that the rules would build. A quote whose
    speaker is not among its candidates is left out."""
    page = arrange(document.text, document_spans(document))
    mentions, quotes = page.mentions, page.quotes
    entity_of = owners_of(cluster_mentions(document.text, mentions))
    gold_entity = {(m.start, m.end, m.type): m.entity for m in document.mentions}
    owner = [gold_entity[m.start, m.end, m.layer] for m in mentions]
    speaker = {(q.start, q.end, q.kind): q.speaker for q in document.quotes}
    described, history = describe(page, entity_of), History()
    for q, quote in enumerate(quotes):
        cue, gold = page.nearest_cue(quote), speaker[quote.start, quote.end, quote.layer.lower()]
        if page.outer_quote(q, cue) is not None:
            continue
        found = candidates(page, q, cue, history, described)
        right = np.array([*(owner[m] == gold for m in found), gold is None], np.bool_)
        if right.any():
            yield Choice(featurise(page, q, cue, found, history, described), right)
        said = [i for i, o in enumerate(owner) if o == gold and mentions[i].start < quote.end + 200]
        if random.random() >= _WRONG_HISTORY:
            history.add(entity_of[said[-1]] if said else None, cue)


class _Network(nn.Module):
    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(len(FEATURES), hidden)
        self.score = nn.Linear(hidden, 1, bias=False)
        self.dropout = nn.Dropout(0.3)

    def forward(self, features: Tensor) -> Tensor:
        """[choices, candidates, features] → [choices, candidates]."""
        scores: Tensor = self.score(self.dropout(torch.tanh(self.hidden(features)))).squeeze(-1)
        return scores


def train_speakers(documents: Sequence[Document], hidden: int = 24, epochs: int = 8, seed: int = 1) -> SpeakerModel:
    """Fit by the likelihood of any right candidate, summed over a speaker's mentions."""
    random = np.random.default_rng(seed)
    torch.manual_seed(seed)
    choices = [c for _ in range(2) for d in documents for c in choices_of(d, random)]
    if not choices:
        raise InputError("no training article has a quote with a speaker; annotate some, or go by the rules")
    network = _Network(hidden)
    optimizer = torch.optim.AdamW(network.parameters(), lr=5e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.05, total_iters=epochs)
    for _ in range(epochs):
        for batch in np.array_split(random.permutation(len(choices)), max(1, len(choices) // 32)):
            loss = _loss(network, [choices[i] for i in batch])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        schedule.step()
    weights = (network.hidden.weight.T, network.hidden.bias, network.score.weight[0])
    return SpeakerModel(*(w.detach().numpy().astype(np.float32) for w in weights))


def _loss(network: _Network, batch: Sequence[Choice]) -> Tensor:
    width = max(len(c.right) for c in batch)
    features = np.zeros((len(batch), width, len(FEATURES)), np.float32)
    right = np.zeros((len(batch), width), np.bool_)
    real = np.zeros((len(batch), width), np.bool_)
    for row, choice in enumerate(batch):
        features[row, : len(choice.right)], right[row, : len(choice.right)] = choice.features, choice.right
        real[row, : len(choice.right)] = True
    scores = network(torch.from_numpy(features)).masked_fill(~torch.from_numpy(real), -1e9)
    log_all = scores.logsumexp(1)
    log_right = scores.masked_fill(~torch.from_numpy(right), -1e9).logsumexp(1)
    return (log_all - log_right).mean()
