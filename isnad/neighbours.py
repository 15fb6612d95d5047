"""Near-by look-ups over a document's spans: the cue of a quote, the mentions around a cue. Each stops at a sentence's
end or after ``NEAR`` spans, so that linking costs in proportion to the text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from isnad.arabic import fold
from isnad.decoding import Span

_SENTENCE_END = re.compile(r"[.!؟?\n]")
PARTICIPLE = re.compile(r"(م\w{3,}ا|قايل(ا|ه|ين)|لافت\w*|مشير\w*|مضيف\w*|موكد\w*|موضح\w*|معتبر\w*|مبين\w*)$")
NEAR = 40
"""How many spans away anything is looked for."""
_SENTENCE = 1000
"""Characters of a sentence that are looked at: with ``NEAR`` it keeps cost in proportion to the text."""
SOURCE_CUES = frozenset(["بحسب", "حسب", "حسبما", "وفق", "وفقا", "بحسبما"])
_BEFORE_OBJECT = re.compile(r"(?:^|\s)(?:الي|في|مع|عن|علي|من|عبر|خلال|عقب|بعد|قبل|لدي|امام|ضد|حول|بين|بحضور|ازاء)$")
_GLUED_OBJECT = re.compile(r"(?:^|[\s،])و?[لبك]$")


class Neighbours:
    """A document's spans with the indices that keep every look-up near: each stops at a sentence or ``NEAR`` spans."""

    def __init__(self, text: str, mentions: Sequence[Span], cues: Sequence[Span], quotes: Sequence[Span]) -> None:
        self.text, self.mentions, self.cues, self.quotes = text, mentions, cues, quotes
        self.mention_starts = [m.start for m in mentions]
        self.cue_starts = [c.start for c in cues]
        self.quote_starts = [q.start for q in quotes]
        self.quoted = _covered(mentions, quotes)

    def nearest_cue(self, quote: Span) -> int | None:
        """The cue that introduces a quote, or the first that follows it in its sentence; None if there is none."""
        before = bisect_right(self.cue_starts, quote.start) - 1
        if before >= 0 and self.cues[before].end <= quote.start:
            near = quote.start - self.cues[before].end < _SENTENCE
            if near and not _SENTENCE_END.search(self.text, self.cues[before].end, quote.start):
                return before
        after = bisect_left(self.cue_starts, quote.end)
        if after == len(self.cues):
            return None
        gap = self.text[quote.end : min(self.cues[after].start, quote.end + 60)]
        return after if len(gap) < 60 and not re.search(r"[.\n]", gap) and not self._introduces(after) else None

    def outer_quote(self, q: int, cue: int | None) -> int | None:
        """The quote that holds quote ``q``, unless the cue of ``q`` stands inside it too."""
        quote = self.quotes[q]
        outer = next((k for k in range(q - 1, max(-1, q - NEAR), -1) if holds(self.quotes[k], quote)), None)
        own = cue is not None and outer is not None and holds(self.quotes[outer], self.cues[cue])
        return None if own else outer

    def _introduces(self, cue: int) -> bool:
        """Whether a quote follows a cue at once."""
        following = bisect_left(self.quote_starts, self.cues[cue].end)
        if following == len(self.quotes):
            return False
        gap = self.text[self.cues[cue].end : self.quotes[following].start]
        return len(gap) < 12 and "\n" not in gap

    def subject(self, cue: Span, quote: Span) -> int | None:
        """The mention that is a cue's subject."""
        word = fold(text_of(self.text, cue))
        limit = quote.start if quote.start >= cue.end else sentence_end(self.text, cue.end)
        for k in self.between(cue.end, limit):
            if word in SOURCE_CUES or not is_object(self.text, cue.end, self.mentions[k]):
                return k
        if word in SOURCE_CUES or PARTICIPLE.match(word) or quote.start < cue.start:
            return None
        start = sentence_start(self.text, cue.start)
        before = [k for k in self.between(start, cue.start) if self.mentions[k].end <= cue.start]
        outer = [k for k in before if not any(holds(self.mentions[j], self.mentions[k]) for j in before if j != k)]
        return next((k for k in outer if not is_object(self.text, start, self.mentions[k])), None)

    def between(self, start: int, end: int) -> list[int]:
        """Mentions outside quotes that begin in a stretch of text, the first ``NEAR``."""
        first = bisect_left(self.mention_starts, start)
        last = min(bisect_left(self.mention_starts, end), first + NEAR)
        return [k for k in range(first, last) if not self.quoted[k]]

    def before(self, end: int, reach: int) -> list[int]:
        """Mentions outside quotes that begin at most ``reach`` characters before a place, the last ``NEAR``."""
        last = bisect_left(self.mention_starts, end)
        first = max(bisect_left(self.mention_starts, end - reach), last - NEAR)
        return [k for k in range(first, last) if not self.quoted[k]]


def _covered(mentions: Sequence[Span], quotes: Sequence[Span]) -> list[bool]:
    """Whether each mention stands inside a quote (both sorted by start)."""
    out, reach, q = [], -1, 0
    for m in mentions:
        while q < len(quotes) and quotes[q].start <= m.start:
            reach = max(reach, quotes[q].end)
            q += 1
        out.append(m.end <= reach)
    return out


def is_object(text: str, since: int, mention: Span) -> bool:
    """A mention after a preposition is no subject."""
    before = text[max(since, mention.start - 30) : mention.start]
    return bool(_BEFORE_OBJECT.search(fold(before)) and before[-1:].isspace()) or bool(_GLUED_OBJECT.search(before))


def holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end and outer is not inner


def text_of(text: str, span: Span) -> str:
    return text[span.start : span.end]


def sentence_start(text: str, at: int) -> int:
    far = max(0, at - _SENTENCE)
    return max(far, *(text.rfind(mark, far, at) + 1 for mark in ".\n!؟?"))


def sentence_end(text: str, at: int) -> int:
    found = _SENTENCE_END.search(text, at, at + _SENTENCE)
    return found.start() if found else min(len(text), at + _SENTENCE)
