"""How often a corpus holds each hard case of attribution and naming, counted from its annotation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from isnad.agreement import noun_is_plural, verb_gender, verb_is_plural
from isnad.arabic import fold
from isnad.document import Document, Mention, Quote
from isnad.neighbours import SOURCE_CUES
from train.style import MARKED_SPAN

_ANONYMOUS = re.compile("^(ال)?(مصدر|مصادر|مسوول|مسوولون|مسوولين|شهود|دبلوماسي|شاهد|مراقبون|قيادي|سكان|ناشطون)")
_DENIAL = frozenset(["نفي", "نفت", "نافيا", "نافيه", "اتهم", "اتهمت", "متهما", "متهمه", "كذب", "انكر", "ادان", "ندد"])
_LONG_NAME = re.compile(r"(?:^|\s)(?:بن|بنت|آل|أبو|ابو)\s")


def count_cases(documents: Sequence[Document]) -> dict[str, int]:
    """Occurrences of each case, most first; articles are counted where the case is an article's."""
    counts: Counter[str] = Counter()
    for document in documents:
        for counter in (_article_cases, _quote_cases, _speaker_cases, _name_cases):
            counts.update(counter(document))
    return dict(counts.most_common())


def _article_cases(document: Document) -> Iterator[str]:
    quoted = sum(q.end - q.start for q in document.quotes if q.kind == "direct" or not _inside(q, document.quotes))
    if not document.quotes:
        yield "article without a quote"
    elif quoted > 0.6 * len(document.text):
        yield "article that is mostly quotes"
    if not MARKED_SPAN.search(document.text):
        yield "article without quotation marks"
    if "\n" not in document.text:
        yield "article in one block"


def _quote_cases(document: Document) -> Iterator[str]:
    cues = {c.id: c for c in document.cues}
    for q in document.quotes:
        cue = cues.get(q.cue or "")
        if q.attribution == "continued" and cue:
            first = document.text.rfind("\n", 0, cue.start) + 1
            yield "verb without a subject" + (", paragraph's first" if cue.start - first <= 25 else "")
        if q.attribution == "heading":
            yield "quoted subheading or paragraph"
        if q.attribution == "none":
            yield "quote without a source"
        if cue and cue.start >= q.end:
            yield "reporting word after the quote"
        if q.kind == "direct" and _inside(q, document.quotes):
            yield "direct quote inside indirect speech"
        if cue and fold(cue.text) in _DENIAL:
            yield "denial or accusation"
        if cue and fold(cue.text) in SOURCE_CUES:
            yield "source behind a clause (بحسب)"
        if cue and fold(cue.text).startswith("قوله"):
            yield "relayed speech (قوله)"
        if q.kind == "direct" and len(q.text.split()) <= 3:
            yield "fragment of one to three words"
        if q.kind == "direct" and len(q.text.split()) >= 25:
            yield "direct quote of 25 words and more"
    outside = [m for m in MARKED_SPAN.finditer(document.text) if not any(q.start < m.end() and m.start() < q.end for q in document.quotes)]
    yield from ("marks that are not speech" for _ in outside)


def _inside(quote: Quote, quotes: Sequence[Quote]) -> bool:
    return any(q is not quote and q.start <= quote.start and quote.end <= q.end for q in quotes)


def _speaker_cases(document: Document) -> Iterator[str]:
    entities = {e.id: e for e in document.entities}
    mentions = {m.id: m for m in document.mentions}
    cues = {c.id: c.text for c in document.cues}
    turns = [q.speaker for q in document.quotes if q.speaker]
    yield from ("speakers in turn (A, B, A)" for a, b, c in zip(turns, turns[1:], turns[2:], strict=False) if a == c != b)
    for q in document.quotes:
        speaker = entities.get(q.speaker or "")
        if speaker is None:
            continue
        named = [mentions[m] for m in speaker.mentions]
        if speaker.type != "PER":
            yield "a body speaks" if speaker.type == "ORG" else "a place speaks"
        elif all(m.type == "ROLE" for m in named):
            yield "anonymous source" if _ANONYMOUS.match(fold(named[0].text)) else "speaker known by a role alone"
        if any(noun_is_plural(m.text) for m in named if m.type == "ROLE") or verb_is_plural(cues.get(q.cue or "", "")):
            yield "several speak"
        if speaker.type == "PER" and verb_gender(cues.get(q.cue or "", "قال")) < 0:
            yield "feminine verb of a person"


def _name_cases(document: Document) -> Iterator[str]:
    family: Counter[str] = Counter()
    for entity in document.entities:
        if entity.type == "PER" and len(entity.name.split()) > 1:
            family[fold(entity.name).split()[-1]] += 1
    yield from ("namesakes or relatives" for count in family.values() if count > 1)
    for m in document.mentions:
        if _glued(document, m):
            yield f"proclitic on {m.type}"
        if m.type == "PER" and _LONG_NAME.search(m.text):
            yield "name with بن، آل، أبو"
        if m.type == "ROLE" and any(o.start >= m.start and o.end <= m.end and o is not m for o in document.mentions):
            yield "role that holds a body or place"


def _glued(document: Document, m: Mention) -> bool:
    return m.start > 0 and document.text[m.start - 1].isalpha()
