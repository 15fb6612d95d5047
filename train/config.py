"""One YAML file an experiment, as frozen dataclasses. An unknown key is refused with its nearest name."""

from __future__ import annotations

import dataclasses
import difflib
import typing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from isnad.errors import InputError

PRECISIONS = ("auto", "no", "bf16", "fp16")


@dataclass(frozen=True, slots=True)
class DataConfig:
    """The corpus and how it is split; shares are of the articles left after the held-out countries."""

    corpus: str = "data/corpus"
    built: str = ""
    """Where the built dataset goes; build/<name> if not given."""
    validation_share: float = 0.1
    held_out_countries: tuple[str, ...] = ()
    seed: int = 7
    limit: int = 0
    """Use only the first so many articles; 0 is all."""


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """The encoder and its windows. ``encoder`` is ``embedded``, a hub name, or a local directory."""

    encoder: str = "embedded"
    window: int = 256
    """Tokens of a window, special tokens not counted."""
    stride: int = 192
    dropout: float = 0.1
    gradient_checkpointing: bool = False


@dataclass(frozen=True, slots=True)
class AugmentConfig:
    """Augmentation at training time, each switch a probability for a document and an epoch; 0 is off."""

    names: float = 0.0
    mark_style: float = 0.0
    spelling: float = 0.0
    lost_paragraphs: float = 0.0
    gazetteers: str = "data/gazetteers"


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """The loop. Rates are peaks of a linear warm-up and decay; ``batch_tokens`` counts padded tokens a process."""

    epochs: int = 10
    batch_tokens: int = 1024
    accumulate: int = 1
    encoder_rate: float = 2e-4
    head_rate: float = 3e-3
    weight_decay: float = 0.01
    warmup_share: float = 0.1
    clip_norm: float = 1.0
    precision: str = "auto"
    """``auto`` is bf16 where the hardware computes in it, else ``no``; or ``no``, ``bf16``, ``fp16``."""
    evaluations: int = 10
    """Validation passes in a whole run, evenly spread."""
    patience: int = 4
    """Stop after so many evaluations without a better score."""
    keep_checkpoints: int = 2
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Experiment:
    """What every config has."""

    name: str

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for provenance."""
        return dataclasses.asdict(self)

    @property
    def run_dir(self) -> Path:
        """Checkpoints and logs of the run, and what it keeps on disk."""
        return Path("runs") / self.name


@dataclass(frozen=True, slots=True)
class Config(Experiment):
    """A complete experiment."""

    data: DataConfig = field(default_factory=DataConfig)
    model: ModelConfig = field(default_factory=ModelConfig)
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)

    @property
    def model_dir(self) -> Path:
        """The exported model."""
        return Path("models") / self.name


@dataclass(frozen=True, slots=True)
class PretrainConfig(Experiment):
    """Further pretraining of an encoder on raw news by masked words."""

    encoder: str = "embedded"
    raw: tuple[str, ...] = ()
    """.jsonl and .txt files or folders of .txt; the command line's paths replace them."""
    window: int = 254
    batch_windows: int = 16
    """Windows of an update and a process."""
    updates: int = 2000
    rate: float = 4e-4
    weight_decay: float = 0.01
    warmup_share: float = 0.06
    mask_share: float = 0.2
    """Share of the words to guess."""
    held_out_articles: int = 200
    precision: str = "auto"
    save_every: int = 100
    seed: int = 1

    @property
    def encoder_dir(self) -> Path:
        """The adapted encoder, to be named as ``model.encoder``."""
        return Path("encoders") / self.name


def load_pretrain_config(path: Path) -> PretrainConfig:
    """Read a YAML file; raises InputError naming the file, the key and the way out."""
    config = _read(path, PretrainConfig)
    assert isinstance(config, PretrainConfig)
    for name in ("window", "batch_windows", "updates", "held_out_articles", "save_every"):
        if getattr(config, name) < 1:
            raise InputError(f"{path}: {name}: expected at least 1, found {getattr(config, name)}")
    if not 0 < config.mask_share < 1:
        raise InputError(f"{path}: mask_share: expected between 0 and 1, found {config.mask_share}")
    return config


def load_config(path: Path) -> Config:
    """Read a YAML file; raises InputError naming the file, the key and the way out."""
    config = _read(path, Config)
    assert isinstance(config, Config)
    _check_ranges(config, str(path))
    built = config.data.built or f"build/{config.name}"
    return dataclasses.replace(config, data=dataclasses.replace(config.data, built=built))


def _read(path: Path, kind: type[Any]) -> Any:
    try:
        value = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot read the config ({error.strerror}); the shipped ones are in configs/") from None
    except yaml.YAMLError as error:
        raise InputError(f"{path}: not YAML: {error}") from None
    if not isinstance(value, dict):
        raise InputError(f"{path}: expected keys and values, found {type(value).__name__}")
    config = _build(kind, value, str(path))
    if config.name != path.stem:
        raise InputError(f"{path}: name {config.name!r} is not the file's; call it {path.stem!r}, or the file {config.name}.yaml")
    return config


def _check_ranges(config: Config, where: str) -> None:
    """Raise InputError for a value that would fail later."""
    model, training = config.model, config.training
    positive = {"epochs": training.epochs, "batch_tokens": training.batch_tokens, "accumulate": training.accumulate}
    positive |= {"evaluations": training.evaluations, "keep_checkpoints": training.keep_checkpoints}
    for name, value in positive.items():
        if value < 1:
            raise InputError(f"{where}: training: {name}: expected at least 1, found {value}")
    if not 0 < model.stride <= model.window:
        raise InputError(f"{where}: model: expected 0 < stride <= window, found stride {model.stride}, window {model.window}")
    if training.precision not in PRECISIONS:
        raise InputError(f"{where}: training: precision: expected one of {', '.join(PRECISIONS)}, found {training.precision!r}")
    if not 0 < config.data.validation_share < 1:
        raise InputError(f"{where}: data: validation_share: expected between 0 and 1, found {config.data.validation_share}")


def _build(kind: type[Any], value: dict[str, Any], where: str) -> Any:
    hints = typing.get_type_hints(kind)
    for key in value:
        if key not in hints:
            near = difflib.get_close_matches(str(key), hints, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(hints)}"
            raise InputError(f"{where}: unknown key {key!r}; {hint}")
    missing = [f.name for f in dataclasses.fields(kind) if f.default is f.default_factory and f.name not in value]
    if missing:
        raise InputError(f"{where}: key {missing[0]!r} is missing")
    return kind(**{key: _convert(hints[key], v, f"{where}: {key}") for key, v in value.items()})


def _convert(hint: Any, value: Any, where: str) -> Any:
    if dataclasses.is_dataclass(hint):
        if not isinstance(value, dict):
            raise InputError(f"{where}: expected keys and values, found {value!r}")
        return _build(typing.cast("type[Any]", hint), value, where)
    if typing.get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise InputError(f"{where}: expected a list, found {value!r}")
        if not all(isinstance(v, str) for v in value):
            raise InputError(f'{where}: expected strings, found {value!r}; YAML reads a bare NO as false, so write "NO"')
        return tuple(value)
    if hint is float and isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if type(value) is not hint:
        raise InputError(f"{where}: expected {hint.__name__}, found {value!r}")
    return value
