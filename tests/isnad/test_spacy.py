"""The spaCy component, over a reader that knows what stands where."""

import re
from collections.abc import Sequence
from typing import Any

import pytest

from isnad.decoding import Span
from isnad.document import Document
from isnad.linking import link

spacy = pytest.importorskip("spacy")

import isnad.spacy as component  # noqa: E402

TEXT = 'قال وزير خارجية لبنان علي بالقاهرة: "نعم هنا".'
LAYERS = {"CUE": "قال", "ROLE": "وزير خارجية لبنان", "LOC": "لبنان|القاهرة", "PER": "علي", "DIRECT": "نعم هنا"}


class Reader:
    """Finds words of the table, and remembers how many texts it was given at a time."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def extract_many(self, articles: Sequence[tuple[str, str]]) -> list[Document]:
        self.batches.append(len(articles))
        return [link(i, t, [Span(k, *m.span(), 0.9) for k, words in LAYERS.items() for m in re.finditer(words, t)]) for i, t in articles]


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def nlp(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(component, "load", lambda model, threads: reader)
    language = spacy.blank("ar")
    language.add_pipe("isnad", config={"model": "somewhere", "threads": 1})
    return language


def test_entities_are_the_outermost_mentions_as_whole_tokens(nlp) -> None:
    doc = nlp(TEXT)
    assert [(e.text, e.label_) for e in doc.ents] == [("وزير خارجية لبنان", "ROLE"), ("علي", "PER"), ("بالقاهرة", "LOC")]
    assert [s.label_ for s in doc.spans["isnad_mentions"]] == [m.type for m in doc._.isnad.mentions]
    assert "لبنان" in [s.text for s in doc.spans["isnad_mentions"]]


def test_quotes_have_speakers_and_mentions_entities(nlp) -> None:
    doc = nlp(TEXT)
    (quote,), (cue,) = doc.spans["isnad_quotes"], doc.spans["isnad_cues"]
    assert (quote.label_, quote._.speaker) == ("direct", "علي")
    assert quote.text.startswith("نعم")
    assert (cue.text, cue.label_, cue._.speaker) == ("قال", "CUE", None)
    found = {m.id: m.entity for m in doc._.isnad.mentions}
    assert {s.id_: s._.isnad_entity for s in doc.spans["isnad_mentions"]} == found
    assert all(e._.isnad_entity == found[e.id_] for e in doc.ents)


def test_the_document_is_that_of_the_text(nlp, reader: Reader) -> None:
    assert nlp(TEXT)._.isnad == reader.extract_many([("1", TEXT)])[0]
    assert nlp.make_doc(TEXT)._.isnad is None


def test_a_doc_survives_being_written(nlp) -> None:
    doc = nlp(TEXT)
    again = spacy.tokens.Doc(nlp.vocab).from_bytes(doc.to_bytes())
    assert again._.isnad == doc._.isnad
    assert again.spans["isnad_quotes"][0]._.speaker == "علي"


def test_a_stream_is_read_in_batches_in_order(nlp, reader: Reader) -> None:
    texts = [f"{TEXT} {n}" for n in range(5)] + ["", " \n"]
    docs = list(nlp.pipe(texts, batch_size=3))
    assert [d.text for d in docs] == texts
    assert [d._.isnad.text for d in docs] == texts
    assert reader.batches == [3, 3, 1]
    assert docs[-2].ents == ()


def test_a_reader_may_be_given_instead_of_a_model(reader: Reader) -> None:
    doc = component.IsnadComponent(reader)(spacy.blank("ar")(TEXT))
    assert len(doc.spans["isnad_quotes"]) == 1
