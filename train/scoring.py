"""Comparing two lists of documents: spans, quotes, speakers, relations, coreference. Works on any files.

- mentions, cues, quotes exact: the same start, end and type (kind).
- quote overlap50, overlap80: one-to-one by falling intersection over union, at least .5 or .8, kind ignored.
- said_by: a quote matched at .5 whose speaker is the gold speaker's entity; precision over the quotes predicted with
  a speaker, recall over the gold quotes that have one. Given the quote: accuracy over matched quotes.
- holds_role: (person's entity, role span); role_of, located_in: (mention span, target entity).
- coreference: B³ (Bagga and Baldwin, 1998) over all gold and predicted mentions.

An entity matches a gold one when a mention of it overlaps one of the gold entity's of the same family of types
(PER with ROLE, ORG with LOC).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from isnad.document import Document, Quote
from isnad.errors import InputError
from isnad.schema import MENTION_TYPES, QUOTE_KINDS

Typed = tuple[int, int, str]
Placed = tuple[tuple[int, int], str]
_FAMILIES = (frozenset({"PER", "ROLE"}), frozenset({"ORG", "LOC"}))


@dataclass(slots=True)
class Count:
    """Right, predicted and gold, with the ratios that follow."""

    right: float = 0.0
    predicted: float = 0.0
    gold: float = 0.0

    def add(self, right: float, predicted: float, gold: float) -> None:
        """Count one document."""
        self.right, self.predicted, self.gold = self.right + right, self.predicted + predicted, self.gold + gold

    @property
    def precision(self) -> float:
        """Right of predicted; 0 when nothing is predicted."""
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Right of gold; 0 when there is nothing to find."""
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(slots=True)
class Scores:
    """Counts by measure. B³ is kept as two counts, since its precision and recall have different denominators."""

    counts: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    b3: tuple[Count, Count] = field(default_factory=lambda: (Count(), Count()))

    def to_dict(self) -> dict[str, dict[str, float]]:
        """Measure → precision, recall, f1, gold, predicted, rounded to 4 places."""
        out = {name: _row(c.precision, c.recall, c.gold, c.predicted) for name, c in self.counts.items()}
        recall, precision = self.b3
        out["coreference B3"] = _row(precision.recall, recall.recall, recall.gold, precision.gold)
        return out

    def f1(self, name: str) -> float:
        """F1 of a measure."""
        return self.counts[name].f1


def _row(precision: float, recall: float, gold: float, predicted: float) -> dict[str, float]:
    both = precision + recall
    f1 = 2 * precision * recall / both if both else 0.0
    ratios = {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}
    return ratios | {"gold": round(gold), "predicted": round(predicted)}


def score(gold: Sequence[Document], predicted: Sequence[Document]) -> Scores:
    """Compare predictions with gold documents of the same ids and texts.

    Raises:
        InputError: a gold document without a prediction, or with another text.
    """
    by_id = {d.id: d for d in predicted}
    scores = Scores()
    for document in gold:
        if document.id not in by_id:
            raise InputError(f"no prediction for document {document.id!r}; predict every gold document")
        other = by_id[document.id]
        if other.text != document.text:
            raise InputError(f"document {document.id!r}: the predicted text is not the gold text; extract from the same text")
        _Pair(document, other).count(scores)
    return scores


