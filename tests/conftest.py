"""Shared fixtures: hermetic, and built once a session where they cost something."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

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
