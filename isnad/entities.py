"""Mentions to entities by names and adjacency: the plain rules, and the baseline of the learned linker.

- A person's later name joins the entity that holds all its words in their order (بوتين → فلاديمير بوتين).
- A role joins the name it stands beside (الرئيس الروسي فلاديمير بوتين; فلان، وزير المالية), else the latest entity
  that bore the same role, in full or shortened (الوزير → وزير المالية), else the one that bears it later on; a bare
  definite role that nobody bears (المتحدث، الكاتب) joins the person named last.
- Bodies and places join by the same name, its short form, or its classifying noun (الحركة → حركة النهضة).
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from isnad.arabic import bare, fold, restore_alef
from isnad.decoding import Span
from isnad.schema import ENTITY_TYPE_OF

_COURTESY = (
    r"(?:(?:ال(?:سيد|دكتور|مهندس|أستاذ|محامي?|حاج|شيخ)ة?|معالي|سعادة|فضيلة|سماحة|صاحب السمو(?: الملكي)?|سمو|د\.|م\.|المدعو|وهو|وهي|هو|هي)"
    r"\s+)*"
)
_BESIDE = re.compile(rf"[\s\"“”«»'()]*{_COURTESY}[\s\"“”«»'()]*")
_APPOSITION = re.compile(rf"[\s\"“”«»'()]*[،,\-–][\s\"“”«»'()]*{_COURTESY}[\s\"“”«»'()]*")
_COORDINATED = re.compile(r"[\s،,]*و?")
_PLACE_NOUNS = frozenset(
    """مدينه محافظه ولايه مقاطعه منطقه بلده قريه اقليم قطاع جمهوريه مملكه دوله العاصمه مديريه قضاء ناحيه حي
    مخيم""".split()  # noqa: SIM905 - reads better than a list
)
_MEMORY = 32
"""How many earlier mentions with a word in common a mention is compared with."""
_RECALL = 600
"""Characters over which a bare role still means the person named last."""
_RELATIVE_ROLES = ("نظير", "زميل", "سلف", "خلف")


@dataclass(slots=True)
class Cluster:
    """An entity under construction: indices of its mentions, in order of the text."""

    type: str
    mentions: list[int] = field(default_factory=list)


def cluster_mentions(text: str, mentions: Sequence[Span]) -> list[Cluster]:
    """Group mentions (sorted by start) into entities; every mention is in exactly one."""
    names = [fold(restore_alef(text, m.start, m.end)).split() for m in mentions]
    clusters: list[Cluster] = []
    owner: dict[int, Cluster] = {}

    def put(index: int, cluster: Cluster | None) -> None:
        if cluster is None:
            cluster = Cluster(ENTITY_TYPE_OF[mentions[index].layer])
            clusters.append(cluster)
        cluster.mentions.append(index)
        owner[index] = cluster

    for layer, same in (("PER", _same_person), ("ORG", _same_body), ("LOC", _same_place)):
        seen = _Recent()
        for i in (i for i, m in enumerate(mentions) if m.layer == layer):
            known = next((j for j in seen.sharing(names[i]) if same(names[i], names[j])), None)
            put(i, None if known is None else owner[known])
            seen.add(names[i], i)
    beside = roles_beside_names(text, mentions)
    later = {" ".join(names[role]): name for role, name in sorted(beside.items(), reverse=True)}
    roles = _Recent()
    for i in (i for i, m in enumerate(mentions) if m.layer == "ROLE"):
        known = beside.get(i)
        if known is None:
            known = _same_role(names, i, roles)
        if known is None:
            known = later.get(" ".join(names[i]), _last_named(text, mentions, i))
        put(i, None if known is None else owner[known])
        roles.add(names[i][:1], i)
    for cluster in clusters:
        cluster.mentions.sort()
    return sorted(clusters, key=lambda c: c.mentions[0])


class _Recent:
    """Mentions by the words of their names, latest first; at most ``_MEMORY`` are looked at, so that a text costs in
    proportion to its length."""

    def __init__(self) -> None:
        self.by_word: dict[str, deque[int]] = {}

    def add(self, name: Sequence[str], index: int) -> None:
        for word in {bare(w) for w in name}:
            self.by_word.setdefault(word, deque(maxlen=_MEMORY)).append(index)

    def sharing(self, name: Sequence[str]) -> list[int]:
        """Mentions that share a word, latest first."""
        found = {i for w in name for i in self.by_word.get(bare(w), ())}
        return sorted(found, reverse=True)[:_MEMORY]


def roles_beside_names(text: str, mentions: Sequence[Span]) -> dict[int, int]:
    """Role index → index of the name it stands beside. A role straight before a name takes it; then a role in
    apposition to a name before it; then a role coordinated with one already placed."""
    people = [i for i, m in enumerate(mentions) if m.layer in ("PER", "ROLE")]
    pairs = list(pairwise(people))
    placed: dict[int, int] = {}
    taken: set[int] = set()
    for between, forward in ((_BESIDE, True), (_APPOSITION, True), (_BESIDE, False), (_APPOSITION, False)):
        for a, b in pairs:
            role, name = (a, b) if forward else (b, a)
            gap = text[mentions[a].end : mentions[b].start]
            if (mentions[role].layer, mentions[name].layer) != ("ROLE", "PER") or role in placed:
                continue
            if between.fullmatch(gap) and (not forward or name not in taken or between is _BESIDE):
                placed[role] = name
                taken.add(name)
    for a, b in reversed(pairs):
        coordinated = _COORDINATED.fullmatch(text[mentions[a].end : mentions[b].start])
        if coordinated and mentions[a].layer == "ROLE" and a not in placed and b in placed:
            placed[a] = placed[b]
    return placed


def _same_role(names: Sequence[list[str]], i: int, roles: _Recent) -> int | None:
    """The latest role that this one repeats or shortens; نظيره is always someone new."""
    role = {bare(w) for w in names[i]}
    if not role or names[i][0].startswith(_RELATIVE_ROLES):
        return None
    return next((j for j in roles.sharing(names[i][:1]) if role <= {bare(w) for w in names[j]}), None)


def _last_named(text: str, mentions: Sequence[Span], i: int) -> int | None:
    """The person named last, for a bare definite role that nobody has borne yet (المتحدث، الكاتب، المسؤول)."""
    role = text[mentions[i].start : mentions[i].end]
    definite = role.startswith("ال") or restore_alef(text, mentions[i].start, mentions[i].end) != role
    if not definite or " " in role:
        return None
    for j in range(i - 1, max(-1, i - _MEMORY), -1):
        if mentions[j].layer == "PER" and mentions[j].end <= mentions[i].start:
            return j if mentions[i].start - mentions[j].end < _RECALL else None
    return None


def _same_person(name: list[str], known: list[str]) -> bool:
    """All words of the shorter stand in the longer, in order."""
    short, long = sorted((name, known), key=len)
    rest = iter(long)
    return bool(short) and all(w in rest for w in short)


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
