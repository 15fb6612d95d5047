"""The embedded encoder: its normaliser, its trimmed vocabulary, its weights."""

import numpy as np
import pytest
from tokenizers import Tokenizer, normalizers

from isnad.errors import ModelError
from train.charsmap import build_charsmap
from train.embedded import build_tokenizer, dequantise, find_file, is_used, kept_ids, read_embedded


def test_charsmap_replaces_each_code_point() -> None:
    mapping = {ord("ﻻ"): "لا", ord("ﷺ"): "صلى الله", 0xA0: " ", 0x200B: "", ord("A"): "a"}
    normalizer = normalizers.Precompiled(build_charsmap(mapping))
    assert normalizer.normalize_str("Aﻻ\u00a0ﷺ\u200bب") == "aلا صلى اللهب"


def test_dequantise() -> None:
    block = np.float16(0.5).tobytes() + bytes(range(16, 32))
    values = dequantise(block, 32, 0)
    assert values[:3].tolist() == [0.5 * (0 - 8), 0.5 * (1 - 8), 0.5 * (2 - 8)]
    assert values[16:].tolist() == [0.5 * (1 - 8)] * 16


@pytest.mark.parametrize(
    ("piece", "used"),
    [("▁وقال", True), ("2024", True), ("▁the", True), ("▁thing", False), ("です", False), ("ٹ", False), ("؟", True), ("▁", True)],
)
def test_is_used(piece: str, used: bool) -> None:
    assert is_used(piece) is used


@pytest.fixture(scope="module")
def both(embedded_dir) -> tuple[Tokenizer, Tokenizer]:
    embedded = read_embedded(find_file())
    full = build_tokenizer(list(zip(embedded.pieces, embedded.scores, strict=True)), embedded.charsmap)
    return full, Tokenizer.from_file(str(embedded_dir / "tokenizer.json"))


def test_trimming_changes_no_arabic_token(both, root) -> None:
    full, trimmed = both
    different = []
    for path in sorted((root / "data" / "corpus").glob("*.xml"))[::5]:
        for line in path.read_text(encoding="utf-8").splitlines():
            text = "".join(c for c in line if not ("a" <= c.lower() <= "z"))
            a = [full.id_to_token(i) for i in full.encode(text).ids]
            b = [trimmed.id_to_token(i) for i in trimmed.encode(text).ids]
            different += [text] if a != b else []
    assert different == []


def test_the_vocabulary_is_about_thirty_thousand() -> None:
    assert 25_000 < len(kept_ids(read_embedded(find_file()))) < 35_000


def test_sentences_of_like_meaning_are_near(embedded_dir) -> None:
    import torch
    from transformers import AutoModel

    model = AutoModel.from_pretrained(embedded_dir).eval()
    tokenizer = Tokenizer.from_file(str(embedded_dir / "tokenizer.json"))

    def vector(text: str) -> torch.Tensor:
        ids = torch.tensor([tokenizer.encode("query: " + text).ids])
        with torch.inference_mode():
            out = model(input_ids=ids).last_hidden_state.mean(1)[0]
        return out / out.norm()

    a, b, c = vector("أعلن الرئيس استقالته من منصبه"), vector("استقال الرئيس من منصبه"), vector("وصفة لتحضير كعكة الشوكولاتة")
    assert float(a @ b) > float(a @ c) + 0.05


def test_another_file_is_refused(tmp_path) -> None:
    (tmp_path / "x.bin").write_bytes(b"E5S2" + bytes(40))
    with pytest.raises(ModelError, match="not an E5S1 file"):
        read_embedded(tmp_path / "x.bin")
