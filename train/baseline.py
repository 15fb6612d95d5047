"""The baseline beside every score: what the training articles named, looked up again. No model, a minute's work."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from isnad.decoding import Span
from isnad.document import Document
from isnad.linking import link

_WORD = re.compile(r"\w+")
_MARKED = re.compile(r"\"([^\"\n]+)\"|«([^»\n]+)»|“([^”\n]+)”")
_PROCLITICS = ("", "و", "ف", "ب", "ل", "ك", "وب", "ول", "فب", "فل")


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Surface forms of mentions and cues with their likeliest layer; ``longest`` is in words."""

    layers: dict[tuple[str, ...], str]
    longest: int

    @classmethod
    def learn(cls, documents: Sequence[Document]) -> Gazetteer:
        """Collect the forms of the training documents; a form that is a span less than half of the time is left out."""
        marked: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        for document in documents:
            for m in document.mentions:
                marked[tuple(_WORD.findall(m.text))][m.type] += 1
            for c in document.cues:
                marked[tuple(_WORD.findall(c.text))]["CUE"] += 1
        singles = Counter(w for d in documents for w in _WORD.findall(d.text))
        layers = {
            form: found.most_common(1)[0][0]
            for form, found in marked.items()
            if form and (len(form) > 1 or 2 * sum(found.values()) >= singles[form[0]])
        }
        return cls(layers, max(map(len, layers), default=1))

    def extract(self, doc_id: str, text: str) -> Document:
        """Look up the longest known form at each word, a proclitic aside; words between marks are direct quotes."""
        words = list(_WORD.finditer(text))
        spans, at = [], 0
        while at < len(words):
            span = self._longest(text, words, at)
            if span is not None:
                spans.append(span)
            at += 1 if span is None else len(_WORD.findall(text[span.start : span.end]))
        marked = (m for m in _MARKED.finditer(text) if len(m.group().split()) > 3)
        spans.extend(Span("DIRECT", m.start() + 1, m.end() - 1, 1.0) for m in marked)
        return link(doc_id, text, spans)

    def _longest(self, text: str, words: Sequence[re.Match[str]], at: int) -> Span | None:
        for length in range(min(self.longest, len(words) - at), 0, -1):
            form = [w.group() for w in words[at : at + length]]
            for glued in _PROCLITICS:
                rest = form[0][len(glued) :]
                layer = self.layers.get((rest, *form[1:])) if form[0].startswith(glued) and rest else None
                if layer:
                    return Span(layer, words[at].start() + len(glued), words[at + length - 1].end(), 1.0)
        return None
