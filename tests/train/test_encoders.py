"""Any encoder becomes a local directory with a ``tokenizer.json``; without network a hub name fails at once."""

from pathlib import Path

import pytest

from isnad.errors import InputError, ModelError
from train.encoders import encoder_dir, load_encoder, load_tokenizer


def test_the_embedded_encoder_is_converted_once(tmp_path: Path, embedded_dir: Path) -> None:
    stamp = (embedded_dir / "model.safetensors").stat().st_mtime_ns
    assert encoder_dir("embedded", embedded_dir.parent) == embedded_dir
    assert (embedded_dir / "model.safetensors").stat().st_mtime_ns == stamp


def test_a_hub_name_without_network_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"use model\.encoder: embedded"):
        encoder_dir("aubmindlab/bert-base-arabertv02", tmp_path)


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such directory"):
        encoder_dir(str(tmp_path / "none"))


def test_an_older_wordpiece_model_gets_a_tokenizer_file(tmp_path: Path) -> None:
    from transformers import BertConfig, BertModel

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "قال", "##ت", "الوزير"]
    sizes = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 8}
    BertModel(BertConfig(vocab_size=len(words), **sizes)).save_pretrained(tmp_path)
    (tmp_path / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    directory = encoder_dir(str(tmp_path))
    tokenizer = load_tokenizer(directory)
    text = "قالت الوزير"
    assert [text[a:b] for a, b in tokenizer.encode(text).offsets] == ["قال", "ت", "الوزير"]
    assert load_encoder(directory, weights=False).config.attention_probs_dropout_prob == 0.0


@pytest.mark.parametrize("architecture", ["XLMRoberta", "ModernBert", "Roberta"])
def test_other_architectures_serve_as_encoders(architecture: str) -> None:
    import torch
    import transformers

    from train.model import Tagger

    sizes = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 16, "vocab_size": 50}
    config = getattr(transformers, f"{architecture}Config")(**sizes, pad_token_id=1)
    tagger = Tagger(getattr(transformers, f"{architecture}Model")(config), 0.1).eval()
    ids = torch.randint(4, 50, (2, 9))
    tags, clitics = tagger(ids, torch.ones_like(ids))
    assert tags.shape == (2, 9, 7, 3)
    assert clitics.shape == (2, 9, 4)
