"""Offsets point into the text as received, whatever the tokenizer does inside."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer as FastTokenizer
from tokenizers import models, normalizers, pre_tokenizers, processors

from isnad.errors import ModelError
from isnad.tokenization import Tokenizer

TEXTS = [
    "قـــال الرئيس",  # tatweel
    "قَالَ الرَّئِيسُ",  # diacritics
    "النبي ﷺ والسلام",  # a ligature that opens into words
    "ﻻ أحد",  # lam-alef presentation form
    "می\u200cخواهد",  # ZWNJ
    "\u200fقال\u200f: نعم",  # RLM
    "فاز 😀 المرشح 👨‍👩‍👧",  # emoji
    "عام ٢٠٢٤ و2024",  # Arabic-Indic digits
    "\u200b \u200d",  # nothing that a tokenizer keeps
    "Brexit بريكست",
    "نص\x00مع\x00صفر",
    "\u202eمعكوس\u202c",
    "   \n\n\t ",
    "",
]


@pytest.mark.parametrize("text", TEXTS)
def test_offsets_are_ordered_and_inside(tokenizer: Tokenizer, text: str) -> None:
    tokens = tokenizer.encode(text)
    assert len(tokens.ids) == len(tokens.offsets)
    for (start, end), separator in zip(tokens.offsets.tolist(), tokens.is_separator, strict=True):
        assert 0 <= start <= end <= len(text)
        assert separator or text[start:end].strip() == text[start:end] != ""
    assert (tokens.offsets[1:, 0] >= tokens.offsets[:-1, 0]).all()


@pytest.mark.parametrize(
    ("text", "words"),
    [("قال نعم", ["قال", "نعم"]), ("ﷺ", ["ﷺ"]), ("قـــال", ["قـــال"]), ("٢٠٢٤", ["٢٠٢٤"])],
)
def test_every_word_is_covered(tokenizer: Tokenizer, text: str, words: list[str]) -> None:
    covered = {i for a, b in tokenizer.encode(text).offsets for i in range(a, b)}
    for word in words:
        at = text.index(word)
        assert at in covered
        assert at + len(word) - 1 in covered


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_tokenised(tokenizer: Tokenizer, text: str) -> None:
    offsets = tokenizer.encode(text).offsets
    assert ((offsets >= 0) & (offsets <= len(text))).all()


def test_lone_surrogates_do_not_stop_it(tokenizer: Tokenizer) -> None:
    text = "قال \ud800\udfff نعم \udc00"
    tokens = tokenizer.encode(text)
    assert tokens.offsets[-1, 1] <= len(text)


def test_paragraphs_are_parted_by_a_separator(tokenizer: Tokenizer) -> None:
    tokens = tokenizer.encode("أ\n\nب\r\nج")
    assert tokens.is_separator.tolist().count(True) == 2
    assert tokens.ids[tokens.is_separator].tolist() == [tokenizer.separator] * 2


def test_a_line_of_two_megabytes_is_read_whole(tokenizer: Tokenizer) -> None:
    text = "كلمة " * 200_000
    tokens = tokenizer.encode(text)
    assert tokens.offsets[-1].tolist() == [len(text) - 5, len(text) - 1]
    assert not tokens.is_separator.any()


def test_a_long_word_without_spaces(tokenizer: Tokenizer) -> None:
    tokens = tokenizer.encode("ا" * 50_000)
    assert tokens.offsets[0, 0] == 0
    assert tokens.offsets[-1, 1] == 50_000


def _wordpiece() -> Tokenizer:
    vocabulary = {t: i for i, t in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "و", "##قال", "الوزير", "##ة", "قال", "##ت"])}
    fast = FastTokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    fast.normalizer = normalizers.BertNormalizer(strip_accents=True)
    fast.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    fast.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return Tokenizer(fast)


def test_wordpiece_offsets() -> None:
    tokenizer = _wordpiece()
    text = "وقالت الوَزيرة"
    tokens = tokenizer.encode(text)
    assert (tokenizer.begin, tokenizer.separator, tokenizer.pad) == (2, 3, 0)
    assert [text[a:b] for a, b in tokens.offsets] == ["و", "قال", "ت", "الوَزير", "ة"]


def test_a_tokenizer_without_frame_is_refused() -> None:
    with pytest.raises(ModelError, match="add a post_processor"):
        Tokenizer(FastTokenizer(models.WordPiece({"[UNK]": 0}, unk_token="[UNK]")))


def test_a_damaged_file_is_refused(tmp_path) -> None:
    (tmp_path / "tokenizer.json").write_text("{")
    with pytest.raises(ModelError, match=r"tokenizer\.json: not a readable"):
        Tokenizer.from_file(tmp_path / "tokenizer.json")
