"""A document as a table for the terminal."""

from __future__ import annotations

import re
import unicodedata

from isnad.document import Document, Quote

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_KIND = {"direct": "«»", "indirect": "أنّ"}
NO_SPEAKER = "—"


def render_table(document: Document, width: int = 100, color: bool = False) -> str:
    """Who speaks, with roles; then every quote under its speaker's name, in the article's order."""
    bold, dim, plain = ("\x1b[1m", "\x1b[2m", "\x1b[0m") if color else ("", "", "")
    titles, cues = speaker_titles(document), {c.id: c.text for c in document.cues}
    lines = [f"{bold}{visible(document.id)}{plain}  {_counts(document)}"]
    by_speaker = speakers(document)
    for entity_id, quotes in by_speaker.items():
        lines += ["", f"{bold}{visible(titles[entity_id])}{plain}"]
        for q in quotes:
            how = f"{dim}{_KIND[q.kind]} {cues.get(q.cue or '', '')}{' ↩' if q.attribution == 'continued' else ''}{plain}"
            lines += _wrapped(visible(q.text), width, f"  {how}  ")
    others = [e.id for e in document.entities if e.type == "PER" and e.id not in by_speaker]
    if others:
        lines += ["", f"{dim}also named:{plain} " + "، ".join(visible(titles[e]) for e in others)]
    return "\n".join(lines) + "\n"


def speakers(document: Document) -> dict[str | None, list[Quote]]:
    """Quotes by speaker, speakers in order of their first quote; unattributed ones under None."""
    by: dict[str | None, list[Quote]] = {}
    for q in document.quotes:
        by.setdefault(q.speaker, []).append(q)
    return by


def speaker_titles(document: Document) -> dict[str | None, str]:
    """Each entity's name with its fullest role, and a dash for no speaker."""
    text = {m.id: m.text for m in document.mentions}
    titles: dict[str | None, str] = {None: NO_SPEAKER}
    for entity in document.entities:
        role = max((text[r] for r in entity.roles), key=len, default="")
        titles[entity.id] = f"{entity.name} ({role})" if role and role != entity.name else entity.name
    return titles


def visible(text: str) -> str:
    """Text safe to print: control and bidi characters, which could rewrite the terminal, become a replacement mark."""
    return _CONTROL.sub("\ufffd", text).replace("\n", " ").encode("utf-8", "replace").decode("utf-8")


def _counts(document: Document) -> str:
    counts = [f"{sum(m.type == t for m in document.mentions)} {t}" for t in ("PER", "ROLE", "ORG", "LOC")]
    return " · ".join([*counts, f"{len(document.quotes)} quotes"])


def _wrapped(text: str, width: int, head: str) -> list[str]:
    room = max(20, width - cells(head))
    lines, line = [], ""
    for word in text.split():
        if line and cells(line) + 1 + cells(word) > room:
            lines.append(line)
            line = ""
        line = f"{line} {word}" if line else word
    lines.append(line)
    return [(head if i == 0 else " " * 4) + part for i, part in enumerate(lines)]


def cells(text: str) -> int:
    """Columns a text takes: marks that combine take none."""
    return sum(not unicodedata.combining(c) for c in re.sub("\x1b\\[\\d+m", "", text))
