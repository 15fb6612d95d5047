"""Other names in the same sentences: the entities of a training document renamed from the gazetteers, in memory.

An entity is renamed as a whole. A person takes a name of the same sex, in full where the text names in full and short
where it is short; a place or body takes one of the same kind and gender, or a body of the same classifying noun, so
that verbs still agree. A name that holds another mention is left alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from isnad.arabic import restore_alef
from isnad.document import Document, Mention
from train.gazetteers import Gazetteers, Name

Edit = tuple[int, int, str]
SHARE = {"PER": 0.7, "LOC": 0.5, "ORG": 0.5}
"""How likely an entity of each type is renamed in a document that is chosen."""
_FEMININE = "ة"


def rename(document: Document, random: Random, gazetteers: Gazetteers) -> list[Edit]:
    """Replacements of names, sorted and disjoint."""
    mentions = {m.id: m for m in document.mentions}
    edits: list[Edit] = []
    for entity in document.entities:
        members = [mentions[i] for i in entity.mentions]
        named = [m for m in members if m.type == entity.type]
        if not named or random.random() >= SHARE[entity.type] or any(_holds_another(m, document.mentions) for m in named):
            continue
        if entity.type == "PER":
            edits += _rename_person(document.text, members, named, random, gazetteers)
        else:
            edits += _rename_thing(document.text, entity.type, named, random, gazetteers)
    return sorted(edits)


def _holds_another(outer: Mention, mentions: Sequence[Mention]) -> bool:
    return any(m is not outer and outer.start <= m.start and m.end <= outer.end for m in mentions)


def _rename_person(
    text: str, members: Sequence[Mention], named: Sequence[Mention], random: Random, gazetteers: Gazetteers
) -> Iterator[Edit]:
    sex = "f" if any(m.type == "ROLE" and m.text.split()[0].endswith(_FEMININE) for m in members) else "m"
    if not gazetteers.people[sex]:
        return
    new = random.choice(gazetteers.people[sex])
    longest = max(len(m.text.split()) for m in named)
    for m in named:
        full = len(m.text.split()) == longest and (longest > 1 or len(named) == 1)
        yield _edit(text, m, new.name if full else new.short)


def _rename_thing(text: str, kind: str, named: Sequence[Mention], random: Random, gazetteers: Gazetteers) -> Iterator[Edit]:
    forms = {restore_alef(text, m.start, m.end) for m in named}
    if len(forms) > 1:
        return
    choices = _alike(forms.pop(), gazetteers.places if kind == "LOC" else gazetteers.bodies, gazetteers)
    if choices:
        new = random.choice(choices)
        yield from (_edit(text, m, new.name) for m in named)


def _alike(form: str, known: dict[str, Name], gazetteers: Gazetteers) -> Sequence[Name]:
    if form in known:
        return gazetteers.like[known[form].kind, known[form].sex]
    return gazetteers.headed.get(form.split()[0], ()) if " " in form else ()


def _edit(text: str, mention: Mention, new: str) -> Edit:
    """Put a name in a mention's place; after a glued ل its ال loses the alef."""
    before = text[mention.start - 1 : mention.start]
    return mention.start, mention.end, new[1:] if before == "ل" and new.startswith("ال") else new
