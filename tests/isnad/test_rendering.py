"""The table and the page: complete, nested as the text nests, and harmless whatever the text holds."""

from html.parser import HTMLParser

import pytest

from isnad.decoding import Span
from isnad.linking import link
from isnad.page import render_page
from isnad.rendering import cells, render_table, visible

TEXT = 'قال الوزير <b>علي</b> إن "الأمر" & الباب\nسطر'
DOCUMENT = link(
    "<script>",
    TEXT,
    [
        Span("CUE", 0, 3, 1.0),
        Span("ROLE", 4, 10, 0.9),
        Span("PER", 14, 17, 0.9),
        Span("INDIRECT", 22, 40, 0.8),
        Span("DIRECT", 26, 31, 0.8),
    ],
)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.paragraphs: list[str] = []
        self.crossed = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta",):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.crossed |= not self.open or self.open.pop() != tag

    def handle_data(self, data: str) -> None:
        if "p" in self.open and "sup" not in self.open:
            self.text += data


def test_page_keeps_the_text_and_nests() -> None:
    page = _Page()
    page.feed(render_page([DOCUMENT]))
    assert page.text == TEXT.replace("\n", "")
    assert not page.crossed
    assert page.open == []


def test_page_holds_no_markup_of_the_text() -> None:
    html = render_page([DOCUMENT])
    assert "<script>" not in html
    assert "<b>" not in html
    assert "http" not in html.replace("http-equiv", "")
    assert "default-src 'none'" in html


def test_crossing_spans_are_cut_not_lost() -> None:
    page = _Page()
    page.feed(render_page([link("x", "واحد اثنان ثلاثة", [Span("ORG", 0, 10, 1.0), Span("LOC", 5, 16, 1.0)])]))
    assert not page.crossed
    assert page.text == "واحد اثنان ثلاثة"


def test_table_names_speaker_role_and_quote() -> None:
    table = render_table(DOCUMENT)
    assert "علي" in table or "الوزير" in table
    assert "قال" in table
    assert '"الأمر" & الباب' in table


@pytest.mark.parametrize("text", ["\x1b[31mأحمر", "أ\u202eب", "نص\x00"])
def test_visible_takes_out_what_moves_a_terminal(text: str) -> None:
    assert not set(visible(text)) & set("\x1b\u202e\x00")


def test_cells_ignores_marks() -> None:
    assert cells("قَالَ") == 3
    assert cells("\x1b[1mقال\x1b[0m") == 3
