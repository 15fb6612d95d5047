"""The style comparison: it measures what it names and tells different texts apart."""

from pathlib import Path

import pytest

from isnad.errors import InputError
from train.style import MEASURES, compare_style, read_texts, render_comparison


def test_measures() -> None:
    text = 'قال الوزير إن "الأمر" انتهى في 3 أيام.\nوأضاف: نعم'
    values = {name: measure(text) for name, measure in MEASURES.items()}
    assert values["words"] == 10
    assert values["paragraphs"] == 2
    assert values["reporting words /100"] == 20
    assert values["verbs that continue /100"] == 10
    assert values["marked spans /100"] == 10
    assert values["words in a marked span"] == 1
    assert values["digits /100"] == 10


def test_texts_of_two_kinds_are_told_apart_and_of_one_kind_are_not() -> None:
    ours = [f"ألف باء {i} جيم دال" for i in range(60)]
    theirs = [f"هاء واو {i} زاي حاء" for i in range(60)]
    found = compare_style(ours, theirs)
    assert found.accuracy == 1.0
    assert "باء" in " ".join(found.ours)
    assert "told apart" in render_comparison(found)
    same = [f"كلمة {word}" for word in ["أ", "ب", "ج", "د"] for _ in range(15)]
    assert compare_style(same, same).accuracy < 0.7


def test_reading(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("نص", encoding="utf-8")
    assert read_texts(tmp_path) == ["نص"]
    (tmp_path / "b.jsonl").write_text('{"text": "أ"}\n{"text": "ب"}\n', encoding="utf-8")
    assert read_texts(tmp_path / "b.jsonl", sample=1) == ["أ"]
    with pytest.raises(InputError, match="no articles"):
        read_texts(tmp_path / "none")
