"""Suspicious spots of a corpus, for a reader to look at: what one article or the whole corpus marks in two ways.

A finding is no error: it is a place where the annotation disagrees with itself, or with a model that was not trained on
the article (confident learning: Northcutt et al., 2021, reduced to its cheapest form: confident disagreement)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from isnad.arabic import fold
from isnad.document import Document, Mention

_MARKED = re.compile(r"\"([^\"\n]{12,600})\"|«([^»\n]{12,600})»|“([^”\n]{12,600})”")
_REPORTED = re.compile(
    r"(?<!\w)[وف]?(?:قال|قالت|أضاف|أضافت|أعلن|أعلنت|أكد|أكدت|أوضح|أوضحت|ذكر|ذكرت|أفاد|أفادت|أشار إلى|أشارت إلى|"
    r"مشيرا إلى|مشيراً إلى|مؤكدا|مؤكداً|مضيفا|مضيفاً|موضحا|موضحاً|لافتا إلى|معتبرا) (?:\S+ ){0,3}?(?:أن|إن|بأن|أنه|أنها|إنه|إنها)(?!\w)"
)
_PROCLITIC = re.compile("[وفبلك]")
_CONFIDENT = 0.9
_LONG_QUOTE = 4
"""Words between marks from which a reader expects a quote."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A place to look at: the document, the kind, the offset, and what is odd."""

    document: str
    kind: str
    start: int
    message: str


def inspect_corpus(documents: Sequence[Document], predicted: Mapping[str, Document] | None = None) -> list[Finding]:
    """All findings, by document and place. ``predicted`` holds a model's documents by id, if there are any; the model
    must not have been trained on those documents."""
    usual = usual_labels(documents)
    found: list[Finding] = []
    for document in documents:
        for check in (_forgotten_names, _glued_particles, _unquoted_marks, _unmarked_reports, _idle_cues):
            found += check(document)
        found += _odd_labels(document, usual)
        if predicted and document.id in predicted:
            found += _confident_disagreement(document, predicted[document.id])
    return sorted(found, key=lambda f: (f.document, f.start))


def usual_labels(documents: Sequence[Document]) -> dict[str, tuple[str, float]]:
    """The commonest label of every form that is marked at least five times, and its share."""
    labels: dict[str, Counter[str]] = defaultdict(Counter)
    for document in documents:
        for m in document.mentions:
            labels[fold(m.text)][m.type] += 1
    out = {}
    for form, found in labels.items():
        label, count = found.most_common(1)[0]
        if sum(found.values()) >= 5:
            out[form] = label, count / sum(found.values())
    return out


def _odd_labels(document: Document, usual: Mapping[str, tuple[str, float]]) -> Iterator[Finding]:
    for m in document.mentions:
        label, share = usual.get(fold(m.text), (m.type, 1.0))
        if label != m.type and share >= 0.8:
            yield Finding(document.id, "label", m.start, f"{m.text!r} is {m.type} here and {label} in {share:.0%} of the corpus")


def _forgotten_names(document: Document) -> Iterator[Finding]:
    text = document.text
    covered = _covered(document)
    for form in {m.text for m in document.mentions if m.type in ("PER", "ORG", "LOC") and len(m.text) > 3}:
        for match in re.finditer(rf"(?<!\w)[وف]?[بلك]?{re.escape(form)}(?!\w)", text):
            if not covered[match.end() - 1]:
                around = text[max(0, match.start() - 15) : match.end() + 10]
                yield Finding(document.id, "unmarked", match.start(), f"{form!r} is marked elsewhere, not in {around!r}")


def _covered(document: Document) -> list[bool]:
    covered = [False] * len(document.text)
    for m in document.mentions:
        covered[m.start : m.end] = [True] * (m.end - m.start)
    return covered


def _glued_particles(document: Document) -> Iterator[Finding]:
    by_entity: dict[str, set[str]] = defaultdict(set)
    for m in document.mentions:
        by_entity[m.entity].add(m.text)
    for m in document.mentions:
        if _PROCLITIC.match(m.text) and m.text[1:] in by_entity[m.entity]:
            yield Finding(
                document.id, "proclitic", m.start, f"{m.text!r} seems to hold a glued particle: {m.text[1:]!r} is the same entity"
            )


def _unquoted_marks(document: Document) -> Iterator[Finding]:
    quotes = [(q.start, q.end) for q in document.quotes]
    names: list[Mention] = [m for m in document.mentions if len(m.text.split()) > 2]
    for match in _MARKED.finditer(document.text):
        inside = match.group(1) or match.group(2) or match.group(3)
        near = any(start < match.end() and match.start() < end for start, end in quotes)
        named = any(m.start < match.end() and match.start() < m.end for m in names)
        if len(inside.split()) >= _LONG_QUOTE and not near and not named:
            yield Finding(document.id, "marks", match.start(), f"marks without a quote: {inside[:50]!r}")


def _unmarked_reports(document: Document) -> Iterator[Finding]:
    spans = [(c.start, c.end) for c in document.cues] + [(q.start, q.end) for q in document.quotes]
    for match in _REPORTED.finditer(document.text):
        if not any(start < match.end() and match.start() < end for start, end in spans):
            yield Finding(document.id, "report", match.start(), f"reported speech without cue or quote: {match.group()!r}")


def _idle_cues(document: Document) -> Iterator[Finding]:
    used = {q.cue for q in document.quotes}
    for c in document.cues:
        if c.id not in used:
            yield Finding(document.id, "cue", c.start, f"cue {c.text!r} introduces no quote")


def _confident_disagreement(document: Document, predicted: Document) -> Iterator[Finding]:
    """Mentions the model is sure of that touch none of the annotation, and annotated ones where it is sure of another
    type over the same characters."""
    marked = {(m.start, m.end): m.type for m in document.mentions}
    covered = _covered(document)
    for p in predicted.mentions:
        if p.score < _CONFIDENT:
            continue
        other = marked.get((p.start, p.end))
        if other and other != p.type:
            yield Finding(document.id, "model", p.start, f"{p.text!r} is {other}, the model is sure of {p.type}")
        elif not any(covered[p.start : p.end]):
            yield Finding(document.id, "model", p.start, f"{p.text!r} is unmarked, the model is sure of {p.type}")


def summarise(findings: Sequence[Finding]) -> dict[str, int]:
    """Findings by kind, most first."""
    return dict(Counter(f.kind for f in findings).most_common())
