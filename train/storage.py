"""Writing without loss: a file or folder is written beside its place and renamed into it, so that a full disk or a
kill leaves the earlier one as it was."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from safetensors import SafetensorError

from isnad.document import Document
from isnad.errors import InputError


@contextmanager
def replaced_folder(target: Path) -> Iterator[Path]:
    """A new folder that takes ``target``'s place when the block ends well, and is removed when it does not.

    Raises:
        InputError: the disk refused (full, read-only); the earlier folder is untouched.
    """
    old = target.with_name(f".{target.name}.old")
    if old.exists() and not target.exists():  # a kill between the two renames of an earlier call
        old.replace(target)
    work = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-"))
        work.chmod(0o755)
        yield work
        _swap(work, target, old)
    except (OSError, SafetensorError) as error:
        raise InputError(f"{target}: cannot write ({error}); what was there is unharmed. Free space and run again") from error
    finally:
        if work is not None:
            shutil.rmtree(work, ignore_errors=True)


def _swap(work: Path, target: Path, old: Path) -> None:
    """Put ``work`` in ``target``'s place; when that fails, put the earlier folder back."""
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.replace(old)
    try:
        work.replace(target)
    except OSError:
        if old.exists():
            old.replace(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def write_text(target: Path, text: str) -> None:
    """Write a text file whole or not at all; raises InputError when the disk refuses."""
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8")
        part.replace(target)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise InputError(f"{target}: cannot write ({error.strerror}); what was there is unharmed") from error


def write_json(target: Path, value: Any) -> None:
    """Write indented JSON whole or not at all."""
    write_text(target, json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def write_documents(target: Path, documents: Iterable[Document]) -> None:
    """Write documents as JSON lines."""
    write_text(target, "".join(d.to_json() + "\n" for d in documents))


def read_documents(path: Path) -> list[Document]:
    """Read documents from JSON lines; errors name the line.

    Raises:
        InputError: no such file. DocumentError: a line that is no document.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise InputError(f"{path}: cannot read ({error.strerror}); build it with `make data`") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: byte {error.start} is not UTF-8; write it anew") from None
    return [Document.from_json(line, f"{path}:{n}") for n, line in enumerate(lines, 1) if line.strip()]
