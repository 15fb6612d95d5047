"""The whole road on a few articles: build, train, interrupt and resume, export, report, pack, install, extract."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from isnad.document import Document


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, root: Path, embedded_dir: Path) -> Path:
    """A working directory that sees the repository's data and configs."""
    folder = tmp_path_factory.mktemp("road")
    for name in ("data", "configs"):
        (folder / name).symlink_to(root / name)
    return folder


def command(place: Path, root: Path, *arguments: str) -> str:
    environment = os.environ | {"PYTHONPATH": str(root), "ISNAD_CACHE": str(root / "build" / "encoders")}
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=place, env=environment, capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_whole_road(place: Path, root: Path, tmp_path: Path) -> None:
    config = "configs/smoke.yaml"
    command(place, root, "scripts.build_data", config)
    manifest = json.loads((place / "build/smoke/manifest.json").read_text())
    assert manifest["articles"] == 12
    assert sum(s["articles"] for s in manifest["splits"].values()) == 12
    assert (place / "build/smoke/hub/train").is_dir()

    assert "12 articles in dist/dataset" in command(place, root, "scripts.release_dataset", config)
    assert {"train.parquet", "train.jsonl", "README.md"} <= {p.name for p in (place / "dist/dataset").iterdir()}

    command(place, root, "scripts.train", config)
    log = [json.loads(line) for line in (place / "runs/smoke/log.jsonl").read_text().splitlines()]
    losses = [row["loss"] for row in log if "loss" in row]
    assert losses[-1] < losses[0]
    assert any("selection" in row for row in log)
    assert list((place / "runs/smoke/tensorboard").iterdir())
    assert "best weights" in command(place, root, "scripts.train", config, "--resume")

    assert "speaker model in" in command(place, root, "scripts.train_speakers", config)
    assert "report in" in command(place, root, "scripts.evaluate", config)
    report = json.loads((place / "models/smoke/report.json").read_text())
    assert {"baseline", "int8", "fp32", "layers"} <= set(report["splits"]["validation"])
    assert (place / "models/smoke/README.md").read_text().startswith("# isnad model `smoke`")

    assert "install it with" in command(place, root, "scripts.package", config)
    (wheel,) = (place / "dist").glob("*.whl")
    extract_from_a_fresh_environment(wheel, root, tmp_path)


def extract_from_a_fresh_environment(wheel: Path, root: Path, tmp_path: Path) -> None:
    """Install the base package and the model's wheel, without torch, and load the model by its name."""
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    install = [python, "-m", "pip", "install", "-q", "-c", root / "constraints.txt", root, wheel]
    subprocess.run(install, check=True, timeout=300)
    done = subprocess.run(
        [tmp_path / "venv/bin/isnad", "extract", "--format", "jsonl"],
        input="قال وزير الخارجية إن الوفد وصل".encode(),
        capture_output=True,
        check=True,
        cwd=tmp_path,
        timeout=60,
    )
    assert Document.from_json(done.stdout.decode()).text == "قال وزير الخارجية إن الوفد وصل"
    absent = subprocess.run([python, "-c", "import torch"], capture_output=True, check=False)
    assert absent.returncode != 0
