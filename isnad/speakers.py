"""The learned speaker model: a small network over features of a quote's candidate speakers, softmax over the candidates
and none. It replaces the nearest-subject rule; the rule stays as the baseline.

Candidates are bounded (``_AFTER`` mentions behind the cue, ``_BEFORE`` ahead of it, the last ``_HISTORY`` speakers), so a
quote costs the same in a text of any length.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from isnad.agreement import agrees, noun_is_plural, verb_is_plural
from isnad.arabic import fold
from isnad.attribution import Attribution
from isnad.decoding import Span
from isnad.neighbours import PARTICIPLE, SOURCE_CUES, Neighbours, is_object, sentence_end, sentence_start, text_of
from isnad.schema import MENTION_TYPES

_AFTER, _BEFORE, _HISTORY, _REACH, _AHEAD = 5, 10, 3, 1500, 300
_EDGE = 20
_DOCUMENT = re.compile("(ال)?(بلاغ|بيان|تقرير|وثيقه|اعلان|رساله|مذكره|نص|قرار|دراسه|تغريده|منشور|خطاب)( |$)")
FEATURES: Final = (
    *(f"type {t}" for t in MENTION_TYPES),
    "after the cue", "before the cue", "same sentence", "same paragraph", "beside the cue", "straight before the cue",
    "rank 1", "rank 2", "rank 3+", "log distance", "object", "inside another", "agrees", "plural with plural",
    "plural mismatch", "last speaker", "speaker before last", "third last speaker", "speaker of this cue",
    "opens its sentence", "opens its paragraph", "first named here", "has a name",
    "cue participle", "cue source", "cue joined by و", "no cue", "quote comes first", "quote is a paragraph", "direct",
    "no history", "participle × after", "participle × last speaker", "joined × last speaker", "joined × after",
    "source × after", "a document speaks", "a document speaks × body", "heading × after", "beside × last speaker",
    "agrees × last speaker", "none",
)  # fmt: skip
_INDEX: Final = {name: i for i, name in enumerate(FEATURES)}


@dataclass(slots=True)
class History:
    """Entities that spoke, latest last, and the cue of the last quote with its speaker."""

    speakers: list[int] = field(default_factory=list)
    cue: int | None = None
    cue_speaker: int | None = None

    def add(self, entity: int | None, cue: int | None) -> None:
        """Take in a quote that has been attributed."""
        self.cue, self.cue_speaker = cue, entity
        if entity is not None:
            self.speakers = [*[s for s in self.speakers if s != entity][-(_HISTORY - 1) :], entity]


@dataclass(frozen=True, slots=True)
class SpeakerModel:
    """A network of one hidden layer: ``w1`` [features, hidden], ``b1`` [hidden], ``w2`` [hidden]."""

    w1: NDArray[np.float32]
    b1: NDArray[np.float32]
    w2: NDArray[np.float32]

    def probabilities(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Softmax over candidates [candidates, features] → [candidates]."""
        scores = np.tanh(features @ self.w1 + self.b1) @ self.w2
        scores = np.exp(scores - scores.max())
        return np.asarray(scores / scores.sum(), np.float32)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        weights = {n: np.round(getattr(self, n), 5).tolist() for n in ("w1", "b1", "w2")}
        return {"features": list(FEATURES), **weights}

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> SpeakerModel:
        """Read ``to_dict``'s form; raises ValueError when it was made for other features."""
        if tuple(value["features"]) != FEATURES:
            raise ValueError("made for other features than this isnad computes")
        return cls(*(np.array(value[n], np.float32) for n in ("w1", "b1", "w2")))


def attribute_learned(model: SpeakerModel, page: Neighbours, entity_of: Sequence[int]) -> list[Attribution]:
    """One attribution for each quote, in order; ``entity_of`` gives each mention's entity."""
    out: list[Attribution] = []
    history, described = History(), describe(page, entity_of)
    for q in range(len(page.quotes)):
        cue = page.nearest_cue(page.quotes[q])
        outer = page.outer_quote(q, cue)
        if outer is not None:
            out.append(out[outer])
            continue
        mentions = candidates(page, q, cue, history, described)
        chances = model.probabilities(featurise(page, q, cue, mentions, history, described))
        best, score = _best_entity(mentions, chances, entity_of)
        out.append(Attribution(best, cue, _kind(page, q, cue, best), score))
        history.add(None if best is None else entity_of[best], cue)
    return out


