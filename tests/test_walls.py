"""The rooms keep their walls: who may import whom, how long a file and a function may grow."""

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = {"isnad": {"isnad"}, "train": {"isnad", "train"}, "scripts": {"isnad", "train", "scripts"}}
FILES = [p for room in ROOMS for p in sorted((ROOT / room).rglob("*.py"))]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (a.name.split(".")[0] for a in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield node.name, node.end_lineno - node.lineno + 1


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_rooms_import_only_what_they_may(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    assert set(imported(path)) & set(ROOMS) <= ROOMS[room]
    if room == "isnad":
        assert not set(imported(path)) & {"torch", "transformers", "datasets", "accelerate", "yaml", "safetensors"}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_and_functions_stay_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 350
    assert all(length <= 50 for _, length in functions(path)), [f for f in functions(path) if f[1] > 50]


def test_the_median_function_is_short() -> None:
    assert statistics.median(length for path in FILES for _, length in functions(path)) <= 10


def test_scripts_are_never_imported() -> None:
    for path in FILES:
        if path.relative_to(ROOT).parts[0] != "scripts":
            assert "scripts" not in set(imported(path))


def test_data_and_configs_hold_no_python() -> None:
    assert not [p for room in ("data", "configs") for p in (ROOT / room).rglob("*.py")]
