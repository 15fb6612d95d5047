"""The corpus under ``data/corpus`` as documents, with every relation derived as the guidelines' table says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from isnad.document import Cue, Document, Entity, Mention, Quote, Relation
from isnad.errors import DocumentError, InputError
from isnad.linking import canonical_name, derive_relations
from isnad.schema import ENTITY_TYPE_OF
from train.markup import MENTION_ELEMENTS, Article, Element, parse

_SENTENCE_END = re.compile(r"[.!?؟\n]")


class CorpusError(InputError):
    """A corpus with problems; the message lists every one of them, a line each."""


def read_corpus(folder: Path) -> list[Document]:
    """Every ``*.xml`` of a folder, by name.

    Raises:
        CorpusError: listing all problems of all files; or a folder without articles, or an id that stands twice.
    """
    paths = sorted(folder.glob("*.xml"))
    if not paths:
        raise CorpusError(f"{folder}: expected articles (*.xml), found none; give the folder that holds them")
    articles = [parse(p) for p in paths]
    documents, reports = [], [r for a in articles for r in a.reports()]
    seen: dict[str, Path] = {}
    for article in articles:
        if article.problems:
            continue
        try:
            document = to_document(article)
        except (CorpusError, DocumentError) as error:
            reports += str(error).splitlines()
            continue
        if document.id in seen:
            reports.append(f"{article.path}:1: id {document.id!r} is also {seen[document.id]}'s; ids are unique")
        seen[document.id] = article.path
        documents.append(document)
    if reports:
        raise CorpusError("\n".join(reports) + f"\n{len(reports)} problems in {len(paths)} files")
    return documents


def read_article(path: Path) -> Document:
    """One file; raises CorpusError with all its problems."""
    article = parse(path)
    if article.problems:
        raise CorpusError("\n".join(article.reports()))
    return to_document(article)


def to_document(article: Article) -> Document:
    """A checked article as a document; raises CorpusError where one entity id names things of two types."""
    text = article.text
    marked = [e for e in article.elements if e.label in MENTION_ELEMENTS]
    mentions = tuple(Mention(f"m{i}", e.start, e.end, e.label.upper(), article.span(e), e.attributes["e"]) for i, e in enumerate(marked, 1))
    cue_elements = [e for e in article.elements if e.label == "cue"]
    cues = tuple(Cue(f"c{e.attributes['n']}", e.start, e.end, article.span(e)) for e in cue_elements)
    quoted = [e for e in article.elements if e.label == "q"]
    quotes = tuple(_quote(f"q{i}", article, e, mentions, cues) for i, e in enumerate(quoted, 1))
    entities = _entities(article, marked, mentions)
    relations = derive_relations(mentions, quotes, entities) + _placed(article, marked, mentions)
    meta = {k: v for k, v in article.attributes.items() if k != "id"}
    document = Document(article.attributes.get("id", article.path.stem), text, mentions, cues, quotes, entities, relations, meta)
    document.check(str(article.path))
    return document


def _entities(article: Article, marked: Sequence[Element], mentions: Sequence[Mention]) -> tuple[Entity, ...]:
    members: dict[str, list[Mention]] = {}
    for m in mentions:
        members.setdefault(m.entity, []).append(m)
    reports, out = [], []
    for name, found in members.items():
        kinds = {ENTITY_TYPE_OF[m.type] for m in found}
        if "PER" in kinds and len(kinds) > 1:
            lines = [e.line for e, m in zip(marked, mentions, strict=True) if m.entity == name]
            reports.append(f"{article.path}:{lines[-1]}: entity {name!r} is a person and also a body or place; give one of them another e")
        kind = ENTITY_TYPE_OF[found[0].type]
        roles = tuple(m.id for m in found if m.type == "ROLE")
        out.append(Entity(name, kind, canonical_name(article.text, found), tuple(m.id for m in found), roles))
    if reports:
        raise CorpusError("\n".join(reports))
    return tuple(out)


def _placed(article: Article, marked: Sequence[Element], mentions: Sequence[Mention]) -> tuple[Relation, ...]:
    """role_of from nesting and ``of``, located_in from ``in``."""
    number = {id(e): m for e, m in zip(marked, mentions, strict=True)}
    out: dict[tuple[str, str, str], Relation] = {}
    for element, m in zip(marked, mentions, strict=True):
        found = [("role_of", m.id, e) for e in element.attributes.get("of", "").split()]
        found += [("located_in", m.id, e) for e in element.attributes.get("in", "").split()]
        parent = None if element.parent is None else article.elements[element.parent]
        if parent is not None and parent.label == "role" and element.label in ("org", "loc"):
            found.append(("role_of", number[id(parent)].id, m.entity))
        out |= {key: Relation(*key) for key in found}
    return tuple(out.values())


def _quote(quote_id: str, article: Article, element: Element, mentions: Sequence[Mention], cues: Sequence[Cue]) -> Quote:
    speaker = element.attributes.get("by") or None
    number = element.attributes.get("cue")
    cue = next((c for c in cues if c.id == f"c{number}"), None) if number else None
    beside = None if speaker is None else _beside(article.text, element, speaker, mentions, cue)
    if speaker is None:
        kind = "none"
    elif cue is None:
        kind = "heading" if _is_paragraph(article.text, element) else "continued"
    else:
        kind = "explicit" if beside else "continued"
    return Quote(
        quote_id,
        element.start,
        element.end,
        element.attributes["kind"],
        article.span(element),
        speaker,
        beside,
        kind,
        cue and cue.id,
    )


def _beside(text: str, quote: Element, speaker: str, mentions: Sequence[Mention], cue: Cue | None) -> str | None:
    """The speaker's mention nearest to the cue in its sentence and outside the quote."""
    if cue is None:
        return None
    start = max((m.end() for m in _SENTENCE_END.finditer(text, 0, cue.start)), default=0)
    end = max(quote.start, cue.end)
    if quote.start < cue.start:
        found = _SENTENCE_END.search(text, cue.end)
        end = found.start() if found else len(text)
    near = [m for m in mentions if m.entity == speaker and start <= m.start and m.end <= end]
    near = [m for m in near if not quote.start <= m.start < quote.end]
    near = [m for m in near if m.start >= cue.end] or [m for m in near if cue.start - m.end < 60]
    return min(near, key=lambda m: abs(m.start - cue.end)).id if near else None


def _is_paragraph(text: str, element: Element) -> bool:
    start, end = text.rfind("\n", 0, element.start) + 1, text.find("\n", element.end)
    rest = text[start : element.start] + text[element.end : end if end >= 0 else len(text)]
    return not any(c.isalnum() for c in rest)
