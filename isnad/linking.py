"""Decoded spans to a linked document: entities, speakers, roles, and where things are."""

from __future__ import annotations

from collections.abc import Sequence

from isnad.arabic import restore_alef
from isnad.attribution import Attribution, attribute
from isnad.cues import CueLexicon, CueSense
from isnad.decoding import Span
from isnad.document import Cue, Document, Entity, Mention, Quote, Relation
from isnad.entities import Cluster, cluster_mentions
from isnad.neighbours import Neighbours
from isnad.places import located_in
from isnad.schema import MENTION_TYPES, QUOTE_KINDS
from isnad.speakers import SpeakerModel, attribute_learned

_SURE_CUE = 0.9
"""Score of a reporting word that is kept though it introduces no quote; chosen on validation articles."""


def link(
    doc_id: str, text: str, spans: Sequence[Span], speakers: SpeakerModel | None = None, lexicon: CueLexicon | None = None
) -> Document:
    """Build the document of a text from its spans of all layers; quotes are attributed by the speaker model, or by
    the plain rules where there is none. Cues have their lemma and act from the lexicon, and none without it."""
    page = arrange(text, spans)
    found, clusters = page.mentions, cluster_mentions(text, page.mentions)
    owners = owners_of(clusters)
    mentions = tuple(
        Mention(f"m{i + 1}", s.start, s.end, s.layer, text[s.start : s.end], f"e{owners[i] + 1}", s.score) for i, s in enumerate(found)
    )
    attributions = attribute_learned(speakers, page, owners) if speakers else attribute(page)
    cues = _cues(text, page.cues, attributions, lexicon)
    cue_ids = {(c.start, c.end): c.id for c in cues}
    quotes = tuple(
        _quote(i, text, s, a, mentions, None if a.cue is None else cue_ids[page.cues[a.cue].start, page.cues[a.cue].end])
        for i, (s, a) in enumerate(zip(page.quotes, attributions, strict=True), 1)
    )
    entities = tuple(_entity(text, f"e{n}", c, mentions) for n, c in enumerate(clusters, 1))
    relations = derive_relations(mentions, quotes, entities) + tuple(role_of_nested(mentions)) + tuple(located_in(text, mentions))
    return Document(doc_id, text, mentions, cues, quotes, entities, relations)


def arrange(text: str, spans: Sequence[Span]) -> Neighbours:
    """Mentions, cues and quotes apart, each in order of the text."""
    by_place = sorted(spans, key=lambda s: (s.start, -s.end, s.layer))
    return Neighbours(
        text,
        mentions=[s for s in by_place if s.layer in MENTION_TYPES],
        cues=[s for s in by_place if s.layer == "CUE"],
        quotes=[s for s in by_place if s.layer.lower() in QUOTE_KINDS],
    )


def owners_of(clusters: Sequence[Cluster]) -> list[int]:
    """The number of each mention's cluster, by mention."""
    number = {i: n for n, cluster in enumerate(clusters) for i in cluster.mentions}
    return [number[i] for i in range(len(number))]


def _cues(text: str, spans: Sequence[Span], attributions: Sequence[Attribution], lexicon: CueLexicon | None) -> tuple[Cue, ...]:
    """The words that report something: those that a quote names, and those so sure that their quote must have been missed."""
    named = {a.cue for a in attributions}
    kept = [s for i, s in enumerate(spans) if i in named or s.score >= _SURE_CUE]
    return tuple(_cue(i, text, s, lexicon) for i, s in enumerate(kept, 1))


def _cue(number: int, text: str, span: Span, lexicon: CueLexicon | None) -> Cue:
    form = text[span.start : span.end]
    sense = lexicon.look_up(form) if lexicon else CueSense("", "")
    return Cue(f"c{number}", span.start, span.end, form, span.score, sense.lemma, sense.act)


def _quote(number: int, text: str, span: Span, found: Attribution, mentions: Sequence[Mention], cue: str | None) -> Quote:
    mention = None if found.mention is None else mentions[found.mention]
    return Quote(
        id=f"q{number}",
        start=span.start,
        end=span.end,
        kind=span.layer.lower(),
        text=text[span.start : span.end],
        speaker=mention.entity if mention else None,
        mention=mention.id if mention else None,
        attribution=found.kind,
        cue=cue,
        score=round(min(span.score, found.score), 4),
    )


def _entity(text: str, entity_id: str, cluster: Cluster, mentions: Sequence[Mention]) -> Entity:
    members = [mentions[i] for i in cluster.mentions]
    return Entity(
        id=entity_id,
        type=cluster.type,
        name=canonical_name(text, members),
        mentions=tuple(m.id for m in members),
        roles=tuple(m.id for m in members if m.type == "ROLE"),
    )


def canonical_name(text: str, members: Sequence[Mention]) -> str:
    """The fullest form: the longest name, or of an entity known by roles alone the longest role; with the alef that a
    glued ل has swallowed."""
    names = [m for m in members if m.type != "ROLE"] or list(members)
    return max((restore_alef(text, m.start, m.end) for m in names), key=len)


def derive_relations(mentions: Sequence[Mention], quotes: Sequence[Quote], entities: Sequence[Entity]) -> tuple[Relation, ...]:
    """said_by, cued_by and holds_role, which follow from quotes and entities."""
    by_id = {m.id: m for m in mentions}
    out = []
    for q in quotes:
        if q.speaker:
            out.append(Relation("said_by", q.id, q.speaker, q.score))
        if q.cue:
            out.append(Relation("cued_by", q.id, q.cue, q.score))
    for e in entities:
        name = next((i for i in e.mentions if by_id[i].type == "PER"), None)
        out += [Relation("holds_role", name, r, by_id[r].score) for r in e.roles if name]
    return tuple(out)


def role_of_nested(mentions: Sequence[Mention]) -> list[Relation]:
    """role_of by nesting: a body or place that stands directly inside a role (mentions sorted by start)."""
    out = []
    for k, role in enumerate(mentions):
        if role.type != "ROLE":
            continue
        reach = role.start
        for inner in mentions[k + 1 :]:
            if inner.start >= role.end:
                break
            if inner.type in ("ORG", "LOC") and inner.end <= role.end and inner.start >= reach:
                out.append(Relation("role_of", role.id, inner.entity, min(role.score, inner.score)))
                reach = inner.end
    return out
