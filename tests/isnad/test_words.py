"""Words, and tokens' scores pooled over them."""

import numpy as np
import pytest

from isnad.words import clitic_room, opens_paragraph, pool, split_words, token_ranges


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("قال: نعم", ["قال", ":", "نعم"]),
        ("تَوَهّم ـ", ["تَوَهّم", "ـ"]),
        ("#الجيش_اليمني", ["#", "الجيش", "_", "اليمني"]),
        ("جنيف1 ١٢", ["جنيف1", "١٢"]),
        ("نیم\u200cفاصله", ["نیم\u200cفاصله"]),
        ('"أ".', ['"', "أ", '"', "."]),
    ],
)
def test_split_words(text: str, expected: list[str]) -> None:
    assert [text[a:b] for a, b in split_words(text)] == expected


def test_token_ranges_leave_out_separators_and_dropped_words() -> None:
    words = np.array([[0, 4], [5, 6], [7, 9]])
    offsets = np.array([[0, 2], [2, 4], [7, 7], [7, 9]])
    assert token_ranges(words, offsets).tolist() == [[0, 2], [2, 2], [3, 4]]


def test_pool_is_the_mean_over_each_range() -> None:
    scores = np.array([[1, 0], [3, 4], [5, 5]], np.float32)
    assert pool(scores, np.array([[0, 2], [2, 3]])).tolist() == [[2, 2], [5, 5]]


def test_opens_paragraph() -> None:
    text = "أ ب\nج\r\nد"
    assert opens_paragraph(text, split_words(text)).tolist() == [True, False, True, True]


@pytest.mark.parametrize(("word", "room"), [("وقال", 1), ("وبالقاهرة", 2), ("لل", 1), ("مصر", 0), ("و", 0), ("فبكلسان", 3)])
def test_clitic_room(word: str, room: int) -> None:
    assert clitic_room(word, 3) == room
