"""Configs: every shipped file loads; a wrong key or value is refused with its place."""

from pathlib import Path

import pytest

from isnad.errors import InputError
from train.config import load_config

CONFIGS = sorted((Path(__file__).parents[2] / "configs").glob("*.yaml"))


@pytest.mark.parametrize("path", CONFIGS, ids=lambda p: p.stem)
def test_shipped_configs_load_and_are_named_as_their_file(path: Path) -> None:
    assert load_config(path).name == path.stem


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: a\nmodle: {}", "unknown key 'modle'; did you mean 'model'"),
        ("name: a\nmodel: {windows: 3}", "model: unknown key 'windows'; did you mean 'window'"),
        ("name: a\nmodel: {window: big}", "model: window: expected int, found 'big'"),
        ("name: a\ntraining: {epochs: true}", "expected int, found True"),
        ("name: a\ndata: {held_out_countries: MA}", "expected a list"),
        ("model: {window: 3}", "key 'name' is missing"),
        ("- a", "expected keys and values"),
        ("a: [", "not YAML"),
        ("name: b", "is not the file's"),
        ("name: a\nmodel: {stride: 300}", "expected 0 < stride <= window"),
        ("name: a\ntraining: {precision: fp33}", "expected one of auto, no, bf16, fp16"),
        ("name: a\ntraining: {epochs: 0}", "expected at least 1"),
        ("name: a\ndata: {held_out_countries: [NO]}", "YAML reads a bare NO as false"),
    ],
)
def test_a_wrong_config_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text)
    with pytest.raises(InputError, match=message) as error:
        load_config(path)
    assert str(path) in str(error.value)


def test_a_missing_config_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot read the config"):
        load_config(tmp_path / "none.yaml")


def test_whole_numbers_serve_as_rates(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("name: a\ntraining: {clip_norm: 2}")
    assert load_config(path).training.clip_norm == 2.0
