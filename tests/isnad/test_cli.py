"""The command line, as its users call it."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from isnad.cli import main
from isnad.reading import read_articles


class _Stdin:
    def __init__(self, content: bytes) -> None:
        self.buffer = io.BytesIO(content)

    def isatty(self) -> bool:
        return False


@pytest.fixture
def run(tiny_model: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]):
    def call(*arguments: str, stdin: bytes = b"", model: str | None = None) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", _Stdin(stdin))
        code = main(["extract", *arguments, "--model", model or str(tiny_model)])
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return call


def test_a_folder_gives_a_json_line_a_text(run, tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / f"{name}.txt").write_text(f"نص {name}", encoding="utf-8")
    code, out, _ = run(str(tmp_path), "--format", "jsonl")
    assert code == 0
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["a", "b"]


@pytest.mark.parametrize(
    ("stdin", "ids"),
    [
        ("قال الوزير\nنعم".encode(), ["stdin"]),
        ('{"id": "x", "text": "قال"}\n\n{"text": "نعم"}\n'.encode(), ["x", "3"]),
        ("{ليس جيسون}".encode(), ["stdin"]),
        (b"", ["stdin"]),
    ],
)
def test_standard_input(run, stdin: bytes, ids: list[str]) -> None:
    code, out, _ = run("--format", "jsonl", stdin=stdin)
    assert code == 0
    assert [json.loads(line)["id"] for line in out.splitlines()] == ids


def test_json_lines_count_offsets_in_the_unit_asked_for(run) -> None:
    code, out, _ = run("--format", "jsonl", "--offset-unit", "utf16", stdin="😀 قال".encode())
    assert code == 0
    assert json.loads(out)["offset_unit"] == "utf16"


@pytest.mark.parametrize("form", ["table", "html"])
def test_other_formats(run, form: str) -> None:
    code, out, _ = run("--format", form, stdin="قال الوزير نعم".encode())
    assert code == 0
    assert "stdin" in out


@pytest.mark.parametrize(
    ("arrange", "message"),
    [
        (lambda p: p / "none.txt", "none.txt: cannot read"),
        (lambda p: p, "no .txt file in this folder"),
        (lambda p: _written(p / "latin.txt", "قال".encode("cp1256")), "byte 0 is not UTF-8"),
        (lambda p: _written(p / "x.jsonl", b'{"text": "a"}\n{"body": 1}\n'), 'x.jsonl:2: expected an object with a string "text"'),
        (lambda p: _written(p / "y.jsonl", b'{"text": "a"}\n{\n'), "y.jsonl:2: not JSON"),
    ],
)
def test_bad_input_is_one_message_and_code_2(run, tmp_path: Path, arrange, message: str) -> None:
    code, _, err = run(str(arrange(tmp_path)))
    assert code == 2
    assert message in err
    assert "Traceback" not in err


def test_an_unknown_model_is_code_2(run) -> None:
    code, _, err = run(stdin=b"x", model="nowhere")
    assert code == 2
    assert "pip install a model package" in err


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_articles_before_a_bad_one_are_not_lost(tmp_path: Path) -> None:
    good, bad = _written(tmp_path / "a.txt", b"a"), tmp_path / "b.txt"
    stream = read_articles([str(good), str(bad)], io.BytesIO())
    assert next(stream) == ("a", "a")


def test_a_closed_pipe_ends_quietly(tiny_model: Path, tmp_path: Path) -> None:
    lines = _written(tmp_path / "many.jsonl", b'{"text": "a b c"}\n' * 3000)
    command = f'"{sys.executable}" -m isnad extract "{lines}" --format jsonl --model "{tiny_model}" | head -1'
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, check=False, timeout=60)
    assert done.stdout.count(b"\n") == 1
    assert done.stderr == b""
