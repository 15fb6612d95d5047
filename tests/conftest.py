"""Shared fixtures: hermetic, and built once a session where they cost something."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tokenizers import Tokenizer as FastTokenizer

from isnad.tokenization import Tokenizer

ROOT = Path(__file__).parent.parent
os.environ.setdefault("ISNAD_CACHE", str(ROOT / "build" / "encoders"))
os.environ.setdefault("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def embedded_dir() -> Path:
    """The embedded encoder, converted once."""
    from train.encoders import encoder_dir

    return encoder_dir("embedded")


@pytest.fixture(scope="session")
def tokenizer(embedded_dir: Path) -> Tokenizer:
    """Its tokenizer."""
    return Tokenizer.from_file(embedded_dir / "tokenizer.json")


@pytest.fixture
def article(tmp_path: Path):
    """Write an article's paragraphs as a file and return its path."""

    def write(body: str, name: str = "a1", attributes: str = 'outlet="agency" country="XX" event="vote"') -> Path:
        path = tmp_path / f"{name}.xml"
        path.write_text(f'<doc id="{name}" {attributes}>\n{body}\n</doc>\n', encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory, embedded_dir: Path) -> Path:
    """A randomly initialised BERT of a few weights with the embedded tokenizer."""
    import shutil

    import torch
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("tiny") / "encoder"
    torch.manual_seed(0)
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    vocabulary = FastTokenizer.from_file(str(embedded_dir / "tokenizer.json")).get_vocab_size()
    BertModel(BertConfig(vocab_size=vocabulary, **sizes)).save_pretrained(folder)
    shutil.copyfile(embedded_dir / "tokenizer.json", folder / "tokenizer.json")
    return folder


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory, tiny_encoder: Path) -> Path:
    """A model directory exported from an untrained tagger over the tiny encoder."""
    import torch

    from train.config import Config, ModelConfig
    from train.encoders import load_encoder
    from train.export import export_model
    from train.loop import save_weights
    from train.model import Tagger

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("model")
    config = Config("tiny", model=ModelConfig(encoder=str(tiny_encoder), window=32, stride=24))
    before = Path.cwd()
    os.chdir(folder)
    try:
        save_weights(Tagger(load_encoder(tiny_encoder), 0.0), config.run_dir / "best", {"score": 0.0, "step": 0})
        return folder / export_model(config, "0" * 64)
    finally:
        os.chdir(before)
