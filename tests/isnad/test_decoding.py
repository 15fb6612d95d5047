"""Decoding: valid tags, and spans at the right characters."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isnad.decoding import best_tags, decode, log_softmax, tag_runs, trim_edges
from isnad.schema import LAYERS, MAX_CLITICS, TAGS, B, I, O
from isnad.tokenization import Tokens


@given(st.lists(st.lists(st.floats(-5, 5), min_size=3, max_size=3), min_size=1, max_size=6))
def test_best_tags_is_the_best_valid_sequence(rows: list[list[float]]) -> None:
    logp = log_softmax(np.array(rows, np.float32))

    def valid(tags: tuple[int, ...]) -> bool:
        return all(not (t == I and p == O) for p, t in zip((O, *tags), tags, strict=False))

    def total(tags: tuple[int, ...]) -> float:
        return sum(float(logp[i, t]) for i, t in enumerate(tags))

    best = tuple(best_tags(logp).tolist())
    assert valid(best)
    assert total(best) == pytest.approx(max(total(t) for t in itertools.product((O, B, I), repeat=len(rows)) if valid(t)), abs=1e-4)


def test_tag_runs() -> None:
    assert tag_runs(np.array([O, B, I, B, O, B])) == [(1, 3), (3, 4), (5, 6)]
    assert tag_runs(np.array([O, O])) == []


def _scores(tokens: int, marked: dict[str, dict[int, int]], clitics: dict[int, int]) -> tuple[np.ndarray, np.ndarray]:
    tags = np.zeros((tokens, len(LAYERS), len(TAGS)), np.float32)
    tags[:, :, O] = 5
    for layer, at in marked.items():
        for token, tag in at.items():
            tags[token, LAYERS.index(layer), tag] = 10
    outside = np.zeros((tokens, MAX_CLITICS + 1), np.float32)
    for token, count in clitics.items():
        outside[token, count] = 10
    return tags, outside


def test_nested_spans_and_proclitics() -> None:
    text = "وقال وزير المالية بالقاهرة"
    offsets = np.array([(0, 1), (1, 4), (5, 9), (10, 17), (18, 26)])
    marked = {"CUE": {0: B, 1: B}, "ROLE": {2: B, 3: I, 4: I}, "LOC": {4: B}}
    tags, clitics = _scores(5, marked, {0: 1, 1: 1, 2: 2, 4: 1})
    spans = decode(text, Tokens(np.zeros(5, np.int64), offsets), tags, clitics)
    found = {(s.layer, text[s.start : s.end]) for s in spans}
    assert found == {("CUE", "قال"), ("ROLE", "وزير المالية بالقاهرة"), ("LOC", "القاهرة")}


def test_no_span_crosses_a_paragraph() -> None:
    text = "نص\nنص"
    tags, clitics = _scores(3, {"DIRECT": {0: B, 1: I, 2: I}}, {})
    tokens = Tokens(np.zeros(3, np.int64), np.array([(0, 2), (3, 3), (3, 5)]))
    assert [(s.start, s.end) for s in decode(text, tokens, tags, clitics)] == [(0, 2)]


@pytest.mark.parametrize(
    ("text", "layer", "expected"),
    [
        ('"القمة".', "ORG", "القمة"),
        ('وكالة "تاس"', "ORG", 'وكالة "تاس'),
        ("الشاباك (جهاز الأمن)", "ORG", "الشاباك (جهاز الأمن)"),
        ('"سنعود."', "DIRECT", "سنعود."),
        (": «نعم»،", "DIRECT", "نعم"),
        ("أنهم عادوا.", "INDIRECT", "أنهم عادوا"),
        ("...", "PER", ""),
    ],
)
def test_trim_edges(text: str, layer: str, expected: str) -> None:
    start, end = trim_edges(text, 0, len(text), layer)
    assert text[start:end] == expected


def test_empty_text_has_no_spans() -> None:
    tags, clitics = _scores(0, {}, {})
    assert decode("", Tokens(np.zeros(0, np.int64), np.zeros((0, 2), np.int64)), tags, clitics) == []


def test_scores_are_probabilities_after_the_vote() -> None:
    text = "سالم وسالم لسالم"
    tags, clitics = _scores(3, {"PER": {0: B, 1: B}}, {0: 0, 1: 1, 2: 1})
    spans = decode(text, Tokens(np.zeros(3, np.int64), np.array([(0, 4), (5, 10), (11, 16)])), tags, clitics)
    assert spans
    assert all(0 < s.score <= 1 for s in spans)
