"""Figures of benchmarks: articles to read, sizes of installed packages, the machine's name, and the page they are written to."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

PAGE = Path("docs/benchmarks.md")


def pick_articles(texts: Sequence[str], count: int, words: int = 450) -> tuple[str, list[str]]:
    """The text whose length is nearest to ``words``, and an even sample of ``count``."""
    one = min(texts, key=lambda t: abs(len(t.split()) - words))
    step = max(1, len(texts) // count)
    return one, list(texts[::step][:count])


def installed_bytes(names: Iterable[str]) -> int:
    """Bytes on disk of packages and of all that they need, without their extras."""
    waiting, seen, total = list(names), set[str](), 0
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in seen:
            continue
        seen.add(name)
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        total += sum(path.stat().st_size for f in found.files or () if (path := Path(str(f.locate()))).is_file())
        needed = map(Requirement, found.requires or ())
        waiting += [r.name for r in needed if r.marker is None or r.marker.evaluate({"extra": ""})]
    return total


def machine() -> str:
    """The processor, its cores and the system."""
    name = platform.processor()
    try:
        info = Path("/proc/cpuinfo").read_text()
        name = re.search(r"model name\s*: (.*)", info).group(1)  # type: ignore[union-attr]
        flags = [f for f in ("amx_int8", "avx512_vnni", "avx512f", "avx2") if f in info]
        name += f" ({flags[0]})" if flags else ""
    except (OSError, AttributeError):
        pass
    return f"{name}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; numbers right-aligned."""
    lines = ["| " + " | ".join(header) + " |", "|---|" + "---:|" * (len(header) - 1)]
    return "\n".join([*lines, *("| " + " | ".join(str(c) for c in row) + " |" for row in rows)])


def write_section(name: str, text: str, page: Path = PAGE) -> None:
    """Replace the section between a name's two marks on the page, or append it."""
    opening, closing = f"<!-- {name} -->", f"<!-- end of {name} -->"
    old = page.read_text(encoding="utf-8") if page.exists() else "# Benchmarks\n"
    section = f"{opening}\n{text.strip()}\n{closing}"
    head, found, rest = old.partition(opening)
    new = f"{head}{section}{rest.partition(closing)[2]}" if found else f"{old.rstrip()}\n\n{section}\n"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(new, encoding="utf-8")
