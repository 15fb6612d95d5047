"""The packaged model against what a user would pick instead, in one run on this machine:
``python -m scripts.benchmark [--model models/base] [--articles news.jsonl] [--count 200]``. Then the HTTP service under load
against the same package called in-process. Written to docs/benchmarks.md."""

import argparse
import asyncio
import datetime
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from safetensors.numpy import load_file, save_file

from scripts.commands import run_command
from train.benchmarks import installed_bytes, machine, pick_articles, table, write_section
from train.load import overload, serve, steady, stop_under_load
from train.style import read_texts

CONTENDERS = {"pipeline": ["torch", "transformers"], "fp32": ["isnad"], "int8": ["isnad"]}
CLIENTS = (1, 8, 32)


def main() -> None:
    """Parse, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=Path("models/base"))
    parser.add_argument("--articles", type=Path, default=Path("data/corpus"), help="annotated XML, .txt or .jsonl")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=2, help="passes over the articles; the quickest counts")
    options = parser.parse_args()
    one, many = pick_articles(read_texts(options.articles), options.count)
    with tempfile.TemporaryDirectory() as folder:
        model = _with_encoder(options.model, Path(folder) / "model")
        articles = Path(folder) / "articles.json"
        articles.write_text(json.dumps({"one": one, "many": many, "rounds": options.rounds}), encoding="utf-8")
        found = {name: _measure(name, model, articles) for name in CONTENDERS}
    words = sum(len(t.split()) for t in many)
    head = f"{len(many)} articles, {words} words; {machine()}; {datetime.date.today()}."
    write_section("inference", f"## Inference\n\n{head}\n\n{_render(found, options.model, len(one.split()))}")
    if "int8" in found:
        write_section("service", f"## Service\n\n{head}\n\n{_service(options.model, many, found['int8']['articles_a_second'])}")
    print(Path("docs/benchmarks.md").read_text(encoding="utf-8"))


def _with_encoder(model: Path, target: Path) -> Path:
    """A copy of the model with its encoder as a Hugging Face directory, for the pipeline."""
    shutil.copytree(model, target)
    encoder = target / "encoder"
    encoder.mkdir()
    weights = load_file(model / "model.safetensors")
    kept = {k.removeprefix("encoder."): v for k, v in weights.items() if k.startswith("encoder.")}
    save_file(kept, encoder / "model.safetensors", metadata={"format": "pt"})
    shutil.copyfile(model / "encoder.json", encoder / "config.json")
    shutil.copyfile(model / "tokenizer.json", encoder / "tokenizer.json")
    special = {"cls_token": "<s>", "sep_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>", "mask_token": "<mask>"}
    (encoder / "tokenizer_config.json").write_text(json.dumps(special | {"tokenizer_class": "PreTrainedTokenizerFast"}))
    return target


def _measure(name: str, model: Path, articles: Path) -> dict[str, Any]:
    print(f"measuring {name}", file=sys.stderr)
    started = time.perf_counter()
    words = [sys.executable, "-m", "scripts.benchmark_worker", name, str(model), str(articles)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    found: dict[str, Any] = {"articles_a_second": 0.0}
    assert process.stdout is not None
    for line in process.stdout:
        value = json.loads(line)
        if "first" in value:
            found["start"] = time.perf_counter() - started
        elif "many" in value:
            found[f"speed{value['many']}"] = value["articles_a_second"]
            found["articles_a_second"] = max(found["articles_a_second"], value["articles_a_second"])
        else:
            found |= value
    if process.wait() != 0:
        raise SystemExit(f"{name}: the worker failed; run it by hand: {' '.join(words)}")
    return found


def _render(found: dict[str, dict[str, Any]], model: Path, words: int) -> str:
    base = found["pipeline"]
    graphs = json.loads((model / "isnad.json").read_text(encoding="utf-8"))["graphs"]
    sizes = {"pipeline": model / "model.safetensors"} | {k: model / v for k, v in graphs.items()}
    names = {"pipeline": "Hugging Face pipeline, PyTorch fp32", "fp32": "isnad, fp32", "int8": "isnad, int8"}
    rows = []
    for name, f in found.items():
        rows.append(
            [
                names[name],
                f"{f['articles_a_second']:.1f} ({f['articles_a_second'] / base['articles_a_second']:.1f}×)",
                f"{f['p50'] * 1000:.0f} ms ({base['p50'] / f['p50']:.1f}×)",
                f"{f['p95'] * 1000:.0f} ms",
                f"{f['start']:.2f} s",
                f"{f['peak_mb']:.0f} MB",
                f"{sizes[name].stat().st_size / 1e6:.0f} MB",
                f"{installed_bytes(CONTENDERS[name]) / 1e6:.0f} MB",
            ]
        )
    header = ["", "articles a second", f"one article of {words} words, p50", "p95", "start to first result", "peak memory", "weights"]
    both = ", ".join(f"{k.removeprefix('speed, ')}: {v:.1f} a second" for k, v in base.items() if k.startswith("speed"))
    note = (
        "The pipeline tags tokens alone; isnad also decodes words, joins quotes to speakers and clusters names. The pipeline is taken "
        f"at its better batch size ({both}). Ratios are against it, in the same run."
    )
    return table([*header, "installed"], rows) + f"\n\n{note}"


def _service(model: Path, texts: list[str], in_process: float) -> str:
    rows = []
    for clients in CLIENTS:
        with serve(model) as (_, port):
            rate, p95 = asyncio.run(steady(port, texts, clients))
        rows.append([clients, f"{rate:.1f}", f"{rate / in_process:.0%}", f"{p95 * 1000:.0f} ms"])
    with serve(model, "--queue", "64") as (_, port):
        counts = asyncio.run(overload(port, texts, 2 * in_process, seconds=15))
    text = table(["clients, one article a request", "requests a second", "of in-process", "p95"], rows)
    told = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    accepted, answered = _stopped(model, texts)
    return (
        f"{text}\n\nAt twice its capacity for 15 s, with a queue of 64: {told}.\n\nSent SIGTERM while 32 clients ask: "
        f"{accepted} requests accepted by its log, {answered} answers that reached the clients."
    )


def _stopped(model: Path, texts: list[str]) -> tuple[int, int]:
    """Requests that a service, stopped under load, says it answered, and answers that its clients got."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.jsonl"
        with serve(model, log=log) as (process, port):
            answered = asyncio.run(stop_under_load(process, port, texts, 32))
            process.wait(60)
        return sum(json.loads(line)["path"] == "/v1/extract" for line in log.open(encoding="utf-8")), answered


run_command(main)