def _best_entity(mentions: Sequence[int], chances: NDArray[np.float32], entity_of: Sequence[int]) -> tuple[int | None, float]:
    """The entity with the most probability over its mentions, as its likeliest mention; None where none is likelier."""
    sums: dict[int, float] = {}
    for m, p in zip(mentions, chances.tolist(), strict=False):
        sums[entity_of[m]] = sums.get(entity_of[m], 0.0) + p
    entity = max(sums, key=lambda e: sums[e], default=None)
    if entity is None or sums[entity] < float(chances[-1]):
        return None, float(chances[-1])
    chosen = max((i for i, m in enumerate(mentions) if entity_of[m] == entity), key=lambda i: float(chances[i]))
    return mentions[chosen], round(sums[entity], 4)


def _kind(page: Neighbours, q: int, cue: int | None, mention: int | None) -> str:
    if mention is None:
        return "none"
    if cue is None:
        return "heading" if _is_paragraph(page, q) else "continued"
    start, end = _sentence(page, page.quotes[q], page.cues[cue])
    return "explicit" if start <= page.mentions[mention].start < end else "continued"


@dataclass(frozen=True, slots=True)
class Described:
    """What is known of each mention before any quote: its entity, the gender of its roles, nesting, first or not."""

    entity_of: Sequence[int]
    genders: Mapping[int, int]
    named: frozenset[int]
    inside: Sequence[bool]
    first: Sequence[bool]
    latest: Mapping[int, list[int]]


def describe(page: Neighbours, entity_of: Sequence[int]) -> Described:
    """Collect it in one pass."""
    counts: dict[int, int] = {}
    genders: dict[int, int] = {}
    latest: dict[int, list[int]] = {}
    inside, first, reach = [], [], -1
    for k, m in enumerate(page.mentions):
        entity = entity_of[k]
        first.append(entity not in counts)
        counts[entity] = counts.get(entity, 0) + 1
        latest.setdefault(entity, []).append(k)
        inside.append(m.end <= reach)
        reach = max(reach, m.end)
        if m.layer == "ROLE":
            genders[entity] = agrees("قال", text_of(page.text, m), "ROLE")
    named = frozenset(entity_of[k] for k, m in enumerate(page.mentions) if m.layer == "PER")
    return Described(entity_of, genders, named, inside, first, latest)


def candidates(page: Neighbours, q: int, cue: int | None, history: History, described: Described) -> list[int]:
    """Mentions that may be the speaker: around the cue, and the last of each recent speaker's."""
    quote = page.quotes[q]
    anchor = page.cues[cue] if cue is not None else quote
    found = []
    if cue is not None:
        limit = quote.start if quote.start >= anchor.end else sentence_end(page.text, anchor.end)
        found += page.between(anchor.end, limit)[:_AFTER]
    else:
        found += page.between(quote.end, quote.end + _AHEAD)[:_AFTER]
    found += page.before(anchor.start, _REACH)[-_BEFORE:]
    for entity in history.speakers:
        earlier = described.latest[entity]
        place = bisect_left(earlier, quote.start, key=lambda k: page.mentions[k].start)
        found += earlier[max(0, place - 1) : place]
    return sorted(set(found))


def featurise(
    page: Neighbours, q: int, cue: int | None, mentions: Sequence[int], history: History, described: Described
) -> NDArray[np.float32]:
    """[candidates + 1, features]; the last row is none."""
    shared = _quote_features(page, q, cue, history)
    rows = np.zeros((len(mentions) + 1, len(FEATURES)), np.float32)
    ranks = _ranks(page, q, cue, mentions)
    for row, m in enumerate(mentions):
        values = shared | _mention_features(page, q, cue, m, history, described)
        values[f"rank {ranks[row]}"] = 1.0
        values |= _products(values)
        rows[row, [_INDEX[n] for n in values]] = list(values.values())
    values = shared | {"none": 1.0}
    rows[-1, [_INDEX[n] for n in values]] = list(values.values())
    return rows


def _quote_features(page: Neighbours, q: int, cue: int | None, history: History) -> dict[str, float]:
    quote = page.quotes[q]
    values = {"direct": float(quote.layer == "DIRECT"), "no history": float(not history.speakers)}
    values["quote is a paragraph"] = float(_is_paragraph(page, q))
    if cue is None:
        return values | {"no cue": 1.0}
    word = fold(text_of(page.text, page.cues[cue]))
    before = page.text[page.cues[cue].start - 1 : page.cues[cue].start]
    values["cue participle"] = float(bool(PARTICIPLE.match(word)))
    values["cue source"] = float(word in SOURCE_CUES)
    values["cue joined by و"] = float(before in ("و", "ف"))
    values["quote comes first"] = float(quote.start < page.cues[cue].start)
    values["a document speaks"] = float(bool(_DOCUMENT.match(fold(page.text[page.cues[cue].end : page.cues[cue].end + 30]))))
    return values


