"""Offsets in other units: whoever decodes the JSON and slices its text by them finds the spans."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isnad.document import Document, Entity, Mention, Quote
from isnad.errors import DocumentError, InputError
from isnad.offsets import OFFSET_UNITS, convert_offsets

ENCODINGS = {"codepoint": ("utf-32-le", 4), "utf16": ("utf-16-le", 2), "byte": ("utf-8", 1)}
LETTERS = "قال: نعم\u064b\u200f\nabcé€\U0001f600\U0001d54f"
SURROGATES = "\ud800\ud83d\ude00\udfff"
MIXED = "😀 قال é الوزير"

units = st.sampled_from(OFFSET_UNITS)


@st.composite
def documents(draw: st.DrawFn, alphabet: str) -> Document:
    text = draw(st.text(alphabet, min_size=1, max_size=60))
    mentions, quotes = [], []
    for n in range(draw(st.integers(0, 5))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        mentions.append(Mention(f"m{n}", start, end, "PER", text[start:end], "e1"))
        quotes.append(Quote(f"q{n}", start, end, "direct", text[start:end]))
    return Document("d", text, tuple(mentions), (), tuple(quotes), (Entity("e1", "PER", "x", ()),))


def _spans(form: dict[str, Any]) -> list[dict[str, Any]]:
    return [*form["mentions"], *form["cues"], *form["quotes"]]


@given(documents(LETTERS), units)
def test_slicing_the_encoded_text_gives_the_span(document: Document, unit: str) -> None:
    form = json.loads(document.to_json(unit))
    encoding, size = ENCODINGS[unit]
    encoded = form["text"].encode(encoding)
    for span in _spans(form):
        assert encoded[size * span["start"] : size * span["end"]].decode(encoding) == span["text"]


@given(documents(LETTERS + SURROGATES), units)
def test_the_round_trip_is_identity(document: Document, unit: str) -> None:
    assert Document.from_dict(document.to_dict(unit)) == document


@given(st.text(LETTERS + SURROGATES), st.sampled_from(("utf16", "byte")))
def test_the_length_is_that_of_the_text_a_reader_decodes(text: str, unit: str) -> None:
    encoding, size = ENCODINGS[unit]
    decoded = json.loads(json.dumps(text)).encode(encoding, "surrogatepass")
    assert convert_offsets(text, [len(text)], "codepoint", unit) == [len(decoded) // size]


@pytest.mark.parametrize(
    ("text", "utf16", "byte"),
    [
        ("", [0], [0]),
        ("aé€😀", [0, 1, 2, 3, 5], [0, 1, 3, 6, 10]),
        ("قال", [0, 1, 2, 3], [0, 2, 4, 6]),
        ("a\ud800b", [0, 1, 2, 3], [0, 1, 4, 5]),
        ("\ud83d\ude00\ude00", [0, 1, 2, 3], [0, 2, 4, 7]),
    ],
)
def test_where_each_character_begins(text: str, utf16: list[int], byte: list[int]) -> None:
    points = list(range(len(text) + 1))
    assert convert_offsets(text, points, "codepoint", "utf16") == utf16
    assert convert_offsets(text, points, "codepoint", "byte") == byte
    assert convert_offsets(text, byte, "byte", "utf16") == utf16


def test_the_unit_is_named_where_it_is_not_the_default() -> None:
    document = Document("d", MIXED)
    assert "offset_unit" not in document.to_dict()
    assert document.to_json() == document.to_json("codepoint")
    assert document.to_dict("utf16")["offset_unit"] == "utf16"
    assert Document.from_dict({**document.to_dict(), "offset_unit": "codepoint"}) == document


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(InputError, match="'utf8'; expected one of codepoint, utf16, byte"):
        Document("d", "").to_json("utf8")
    for unit in ("utf8", None, ["utf16"]):
        with pytest.raises(DocumentError, match=r"here: offset_unit is .*expected one of codepoint, utf16, byte"):
            Document.from_dict({**Document("d", "").to_dict(), "offset_unit": unit}, "here")


@pytest.mark.parametrize(("start", "end"), [(1, 2), (0, 1), (-1, 2), (0, 99), (0, 10**30)])
def test_an_offset_inside_a_character_or_outside_the_text_names_the_span(start: int, end: int) -> None:
    form = Document("d", MIXED, quotes=(Quote("q7", 0, 1, "direct", "😀"),)).to_dict("utf16")
    form["quotes"][0].update(start=start, end=end)
    with pytest.raises(DocumentError, match=f"here: q7: offsets {start}:{end}, counted in the unit utf16, lie outside"):
        Document.from_dict(form, "here")


def test_a_span_outside_the_text_cannot_be_converted() -> None:
    with pytest.raises(DocumentError, match="q1: offsets 0:99"):
        Document("d", "نص", quotes=(Quote("q1", 0, 99, "direct", "نص"),)).to_dict("byte")
