"""The XML of the guidelines, parsed to plain text and spans that remember their line. Every problem is collected with
its place and the way out, none raised: the reader reports all problems of all files at once."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from isnad.decoding import closes_inside

MENTION_ELEMENTS = ("per", "role", "org", "loc")
ATTRIBUTES = {
    "doc": ("id", "outlet", "date", "country", "event", "title"),
    "p": (),
    "per": ("e",),
    "role": ("e", "of"),
    "org": ("e", "in"),
    "loc": ("e", "in"),
    "cue": ("n",),
    "q": ("kind", "by", "cue"),
}
_MARKS = '"“”«»'
_CLOSING_PUNCTUATION = ".،؛؟!:," + _MARKS
_PROCLITICS = re.compile("[أاوفبلكس\u0640]{0,4}")
_WORD = re.compile(r"[^\W_]|[\u064b-\u0652\u0640]")


@dataclass(slots=True)
class Element:
    """One annotated span: offsets into the article's text, where it stands in the file, and what holds it."""

    label: str
    attributes: dict[str, str]
    start: int
    line: int
    parent: int | None
    end: int = -1


@dataclass(slots=True)
class Article:
    """A parsed file: its text, its elements in document order, and every problem as ``line, message``."""

    path: Path
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    elements: list[Element] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)

    def span(self, element: Element) -> str:
        """The text of an element."""
        return self.text[element.start : element.end]

    def reports(self) -> list[str]:
        """Problems as ``file:line: what, and the way out``."""
        return [f"{self.path}:{line}: {message}" for line, message in sorted(self.problems)]


def parse(path: Path) -> Article:
    """Read and check one file. Never raises for what the file holds."""
    article = Article(path)
    try:
        _Parser(article).run(path.read_bytes())
    except expat.ExpatError as error:
        article.problems.append((error.lineno, f"not well-formed XML ({expat.ErrorString(error.code)}); mend the markup"))
        return article
    article.problems += [(e.line, message) for e, message in _problems(article)]
    if not article.problems and not article.text.strip():
        article.problems.append((1, "no text; an article holds at least one <p> with words"))
    return article


class _Parser:
    def __init__(self, article: Article) -> None:
        self.article, self.text, self.open = article, [""], [-1]
        self.length, self.depth, self.paragraphs = 0, [""], 0
        self.expat = expat.ParserCreate(encoding="utf-8")
        self.expat.StartElementHandler = self.start
        self.expat.EndElementHandler = self.end
        self.expat.CharacterDataHandler = self.characters
        self.expat.EntityDeclHandler = self.entity

    def run(self, content: bytes) -> None:
        self.expat.Parse(content, True)
        self.article.text = "".join(self.text)

    def problem(self, message: str) -> None:
        self.article.problems.append((self.expat.CurrentLineNumber, message))

    def entity(self, name: str, *_: object) -> None:
        self.problem(f"declares the XML entity {name!r}; write the characters themselves")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.check_place(tag, attributes)
        self.depth.append(tag)
        if tag == "doc":
            self.article.attributes = attributes
        elif tag == "p":
            if self.paragraphs:
                self.characters("\n", inside=True)
            self.paragraphs += 1
        else:
            parent = self.open[-1] if self.open[-1] >= 0 else None
            line = self.expat.CurrentLineNumber
            self.article.elements.append(Element(tag, attributes, self.length, line, parent))
            self.open.append(len(self.article.elements) - 1)

    def check_place(self, tag: str, attributes: dict[str, str]) -> None:
        if tag not in ATTRIBUTES:
            self.problem(f"<{tag}> is no element of the schema{_nearest(tag, ATTRIBUTES)}")
            return
        wanted = {"doc": ("",), "p": ("doc",)}.get(tag)
        if wanted and self.depth[-1] not in wanted:
            self.problem(f"<{tag}> stands inside <{self.depth[-1]}>; it belongs in <{wanted[0] or 'the root'}>")
        if not wanted and "p" not in self.depth:
            self.problem(f"<{tag}> stands outside a paragraph; wrap it in <p>")
        for name in set(attributes) - set(ATTRIBUTES[tag]):
            self.problem(f"<{tag}> has an unknown attribute {name!r}{_nearest(name, ATTRIBUTES[tag])}")

    def end(self, tag: str) -> None:
        self.depth.pop()
        if tag not in ("doc", "p"):
            self.article.elements[self.open.pop()].end = self.length

    def characters(self, text: str, inside: bool = False) -> None:
        if "p" in self.depth or inside:
            self.text.append(text)
            self.length += len(text)
        elif text.strip():
            self.problem(f"text outside a paragraph: {text.strip()[:30]!r}; wrap it in <p>")


