"""Mentions to entities by names and adjacency: the plain rules, and the baseline of the learned linker.

- A person's later name joins the entity that holds all its words in their order (بوتين → فلاديمير بوتين).
- A role joins the name it stands beside (الرئيس الروسي فلاديمير بوتين; فلان، وزير المالية), else the latest entity
  that bore the same role, in full or shortened (الوزير → وزير المالية).
- Bodies and places join by the same name, its short form, or its classifying noun (الحركة → حركة النهضة).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from isnad.arabic import bare, fold
from isnad.decoding import Span
from isnad.schema import ENTITY_TYPE_OF

_BESIDE = re.compile(r"[\s\"“”«»'()]*")
_APPOSITION = re.compile(r"[\s\"“”«»'()]*[،,\-–][\s\"“”«»'()]*")
_COORDINATED = re.compile(r"[\s،,]*و?")
_PLACE_NOUNS = frozenset(
    """مدينه محافظه ولايه مقاطعه منطقه بلده قريه اقليم قطاع جمهوريه مملكه دوله العاصمه مديريه قضاء ناحيه حي
    مخيم""".split()  # noqa: SIM905 - reads better than a list
)
_RELATIVE_ROLES = ("نظير", "زميل", "سلف", "خلف")


@dataclass(slots=True)
class Cluster:
    """An entity under construction: indices of its mentions, in order of the text."""

    type: str
    mentions: list[int] = field(default_factory=list)


def cluster_mentions(text: str, mentions: Sequence[Span]) -> list[Cluster]:
    """Group mentions (sorted by start) into entities; every mention is in exactly one."""
    clusters: list[Cluster] = []
    owner: dict[int, Cluster] = {}

    def put(index: int, cluster: Cluster | None) -> None:
        if cluster is None:
            cluster = Cluster(ENTITY_TYPE_OF[mentions[index].layer])
            clusters.append(cluster)
        cluster.mentions.append(index)
        owner[index] = cluster

    for layer, same in (("PER", _same_person), ("ORG", _same_body), ("LOC", _same_place)):
        for i in (i for i, m in enumerate(mentions) if m.layer == layer):
            put(i, _latest(i, clusters, mentions, text, same))
    beside = roles_beside_names(text, mentions)
    for i in (i for i, m in enumerate(mentions) if m.layer == "ROLE"):
        known = owner.get(beside[i]) if i in beside else None
        put(i, known or _latest_role(i, clusters, mentions, text))
    for cluster in clusters:
        cluster.mentions.sort()
    return sorted(clusters, key=lambda c: c.mentions[0])


def roles_beside_names(text: str, mentions: Sequence[Span]) -> dict[int, int]:
    """Role index → index of the name it stands beside. A role straight before a name takes it; then a role in
    apposition to a name before it; then a role coordinated with one already placed."""
    people = [i for i, m in enumerate(mentions) if m.layer in ("PER", "ROLE")]
    placed: dict[int, int] = {}
    for between, forward in ((_BESIDE, True), (_APPOSITION, True), (_BESIDE, False), (_APPOSITION, False)):
        for a, b in itertools.pairwise(people):
            role, name = (a, b) if forward else (b, a)
            gap = text[mentions[a].end : mentions[b].start]
            if (mentions[role].layer, mentions[name].layer) != ("ROLE", "PER") or role in placed:
                continue
            if between.fullmatch(gap) and (not forward or name not in placed.values() or between is _BESIDE):
                placed[role] = name
    for a, b in reversed(list(itertools.pairwise(people))):
        coordinated = _COORDINATED.fullmatch(text[mentions[a].end : mentions[b].start])
        if coordinated and mentions[a].layer == "ROLE" and a not in placed and b in placed and mentions[b].layer == "ROLE":
            placed[a] = placed[b]
    return placed


def _latest(i: int, clusters: list[Cluster], mentions: Sequence[Span], text: str, same) -> Cluster | None:  # type: ignore[no-untyped-def]
    name = fold(text[mentions[i].start : mentions[i].end]).split()
    kind = ENTITY_TYPE_OF[mentions[i].layer]
    for cluster in sorted((c for c in clusters if c.type == kind), key=lambda c: -c.mentions[-1]):
        for j in reversed(cluster.mentions):
            if same(name, fold(text[mentions[j].start : mentions[j].end]).split()):
                return cluster
    return None


def _same_person(name: list[str], known: list[str]) -> bool:
    """All words of the shorter stand in the longer, in order, and it ends in the same family name or holds one word."""
    short, long = sorted((name, known), key=len)
    rest = iter(long)
    return bool(short) and all(w in rest for w in short) and (len(short) > 1 or len(long) == 1 or short[0] in long)


def _same_body(name: list[str], known: list[str]) -> bool:
    if name == known:
        return True
    short, long = sorted((name, known), key=len)
    rest = {bare(w) for w in long}
    return bool(short) and len(short) < len(long) and all(bare(w) in rest for w in short)


def _same_place(name: list[str], known: list[str]) -> bool:
    return _place_core(name) == _place_core(known)


def _place_core(name: list[str]) -> list[str]:
    core = [w for w in name if bare(w) not in _PLACE_NOUNS and w not in _PLACE_NOUNS]
    return core or name


def _latest_role(i: int, clusters: list[Cluster], mentions: Sequence[Span], text: str) -> Cluster | None:
    """The latest person with this role, or with one that it shortens; نظيره is always someone new."""
    role = [bare(w) for w in fold(text[mentions[i].start : mentions[i].end]).split()]
    if not role or role[0].startswith(_RELATIVE_ROLES):
        return None
    best: tuple[int, Cluster] | None = None
    for cluster in clusters:
        for j in cluster.mentions:
            if mentions[j].layer == "ROLE" and mentions[j].start < mentions[i].start:
                known = [bare(w) for w in fold(text[mentions[j].start : mentions[j].end]).split()]
                if known[:1] == role[:1] and set(role) <= set(known):
                    latest = max(m for m in cluster.mentions if mentions[m].start < mentions[i].start)
                    best = max(best or (-1, cluster), (latest, cluster), key=lambda x: x[0])
    return best[1] if best else None
