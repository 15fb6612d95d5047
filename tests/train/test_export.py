"""What an exported model takes along from the repository."""

from pathlib import Path

import pytest

from isnad.errors import InputError
from isnad.model_directory import read_card, read_lexicon
from train.export import LEXICON, read_lexicon_table


def test_an_exported_model_carries_the_lexicon_of_cues(tiny_model: Path) -> None:
    card = read_card(tiny_model)
    lexicon = read_lexicon(tiny_model, card)
    assert card.cues == "cues.json"
    assert lexicon
    assert lexicon.entries == read_lexicon_table(LEXICON).entries


@pytest.mark.parametrize(("content", "message"), [(None, "cannot read the lexicon"), (b"\xff", "cannot read"), (b"a\tb", "1: expected")])
def test_a_missing_or_broken_lexicon_is_named(tmp_path: Path, content: bytes | None, message: str) -> None:
    if content is not None:
        (tmp_path / "cues.tsv").write_bytes(content)
    with pytest.raises(InputError, match=rf"cues\.tsv.*{message}"):
        read_lexicon_table(tmp_path / "cues.tsv")
