"""Documents as one HTML page, or as a fragment of another: right to left, mentions nested as they nest in the text, each
quote with its speaker. It needs no network and runs no script; everything that came from outside is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from isnad.document import Document
from isnad.rendering import speaker_titles, speakers

_STYLE = """
.isnad { color-scheme: light dark; --ink: #1d1d1f; --paper: #fdfcf9; --line: #d9d4c7; --muted: #6b675e;
  --per: #1c5fb0; --role: #7a4fb5; --org: #a2570c; --loc: #1f7a4d; --cue: #b3261e; --quote: #f3ead2; --indirect: #e8f0ee;
  margin: 0 auto; max-width: 62rem; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 1.05rem/2 "Noto Naskh Arabic", "Amiri", "Segoe UI", Tahoma, sans-serif; }
@media (prefers-color-scheme: dark) { .isnad { --ink: #ece9e2; --paper: #17181a; --line: #3a3b3f; --muted: #a19d94;
  --per: #8ab8f5; --role: #c7a8f2; --org: #f0ad66; --loc: #7dd3a4; --cue: #ff9a90; --quote: #3a3320; --indirect: #1f2f2c; } }
.isnad article { border-bottom: 1px solid var(--line); padding-bottom: 1.5rem; }
.isnad h2 { font-size: 1rem; color: var(--muted); } .isnad p { margin: .5rem 0; }
.isnad mark { background: none; color: inherit; }
.isnad .per { color: var(--per); font-weight: 700; } .isnad .role { color: var(--role); }
.isnad .org { color: var(--org); font-weight: 600; } .isnad .loc { color: var(--loc); font-weight: 600; }
.isnad .cue { color: var(--cue); border-bottom: 2px solid currentColor; }
.isnad .role .org, .isnad .role .loc { border-bottom: 1px dotted; }
.isnad q { quotes: none; border-radius: .3rem; padding: .1rem .2rem; box-decoration-break: clone;
  -webkit-box-decoration-break: clone; }
.isnad q.direct { background: var(--quote); } .isnad q.indirect { background: var(--indirect); }
.isnad q > sup { color: var(--muted); font-size: .65em; margin-inline-start: .3em; white-space: nowrap; }
.isnad aside { border-inline-start: 3px solid var(--line); padding-inline-start: 1rem; margin: 1rem 0; }
.isnad aside h3 { font-size: 1rem; margin: .6rem 0 0; } .isnad aside li { color: var(--muted); }
"""
"""Every rule is under the class, so a fragment leaves the page around it as it is; there are no ids to collide."""


@dataclass(frozen=True, slots=True)
class _Tag:
    start: int
    end: int
    open: str
    close: str


def render_page(documents: Iterable[Document], title: str = "إسناد") -> str:
    """The whole page."""
    body = "\n".join(_article(d) for d in documents)
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f'<!doctype html>\n<html lang="ar" dir="rtl">\n<head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{_safe(title)}</title>'
        f'<style>{_STYLE}</style></head>\n<body class="isnad">\n{body}\n</body>\n</html>\n'
    )


def render_fragment(document: Document) -> str:
    """One document as an element with its style, to stand in a page of others, such as a notebook's cells."""
    return f'<div class="isnad" lang="ar" dir="rtl">\n<style>{_STYLE}</style>\n{_article(document)}\n</div>\n'


def _article(document: Document) -> str:
    tags = _tags(document)
    paragraphs, at, first = [], 0, 0
    for line in document.text.split("\n"):
        end = at + len(line)
        last = first
        while last < len(tags) and tags[last].start < end:
            last += 1
        if line.strip():
            paragraphs.append(f'<p dir="auto">{markup(document.text, tags[first:last], at, end)}</p>')
        at, first = end + 1, last
    return f"<article>\n<h2>{_safe(document.id)}</h2>\n{''.join(paragraphs)}\n{_panel(document)}</article>"


def _panel(document: Document) -> str:
    rows, titles = [], speaker_titles(document)
    for speaker, quotes in speakers(document).items():
        items = "".join(f'<li dir="auto">{_safe(q.text)}</li>' for q in quotes)
        rows.append(f"<h3>{_safe(titles[speaker])}</h3><ul>{items}</ul>")
    return f"<aside>{''.join(rows)}</aside>" if rows else ""


def markup(text: str, tags: Sequence[_Tag], start: int, end: int) -> str:
    """The text from ``start`` to ``end`` with its spans as nested elements. Where two spans cross, as a model's may,
    the inner one is closed and opened again at the crossing. ``tags`` are sorted, outer ones first."""
    opens: dict[int, list[_Tag]] = {}
    for tag in tags:
        opens.setdefault(tag.start, []).append(tag)
    edges = sorted({start, end, *(t.start for t in tags), *(t.end for t in tags if t.end < end)})
    out: list[str] = []
    stack: list[_Tag] = []
    for a, b in pairwise(edges):
        wanted = [t for t in stack if t.end >= b] + opens.get(a, [])
        keep = _common(stack, wanted)
        out += [t.close for t in reversed(stack[keep:])]
        out += [t.open for t in wanted[keep:]]
        stack = wanted
        out.append(_safe(text[a:b]))
    return "".join([*out, *(t.close for t in reversed(stack))])


def _common(a: Sequence[_Tag], b: Sequence[_Tag]) -> int:
    for n, (x, y) in enumerate(zip(a, b, strict=False)):
        if x is not y:
            return n
    return min(len(a), len(b))


def _tags(document: Document) -> list[_Tag]:
    """Every span, outer ones first."""
    names = speaker_titles(document)
    tags = []
    for q in document.quotes:
        speaker = _safe(names[q.speaker])
        close = f"<sup>&zwnj;{speaker}</sup></q>"  # without it the last letter would join the name
        tags.append(_Tag(q.start, q.end, f'<q class="{_safe(q.kind)}" title="{speaker} · {q.score:.2f}">', close))
    for m in document.mentions:
        kind, hint = _safe(m.type.lower()), f"{_safe(m.type)} · {_safe(names[m.entity])} · {m.score:.2f}"
        tags.append(_Tag(m.start, m.end, f'<mark class="{kind}" title="{hint}">', "</mark>"))
    tags += [_Tag(c.start, c.end, f'<mark class="cue" title="{c.score:.2f}">', "</mark>") for c in document.cues]
    return sorted(tags, key=lambda t: (t.start, -t.end))


def _safe(text: str) -> str:
    """Escaped for text and for attributes, and encodable."""
    return escape(text, quote=True).replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")
