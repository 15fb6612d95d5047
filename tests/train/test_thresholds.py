"""A threshold is taken where it brings something, and only there."""

import pytest

from isnad.document import Document, Entity, Mention
from train.thresholds import choose_thresholds


def document(mentions: list[tuple[int, str, float]]) -> Document:
    found = tuple(Mention(f"m{i}", at, at + 1, kind, "ا", "e", score) for i, (at, kind, score) in enumerate(mentions))
    return Document("1", "ا" * 100, found, entities=(Entity("e", "ORG", "ا", tuple(m.id for m in found)),))


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        ([0.9, 0.8], [0.3, 0.45], {"ORG": 0.5}),
        ([0.9, 0.8], [], {}),
        ([0.5, 0.45], [0.9], {}),  # a threshold would drop what is right
        ([0.9], [0.99], {}),
    ],
)
def test_thresholds(right: list[float], wrong: list[float], expected: dict[str, float]) -> None:
    gold = document([(i, "ORG", 1.0) for i in range(len(right))])
    predicted = document([(i, "ORG", s) for i, s in enumerate(right)] + [(50 + i, "ORG", s) for i, s in enumerate(wrong)])
    assert choose_thresholds([gold], [predicted]) == expected


def test_a_small_gain_is_none() -> None:
    gold = document([(i, "LOC", 1.0) for i in range(90)])
    predicted = document([(i, "LOC", 0.9) for i in range(90)] + [(95, "LOC", 0.1)])
    assert choose_thresholds([gold] * 3, [predicted, gold, gold]) == {}
