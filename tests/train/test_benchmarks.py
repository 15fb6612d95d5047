"""What benchmarks are written with: the articles picked, packages' sizes, tables, sections of a page."""

from pathlib import Path

from train.benchmarks import installed_bytes, machine, pick_articles, table, write_section


def test_articles_are_an_even_sample_and_one_of_the_wanted_length() -> None:
    texts = ["كلمة " * n for n in range(1, 101)]
    one, many = pick_articles(texts, 10, words=42)
    assert len(one.split()) == 42
    assert [len(t.split()) for t in many] == list(range(1, 101, 10))
    assert len(pick_articles(texts, 500)[1]) == 100


def test_a_packages_size_includes_what_it_needs_once() -> None:
    assert installed_bytes(["numpy"]) > 1_000_000
    assert installed_bytes(["isnad"]) > installed_bytes(["numpy"])
    assert installed_bytes(["numpy", "numpy", "no-such-package"]) == installed_bytes(["numpy"])


def test_the_machine_has_a_name() -> None:
    assert "cores" in machine()


def test_a_section_is_replaced_in_its_place(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    write_section("a", "first", page)
    write_section("b", table(["", "x"], [["r", 1]]), page)
    write_section("a", "second", page)
    text = page.read_text()
    assert "first" not in text
    assert text.index("second") < text.index("| r | 1 |")
    assert text.count("<!-- a -->") == text.count("<!-- end of a -->") == 1
