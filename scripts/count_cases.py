"""Count the hard cases a corpus holds: ``python -m scripts.count_cases data/corpus``."""

import argparse
from pathlib import Path

from scripts.commands import run_command
from train.cases import count_cases
from train.corpus import read_corpus


def main() -> None:
    """Parse, count, print a line a case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path, nargs="?", default=Path("data/corpus"))
    for name, count in count_cases(read_corpus(parser.parse_args().corpus)).items():
        print(f"{count:6} {name}")


run_command(main)
