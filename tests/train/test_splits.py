"""Splits: by article, stable, near-duplicates together, held-out countries apart."""

import pytest

from isnad.document import Document
from isnad.errors import InputError
from train.config import DataConfig
from train.splits import duplicate_groups, split

WORDS = "في اليوم الأول من الشهر الماضي قال الناطق باسم البلدية إن الجسر القديم سيغلق أمام المارة حتى إشعار آخر"


def documents(count: int = 60) -> list[Document]:
    countries = ("MA", "EG", "SY")
    return [Document(f"{i:03}", f"نص رقم {i}", meta={"country": countries[i % 3]}) for i in range(count)]


def test_every_document_is_in_one_split_and_held_out_countries_in_test() -> None:
    found = split(documents(), DataConfig(held_out_countries=("SY",), validation_share=0.2)).named()
    ids = [d.id for docs in found.values() for d in docs]
    assert sorted(ids) == [d.id for d in documents()]
    assert {d.meta["country"] for d in found["test"]} == {"SY"}
    assert all(d.meta["country"] != "SY" for n in ("train", "validation") for d in found[n])


def test_adding_articles_moves_none() -> None:
    config = DataConfig(validation_share=0.2)
    before, after = split(documents(60), config), split(documents(90), config)
    assert {d.id for d in before.validation} <= {d.id for d in after.validation}


def test_near_duplicates_stay_together() -> None:
    docs = [*documents(30), Document("d1", WORDS), Document("d2", WORDS + " وفق البيان"), Document("d3", "نص آخر تماما")]
    assert [30, 31] in duplicate_groups(docs)
    for seed in range(6):
        for found in split(docs, DataConfig(seed=seed, validation_share=0.3)).named().values():
            assert ("d1" in {d.id for d in found}) == ("d2" in {d.id for d in found})


def test_too_few_articles_are_refused() -> None:
    with pytest.raises(InputError, match="split is empty"):
        split(documents(1), DataConfig())


def test_a_formula_shared_with_an_earlier_article_hides_no_duplicate() -> None:
    docs = [Document("a", WORDS), Document("b", WORDS + " تمت"), Document("c", WORDS + " انتهى"), Document("d", "نص آخر")]
    assert sorted(map(sorted, duplicate_groups(docs))) == [[0, 1, 2], [3]]
