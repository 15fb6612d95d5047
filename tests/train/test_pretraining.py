"""Further pretraining: what is masked, what is held out, that it learns, and that an interrupted run ends as an unbroken one."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file

from isnad.errors import InputError
from train.config import PretrainConfig, load_pretrain_config
from train.loop import Interrupted
from train.pretraining import Masking, Pretraining
from train.raw import build_raw

MASKING = Masking(share=0.3, mask=9, begin=0, separator=2, vocabulary=50, lowest=4)


@given(st.integers(0, 10_000))
def test_whole_words_are_masked_and_nothing_else(seed: int) -> None:
    random = np.random.default_rng(seed)
    ids = random.integers(10, 50, (3, 20)).astype(np.int32)
    opens = random.random((3, 20)) < 0.5
    ids[:, 7], opens[:, 7], opens[:, 8] = MASKING.separator, True, True
    batch = MASKING.apply(ids, opens, np.random.default_rng(seed))
    assert batch.ids.shape == batch.chosen.shape == (3, 22)
    assert (batch.ids[:, 0] == 0).all()
    assert (batch.ids[:, -1] == 2).all()
    inner, chosen = batch.ids[:, 1:-1], batch.chosen[:, 1:-1]
    assert (inner[~chosen] == ids[~chosen]).all()
    assert (batch.answers == ids[chosen]).all()
    assert not chosen[:, 7].any()
    same_word = ~opens[:, 1:]
    assert (chosen[:, 1:] == chosen[:, :-1])[same_word].all()


def test_the_shares_are_those_of_the_paper() -> None:
    random = np.random.default_rng(0)
    ids = random.integers(10, 50, (100, 200)).astype(np.int32)
    batch = MASKING.apply(ids, np.ones(ids.shape, np.bool_), random)
    chosen = batch.chosen[:, 1:-1]
    seen = batch.ids[:, 1:-1][chosen]
    assert chosen.mean() == pytest.approx(0.3, abs=0.02)
    assert (seen == MASKING.mask).mean() == pytest.approx(0.8, abs=0.03)
    assert (seen == batch.answers).mean() == pytest.approx(0.1, abs=0.02)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive.jsonl"
    texts = [f"قال الوزير رقم {n} إن الوفد وصل إلى المدينة.\nوأضاف أن الاجتماع انتهى." for n in range(60)]
    path.write_text("".join(json.dumps({"text": t}, ensure_ascii=False) + "\n" for t in texts), encoding="utf-8")
    return path


def test_raw_tokens_are_built_once_and_anew_when_the_source_changes(archive: Path, tiny_encoder: Path, tmp_path: Path) -> None:
    target, tokenizer = tmp_path / "tokens", tiny_encoder / "tokenizer.json"
    first = build_raw([str(archive)], tokenizer, target, 5, 1)
    stamp = (target / "ids.npy").stat().st_mtime_ns
    assert len(first.ids) == len(first.opens) > first.held_out > 0
    assert first.opens[0]
    build_raw([str(archive)], tokenizer, target, 5, 1)
    assert (target / "ids.npy").stat().st_mtime_ns == stamp
    assert build_raw([str(archive)], tokenizer, target, 9, 1).held_out > first.held_out
    with pytest.raises(InputError, match="60 articles, of which 60 are held out"):
        build_raw([str(archive)], tokenizer, target, 60, 1)


def config(encoder: Path, archive: Path, **changes: object) -> PretrainConfig:
    sizes = {"window": 16, "batch_windows": 4, "updates": 30, "held_out_articles": 5, "save_every": 10, "precision": "no"}
    return PretrainConfig("small", str(encoder), (str(archive),), **{**sizes, "rate": 1e-2, **changes})


def test_it_learns_and_writes_an_encoder_with_its_report(
    tiny_encoder: Path, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    target = Pretraining(config(tiny_encoder, archive)).train()
    report = json.loads((target / "pretraining.json").read_text())
    assert report["held_out_after"]["loss"] < 0.8 * report["held_out_before"]["loss"]
    assert report["tokens"] == 30 * 4 * 18
    assert {p.name for p in target.iterdir()} >= {"config.json", "tokenizer.json", "model.safetensors"}
    assert set(load_file(str(target / "model.safetensors"))) == set(load_file(str(tiny_encoder / "model.safetensors")))


def test_a_resumed_run_ends_with_the_same_weights(
    tiny_encoder: Path, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = []
    for name, stop in (("unbroken", False), ("broken", True)):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        if stop:
            first = Pretraining(config(tiny_encoder, archive))
            real = first._update

            def once(run: Pretraining = first, real=real) -> float:
                run.stop_asked = run.progress.step == 12
                return real()

            monkeypatch.setattr(first, "_update", once)
            with pytest.raises(Interrupted, match="stopped at update 13 of 30"):
                first.train()
        ends.append(load_file(str(Pretraining(config(tiny_encoder, archive)).train(resume=stop) / "model.safetensors")))
    assert all((ends[0][k] == ends[1][k]).all() for k in ends[0])


def test_too_little_text_is_refused(tiny_encoder: Path, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="fewer than one batch"):
        Pretraining(config(tiny_encoder, archive, window=512))
    with pytest.raises(InputError, match="no raw news given"):
        Pretraining(PretrainConfig("small"))


def test_the_shipped_config_and_a_wrong_one(root: Path, tmp_path: Path) -> None:
    for path in (root / "configs" / "pretraining").glob("*.yaml"):
        assert load_pretrain_config(path).name == path.stem
    (tmp_path / "bad.yaml").write_text("name: bad\nmask_share: 2\n")
    with pytest.raises(InputError, match="mask_share: expected between 0 and 1"):
        load_pretrain_config(tmp_path / "bad.yaml")