class _Pair:
    """One gold document and its prediction."""

    def __init__(self, gold: Document, predicted: Document) -> None:
        self.gold, self.predicted = gold, predicted
        self.gold_members, self.predicted_members = _members(gold), _members(predicted)

    def count(self, scores: Scores) -> None:
        self._spans(scores)
        self._quotes(scores)
        self._relations(scores)
        for count, a, b in zip(scores.b3, (self.gold, self.predicted), (self.predicted, self.gold), strict=True):
            count.add(_b3_recall(a, b), 0, len(a.mentions))

    def _both(self, of: Callable[[Document], Iterable[Hashable]]) -> tuple[int, int, int]:
        gold, predicted = set(of(self.gold)), set(of(self.predicted))
        return len(gold & predicted), len(predicted), len(gold)

    def _spans(self, scores: Scores) -> None:
        for kind in MENTION_TYPES:
            scores.counts[f"mention {kind}"].add(*self._both(lambda d, k=kind: (m for m in _typed(d) if m[2] == k)))  # type: ignore[misc]
        scores.counts["mention all"].add(*self._both(_typed))
        gold, predicted = _typed(self.gold), _typed(self.predicted)
        touched = sum(any(g[2] == p[2] and _overlap(g, p) > 0 for p in predicted) for g in gold)
        scores.counts["mention all (overlap)"].add(min(touched, len(predicted)), len(predicted), len(gold))
        scores.counts["cue"].add(*self._both(lambda d: ((c.start, c.end) for c in d.cues)))

    def _quotes(self, scores: Scores) -> None:
        for kind in QUOTE_KINDS:
            found = self._both(lambda d, k=kind: ((q.start, q.end) for q in d.quotes if q.kind == k))  # type: ignore[misc]
            scores.counts[f"quote {kind} exact"].add(*found)
        scores.counts["quote all exact"].add(*self._both(lambda d: ((q.start, q.end, q.kind) for q in d.quotes)))
        gold, predicted = self.gold.quotes, self.predicted.quotes
        for percent in (50, 80):
            pairs = pair_quotes(gold, predicted, percent / 100)
            scores.counts[f"quote overlap{percent}"].add(len(pairs), len(predicted), len(gold))
        self._speakers(scores, pair_quotes(gold, predicted, 0.5))

    def _speakers(self, scores: Scores, pairs: Sequence[tuple[Quote, Quote]]) -> None:
        right = sum(self._same(g.speaker, p.speaker) for g, p in pairs)
        none = sum(g.speaker is None and p.speaker is None for g, p in pairs)
        attributed = [sum(q.speaker is not None for q in d.quotes) for d in (self.predicted, self.gold)]
        scores.counts["said_by"].add(right, *attributed)
        scores.counts["said_by given quote"].add(right + none, len(pairs), len(pairs))

    def _relations(self, scores: Scores) -> None:
        for name, of in (("holds_role", _held), ("role_of", _placed("role_of")), ("located_in", _placed("located_in"))):
            gold, predicted = of(self.gold), of(self.predicted)
            left, right = set(gold), 0
            for span, entity in sorted(predicted):
                match = next((r for r in sorted(left) if r[0] == span and self._same(r[1], entity)), None)
                if match:
                    left.discard(match)
                    right += 1
            scores.counts[name].add(right, len(predicted), len(gold))

    def _same(self, gold: str | None, predicted: str | None) -> bool:
        if gold is None or predicted is None:
            return False
        pairs = ((a, b) for a in self.gold_members.get(gold, ()) for b in self.predicted_members.get(predicted, ()))
        return any(_overlap(a, b) > 0 and _family(a) == _family(b) for a, b in pairs)


def pair_quotes(gold: Sequence[Quote], predicted: Sequence[Quote], at_least: float) -> list[tuple[Quote, Quote]]:
    """One-to-one pairs by falling intersection over union."""
    ranked = sorted(((_iou(g, p), i, j) for i, g in enumerate(gold) for j, p in enumerate(predicted)), reverse=True)
    used_gold: set[int] = set()
    used_predicted: set[int] = set()
    out = []
    for value, i, j in ranked:
        if value < at_least:
            break
        if i not in used_gold and j not in used_predicted:
            used_gold.add(i)
            used_predicted.add(j)
            out.append((gold[i], predicted[j]))
    return out


def _iou(a: Quote, b: Quote) -> float:
    common = max(0, min(a.end, b.end) - max(a.start, b.start))
    return common / (a.end - a.start + b.end - b.start - common)


def _typed(document: Document) -> list[Typed]:
    return [(m.start, m.end, m.type) for m in document.mentions]


def _overlap(a: Typed, b: Typed) -> int:
    return min(a[1], b[1]) - max(a[0], b[0])


def _family(m: Typed) -> frozenset[str]:
    return next(f for f in _FAMILIES if m[2] in f)


def _members(document: Document) -> dict[str, list[Typed]]:
    out: dict[str, list[Typed]] = defaultdict(list)
    for m in document.mentions:
        out[m.entity].append((m.start, m.end, m.type))
    return out


def _held(document: Document) -> set[Placed]:
    people = {m.entity for m in document.mentions if m.type == "PER"}
    return {((m.start, m.end), m.entity) for m in document.mentions if m.type == "ROLE" and m.entity in people}


def _placed(kind: str) -> Callable[[Document], set[Placed]]:
    def of(document: Document) -> set[Placed]:
        span = {m.id: (m.start, m.end) for m in document.mentions}
        return {(span[r.head], r.tail) for r in document.relations if r.type == kind}

    return of


def _b3_recall(a: Document, b: Document) -> float:
    """Sum over a's mentions of the share of its entity's mentions that b puts together with it."""
    where = {(m.start, m.end, m.type): m.entity for m in b.mentions}
    entities: dict[str, set[Typed]] = defaultdict(set)
    for span, entity in where.items():
        entities[entity].add(span)
    total = 0.0
    for members in _members(a).values():
        total += sum(len(entities[where[m]] & set(members)) / len(members) for m in members if m in where)
    return total
