"""A model directory to a wheel ``isnad_model_<name>`` that another project installs and loads by name.

A wheel is a zip of files with a record of their hashes (the binary distribution format of PEP 427), so it is written
here directly: no build back end, no network.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zipfile
from pathlib import Path

from isnad.errors import InputError
from isnad.model_directory import ENTRY_POINTS, read_card
from isnad.version import __version__

_STAMP = (1980, 1, 1, 0, 0, 0)
_MODULE = '''"""The isnad model {name!r}."""

from pathlib import Path


def directory() -> Path:
    """The model's directory."""
    return Path(__file__).parent
'''


def package_model(directory: Path, target: Path, graph: str | None = None) -> Path:
    """Write the wheel of a model into ``target`` and return its path. It carries one graph: ``graph``, or the
    model's default.

    Raises:
        ModelError: no model there. InputError: a name that no package can bear, or the disk refuses.
    """
    card = read_card(directory)
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", card.name):
        raise InputError(f"model name {card.name!r}: a package's name has letters, digits and _ only; rename the config")
    graph = graph or card.default_graph
    package = f"isnad_model_{card.name}"
    value = json.loads((directory / "isnad.json").read_text(encoding="utf-8"))
    value["graphs"], value["default_graph"] = {graph: card.graphs[graph]}, graph
    files = {f"{package}/__init__.py": _MODULE.format(name=card.name).encode()}
    files[f"{package}/isnad.json"] = json.dumps(value, ensure_ascii=False, indent=1).encode()
    for name in ("tokenizer.json", card.graphs[graph], card.speakers, card.cues, "README.md", "report.json"):
        if name and (directory / name).exists():
            files[f"{package}/{name}"] = (directory / name).read_bytes()
    info = f"{package}-{__version__}.dist-info"
    files[f"{info}/METADATA"] = _metadata(card.name, directory).encode()
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: isnad\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{info}/entry_points.txt"] = f"[{ENTRY_POINTS}]\n{card.name} = {package}:directory\n".encode()
    files[f"{info}/RECORD"] = _record(files, f"{info}/RECORD").encode()
    return _write(target / f"{package}-{__version__}-py3-none-any.whl", files)


def _metadata(name: str, directory: Path) -> str:
    head = [
        "Metadata-Version: 2.1",
        f"Name: isnad-model-{name.replace('_', '-')}",
        f"Version: {__version__}",
        f"Summary: isnad model {name}: who said what in Arabic political news",
        "License: Apache-2.0",
        "Requires-Python: >=3.10",
        f"Requires-Dist: isnad>={__version__}",
        "Description-Content-Type: text/markdown",
    ]
    readme = directory / "README.md"
    return "\n".join(head) + "\n\n" + (readme.read_text(encoding="utf-8") if readme.exists() else "")


def _record(files: dict[str, bytes], record: str) -> str:
    rows = []
    for name, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        rows.append(f"{name},sha256={digest},{len(content)}")
    return "\n".join([*rows, f"{record},,"]) + "\n"


def _write(path: Path, files: dict[str, bytes]) -> Path:
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as wheel:
            for name, content in files.items():
                entry = zipfile.ZipInfo(name, _STAMP)
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                wheel.writestr(entry, content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise InputError(f"{path}: cannot write ({error.strerror}); the earlier wheel is unharmed") from error
    return path
