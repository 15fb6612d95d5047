"""The speaker model: bounded candidates, features that say what they claim, and grammar read off the spelling."""

import json

import numpy as np
import pytest

from isnad.agreement import agrees, noun_gender, noun_is_plural, verb_gender, verb_is_plural
from isnad.decoding import Span
from isnad.linking import link
from isnad.neighbours import Neighbours
from isnad.speakers import FEATURES, History, SpeakerModel, attribute_learned, candidates, describe, featurise

TEXT = "قال الوزير سالم في بيروت إن الأمر انتهى. وأضاف أن الباب أغلق"
SPANS = [
    Span("CUE", 0, 3, 1.0),
    Span("ROLE", 4, 10, 1.0),
    Span("PER", 11, 15, 1.0),
    Span("LOC", 19, 24, 1.0),
    Span("INDIRECT", 25, 39, 1.0),
    Span("CUE", 42, 46, 1.0),
    Span("INDIRECT", 47, 60, 1.0),
]


def page(text: str = TEXT) -> Neighbours:
    by = {layer: [s for s in SPANS if s.layer == layer] for layer in {s.layer for s in SPANS}}
    return Neighbours(text, [*by["ROLE"], *by["PER"], *by["LOC"]], by["CUE"], by["INDIRECT"])


def features_of(q: int, history: History) -> tuple[list[int], list[dict[str, float]]]:
    here, entity_of = page(), [0, 0, 1]
    described, cue = describe(here, entity_of), here.nearest_cue(here.quotes[q])
    found = candidates(here, q, cue, history, described)
    rows = featurise(here, q, cue, found, history, described)
    return found, [{FEATURES[i]: float(v) for i, v in enumerate(row) if v} for row in rows]


def test_features_of_a_subject_beside_its_verb() -> None:
    found, rows = features_of(0, History())
    assert found == [0, 1, 2]
    assert {"type ROLE", "after the cue", "beside the cue", "rank 1", "agrees", "has a name"} <= set(rows[0])
    assert "object" in rows[2]
    assert rows[-1].keys() >= {"none", "no history"}


def test_a_verb_without_a_subject_remembers() -> None:
    history = History()
    history.add(0, 0)
    found, rows = features_of(1, history)
    assert "last speaker" in rows[found.index(1)]
    assert "joined × last speaker" in rows[found.index(1)]
    assert "last speaker" not in rows[found.index(2)]


def test_history_holds_the_last_three() -> None:
    history = History()
    for entity in (1, 2, 3, 1, 4, None):
        history.add(entity, 0)
    assert history.speakers == [3, 1, 4]


def model(feature: str) -> SpeakerModel:
    """A network that likes one feature alone."""
    w1 = np.zeros((len(FEATURES), 1), np.float32)
    w1[FEATURES.index(feature)] = 1.0
    return SpeakerModel(w1, np.zeros(1, np.float32), np.full(1, 9.0, np.float32))


@pytest.mark.parametrize(("feature", "mention"), [("type PER", 1), ("type LOC", 2), ("none", None)])
def test_the_likeliest_entity_is_chosen(feature: str, mention: int | None) -> None:
    found = attribute_learned(model(feature), page(), [0, 0, 1])
    assert [a.mention for a in found] == [mention, mention]
    assert (found[0].kind == "none") == (mention is None)
    assert all(0 < a.score <= 1 for a in found)


def test_the_model_links_a_document_and_survives_json() -> None:
    learned = SpeakerModel.from_dict(json.loads(json.dumps(model("beside the cue").to_dict())))
    document = link("a", TEXT, SPANS, learned)
    document.check()
    assert document.quotes[0].attribution == "explicit"
    with pytest.raises(ValueError, match="other features"):
        SpeakerModel.from_dict({"features": ["x"]})


@pytest.mark.parametrize(
    ("cue", "gender", "plural"),
    [("قال", 1, False), ("قالت", -1, False), ("تقول", -1, False), ("مشيراً", 1, False), ("مضيفة", -1, False), ("قالوا", 1, True)],
)
def test_verbs(cue: str, gender: int, plural: bool) -> None:
    assert (verb_gender(cue), verb_is_plural(cue)) == (gender, plural)


@pytest.mark.parametrize(
    ("name", "layer", "gender"),
    [
        ("وزيرة الدفاع", "ROLE", -1),
        ("نظيره المصري", "ROLE", 1),
        ("حركة فتح", "ORG", -1),
        ("حزب الأمة", "ORG", 1),
        ("موسكو", "LOC", -1),
        ("العراق", "LOC", 1),
        ("ليلى", "PER", 0),
        ("مصادر أمنية", "ROLE", -1),
    ],
)
def test_nouns(name: str, layer: str, gender: int) -> None:
    assert noun_gender(name, layer) == gender


def test_agreement() -> None:
    assert agrees("قالت", "وزيرة الدفاع", "ROLE") == 1
    assert agrees("قالت", "وزير الدفاع", "ROLE") == -1
    assert agrees("قالت", "ليلى", "PER") == 0
    assert agrees("قالت", "ليلى", "PER", known_gender=-1) == 1
    assert noun_is_plural("نواب المعارضة")