def _nearest(name: str, known: Iterable[str]) -> str:
    """A hint for a misspelt name."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean {found[0]!r}?" if found else f"; known: {', '.join(known)}"


def _problems(article: Article) -> Iterator[tuple[Element, str]]:
    entities = {e.attributes["e"] for e in article.elements if "e" in e.attributes}
    numbers = [e.attributes["n"] for e in article.elements if "n" in e.attributes]
    for element in article.elements:
        if element.label in ATTRIBUTES:
            yield from ((element, m) for m in _edge_problems(article, element))
            yield from ((element, m) for m in _reference_problems(element, entities, numbers))
            yield from ((element, m) for m in _nesting_problems(article, element))


def _edge_problems(article: Article, element: Element) -> Iterator[str]:
    span, tag = article.span(element), element.label
    if not span or span != span.strip():
        yield f"<{tag}> is empty or has white space at an edge: {span[:30]!r}; move the tag to the word's edge"
        return
    if tag != "q" and (span[-1] in _CLOSING_PUNCTUATION or (span[0] in _MARKS and not closes_inside(span))):
        yield f"<{tag}> has punctuation at its edge: {span[-30:]!r}; leave the mark outside"
    if tag == "q" and ((span[0] in _MARKS and not closes_inside(span)) or span[-1] in _MARKS + "،"):
        yield f"<q> has a quotation mark or a comma at its edge: {span[:20]!r} … {span[-10:]!r}; leave it outside"
    if "\n" in span:
        yield f"<{tag}> runs over a paragraph's end: {span[:30]!r}; close it and open another"
    start = element.start
    while start and _WORD.match(article.text[start - 1]):
        start -= 1
    glued = article.text[start : element.start]
    if tag == "q" and glued:
        yield f"<q> begins inside the word {glued + span.split()[0]!r}; a quote begins at a word's edge"
    elif not _PROCLITICS.fullmatch(glued):
        yield f"<{tag}> begins inside a word, after {glued!r}; only proclitics (و ف ب ل ك س) may stand outside"


def _reference_problems(element: Element, entities: set[str], numbers: list[str]) -> Iterator[str]:
    tag, attributes = element.label, element.attributes
    if tag in MENTION_ELEMENTS and not attributes.get("e"):
        yield f'<{tag}> has no entity; add e="…", the same for every mention of the same thing'
    if tag == "cue" and not attributes.get("n"):
        yield '<cue> has no number; add n="…", unique in the file'
    if tag == "cue" and numbers.count(attributes.get("n", "")) > 1:
        yield f"cue number {attributes['n']!r} stands twice; number the cues in order"
    if tag == "q" and attributes.get("kind") not in ("direct", "indirect"):
        yield f"<q> has kind {attributes.get('kind')!r}; expected 'direct' or 'indirect'"
    for name, known in (("of", entities), ("in", entities), ("by", entities), ("cue", set(numbers))):
        values = attributes.get(name, "")
        for value in values.split() if name in ("of", "in") else [values] if values else []:
            if value not in known:
                what = "speaker" if name == "by" else name
                owner = "no cue" if name == "cue" else "no mention"
                yield f"<{tag}> names {what} {value!r}, which {owner} has{_nearest(value, sorted(known))}"


def _nesting_problems(article: Article, element: Element) -> Iterator[str]:
    at = element.parent
    while at is not None:
        outer = article.elements[at]
        same = outer.label == element.label
        if same and element.label != "q":
            yield f"<{element.label}> nests in another <{element.label}>; mark the whole one only"
        if same and element.label == "q" and element.attributes.get("kind") == "indirect":
            yield "an indirect <q> stands inside another <q>; the outer speaker's quote holds it, unmarked"
        if outer.label == "cue" or (outer.label in MENTION_ELEMENTS and element.label in ("q", "cue")):
            yield f"<{element.label}> stands inside <{outer.label}>; close that first"
        at = outer.parent
