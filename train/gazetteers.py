"""The gazetteers under ``data/gazetteers``: names of people, places and bodies, as the press writes them."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from isnad.errors import InputError


@dataclass(frozen=True, slots=True)
class Name:
    """A row: ``short`` is how a person is named afterwards; ``kind`` and ``sex`` are what a substitute must share."""

    name: str
    short: str
    kind: str
    sex: str


@dataclass(slots=True)
class Gazetteers:
    """People by sex; places and bodies by their form, by kind and sex, and bodies by their classifying noun."""

    people: dict[str, list[Name]] = field(default_factory=lambda: defaultdict(list))
    places: dict[str, Name] = field(default_factory=dict)
    bodies: dict[str, Name] = field(default_factory=dict)
    like: dict[tuple[str, str], list[Name]] = field(default_factory=lambda: defaultdict(list))
    headed: dict[str, list[Name]] = field(default_factory=lambda: defaultdict(list))


@lru_cache(maxsize=4)
def read_gazetteers(folder: Path) -> Gazetteers:
    """Read the three tables; raises InputError naming file, line and what is wrong."""
    out = Gazetteers()
    for name in _rows(folder / "people.tsv", ("name", "short", "sex", "country")):
        out.people[name.sex].append(name)
    for name in _rows(folder / "places.tsv", ("name", "kind", "sex", "country")):
        out.places[name.name] = name
        out.like[name.kind, name.sex].append(name)
    for name in _rows(folder / "bodies.tsv", ("name", "kind", "sex", "country")):
        out.bodies[name.name] = name
        out.like[name.kind, name.sex].append(name)
        if " " in name.name:
            out.headed[name.name.split()[0]].append(name)
    return out


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[Name]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(f"{path}: cannot read the gazetteer ({error.strerror}); set augment.names to 0 to do without") from None
    for number, row in enumerate(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), 1):
        if number == 1 and tuple(row) == columns:
            continue
        if len(row) != len(columns) or not all(row):
            raise InputError(f"{path}:{number}: expected {len(columns)} columns ({', '.join(columns)}), found {row}")
        value = dict(zip(columns, row, strict=True))
        yield Name(value["name"], value.get("short", value["name"]), value.get("kind", "person"), value["sex"])
