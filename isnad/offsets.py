"""Units that the JSON form counts offsets in: code points (Python), UTF-16 code units (JavaScript, Java, C#) and
UTF-8 bytes (Go, Rust).

A surrogate that stands alone, as broken input may hold, is one UTF-16 unit and three bytes: JSON carries it as an escape,
which JavaScript and Java decode to that one unit, Go to U+FFFD, three bytes long. Two surrogates side by side that make a
pair are decoded to the one character they stand for, so they are four bytes together; nothing but the offsets in UTF-16
can point between them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from isnad.errors import InputError

OFFSET_UNITS = ("codepoint", "utf16", "byte")


def check_offset_unit(unit: str) -> None:
    """Raise InputError for a unit that is none of OFFSET_UNITS."""
    if unit not in OFFSET_UNITS:
        raise InputError(f"offset_unit is {unit!r}; expected one of {', '.join(OFFSET_UNITS)}")


def convert_offsets(text: str, offsets: Sequence[int], source: str, target: str) -> list[int | None]:
    """Offsets into a text counted in unit ``source``, counted in unit ``target``; None for one that lies outside the text
    or inside a character."""
    from_edges, to_edges = _edges(text, source), _edges(text, target)
    length = int(from_edges[-1])
    wanted = np.array([o if 0 <= o <= length else -1 for o in offsets], np.int64)
    found = np.searchsorted(from_edges, wanted)
    return [int(to_edges[i]) if from_edges[i] == o else None for i, o in zip(found, wanted, strict=True)]


def _edges(text: str, unit: str) -> NDArray[np.int64]:
    """Where every code point begins in a unit, and where the last ends: [code points + 1], strictly increasing."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return np.concatenate(([0], np.cumsum(_widths(points, unit), dtype=np.int64)))


def _widths(points: NDArray[np.uint32], unit: str) -> NDArray[np.int64]:
    """Units that each code point takes."""
    widths = np.ones(len(points), np.int64)
    if unit == "utf16":
        widths += points >= 0x10000
    elif unit == "byte":
        for least in (0x80, 0x800, 0x10000):
            widths += points >= least
        half = points & 0xFC00
        pairs = np.flatnonzero((half[:-1] == 0xD800) & (half[1:] == 0xDC00))
        widths[pairs] = widths[pairs + 1] = 2
    return widths
