"""Who said a quote, and which word says so: the plain rules, and the baseline of the learned linker.

- The cue of a quote is the last reporting word before it in its paragraph that no other quote parts from it; else the
  first one after its end, in its sentence.
- The speaker is the subject of the cue: the first person, role, body or place between cue and quote; for a quote that
  comes first, the first one after the cue; else one straight before the cue in its sentence, unless the cue is a
  participle. A verb with no subject continues the previous speaker.
- A quote with no cue that is a whole paragraph continues the previous speaker.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from isnad.arabic import fold
from isnad.decoding import Span

_SENTENCE_END = re.compile(r"[.!؟?\n]")
_PARTICIPLE = re.compile(r"(م\w{3,}ا|قائل(ا|ه|ين)|لافت\w*|مشير\w*|مضيف\w*|موكد\w*|موضح\w*|معتبر\w*|مبين\w*)$")
_SOURCE_CUES = frozenset(["بحسب", "حسب", "حسبما", "وفق", "وفقا", "بحسبما"])
_BEFORE_OBJECT = re.compile(r"(?:^|\s)(?:الي|في|مع|عن|علي|من|عبر|خلال|عقب|بعد|قبل|لدي|امام|ضد|حول|بين|بحضور|ازاء)$")
_GLUED_OBJECT = re.compile(r"(?:^|[\s،])و?[لبك]$")


@dataclass(frozen=True, slots=True)
class Attribution:
    """What a quote was attributed by: ``mention`` and ``cue`` are indices, None where there is none."""

    mention: int | None
    cue: int | None
    kind: str


def attribute(text: str, mentions: Sequence[Span], cues: Sequence[Span], quotes: Sequence[Span]) -> list[Attribution]:
    """One attribution for each quote; all three sequences are sorted by start."""
    out: list[Attribution] = []
    for q, quote in enumerate(quotes):
        outer = next((k for k in range(q - 1, -1, -1) if _holds(quotes[k], quote)), None)
        cue = nearest_cue(text, quote, quotes, cues)
        if outer is not None and (cue is None or not _holds(quotes[outer], cues[cue])):
            out.append(out[outer])
            continue
        previous = next((a.mention for a in reversed(out) if a.mention is not None), None)
        subject = None if cue is None else _subject(text, cues[cue], quote, mentions, quotes)
        if subject is not None:
            out.append(Attribution(subject, cue, "explicit"))
        elif cue is None and not out:
            out.append(Attribution(None, None, "none"))
        elif previous is None or (cue is not None and fold(_of(text, cues[cue])) in _SOURCE_CUES):
            out.append(Attribution(None, cue, "none"))
        else:
            out.append(Attribution(previous, cue, "continued" if cue is not None else "heading"))
    return out


def nearest_cue(text: str, quote: Span, quotes: Sequence[Span], cues: Sequence[Span]) -> int | None:
    """The cue that introduces a quote, or the first that follows it in its sentence; None if there is none."""
    before = [k for k, c in enumerate(cues) if c.end <= quote.start]
    if before:
        gap = text[cues[before[-1]].end : quote.start]
        if "\n" not in gap and not _SENTENCE_END.search(gap.replace('."', "")):
            return before[-1]
    for k, c in enumerate(cues):
        if c.start >= quote.end:
            gap = text[quote.end : c.start]
            followed = any(q.start >= c.end and "\n" not in text[c.end : q.start] and q.start - c.end < 12 for q in quotes)
            return k if not re.search(r"[.\n]", gap) and len(gap) < 60 and not followed else None
    return None


def _subject(text: str, cue: Span, quote: Span, mentions: Sequence[Span], quotes: Sequence[Span]) -> int | None:
    word = fold(_of(text, cue))
    limit = quote.start if quote.start >= cue.end else _sentence_end(text, cue.end)
    for k, m in enumerate(mentions):
        if cue.end <= m.start < limit and not _in_quote(m, quotes) and (word in _SOURCE_CUES or not _is_object(text, cue.end, m)):
            return k
    if word in _SOURCE_CUES or _PARTICIPLE.match(word) or quote.start < cue.start:
        return None
    start = _sentence_start(text, cue.start)
    before = [k for k, m in enumerate(mentions) if start <= m.start and m.end <= cue.start and not _in_quote(m, quotes)]
    outer = [k for k in before if not any(_holds(mentions[j], mentions[k]) for j in before if j != k)]
    return next((k for k in outer if not _is_object(text, start, mentions[k])), None)


def _is_object(text: str, since: int, mention: Span) -> bool:
    """A mention after a preposition is no subject."""
    before = text[since : mention.start]
    return bool(_BEFORE_OBJECT.search(fold(before)) and before[-1:].isspace()) or bool(_GLUED_OBJECT.search(before))


def _in_quote(mention: Span, quotes: Sequence[Span]) -> bool:
    return any(_holds(q, mention) for q in quotes)


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end and outer is not inner


def _of(text: str, span: Span) -> str:
    return text[span.start : span.end]


def _sentence_start(text: str, at: int) -> int:
    return max((text.rfind(mark, 0, at) for mark in ".\n!؟?"), default=-1) + 1


def _sentence_end(text: str, at: int) -> int:
    found = _SENTENCE_END.search(text, at)
    return found.start() if found else len(text)
