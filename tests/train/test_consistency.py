"""Suspicious spots: each kind is found where it is, and not where it is not."""

from pathlib import Path

import pytest

from isnad.document import Document, Mention
from train.consistency import inspect_corpus, summarise
from train.corpus import read_article

GOLD = Path(__file__).parents[1] / "fixtures" / "gold.xml"


def test_a_clean_article_has_no_findings() -> None:
    assert inspect_corpus([read_article(GOLD)]) == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<p>زار <per e='a'>سامي النجار</per> حلب، وعاد سامي النجار</p>", "unmarked"),
        ("<p>في <loc e='a'>بعلبك</loc> ثم <loc e='a'>علبك</loc></p>", "proclitic"),
        ('<p>وكتب على الجدار "لن ننسى ما جرى هنا" بالأحمر</p>', "marks"),
        ("<p>وقال الوزير إن الأمر انتهى</p>", "report"),
        ("<p>هكذا <cue n='1'>قال</cue> أحدهم</p>", "cue"),
    ],
)
def test_each_kind_is_found(article, body: str, kind: str) -> None:
    assert summarise(inspect_corpus([read_article(article(body))])) == {kind: 1}


def test_a_rare_label_of_a_common_form_is_found() -> None:
    documents = [Document(str(i), "المقدم", (Mention("m", 0, 6, "ROLE" if i else "PER", "المقدم", "e"),)) for i in range(6)]
    (finding,) = inspect_corpus(documents)
    assert (finding.document, finding.kind) == ("0", "label")


def test_a_confident_model_is_heard() -> None:
    text = "زار حلب"
    gold = Document("a", text)
    sure = Document("a", text, (Mention("m1", 4, 7, "LOC", "حلب", "e1", 0.99),))
    unsure = Document("a", text, (Mention("m1", 4, 7, "LOC", "حلب", "e1", 0.5),))
    assert summarise(inspect_corpus([gold], {"a": sure})) == {"model": 1}
    assert inspect_corpus([gold], {"a": unsure}) == []
