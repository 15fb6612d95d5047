"""Where articles come from: files, folders of ``.txt``, standard input as one text or as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from isnad.errors import InputError


def read_articles(paths: Sequence[str], stdin: BinaryIO) -> Iterator[tuple[str, str]]:
    """(id, text) pairs: a file's stem and content, every ``.txt`` of a folder by name, ``-`` or no path for standard
    input. A ``.jsonl`` file or standard input whose first line is a JSON object with ``text`` gives one article a line.

    Raises:
        InputError: naming the file, and the line or byte where there is one.
    """
    for name in paths or ["-"]:
        path = Path(name)
        if name == "-":
            yield from _read_stream("standard input", "stdin", stdin)
        elif path.is_dir():
            files = sorted(path.glob("*.txt"))
            if not files:
                raise InputError(f"{path}: no .txt file in this folder; name files, or a folder that holds texts")
            yield from ((f.stem, _decode(str(f), _bytes(f))) for f in files)
        elif path.suffix == ".jsonl":
            with _open(path) as file:
                yield from _json_lines(str(path), file)
        else:
            yield path.stem, _decode(str(path), _bytes(path))


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise InputError(f"{path}: cannot read ({error.strerror}); expected a text file, a folder or -") from None


def _bytes(path: Path) -> bytes:
    with _open(path) as file:
        try:
            return file.read()
        except OSError as error:
            raise InputError(f"{path}: cannot read ({error.strerror})") from None


def _decode(where: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{where}: byte {error.start} is not UTF-8 (found 0x{content[error.start]:02x}); "
            "convert it first, for example iconv -f WINDOWS-1256 -t UTF-8"
        ) from None


def _read_stream(where: str, doc_id: str, stream: BinaryIO) -> Iterator[tuple[str, str]]:
    first = stream.readline()
    if is_json_article(first):
        yield from _json_lines(where, _chain(first, stream))
    else:
        yield doc_id, _decode(where, first + stream.read())


def _chain(first: bytes, rest: Iterable[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def is_json_article(line: bytes) -> bool:
    """Whether a line is a JSON object with a ``text``."""
    if not line.lstrip().startswith(b"{"):
        return False
    try:
        value = json.loads(line)
    except ValueError:
        return False
    return isinstance(value, dict) and "text" in value


def _json_lines(where: str, lines: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        place = f"{where}:{number}"
        try:
            value = json.loads(_decode(place, line))
        except json.JSONDecodeError as error:
            raise InputError(f"{place}: not JSON ({error}); expected an object with text, and id if it has one") from None
        if not isinstance(value, dict) or not isinstance(value.get("text"), str):
            raise InputError(f'{place}: expected an object with a string "text", found {line[:40]!r}')
        yield str(value.get("id", number)), value["text"]
