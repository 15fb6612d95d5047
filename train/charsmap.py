"""A code-point normalisation map in the binary form that SentencePiece and ``tokenizers`` read.

The form is a little-endian u32 trie size, a double-array trie (darts-clone's units) from UTF-8 keys to offsets, then
the outputs, each ended by a NUL. Unit: bits 0-7 label, bit 8 "a leaf follows", bits 10-30 offset, bit 31 value.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

_LEAF = 1 << 8
_VALUE = 1 << 31
_OFFSET_SHIFT = 10
_Node = dict[int, "_Node | int"]


def build_charsmap(mapping: Mapping[int, str]) -> bytes:
    """Pack a map from code points to their normal forms. Keys must not be NUL (it ends keys in the trie)."""
    outputs, where = bytearray(), {}
    for form in sorted(set(mapping.values())):
        where[form] = len(outputs)
        outputs += form.encode() + b"\0"
    root: _Node = {}
    for code, form in mapping.items():
        node = root
        for byte in chr(code).encode():
            child = node.setdefault(byte, {})
            assert isinstance(child, dict)
            node = child
        node[0] = where[form]
    units = _double_array(root)
    return struct.pack("<I", 4 * len(units)) + struct.pack(f"<{len(units)}I", *units) + bytes(outputs)


def _double_array(root: _Node) -> list[int]:
    units: dict[int, int] = {0: 0}
    free = 1
    todo = [(0, root)]
    while todo:
        position, node = todo.pop()
        base = free
        while any((base ^ label) in units for label in node):
            base += 1
        while free in units:
            free += 1
        units[position] |= (_LEAF if 0 in node else 0) | ((position ^ base) << _OFFSET_SHIFT)
        for label, child in node.items():
            if isinstance(child, int):
                units[base] = child | _VALUE
            else:
                units[base ^ label] = label
                todo.append((base ^ label, child))
    return [units.get(i, 0) for i in range(max(units) + 256)]
