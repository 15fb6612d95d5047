"""Measures of how news is written, to hold a labelled corpus against the raw text that a model will meet, and a linear
classifier that tells the two apart: what it leans on is what gives the corpus away."""

from __future__ import annotations

import itertools
import json
import re
import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from isnad.errors import InputError
from train.corpus import read_corpus

MARKED_SPAN = re.compile(r"\"([^\"\n]{1,800})\"|«([^»\n]{1,800})»|“([^”\n]{1,800})”")
_VERBS = re.compile(
    r"(?<!\w)[وف]?(?:قال|قالت|أضاف|أضافت|أكد|أكدت|أوضح|أوضحت|أشار|أشارت|أعلن|أعلنت|ذكر|ذكرت|تابع|تابعت|كشف|صرح|أفاد|أفادت|"
    r"شدد|لفت|اعتبر|قائلا|مضيفا|مؤكدا|مشيرا|موضحا|لافتا|مبينا|بحسب|وفق|وفقا|حسب|يقول|تقول)(?!\w)"
)
_CONTINUED = re.compile(r"(?<!\w)و(?:أضاف|أضافت|تابع|تابعت|أردف|استطرد|أوضح|زاد|ختم)(?!\w)")
_FEATURES = 1 << 15


def _per_100(pattern: str) -> Callable[[str], float]:
    compiled = re.compile(pattern)
    return lambda text: 100 * len(compiled.findall(text)) / max(1, len(text.split()))


def _span_words(text: str) -> float:
    found = [len(m.group().split()) for m in MARKED_SPAN.finditer(text)]
    return statistics.mean(found) if found else 0.0


MEASURES: dict[str, Callable[[str], float]] = {
    "words": lambda t: float(len(t.split())),
    "paragraphs": lambda t: t.count("\n") + 1.0,
    "words a sentence": lambda t: len(t.split()) / max(1, len(re.findall(r"[.!؟\n]+", t))),
    "reporting words /100": lambda t: 100 * len(_VERBS.findall(t)) / max(1, len(t.split())),
    "verbs that continue /100": lambda t: 100 * len(_CONTINUED.findall(t)) / max(1, len(t.split())),
    "marked spans /100": lambda t: 100 * len(MARKED_SPAN.findall(t)) / max(1, len(t.split())),
    "words in a marked span": _span_words,
    "ASCII marks /100": _per_100('"'),
    "guillemets /100": _per_100("[«»]"),
    "curly marks /100": _per_100("[“”]"),
    "commas /100": _per_100("،"),
    "digits /100": _per_100(r"\d+"),
    "colons /100": _per_100(":"),
    "brackets /100": _per_100(r"\("),
    "tanwin /100": _per_100("\u064b"),
    "hash tags /100": _per_100("#"),
    "Latin words /100": _per_100("[A-Za-z]+"),
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Quartiles of each measure in both, the accuracy of telling them apart, and what tells them apart."""

    quartiles: dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]
    accuracy: float
    ours: list[str]
    theirs: list[str]


def read_texts(path: Path, sample: int = 0) -> list[str]:
    """Texts of annotated XML or .txt in a folder, or of JSON lines; an even sample of at most ``sample``.

    Raises:
        InputError: nothing to read there.
    """
    if path.is_dir() and any(path.glob("*.xml")):
        texts = [d.text for d in read_corpus(path)]
    elif path.is_dir():
        texts = [p.read_text(encoding="utf-8") for p in sorted(path.glob("*.txt"))]
    elif path.exists():
        with path.open(encoding="utf-8") as lines:
            texts = [json.loads(line)["text"] for line in lines]
    else:
        texts = []
    if not texts:
        raise InputError(f"{path}: no articles; expected a folder of .xml or .txt, or a .jsonl file")
    return texts[:: max(1, len(texts) // sample)][:sample] if sample else texts


def compare_style(ours: Sequence[str], theirs: Sequence[str]) -> Comparison:
    """Measure both and train a logistic classifier on hashed n-grams, tested on the half it has not seen."""
    quartiles = {name: (_quartiles(measure, ours), _quartiles(measure, theirs)) for name, measure in MEASURES.items()}
    names: dict[int, Counter[str]] = {}
    texts = [*ours, *theirs]
    features = np.stack([_hashed(t, names) for t in texts])
    labels = np.array([1.0] * len(ours) + [0.0] * len(theirs))
    order = np.random.default_rng(0).permutation(len(texts))
    train, test = order[::2], order[1::2]
    weights = _logistic(features[train], labels[train])
    right = (features[test] @ weights > 0) == (labels[test] == 1)
    balanced = [right[labels[test] == k].mean() for k in (0, 1)]
    ranked = np.argsort(weights)
    named = [names[i].most_common(1)[0][0] for i in ranked if i in names]
    return Comparison(quartiles, float(np.mean(balanced)), named[::-1][:30], named[:30])


def _quartiles(measure: Callable[[str], float], texts: Sequence[str]) -> NDArray[np.float64]:
    return np.percentile([measure(t) for t in texts], (10, 25, 50, 75, 90))


def _hashed(text: str, names: dict[int, Counter[str]]) -> NDArray[np.float64]:
    """Presence of words and word pairs, hashed, of unit length."""
    words = re.findall(r"\w+|[^\w\s]", text)[:400]
    grams = [*words, *(f"{a} {b}" for a, b in itertools.pairwise(words))]
    out = np.zeros(_FEATURES)
    for gram in set(grams):
        place = int.from_bytes(blake2b(gram.encode(), digest_size=4).digest(), "little") % _FEATURES
        names.setdefault(place, Counter())[gram] += 1
        out[place] = 1.0
    return out / max(1.0, float(np.linalg.norm(out)))


def _logistic(features: NDArray[np.float64], labels: NDArray[np.float64], rounds: int = 300) -> NDArray[np.float64]:
    """Balanced logistic regression by gradient descent with momentum and a little decay."""
    weight = np.where(labels == 1, 0.5 / labels.sum(), 0.5 / (1 - labels).sum())
    weights, speed = np.zeros(features.shape[1]), np.zeros(features.shape[1])
    for _ in range(rounds):
        wrong = (1 / (1 + np.exp(-features @ weights)) - labels) * weight
        speed = 0.9 * speed - 10 * (features.T @ wrong + 1e-5 * weights)
        weights += speed
    return weights


def render_comparison(found: Comparison) -> str:
    """A table of quartiles and the n-grams of each side."""
    lines = [f"{'':26} {'corpus p10 p25 p50 p75 p90':>40}   {'raw p10 p25 p50 p75 p90':>40}"]
    for name, sides in found.quartiles.items():
        cells = ["".join(f"{v:8.1f}" for v in side) for side in sides]
        lines.append(f"{name:26} {cells[0]}   {cells[1]}")
    lines.append(f"told apart with balanced accuracy {found.accuracy:.3f} (0.5 is not at all)")
    lines.append("gives the corpus away: " + " | ".join(found.ours))
    lines.append("missing from it:       " + " | ".join(found.theirs))
    return "\n".join(lines)
