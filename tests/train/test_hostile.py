"""Texts that no one should send break nothing. The whole trial is `python -m scripts.hostile_inputs`."""

from pathlib import Path

import isnad
from train.hostile import check_document, hostile_texts

ARTICLES = ['قال وزير الخارجية سامي النجار إن "الوفد" وصل إلى القاهرة.\nوأضاف: «نحن هنا».' * 6]


def test_hostile_texts_break_nothing_and_come_again(tiny_model: Path) -> None:
    texts = list(hostile_texts(ARTICLES, 300, seed=3))
    assert texts == list(hostile_texts(ARTICLES, 300, seed=3))
    assert texts != list(hostile_texts(ARTICLES, 300, seed=4))
    for text, document in zip(texts, isnad.load(tiny_model).extract(texts), strict=True):
        check_document(document, text)


def test_long_lines_are_long() -> None:
    lines = list(hostile_texts(ARTICLES, 0, seed=0, long_lines=4))
    assert {len(line) for line in lines} == {2 << 20}
    assert not any("\n" in line for line in lines)
