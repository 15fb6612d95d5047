"""How far labelled articles are from the text a model will run on: ``python -m scripts.compare_style CORPUS RAW``.

CORPUS is a folder of annotated XML; RAW is a folder of .txt, or a .jsonl file with a ``text`` a line. Prints side by
side distributions and the words and word pairs that tell the two apart best."""

import argparse
from pathlib import Path

from scripts.commands import run_command
from train.style import compare_style, read_texts, render_comparison


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("raw", type=Path)
    parser.add_argument("--sample", type=int, default=2000, help="raw articles to read")
    options = parser.parse_args()
    print(render_comparison(compare_style(read_texts(options.corpus), read_texts(options.raw, options.sample))))


run_command(main)
