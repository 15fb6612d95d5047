"""The model directory: what a trained model is on disk, and how it is found and opened.

| file | what |
|---|---|
| ``isnad.json`` | format version, labels, windows, thresholds, graphs with hashes, provenance and scores |
| ``tokenizer.json`` | the encoder's own tokenizer |
| ``speakers.json`` | the speaker model: a quote's features to its speaker |
| ``cues.json`` | the lexicon of reporting words: their lemma and speech act |
| ``model.int8.onnx``, ``model.onnx`` | the graphs; a package may carry one alone |
| ``model.safetensors`` | weights to train on from (not in a package) |
| ``README.md``, ``report.json``, ``report.md`` | the model card and its scores |
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Final

from isnad.cues import CueLexicon
from isnad.errors import InputError, ModelError
from isnad.extractor import Settings
from isnad.schema import LAYERS, MAX_CLITICS
from isnad.speakers import SpeakerModel

FORMAT_VERSION: Final = 2
ENTRY_POINTS: Final = "isnad_models"


@dataclass(frozen=True, slots=True)
class ModelCard:
    """The checked content of ``isnad.json``."""

    name: str
    settings: Settings
    graphs: dict[str, str]
    default_graph: str
    speakers: str | None
    cues: str | None
    provenance: dict[str, Any]


def find_model(name: str | Path) -> Path:
    """The directory of a path, or of an installed model package by name.

    Raises:
        ModelError: neither; lists the installed names.
    """
    path = Path(name)
    with suppress(OSError):  # a name too long for a path
        if path.is_dir():
            return path
    installed = {e.name: e for e in entry_points(group=ENTRY_POINTS)}
    if str(name) in installed:
        directory: Callable[[], Path] = installed[str(name)].load()
        return Path(directory())
    known = f"installed: {', '.join(sorted(installed))}" if installed else "none is installed"
    raise ModelError(
        f"model {str(name)!r}: no such directory and no installed model of that name ({known}); "
        "train one with `make train`, or pip install a model package"
    )


def installed_models() -> list[str]:
    """Names of the installed model packages."""
    return sorted(e.name for e in entry_points(group=ENTRY_POINTS))


def read_card(directory: Path) -> ModelCard:
    """Read and check ``isnad.json``.

    Raises:
        ModelError: missing, damaged, of a newer format, or made for other labels.
    """
    path = directory / "isnad.json"
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(
            f"{directory}: no isnad.json in it, so it is no model directory; give the folder that `make train` wrote"
        ) from None
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: damaged ({error}); copy the model again or export it anew") from None
    version = value.get("format") if isinstance(value, dict) else None
    if version != FORMAT_VERSION:
        newer = isinstance(version, int) and version > FORMAT_VERSION
        way = "install a newer isnad" if newer else "export the model anew"
        raise ModelError(f"{path}: expected format {FORMAT_VERSION}, found {version!r}; {way}")
    try:
        return _card(path, value)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ModelError(f"{path}: damaged (field {error}); copy the model again or export it anew") from None


def _card(path: Path, value: dict[str, Any]) -> ModelCard:
    if tuple(value["layers"]) != LAYERS or value["max_clitics"] != MAX_CLITICS:
        raise ModelError(f"{path}: made for layers {value['layers']}, this isnad reads {list(LAYERS)}; install the version that made it")
    graphs = {str(k): str(v) for k, v in value["graphs"].items()}
    thresholds = {str(k): float(v) for k, v in value["thresholds"].items()}
    settings = Settings(window=int(value["window"]), stride=int(value["stride"]), thresholds=thresholds)
    if value["default_graph"] not in graphs or not 0 < settings.stride <= settings.window:
        raise ModelError(f"{path}: damaged (default_graph {value['default_graph']!r}, window {settings}); export the model anew")
    return ModelCard(
        name=str(value["name"]),
        settings=settings,
        graphs=graphs,
        default_graph=str(value["default_graph"]),
        speakers=value["speakers"],
        cues=value.get("cues"),  # models from before the lexicon carry none
        provenance=dict(value["provenance"]),
    )


def read_speakers(directory: Path, card: ModelCard) -> SpeakerModel | None:
    """The model's speaker network, or None where it goes by the rules; raises ModelError when it is damaged."""
    if card.speakers is None:
        return None
    path = directory / card.speakers
    try:
        return SpeakerModel.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path}: damaged ({error}); copy the model again or export it anew") from None


def read_lexicon(directory: Path, card: ModelCard) -> CueLexicon | None:
    """The model's lexicon of cues, or None where it carries none; raises ModelError when it is damaged."""
    if card.cues is None:
        return None
    path = directory / card.cues
    try:
        return CueLexicon.from_dict(json.loads(path.read_text(encoding="utf-8")), path.name)
    except (OSError, ValueError, TypeError, InputError) as error:
        raise ModelError(f"{path}: damaged ({error}); copy the model again or export it anew") from None
