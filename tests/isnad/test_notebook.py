"""What a notebook shows of a document: tables that join on ids, and a fragment that leaves other cells alone."""

import re
import sys

import pytest

from isnad.document import Cue, Document, Entity, Mention, Quote, Relation
from isnad.errors import InputError
from isnad.notebook import COLUMNS

TEXT = 'قال الوزير <b>سامي</b>: "نعم" و"لا".'


def _at(part: str) -> tuple[int, int]:
    return TEXT.index(part), TEXT.index(part) + len(part)


DOCUMENT = Document(
    "<script>",
    TEXT,
    (Mention("m1", *_at("الوزير"), "ROLE", "الوزير", "e1", 0.9), Mention("m2", *_at("سامي"), "PER", "سامي", "e1", 0.8)),
    (Cue("c1", *_at("قال"), "قال", lemma="قال", act="say"),),
    (Quote("q1", *_at("نعم"), "direct", "نعم", "e1", "m2", "explicit", "c1", 0.7), Quote("q2", *_at("لا"), "direct", "لا")),
    (Entity("e1", "PER", "سامي", ("m1", "m2"), ("m1",)),),
    (Relation("said_by", "q1", "e1", 0.7),),
)


def test_the_tables_row_by_row() -> None:
    pytest.importorskip("pandas")
    said, unknown = DOCUMENT.to_pandas().to_dict("records")
    assert said == {
        **{"document": "<script>", "id": "q1", "text": "نعم", "kind": "direct", "start": _at("نعم")[0], "end": _at("نعم")[1]},
        **{"speaker": "سامي", "speaker_id": "e1", "speaker_type": "PER", "roles": "الوزير"},
        **{"attribution": "explicit", "cue": "قال", "cue_lemma": "قال", "act": "say", "score": 0.7},
    }
    assert unknown["text"] == "لا"
    assert DOCUMENT.to_pandas()["speaker"].isna().tolist() == [False, True]
    assert DOCUMENT.to_pandas()[["cue", "cue_lemma", "act"]].isna().all(axis=1).tolist() == [False, True]
    assert DOCUMENT.to_pandas("mentions")["entity"].tolist() == ["سامي", "سامي"]
    assert DOCUMENT.to_pandas("entities").iloc[0].to_list() == ["<script>", "e1", "سامي", "PER", "الوزير", 2, 1]
    assert DOCUMENT.to_pandas("relations").iloc[0].to_list() == ["<script>", "said_by", "نعم", "q1", "سامي", "e1", 0.7]


@pytest.mark.parametrize("table", COLUMNS)
def test_an_empty_document_has_the_same_columns_of_the_same_types(table: str) -> None:
    pandas = pytest.importorskip("pandas")
    empty, full = Document("d", "").to_pandas(table), DOCUMENT.to_pandas(table)
    assert list(empty.columns) == list(full.columns) == list(COLUMNS[table])
    assert len(empty) == 0
    numbers = full.select_dtypes("number").columns
    assert len(numbers) > 0
    assert pandas.concat([empty, full])[numbers].dtypes.equals(full[numbers].dtypes)


def test_an_unknown_table_and_no_pandas_are_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="'speakers'; expected one of quotes, mentions, entities, relations"):
        DOCUMENT.to_pandas("speakers")
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(InputError, match="pip install pandas"):
        DOCUMENT.to_pandas()


def test_the_fragment_is_self_contained_and_holds_no_markup_of_the_text() -> None:
    html = DOCUMENT._repr_html_()
    assert html.count("<style>") == 1
    assert html.startswith('<div class="isnad"')
    for foreign in ("<script", "<b>", "<html", "<body", "http", "url(", " id="):
        assert foreign not in html
    assert "&lt;b&gt;" in html


def test_the_style_touches_nothing_outside_the_fragment() -> None:
    style = re.search(r"<style>(.*)</style>", DOCUMENT._repr_html_(), re.DOTALL)
    assert style
    rules = re.sub(r"@media[^{]*\{", "", style[1])
    selectors = [s.strip(" }\n") for rule in re.findall(r"([^{}]+|\}\s*)\{", rules) for s in rule.split(",")]
    assert len(selectors) > 10
    assert all(s.startswith(".isnad") for s in selectors)
