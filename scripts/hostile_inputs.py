"""Feed a model texts that no one should send: ``python -m scripts.hostile_inputs [--model models/base] [--count 50000]``. Prints
how many it read, and stops at the first that breaks a promise, with the seed that makes it again."""

import argparse
import time
from pathlib import Path

from tqdm import tqdm

import isnad
from scripts.commands import run_command
from train.hostile import check_document, hostile_texts
from train.style import read_texts


def main() -> None:
    """Parse, read, check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=Path("models/base"))
    parser.add_argument("--articles", type=Path, default=Path("data/corpus"))
    parser.add_argument("--count", type=int, default=50_000)
    parser.add_argument("--long-lines", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    extractor, started, texts = isnad.load(options.model), time.perf_counter(), list[str]()

    def articles():
        for text in hostile_texts(read_texts(options.articles), options.count, options.seed, options.long_lines):
            texts.append(text)
            yield str(len(texts) - 1), text

    spans = 0
    for n, document in enumerate(tqdm(extractor.extract_stream(articles()), total=options.count + options.long_lines, mininterval=5)):
        try:
            check_document(document, texts[n])
        except Exception as error:
            raise SystemExit(f"text {n} of seed {options.seed}: {error!r}; {texts[n][:200]!r}") from error
        texts[n] = ""
        spans += len(document.mentions) + len(document.cues) + len(document.quotes)
    took = time.perf_counter() - started
    print(f"{len(texts)} texts read in {took:.0f} s, {spans} spans, each what stands at its offsets; seed {options.seed}")


run_command(main)
