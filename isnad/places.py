"""located_in by the words between a body or place and the place that follows it (إدلب شمال سوريا، مصراتة (ليبيا)، مركز كذا في
بيروت), or that stands inside its name behind a preposition (كلية الحقوق بمراكش). Plain patterns, each kept because it is
right in the corpus more often than not, or nearly so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from isnad.document import Mention, Relation

_SIDE = r"(?:شمال|جنوب|شرق|غرب|وسط)(?:ي|ى)?"
_BETWEEN = {
    "LOC": re.compile(rf"[»\"”]?\s*[،(]?\s*(?:في|فى|ب|بـ|(?:في |ب)?{_SIDE}(?: {_SIDE})?|و?عاصمة|كبرى مدن|حاضرة|التابعة ل)\s*"),
    "ORG": re.compile(r"[»\"”]?\s*،?\s*(?:في|فى|ب|بـ|و?مقرها?(?: في)?|الذي مقره|التي تتخذ من|الذي يتخذ من)\s*"),
}
_BRACKET = re.compile(r"\s*\(\s*")
_INSIDE = re.compile(r"(?:في |فى |ب|بـ)$")
_REACH = 25


def located_in(text: str, mentions: Sequence[Mention]) -> Iterator[Relation]:
    """Relations from bodies and places to the entity of the place they lie in; mentions are sorted by start."""
    for k, thing in enumerate(mentions):
        if thing.type not in _BETWEEN:
            continue
        for place in mentions[k + 1 : k + 6]:
            if place.start - thing.end > _REACH:
                break
            if place.type == "LOC" and place.entity != thing.entity and _lies_in(text, thing, place):
                yield Relation("located_in", thing.id, place.entity, min(thing.score, place.score))
                break


def _lies_in(text: str, thing: Mention, place: Mention) -> bool:
    if place.end <= thing.end:
        return thing.type == "ORG" and bool(_INSIDE.search(text, thing.start, place.start))
    if place.start < thing.end:
        return False
    gap = text[thing.end : place.start]
    return bool(_BETWEEN[thing.type].fullmatch(gap)) or (thing.type == "LOC" and bool(_BRACKET.fullmatch(gap)))
