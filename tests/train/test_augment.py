"""Augmentation: other text, the same annotation, and every span still what stands at its offsets."""

from pathlib import Path
from random import Random

import pytest

from isnad.document import Document
from train.augment import apply_edits, augment, lost_paragraphs, mark_style, spelling
from train.config import AugmentConfig
from train.corpus import read_article, read_corpus
from train.gazetteers import Gazetteers, Name, read_gazetteers
from train.substitution import rename

GOLD = Path(__file__).parents[1] / "fixtures" / "gold.xml"
ALL = AugmentConfig(names=1.0, mark_style=1.0, spelling=1.0, lost_paragraphs=1.0)


def test_off_is_the_same_object() -> None:
    document = read_article(GOLD)
    assert augment(document, AugmentConfig(), (1, 0)) is document


def test_spans_move_with_the_text(root: Path) -> None:
    for document in read_corpus(root / "data" / "corpus")[::11]:
        for epoch in range(3):
            changed = augment(document, ALL, (1, epoch))
            changed.check(document.id)
            assert [m.type for m in changed.mentions] == [m.type for m in document.mentions]
            assert changed == augment(document, ALL, (1, epoch))


@pytest.mark.parametrize(
    ("change", "text", "results"),
    [
        (mark_style, 'قال "نعم"', {'قال "نعم"', "قال «نعم»", "قال “نعم”"}),
        (lost_paragraphs, "أ\nب", {"أ ب"}),
        (spelling, "إلى أنّ", {"الى انّ", "إلى أنّ"}),
    ],
)
def test_changes(change, text: str, results: set[str]) -> None:
    found = {apply_edits(Document("a", text), change(text, Random(seed))).text for seed in range(20)}
    assert found == results


def gazetteers() -> Gazetteers:
    out = Gazetteers()
    out.people["m"].append(Name("رامي بن حمد", "حمد", "person", "m"))
    out.people["f"].append(Name("ليلى حمد", "حمد", "person", "f"))
    out.places["قبرص"] = Name("قبرص", "قبرص", "country", "f")
    out.like["country", "f"].append(Name("النرويج", "النرويج", "country", "f"))
    return out


def test_rename_keeps_sex_kind_and_swallows_the_alef_after_lam() -> None:
    document = read_article(GOLD)
    texts = {apply_edits(document, rename(document, Random(s), gazetteers())).text for s in range(12)}
    assert any("ليلى حمد" in t for t in texts)
    assert not any("رامي" in t for t in texts)
    assert any("وللنرويج أصدقاء" in t for t in texts)


def test_shipped_gazetteers_are_sound(root: Path) -> None:
    found = read_gazetteers(root / "data" / "gazetteers")
    assert set(found.people) == {"m", "f"}
    assert min(len(found.places), len(found.bodies), len(found.people["m"])) > 300
    names = [n.name for rows in (*found.people.values(), *found.like.values()) for n in rows]
    assert all(n == n.strip() and n for n in names)
