"""The plain rules: entities by names and adjacency, speakers by the nearest subject, else the previous speaker."""

import re

import pytest

from isnad.attribution import attribute
from isnad.cues import CueLexicon
from isnad.decoding import Span
from isnad.document import Document
from isnad.entities import cluster_mentions
from isnad.linking import link
from isnad.neighbours import Neighbours

_TAG = re.compile(r"<(\w+)>(.*?)</\1>")


def spans_of(marked: str) -> tuple[str, list[Span]]:
    """``<per>…</per>`` markup, not nested within the same element, to text and spans."""
    spans: list[Span] = []

    def walk(source: str, base: str) -> str:
        text, at = base, 0
        for m in _TAG.finditer(source):
            text += source[at : m.start()]
            start = len(text)
            text = walk(m.group(2), text)
            spans.append(Span(m.group(1).upper(), start, len(text), 1.0))
            at = m.end()
        return text + source[at:]

    return walk(marked, ""), spans


def linked(marked: str) -> Document:
    text, spans = spans_of(marked)
    document = link("t", text, spans)
    document.check()
    return document


@pytest.mark.parametrize(
    ("marked", "groups"),
    [
        ("<role>الرئيس</role> <per>سامي النجار</per> ثم <per>النجار</per>", [["الرئيس", "سامي النجار", "النجار"]]),
        ("<per>سامي النجار</per>، <role>وزير المالية</role>، ثم <role>الوزير</role>", [["سامي النجار", "وزير المالية", "الوزير"]]),
        ("<role>وزير</role> <per>علي</per> و<role>نظيره</role> <per>رامي</per>", [["وزير", "علي"], ["نظيره", "رامي"]]),
        ("<role>وزير المالية</role> و<role>نائب الرئيس</role> <per>علي</per>", [["وزير المالية", "نائب الرئيس", "علي"]]),
        ("<org>حركة النور</org> قالت <org>الحركة</org>", [["حركة النور", "الحركة"]]),
        ("<loc>مدينة حلب</loc> و<loc>حلب</loc> و<loc>حماة</loc>", [["مدينة حلب", "حلب"], ["حماة"]]),
        ("<per>علي صالح</per> و<per>علي ناصر</per>", [["علي صالح"], ["علي ناصر"]]),
        ("<org>الجيش الليبي</org> و<org>الجيش التركي</org>", [["الجيش الليبي"], ["الجيش التركي"]]),
    ],
)
def test_cluster_mentions(marked: str, groups: list[list[str]]) -> None:
    text, spans = spans_of(marked)
    spans.sort(key=lambda s: s.start)
    found = [[text[spans[i].start : spans[i].end] for i in c.mentions] for c in cluster_mentions(text, spans)]
    assert found == groups


SPEAKERS = [
    ("<cue>قال</cue> <per>سالم</per> <indirect>إن الأمر انتهى</indirect>", ["سالم/explicit"]),
    ("<per>سالم</per> <cue>يقول</cue> <indirect>إن الأمر انتهى</indirect>", ["سالم/explicit"]),
    ('"<direct>انتهى الأمر</direct>"، <cue>قال</cue> <per>سالم</per>', ["سالم/explicit"]),
    (
        "<cue>قال</cue> <per>سالم</per> <indirect>إن الأمر انتهى</indirect>، <cue>مضيفا</cue> <indirect>أن الباب أغلق</indirect>",
        ["سالم/explicit", "سالم/continued"],
    ),
    (
        "<cue>قال</cue> <per>سالم</per> <indirect>إن الأمر انتهى</indirect>.\nو<cue>أضاف</cue> <indirect>أن الباب أغلق</indirect>",
        ["سالم/explicit", "سالم/continued"],
    ),
    ("<cue>أبلغ</cue> <per>سالم</per> <org>رويترز</org> <indirect>أن الأمر انتهى</indirect>", ["سالم/explicit"]),
    ("<cue>قال</cue> في <loc>بيروت</loc> <per>سالم</per> <indirect>إنه باق</indirect>", ["سالم/explicit"]),
    ("<indirect>انتهى الأمر</indirect>، <cue>بحسب</cue> <org>رويترز</org>", ["رويترز/explicit"]),
    ("<cue>ذكرت</cue> تقارير <indirect>أن الأمر انتهى</indirect>", ["None/none"]),
    (
        '<cue>قال</cue> <per>سالم</per> <indirect>إن الأمر "<direct>انتهى</direct>"</indirect>',
        ["سالم/explicit", "سالم/explicit"],
    ),
    (
        '<cue>قال</cue> <per>سالم</per> <indirect>إن الأمر انتهى</indirect>.\n"<direct>انتهى الأمر</direct>"',
        ["سالم/explicit", "سالم/heading"],
    ),
]


