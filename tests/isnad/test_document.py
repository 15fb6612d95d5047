"""The document type: its JSON form, and what it refuses."""

import json
from dataclasses import replace

import pytest

from isnad.document import Cue, Document, Entity, Mention, Quote, Relation
from isnad.errors import DocumentError

TEXT = "قال الوزير إن الطريق مغلق"
DOCUMENT = Document(
    "a",
    TEXT,
    (Mention("m1", 4, 10, "ROLE", "الوزير", "e1", 0.9),),
    (Cue("c1", 0, 3, "قال", 0.8),),
    (Quote("q1", 11, 25, "indirect", TEXT[11:25], "e1", "m1", "explicit", "c1", 0.7),),
    (Entity("e1", "PER", "الوزير", ("m1",), ("m1",)),),
    (Relation("said_by", "q1", "e1", 0.7),),
    {"outlet": "agency"},
)


def test_json_round_trip() -> None:
    DOCUMENT.check()
    assert Document.from_json(DOCUMENT.to_json()) == DOCUMENT
    assert json.loads(DOCUMENT.to_json())["schema"] == 1


def test_a_cue_has_its_lemma_and_act_in_json_and_is_read_without_them() -> None:
    document = replace(DOCUMENT, cues=(replace(DOCUMENT.cues[0], lemma="قال", act="say"),))
    value = document.to_dict()
    assert value["cues"] == [{"id": "c1", "start": 0, "end": 3, "text": "قال", "score": 0.8, "lemma": "قال", "act": "say"}]
    assert Document.from_dict(value) == document
    assert Document.from_dict(document.to_dict("utf16")) == document
    del value["cues"][0]["lemma"], value["cues"][0]["act"]
    assert Document.from_dict(value) == DOCUMENT
    assert {"lemma": "", "act": ""}.items() <= DOCUMENT.to_dict()["cues"][0].items()


def test_lone_surrogate_survives_json() -> None:
    document = Document("x", "نص \ud800 مكسور")
    document.to_json().encode("utf-8")
    assert Document.from_json(document.to_json()).text == document.text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"mentions": (replace(DOCUMENT.mentions[0], end=99),)}, "outside the text"),
        ({"mentions": (replace(DOCUMENT.mentions[0], text="الوزيرة"),)}, "is not what stands at"),
        ({"mentions": (replace(DOCUMENT.mentions[0], type="MAN"),)}, "none of PER, ROLE, ORG, LOC"),
        ({"mentions": (replace(DOCUMENT.mentions[0], entity="e9"),)}, "'e9', which is not among the entities"),
        ({"mentions": DOCUMENT.mentions * 2}, "an id stands twice"),
        ({"quotes": (replace(DOCUMENT.quotes[0], kind="free"),)}, "none of direct, indirect"),
        ({"quotes": (replace(DOCUMENT.quotes[0], attribution="guess"),)}, "none of explicit"),
        ({"quotes": (replace(DOCUMENT.quotes[0], cue="c7"),)}, "'c7', which is not among the cues"),
        ({"relations": (Relation("knows", "q1", "e1"),)}, "'knows' is none of"),
        ({"relations": (Relation("said_by", "q1", "e8"),)}, "'e8', which stands nowhere"),
    ],
)
def test_check_names_the_problem(change: dict[str, object], message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        replace(DOCUMENT, **change).check()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "not JSON"),
        ("[]", "expected a JSON object, found list"),
        ('{"schema": 2, "id": "a", "text": ""}', "expected schema 1, found 2"),
        ('{"schema": 1, "id": "a"}', "field 'text' is missing"),
        ('{"schema": 1, "id": "a", "text": "", "spans": []}', "unknown field 'spans'"),
        ('{"schema": 1, "id": "a", "text": "", "cues": [3]}', "expected an object"),
        ('{"schema": 1, "id": "a", "text": null}', "text is None; expected str"),
        ('{"schema": 1, "id": "a", "text": "", "mentions": null}', "mentions is None; expected list"),
        ('{"schema": 1, "id": "a", "text": "", "cues": [{"id": "c", "start": "0"}]}', "start is '0'; expected int"),
        ('{"schema": 1, "id": "a", "text": "", "cues": [{"begin": 3}]}', "unknown field 'begin'"),
        ('{"schema": 1, "id": "a", "text": "", "cues": [{"id": "c"}]}', "missing"),
    ],
)
def test_from_json_names_place_and_problem(line: str, message: str) -> None:
    with pytest.raises(DocumentError, match=f"here:3: .*{message}|here:3.*{message}"):
        Document.from_json(line, "here:3")
