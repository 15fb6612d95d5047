"""Hard cases are counted where they are."""

from collections.abc import Callable
from pathlib import Path

from train.cases import count_cases
from train.corpus import read_article

GOLD = Path(__file__).parents[1] / "fixtures" / "gold.xml"


def test_the_cases_of_an_article() -> None:
    found = count_cases([read_article(GOLD)])
    expected = {"verb without a subject, paragraph's first": 1, "quoted subheading or paragraph": 1, "quote without a source": 1}
    expected |= {"direct quote inside indirect speech": 1, "feminine verb of a person": 3, "role that holds a body or place": 1}
    assert expected.items() <= found.items()
    assert "article without a quote" not in found


def test_an_article_without_anything(article: Callable[..., Path]) -> None:
    found = count_cases([read_article(article("<p>سقط المطر على المدينة.</p>"))])
    assert found == {"article without a quote": 1, "article without quotation marks": 1, "article in one block": 1}
