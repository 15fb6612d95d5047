"""Writing whole or not at all."""

from pathlib import Path

import pytest

from isnad.document import Document
from isnad.errors import DocumentError, InputError
from train.storage import read_documents, replaced_folder, write_documents, write_text


def test_a_folder_is_replaced_when_the_block_ends_well(tmp_path: Path) -> None:
    target = tmp_path / "model"
    for text in ("one", "two"):
        with replaced_folder(target) as work:
            (work / "file").write_text(text)
    assert (target / "file").read_text() == "two"
    assert [p.name for p in tmp_path.iterdir()] == ["model"]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), RuntimeError("else")])
def test_a_failed_block_leaves_the_earlier_folder(tmp_path: Path, error: Exception) -> None:
    target = tmp_path / "model"
    with replaced_folder(target) as work:
        (work / "file").write_text("one")
    with pytest.raises((InputError, RuntimeError)), replaced_folder(target) as work:
        _fail_half_way(work, error)
    assert (target / "file").read_text() == "one"
    assert [p.name for p in tmp_path.iterdir()] == ["model"]


def _fail_half_way(work: Path, error: Exception) -> None:
    (work / "file").write_text("half")
    raise error


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("a file stands where a folder should")
    with pytest.raises(InputError, match=r"folder/x\.txt: cannot write"):
        write_text(tmp_path / "folder" / "x.txt", "text")


def test_documents_round_trip_and_name_a_bad_line(tmp_path: Path) -> None:
    path = tmp_path / "d.jsonl"
    documents = [Document("a", "نص\u2028مقسوم"), Document("b", "")]
    write_documents(path, documents)
    assert read_documents(path) == documents
    path.write_text(path.read_text(encoding="utf-8") + "{}\n", encoding="utf-8")
    with pytest.raises(DocumentError, match=r"d\.jsonl:3"):
        read_documents(path)
    with pytest.raises(InputError, match="build it with `make data`"):
        read_documents(tmp_path / "none.jsonl")


def test_a_kill_between_the_renames_is_healed(tmp_path: Path) -> None:
    (tmp_path / ".model.old").mkdir()
    (tmp_path / ".model.old" / "file").write_text("one")
    with pytest.raises(RuntimeError), replaced_folder(tmp_path / "model") as work:
        _fail_half_way(work, RuntimeError("else"))
    assert (tmp_path / "model" / "file").read_text() == "one"


def test_a_rename_that_fails_puts_the_earlier_folder_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "model"
    with replaced_folder(target) as work:
        (work / "file").write_text("one")
    real = Path.replace

    def fails(self: Path, other: Path) -> Path:
        if self.name.startswith(".model-"):
            raise OSError(28, "No space left on device")
        return real(self, other)

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(InputError, match="unharmed"), replaced_folder(target) as work:
        (work / "file").write_text("two")
    assert (target / "file").read_text() == "one"