@pytest.mark.parametrize(("marked", "expected"), SPEAKERS)
def test_speakers(marked: str, expected: list[str]) -> None:
    document = linked(marked)
    names = {e.id: e.name for e in document.entities}
    assert [f"{names.get(q.speaker or '')}/{q.attribution}" for q in document.quotes] == expected


def test_attribute_without_anything() -> None:
    assert attribute(Neighbours("", [], [], [])) == []


def test_relations() -> None:
    document = linked("<cue>قالت</cue> <role>مديرة <org>بنك قبرص</org></role> <per>فيفي كارا</per> <indirect>إنها باقية</indirect>")
    assert [(r.type, r.head, r.tail) for r in document.relations] == [
        ("said_by", "q1", "e1"),
        ("cued_by", "q1", "c1"),
        ("holds_role", "m3", "m1"),
        ("role_of", "m1", "e2"),
    ]
    assert document.entities[0].name == "فيفي كارا"
    assert document.quotes[0].mention == "m1"


@pytest.mark.parametrize(
    ("marked", "found"),
    [
        ("<loc>إدلب</loc> شمال <loc>سوريا</loc>", [("m1", "e2")]),
        ("<loc>مصراتة</loc> (<loc>ليبيا</loc>)", [("m1", "e2")]),
        ("<loc>أنقرة</loc> و<loc>موسكو</loc>", []),
        ("<loc>أنقرة</loc>، <loc>موسكو</loc>", []),
        ("<org>مركز الفكر</org> في <loc>بيروت</loc>", [("m1", "e2")]),
        ("<org>كلية الحقوق ب<loc>مراكش</loc></org>", [("m1", "e2")]),
        ("<org>بنك <loc>مراكش</loc></org>", []),
        ("<per>علي</per> في <loc>بيروت</loc>", []),
    ],
)
def test_located_in(marked: str, found: list[tuple[str, str]]) -> None:
    assert [(r.head, r.tail) for r in linked(marked).relations if r.type == "located_in"] == found


def test_a_name_regains_the_alef_that_lam_swallowed() -> None:
    document = linked("رسالة ل<org>لكرملين</org> من <org>الكرملين</org>")
    assert [e.name for e in document.entities] == ["الكرملين"]


def test_a_role_may_be_borne_later_on() -> None:
    document = linked("زار <role>الرئيس الكوري</role> البلاد. وقال <role>الرئيس الكوري</role> <per>كيم سو</per> شيئا")
    assert len(document.entities) == 1


@pytest.mark.parametrize("name", ["لبنان", "لافروف"])
def test_a_name_of_its_own_lam_takes_no_alef(name: str) -> None:
    document = linked(f"رسالة ل<per>{name}</per> من <per>{name}</per>")
    assert [e.name for e in document.entities] == [name]


@pytest.mark.parametrize(("score", "kept"), [(0.95, 2), (0.5, 1)])
def test_a_doubtful_cue_that_introduces_nothing_is_no_cue(score: float, kept: int) -> None:
    text = "قال سامي إن الوفد وصل. نفى الوزير ذلك"
    spans = [Span("CUE", 0, 3, 0.6), Span("PER", 4, 8, 0.9), Span("INDIRECT", 9, 21, 0.9), Span("CUE", 23, 26, score)]
    document = link("1", text, spans)
    document.check()
    assert len(document.cues) == kept
    assert document.quotes[0].cue == document.cues[0].id


def test_cues_have_lemma_and_act_from_the_lexicon() -> None:
    text, spans = spans_of("<cue>نفت</cue> <per>ريم</per> <indirect>أن تكون غادرت</indirect> و<cue>أومأت</cue>")
    lexicon = CueLexicon({"نفى": ("deny", ("نفت",))})
    assert [(c.text, c.lemma, c.act) for c in link("t", text, spans, lexicon=lexicon).cues] == [
        ("نفت", "نفى", "deny"),
        ("أومأت", "اومات", ""),
    ]
    assert {(c.lemma, c.act) for c in link("t", text, spans).cues} == {("", "")}
