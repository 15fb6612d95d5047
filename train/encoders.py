"""Which encoder, and where from: the embedded one, a local directory, or a hub name. Each ends as a local directory
with ``tokenizer.json``, so that training and inference read the same tokenizer."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from isnad.errors import InputError, ModelError
from isnad.tokenization import Tokenizer
from train import embedded

if TYPE_CHECKING:
    from transformers import PreTrainedModel

CACHE = Path(os.environ.get("ISNAD_CACHE", "build/encoders"))


def encoder_dir(name: str, cache: Path | None = None) -> Path:
    """A local directory with the encoder's weights, config and ``tokenizer.json``.

    Raises:
        ModelError: a hub name that cannot be fetched; says what to do instead.
    """
    cache = cache or CACHE
    if name == "embedded":
        return embedded.convert(cache / "embedded")
    if Path(name).is_dir():
        return _with_fast_tokenizer(Path(name), Path(name))
    if name.startswith((".", "/")):
        raise InputError(f"encoder {name!r}: no such directory; give a directory, a hub name, or 'embedded'")
    return _with_fast_tokenizer(_from_hub(name), cache / name.replace("/", "--"))


def _from_hub(name: str) -> Path:
    from huggingface_hub import snapshot_download

    wanted = ["*.json", "*.safetensors", "*.txt", "*.model", "pytorch_model.bin"]
    try:
        return Path(snapshot_download(name, allow_patterns=wanted, etag_timeout=5))
    except Exception as error:  # every network library has its own
        raise ModelError(
            f"encoder {name!r}: not in the local cache, and the hub cannot be reached ({type(error).__name__}). "
            "Connect and run again, or download it elsewhere and give its directory as model.encoder, "
            "or use model.encoder: embedded, which needs no network"
        ) from None


def _with_fast_tokenizer(source: Path, target: Path) -> Path:
    """Make sure a ``tokenizer.json`` stands beside the weights; older models ship only their vocabulary."""
    if (source / "tokenizer.json").exists():
        return source
    from transformers import AutoTokenizer

    target.mkdir(parents=True, exist_ok=True)
    AutoTokenizer.from_pretrained(source, use_fast=True).backend_tokenizer.save(str(target / "tokenizer.json"))
    for file in source.iterdir():
        if file.is_file() and not (target / file.name).exists():
            (target / file.name).symlink_to(file.resolve())
    return target


def load_tokenizer(directory: Path) -> Tokenizer:
    """The tokenizer of an encoder directory."""
    return Tokenizer.from_file(directory / "tokenizer.json")


def mask_id(tokenizer: Tokenizer) -> int:
    """The id of the mask token; raises ModelError where the vocabulary has none."""
    for name in ("<mask>", "[MASK]"):
        if (found := tokenizer.fast.token_to_id(name)) is not None:
            return int(found)
    raise ModelError("the tokenizer has no <mask> or [MASK]; further pretraining by masked words needs one")


def load_encoder(directory: Path, weights: bool = True) -> PreTrainedModel:
    """The encoder as a torch module; with ``weights=False`` randomly initialised (a checkpoint will fill it).
    Dropout on attention probabilities is off: scaled-dot-product attention then takes its fast path."""
    from transformers import AutoConfig, AutoModel

    config = AutoConfig.from_pretrained(directory)
    for name in ("attention_probs_dropout_prob", "attention_dropout"):
        if hasattr(config, name):
            setattr(config, name, 0.0)
    if not weights:
        return AutoModel.from_config(config)  # type: ignore[no-any-return]
    return AutoModel.from_pretrained(directory, config=config)  # type: ignore[no-any-return]
