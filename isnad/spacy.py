"""The spaCy component ``isnad`` (extra ``spacy``): mentions as entities, quotes and their speakers as spans.

>>> nlp = spacy.blank("ar")  # doctest: +SKIP
>>> nlp.add_pipe("isnad", config={"model": "base"})  # doctest: +SKIP
>>> for quote in nlp("…").spans["isnad_quotes"]:  # doctest: +SKIP
...     print(quote._.speaker, quote.text)

spaCy's spans are whole tokens, so one that ends within a token, as a name behind a proclitic may, takes in the whole of it; the
document ``doc._.isnad`` holds the exact offsets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Protocol

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup
from spacy.util import filter_spans

from isnad.document import Cue, Document, Mention, Quote
from isnad.runtime import load

_KEY = "isnad"


class DocumentExtractor(Protocol):
    """(id, text) pairs → documents, in order; an ``isnad.Extractor`` is one."""

    def extract_many(self, articles: Sequence[tuple[str, str]]) -> list[Document]: ...


class IsnadComponent:
    """Sets ``doc.ents`` to the outermost mentions, in place of what stood there; ``doc.spans`` ``isnad_mentions``,
    ``isnad_quotes`` and ``isnad_cues``; ``doc._.isnad``, the document; and of spans, whose ``id_`` is the id there, the name
    ``span._.speaker`` of a quote's speaker and the id ``span._.isnad_entity`` of a mention's entity, if there is one."""

    def __init__(self, extractor: DocumentExtractor) -> None:
        self.extractor = extractor

    def __call__(self, doc: Doc) -> Doc:
        """Annotate one doc."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], batch_size: int = 32) -> Iterator[Doc]:
        """Annotate a stream of docs in order, ``batch_size`` texts read together."""
        docs_left = iter(stream)
        while docs := list(islice(docs_left, batch_size)):
            documents = self.extractor.extract_many([(str(number), doc.text) for number, doc in enumerate(docs, 1)])
            for doc, document in zip(docs, documents, strict=True):
                _annotate(doc, document)
                yield doc


def create_component(nlp: Language, name: str, model: str, threads: int | None) -> IsnadComponent:
    """The component over a model, by its directory or the name of an installed package, that uses ``threads`` cores."""
    return IsnadComponent(load(model, threads=threads))


def _annotate(doc: Doc, document: Document) -> None:
    doc.user_data[_KEY] = document.to_dict()  # plain values, so that the doc can be written and sent to other processes
    mentions = [_span(doc, m, m.type) for m in document.mentions]
    quotes = [_span(doc, q, q.kind) for q in document.quotes]
    cues = [_span(doc, c, "CUE") for c in document.cues]
    for name, spans in (("isnad_mentions", mentions), ("isnad_quotes", quotes), ("isnad_cues", cues)):
        doc.spans[name] = SpanGroup(doc, name=name, spans=spans)
    for span, mention in zip(mentions, document.mentions, strict=True):
        span._.isnad_entity = mention.entity
    names = {e.id: e.name for e in document.entities}
    for span, quote in zip(quotes, document.quotes, strict=True):
        span._.speaker = None if quote.speaker is None else names[quote.speaker]
    doc.ents = tuple(filter_spans(mentions))


def _span(doc: Doc, part: Mention | Quote | Cue, label: str) -> Span:
    """The tokens that a part of the document touches."""
    span = doc.char_span(part.start, part.end, label=label, alignment_mode="expand", span_id=part.id)
    assert span is not None, "char_span finds none only outside the text"
    return span


def _document(doc: Doc) -> Document | None:
    form = doc.user_data.get(_KEY)
    return None if form is None else Document.from_dict(form)


def _register() -> None:
    """Make the factory and the attributes known to spaCy."""
    Doc.set_extension("isnad", getter=_document, force=True)
    for name in ("speaker", "isnad_entity"):
        if not Span.has_extension(name):
            Span.set_extension(name, default=None)
    Language.factory(
        "isnad",
        default_config={"model": "base", "threads": None},
        assigns=["doc.ents", "doc.spans", "doc._.isnad", "span._.speaker", "span._.isnad_entity"],
        func=create_component,
    )


_register()
