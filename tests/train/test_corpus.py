"""The corpus reader: every problem of every file at once, with its place and the way out; relations derived."""

from collections.abc import Callable
from pathlib import Path

import pytest

from train.corpus import CorpusError, read_article, read_corpus

Write = Callable[..., Path]
GOOD = (
    '<p><cue n="1">قال</cue> <role e="v" of="g">الوزير</role> <per e="v">سامي النجار</per> من <org e="g">حكومة قبرص</org> '
    '<q kind="indirect" by="v" cue="1">إن ل<loc e="c" in="d">لمدينة "</loc>باب</q> في <loc e="d">قبرص</loc>.</p>'
).replace('<loc e="c" in="d">لمدينة "</loc>', '<loc e="c" in="d">لمدينة الشرقية</loc> ')


def test_a_good_article_becomes_a_document(article: Write) -> None:
    document = read_article(article(GOOD + '\n<p>و<cue n="2">أضاف</cue> <q kind="indirect" by="v" cue="2">أنه باق</q>.</p>'))
    relations = {(r.type, r.head, r.tail) for r in document.relations}
    assert relations == {
        ("said_by", "q1", "v"),
        ("said_by", "q2", "v"),
        ("cued_by", "q1", "c1"),
        ("cued_by", "q2", "c2"),
        ("holds_role", "m2", "m1"),
        ("role_of", "m1", "g"),
        ("located_in", "m4", "d"),
    }
    assert [q.attribution for q in document.quotes] == ["explicit", "continued"]
    assert document.text.count("\n") == 1
    assert document.meta == {"outlet": "agency", "country": "XX", "event": "vote"}


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        ("<p>قال <per>علي</per></p>", 2, 'has no entity; add e="…"'),
        ("<p>قال <per e='a'>علي،</per></p>", 2, "has punctuation at its edge"),
        ("<p>قال <per e='a'> علي</per></p>", 2, "white space at an edge"),
        ("<p>في ا<loc e='a'>لعراق</loc> عا<loc e='a'>جل</loc></p>", 2, "begins inside a word, after 'عا'"),
        ("<p>نص\n<cue n='1'>قال</cue> <q kind='indirect' by='putn' cue='1'>إن</q> <per e='putin'>ع</per></p>", 3, "did you mean 'putin'"),
        ("<p><cue n='1'>قال</cue> <q kind='loud' cue='1'>إن</q></p>", 2, "expected 'direct' or 'indirect'"),
        ("<p><q kind='direct' cue='3'>نعم</q></p>", 2, "names cue '3', which no cue has"),
        ("<p><cue n='1'>قال</cue> <cue n='1'>ذكر</cue></p>", 2, "stands twice"),
        ("<p><cue n='1'>قال</cue> <q kind='direct' cue='1 2'>نعم</q></p>", 2, "names cue '1 2'"),
        ("<p><per e='a'>علي</per> <per e='b'>رامي</per> <q kind='direct' by='a b'>نعم</q></p>", 2, "names speaker 'a b'"),
        ("<p><name e='a'>علي</name></p>", 2, "<name> is no element"),
        ("<p><per e='a' by='b'>علي</per></p>", 2, "unknown attribute 'by'"),
        ("<p><org e='a'>حزب <org e='b'>الله</org></org></p>", 2, "nests in another <org>"),
        ("<p><q kind='direct'>قال <q kind='indirect'>إنه</q></q></p>", 2, "an indirect <q> stands inside another"),
        ("<p><q kind='direct'>\"نعم</q></p>", 2, "a quotation mark or a comma at its edge"),
        ("<p>و<q kind='direct'>نعم</q></p>", 2, "a quote begins at a word's edge"),
        ("<p>نص</p><per e='a'>علي</per>", 2, "outside a paragraph"),
        ("نص", 2, "text outside a paragraph"),
        ("<p>نص", 3, "not well-formed"),
        ("<p><per e='a'>علي</per> <org e='a'>حزب</org></p>", 2, "a person and also a body"),
    ],
)
def test_problems_name_file_line_and_way_out(article: Write, body: str, line: int, message: str) -> None:
    path = article(body)
    with pytest.raises(CorpusError) as error:
        read_corpus(path.parent)
    assert f"{path}:{line}: " in str(error.value)
    assert message in str(error.value)


def test_all_problems_are_listed_at_once(article: Write) -> None:
    article("<p><per>علي</per></p>", "a")
    path = article("<p><per>علي</per> <loc>حلب</loc></p>", "b")
    with pytest.raises(CorpusError, match="3 problems in 2 files"):
        read_corpus(path.parent)


def test_an_id_stands_once(article: Write) -> None:
    path = article(GOOD, "a")
    (path.parent / "b.xml").write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(CorpusError, match="ids are unique"):
        read_corpus(path.parent)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="found none"):
        read_corpus(tmp_path)


def test_the_shipped_corpus_is_sound(root: Path) -> None:
    documents = read_corpus(root / "data" / "corpus")
    assert len(documents) >= 40
    for document in documents:
        document.check(document.id)
        assert {"outlet", "country", "event", "date"} <= set(document.meta)


def test_second_annotations_are_of_the_same_texts(root: Path) -> None:
    texts = {d.id: d.text for d in read_corpus(root / "data" / "corpus")}
    again = read_corpus(root / "data" / "agreement")
    assert len(again) == 80
    assert all(d.text == texts[d.id] for d in again)