def _mention_features(page: Neighbours, q: int, cue: int | None, m: int, history: History, described: Described) -> dict[str, float]:
    mention, quote, text = page.mentions[m], page.quotes[q], page.text
    anchor = page.cues[cue] if cue is not None else quote
    entity = described.entity_of[m]
    after = mention.start >= anchor.end
    gap = text[anchor.end : mention.start] if after else text[max(mention.end, anchor.start - _REACH) : anchor.start]
    start, end = _sentence(page, quote, anchor)
    since = anchor.end if after else sentence_start(text, mention.start)
    values = {
        f"type {mention.layer}": 1.0,
        "after the cue" if after else "before the cue": 1.0,
        "same sentence": float(start <= mention.start < end),
        "same paragraph": float("\n" not in gap),
        "beside the cue": float(after and len(gap.strip(' "«“،:')) == 0),
        "straight before the cue": float(not after and len(gap.strip(' "«“،و:')) == 0),
        "log distance": math.log1p(len(gap)) / 7,
        "object": float(is_object(text, since, mention)),
        "inside another": float(described.inside[m]),
        "opens its sentence": float(len(text[sentence_start(text, mention.start) : mention.start].strip(' "«“و،')) == 0),
        "opens its paragraph": float(_opens_paragraph(text, mention.start)),
        "first named here": float(described.first[m]),
        "has a name": float(entity in described.named),
    }
    return values | _agreement(page, cue, m, described) | _remembered(entity, cue, history)


def _opens_paragraph(text: str, at: int) -> bool:
    return not text[max(text.rfind("\n", 0, at) + 1, at - 20) : at].strip(' "«“و،')


def _agreement(page: Neighbours, cue: int | None, m: int, described: Described) -> dict[str, float]:
    if cue is None:
        return {}
    verb, name = text_of(page.text, page.cues[cue]), text_of(page.text, page.mentions[m])
    plural, several = verb_is_plural(verb), noun_is_plural(name)
    known = described.genders.get(described.entity_of[m], 0)
    return {
        "agrees": float(agrees(verb, name, page.mentions[m].layer, known)),
        "plural with plural": float(plural and several),
        "plural mismatch": float(plural and not several),
    }


def _remembered(entity: int, cue: int | None, history: History) -> dict[str, float]:
    values = {"speaker of this cue": float(cue is not None and cue == history.cue and entity == history.cue_speaker)}
    names = ("last speaker", "speaker before last", "third last speaker")
    return values | {n: 1.0 for n, s in zip(names, reversed(history.speakers), strict=False) if s == entity}


def _products(values: Mapping[str, float]) -> dict[str, float]:
    def both(a: str, b: str) -> float:
        return values.get(a, 0.0) * values.get(b, 0.0)

    return {
        "participle × after": both("cue participle", "after the cue"),
        "participle × last speaker": both("cue participle", "last speaker"),
        "joined × last speaker": both("cue joined by و", "last speaker"),
        "joined × after": both("cue joined by و", "after the cue"),
        "source × after": both("cue source", "after the cue"),
        "a document speaks × body": both("a document speaks", "type ORG") + both("a document speaks", "type LOC"),
        "heading × after": both("no cue", "after the cue"),
        "beside × last speaker": both("beside the cue", "last speaker"),
        "agrees × last speaker": both("agrees", "last speaker"),
    }


def _ranks(page: Neighbours, q: int, cue: int | None, mentions: Sequence[int]) -> list[str]:
    """How near each candidate is among those on its side of the cue."""
    anchor = page.cues[cue] if cue is not None else page.quotes[q]
    after = [m for m in mentions if page.mentions[m].start >= anchor.end]
    before = [m for m in reversed(mentions) if page.mentions[m].start < anchor.end]
    place = {m: n for side in (after, before) for n, m in enumerate(side, 1)}
    return [str(place[m]) if place[m] < 3 else "3+" for m in mentions]


def _sentence(page: Neighbours, quote: Span, anchor: Span) -> tuple[int, int]:
    """The sentence that a cue stands in, quotes aside."""
    return sentence_start(page.text, min(anchor.start, quote.start)), sentence_end(page.text, max(anchor.end, quote.end))


def _is_paragraph(page: Neighbours, q: int) -> bool:
    quote, text = page.quotes[q], page.text
    before = text[max(0, quote.start - _EDGE) : quote.start].rpartition("\n")[2]
    after = text[quote.end : quote.end + _EDGE].partition("\n")[0]
    return not any(c.isalnum() for c in before + after)
