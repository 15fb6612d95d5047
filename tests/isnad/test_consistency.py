"""The vote of a word's occurrences: it settles doubt, and leaves what stands alone."""

import numpy as np

from isnad.consistency import vote
from isnad.decoding import log_softmax
from isnad.schema import LAYERS, B, O

PER, LOC, ORG = (LAYERS.index(layer) for layer in ("PER", "LOC", "ORG"))


def scores(words: list[str], person: dict[int, float]) -> np.ndarray:
    """Every word is outside everything by 3, except as ``person`` says of PER."""
    logits = np.zeros((len(words), len(LAYERS), 3), np.float32)
    logits[:, :, O] = 3.0
    for word, value in person.items():
        logits[word, PER, B] = value
    return log_softmax(logits)


def test_plain_occurrences_settle_a_doubtful_one() -> None:
    words = ["هارلو", "قال", "هارلو", "لهارلو", "وهارلو"]
    logp = scores(words, {0: 8.0, 2: 8.0, 3: 2.5, 4: 8.0})
    assert logp[3, PER].argmax() == O
    assert vote(words, logp)[3, PER].argmax() == B


def test_a_word_that_occurs_once_is_left_alone() -> None:
    words = ["هارلو", "قال"]
    logp = scores(words, {0: 2.9})
    assert np.array_equal(vote(words, logp), logp)


def test_one_sure_occurrence_is_not_drowned_by_a_few_others() -> None:
    words = ["صالح", "صالح", "للشرب"]
    logp = scores(words, {0: 12.0})
    assert vote(words, logp)[0, PER].argmax() == B


def test_bodies_do_not_vote() -> None:
    words = ["مجلس", "مجلس"]
    logp = scores(words, {0: 9.0})
    assert np.array_equal(vote(words, logp)[:, ORG], logp[:, ORG])
    assert not np.array_equal(vote(words, logp)[:, PER], logp[:, PER])
