"""Training the speaker model: choices from gold documents, and a model that beats the rules on what it learnt."""

import numpy as np

from isnad.decoding import Span
from isnad.linking import link
from isnad.speakers import FEATURES
from train.corpus import read_corpus
from train.examples import layer_spans
from train.scoring import score
from train.speakers import choices_of, train_speakers


def test_choices_hold_a_right_candidate(root) -> None:
    documents = read_corpus(root / "data" / "corpus")[:8]
    choices = [c for d in documents for c in choices_of(d, np.random.default_rng(0))]
    assert len(choices) > 20
    assert all(c.right.any() and c.features.shape == (len(c.right), len(FEATURES)) for c in choices)


def test_it_learns_and_is_repeatable(root) -> None:
    documents = read_corpus(root / "data" / "corpus")[::16][:20]
    model, again = train_speakers(documents), train_speakers(documents)
    assert np.array_equal(model.w1, again.w1)

    def linked(speakers):
        spans = {d.id: [Span(k, *s, 1.0) for k, v in layer_spans(d).items() for s in v] for d in documents}
        return score(documents, [link(d.id, d.text, spans[d.id], speakers) for d in documents]).f1("said_by")

    assert linked(model) > linked(None)
