"""A document's tables for data analysis, as pandas DataFrames."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from isnad.document import Cue, Document, Mention, Quote
from isnad.errors import InputError

if TYPE_CHECKING:
    from pandas import DataFrame

COLUMNS = {
    "quotes": (
        *("document", "id", "text", "kind", "start", "end", "speaker", "speaker_id", "speaker_type", "roles"),
        *("attribution", "cue", "cue_lemma", "act", "score"),
    ),
    "mentions": ("document", "id", "text", "type", "start", "end", "entity", "entity_id", "score"),
    "entities": ("document", "id", "name", "type", "roles", "mentions", "quotes"),
    "relations": ("document", "type", "head", "head_id", "tail", "tail_id", "score"),
}
"""Columns by table. ``speaker``, ``entity``, ``head`` and ``tail`` are names and texts, beside their ids; a quote that nobody
is known to say has no speaker, type and roles, one without a cue no lemma and act; an entity's mentions and quotes are
counted."""
_NUMBERS = {"start": "int64", "end": "int64", "mentions": "int64", "quotes": "int64", "score": "float64"}
_BETWEEN_ROLES = "؛ "


def data_frame(document: Document, table: str = "quotes") -> DataFrame:
    """One of a document's tables; see COLUMNS.

    Raises:
        InputError: an unknown table, or pandas is not installed.
    """
    if table not in COLUMNS:
        raise InputError(f"table is {table!r}; expected one of {', '.join(COLUMNS)}")
    try:
        import pandas
    except ImportError:
        raise InputError("to_pandas needs pandas, which is not installed; pip install pandas") from None
    columns = list(COLUMNS[table])
    frame = pandas.DataFrame([(document.id, *row) for row in _ROWS[table](document)], columns=columns)
    return frame.astype({name: _NUMBERS[name] for name in columns if name in _NUMBERS})


_Row = tuple[Any, ...]


def _quotes(document: Document) -> Iterator[_Row]:
    roles = _roles(document)
    cues: dict[str | None, _Row] = {c.id: (c.text, c.lemma, c.act) for c in document.cues}
    cues[None] = (None, None, None)
    speakers: dict[str | None, _Row] = {e.id: (e.name, e.id, e.type, roles[e.id]) for e in document.entities}
    speakers[None] = (None, None, None, None)
    for q in document.quotes:
        yield q.id, q.text, q.kind, q.start, q.end, *speakers[q.speaker], q.attribution, *cues[q.cue], q.score


def _mentions(document: Document) -> Iterator[_Row]:
    names = {e.id: e.name for e in document.entities}
    for m in document.mentions:
        yield m.id, m.text, m.type, m.start, m.end, names[m.entity], m.entity, m.score


def _entities(document: Document) -> Iterator[_Row]:
    roles, said = _roles(document), Counter(q.speaker for q in document.quotes)
    for e in document.entities:
        yield e.id, e.name, e.type, roles[e.id], len(e.mentions), said[e.id]


def _relations(document: Document) -> Iterator[_Row]:
    spans: tuple[Mention | Cue | Quote, ...] = (*document.mentions, *document.cues, *document.quotes)
    texts = {s.id: s.text for s in spans} | {e.id: e.name for e in document.entities}
    for r in document.relations:
        yield r.type, texts[r.head], r.head, texts[r.tail], r.tail, r.score


def _roles(document: Document) -> dict[str, str]:
    """Each entity's roles, every wording once, joined."""
    texts = {m.id: m.text for m in document.mentions}
    return {e.id: _BETWEEN_ROLES.join(dict.fromkeys(texts[role] for role in e.roles)) for e in document.entities}


_ROWS: dict[str, Callable[[Document], Iterator[_Row]]] = {
    "quotes": _quotes,
    "mentions": _mentions,
    "entities": _entities,
    "relations": _relations,
}
