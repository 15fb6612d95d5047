"""The document: text, and what was found or annotated in it. Gold and predicted documents are this one type.

Offsets are half-open code points into ``text`` as received: ``text[start:end]`` is the span, always. The JSON form may
count them in another unit, for readers in other languages.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

from isnad.errors import DocumentError
from isnad.offsets import OFFSET_UNITS, check_offset_unit, convert_offsets
from isnad.schema import ATTRIBUTIONS, ENTITY_TYPES, MENTION_TYPES, QUOTE_KINDS, RELATION_TYPES, SCHEMA_VERSION

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True, slots=True)
class Mention:
    """A person's name, a role, an organization or a place, as it stands in the text."""

    id: str
    start: int
    end: int
    type: str
    text: str
    entity: str
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Cue:
    """The word that reports speech (قال، مشيراً، بحسب). ``lemma`` is its normal form (أشار), ``act`` its speech act, one of
    ``isnad.cues.ACTS``; both are empty where nobody looked them up, ``act`` alone for a word that the lexicon does not know."""

    id: str
    start: int
    end: int
    text: str
    score: float = 1.0
    lemma: str = ""
    act: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """A span of reported speech. ``speaker`` is an entity's id, ``mention`` the mention that names it beside the cue;
    both are null where the text gives no source."""

    id: str
    start: int
    end: int
    kind: str
    text: str
    speaker: str | None = None
    mention: str | None = None
    attribution: str = "none"
    cue: str | None = None
    score: float = 1.0


_Span = TypeVar("_Span", Mention, Cue, Quote)


@dataclass(frozen=True, slots=True)
class Entity:
    """One person, organization or place: ``name`` is its fullest form, ``mentions`` and ``roles`` are mention ids."""

    id: str
    type: str
    name: str
    mentions: tuple[str, ...]
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """``head`` and ``tail`` are ids: quote → entity (said_by), quote → cue (cued_by), mention → mention (holds_role),
    mention → entity (role_of, located_in)."""

    type: str
    head: str
    tail: str
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Document:
    """An article and everything known of it. ``meta`` holds what came with it (outlet, date, …), as strings."""

    id: str
    text: str
    mentions: tuple[Mention, ...] = ()
    cues: tuple[Cue, ...] = ()
    quotes: tuple[Quote, ...] = ()
    entities: tuple[Entity, ...] = ()
    relations: tuple[Relation, ...] = ()
    meta: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self, offset_unit: str = "codepoint") -> dict[str, Any]:
        """The JSON form, schema 1. Its offsets count code points, UTF-16 code units (``utf16``: JavaScript, Java, C#) or
        UTF-8 bytes (``byte``: Go, Rust); a form that counts other than code points says so in ``offset_unit``.

        Raises:
            InputError: an unknown unit.
            DocumentError: a span outside the text, where its offsets are to be converted.
        """
        check_offset_unit(offset_unit)
        out: dict[str, Any] = {"schema": SCHEMA_VERSION, "id": self.id, "text": self.text}
        document = self
        if offset_unit != "codepoint":
            out["offset_unit"] = offset_unit
            document = self._recounted("codepoint", offset_unit)
        for name, kind in _PARTS.items():
            names = [f.name for f in fields(kind)]
            out[name] = [{n: _plain(getattr(part, n)) for n in names} for part in getattr(document, name)]
        if self.meta:
            out["meta"] = dict(self.meta)
        return out

    def to_json(self, offset_unit: str = "codepoint") -> str:
        """One line of JSON, as ``to_dict`` describes it. A lone surrogate of the text is written as an escape, so the line
        is always UTF-8."""
        line = json.dumps(self.to_dict(offset_unit), ensure_ascii=False)
        return line.encode("utf-8", "backslashreplace").decode("utf-8")

    @classmethod
    def from_dict(cls, value: Mapping[str, Any], where: str = "document") -> Document:
        """Read the JSON form, whatever unit its offsets count. ``where`` names the place in errors.

        Raises:
            DocumentError: another schema number, a missing or unknown field, an unknown unit, or broken offsets and ids.
        """
        if not isinstance(value, Mapping):
            raise DocumentError(f"{where}: expected a JSON object, found {type(value).__name__}")
        if value.get("schema") != SCHEMA_VERSION:
            raise DocumentError(
                f"{where}: expected schema {SCHEMA_VERSION}, found {value.get('schema')!r}; "
                "write it anew with this version of isnad, or read it with the version that wrote it"
            )
        unknown = set(value) - {"schema", "id", "text", "meta", "offset_unit", *_PARTS}
        if unknown:
            raise DocumentError(f"{where}: unknown field {sorted(unknown)[0]!r}; known: {', '.join(_PARTS)}")
        for name, kind in {"id": str, "text": str, "meta": Mapping, **dict.fromkeys(_PARTS, list)}.items():
            if name in value and not isinstance(value[name], kind):
                raise DocumentError(f"{where}: {name} is {value[name]!r:.40}; expected {kind.__name__.lower()}")
        unit = value.get("offset_unit", "codepoint")
        if unit not in OFFSET_UNITS:
            raise DocumentError(f"{where}: offset_unit is {unit!r:.40}; expected one of {', '.join(OFFSET_UNITS)}")
        parts = {n: tuple(_part(k, v, f"{where}: {n}") for v in value.get(n, ())) for n, k in _PARTS.items()}
        try:
            document = cls(id=value["id"], text=value["text"], meta=value.get("meta", {}), **parts)
        except KeyError as error:
            raise DocumentError(f"{where}: field {error} is missing") from None
        if unit != "codepoint":
            document = document._recounted(unit, "codepoint", where)
        document.check(where)
        return document

    @classmethod
    def from_json(cls, line: str, where: str = "document") -> Document:
        """Read one line of JSON; raises DocumentError."""
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            raise DocumentError(f"{where}: not JSON ({error}); expected one document a line") from None
        return cls.from_dict(value, where)

    def to_pandas(self, table: str = "quotes") -> DataFrame:
        """A table as a DataFrame: ``quotes`` with their speakers, ``mentions``, ``entities`` or ``relations``, one a row.
        The columns are those of ``isnad.notebook.COLUMNS``, also where there is no row; join several with pandas.concat.

        Raises:
            InputError: an unknown table, or pandas is not installed.
        """
        from isnad.notebook import data_frame

        return data_frame(self, table)

    def _repr_html_(self) -> str:
        """What a notebook shows: the text with its spans, and who said what."""
        from isnad.page import render_fragment

        return render_fragment(self)

    def _recounted(self, source: str, target: str, where: str = "document") -> Document:
        """The document with the offsets of its spans counted in another unit."""
        spans: tuple[Mention | Cue | Quote, ...] = (*self.mentions, *self.cues, *self.quotes)
        offsets = iter(convert_offsets(self.text, [o for s in spans for o in (s.start, s.end)], source, target))

        def recounted(span: _Span) -> _Span:
            start, end = next(offsets), next(offsets)
            if start is None or end is None:
                raise DocumentError(
                    f"{where}: {span.id}: offsets {span.start}:{span.end}, counted in the unit {source}, lie outside the text "
                    "or inside one of its characters"
                )
            return replace(span, start=start, end=end)

        mentions, cues = tuple(map(recounted, self.mentions)), tuple(map(recounted, self.cues))
        return replace(self, mentions=mentions, cues=cues, quotes=tuple(map(recounted, self.quotes)))

    def check(self, where: str = "document") -> None:
        """Raise DocumentError with every broken offset, type or reference, one a line."""
        problems = list(self._problems())
        if problems:
            raise DocumentError("\n".join(f"{where}: {p}" for p in problems))

    def _problems(self) -> Iterator[str]:
        yield from self._span_problems()
        ids = {name: {p.id for p in getattr(self, name)} for name in ("mentions", "cues", "quotes", "entities")}
        for name, found in ids.items():
            if len(found) != len(getattr(self, name)):
                yield f"{name}: an id stands twice; ids are unique"
        references: list[tuple[str, str, str | None]] = [(f"mention {m.id}", "entities", m.entity) for m in self.mentions]
        for q in self.quotes:
            references += [(f"quote {q.id}", "entities", q.speaker), (f"quote {q.id}", "cues", q.cue)]
            references += [(f"quote {q.id}", "mentions", q.mention)]
        for e in self.entities:
            references += [(f"entity {e.id}", "mentions", m) for m in (*e.mentions, *e.roles)]
        yield from (f"{a} names {b!r}, which is not among the {n}" for a, n, b in references if b and b not in ids[n])
        everything = set().union(*ids.values())
        for r in self.relations:
            if r.type not in RELATION_TYPES:
                yield f"relation type {r.type!r} is none of {', '.join(RELATION_TYPES)}"
            yield from (f"relation {r.type} names {x!r}, which stands nowhere" for x in (r.head, r.tail) if x not in everything)

    def _span_problems(self) -> Iterator[str]:
        spans: tuple[Mention | Cue | Quote, ...] = (*self.mentions, *self.cues, *self.quotes)
        for span in spans:
            if not 0 <= span.start < span.end <= len(self.text):
                yield f"{span.id}: offsets {span.start}:{span.end} lie outside the text of {len(self.text)} characters"
            elif self.text[span.start : span.end] != span.text:
                found = self.text[span.start : span.end]
                yield f"{span.id}: text {span.text[:30]!r} is not what stands at {span.start}:{span.end}, {found[:30]!r}"
        for m in self.mentions:
            if m.type not in MENTION_TYPES:
                yield f"mention {m.id}: type {m.type!r} is none of {', '.join(MENTION_TYPES)}"
        for q in self.quotes:
            if q.kind not in QUOTE_KINDS:
                yield f"quote {q.id}: kind {q.kind!r} is none of {', '.join(QUOTE_KINDS)}"
            if q.attribution not in ATTRIBUTIONS:
                yield f"quote {q.id}: attribution {q.attribution!r} is none of {', '.join(ATTRIBUTIONS)}"
        for e in self.entities:
            if e.type not in ENTITY_TYPES:
                yield f"entity {e.id}: type {e.type!r} is none of {', '.join(ENTITY_TYPES)}"


_PARTS: dict[str, type[Any]] = {
    "mentions": Mention,
    "cues": Cue,
    "quotes": Quote,
    "entities": Entity,
    "relations": Relation,
}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _fits(value: Any, wanted: str) -> bool:
    """Whether a JSON value is of a field's type."""
    kinds: dict[str, Any] = {"str": str, "int": int, "float": (int, float), "str | None": (str, type(None)), "tuple[str, ...]": list}
    return isinstance(value, kinds[wanted]) and not isinstance(value, bool)


def _part(kind: type[Any], value: Any, where: str) -> Any:
    if not isinstance(value, Mapping):
        raise DocumentError(f"{where}: expected an object, found {value!r:.40}")
    known = {f.name for f in fields(kind)}
    if set(value) - known:
        name = sorted(set(value) - known)[0]
        raise DocumentError(f"{where}: unknown field {name!r}; known: {', '.join(sorted(known))}")
    for f in fields(kind):
        if f.name in value and not _fits(value[f.name], str(f.type)):
            raise DocumentError(f"{where}: {f.name} is {value[f.name]!r:.40}; expected {f.type}")
    try:
        return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in value.items()})
    except TypeError as error:
        raise DocumentError(f"{where}: {error}") from None
