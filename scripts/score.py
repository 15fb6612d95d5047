"""Score predicted documents against gold: ``python -m scripts.score GOLD PREDICTED``. Each is a folder of annotated XML
or a file of JSON lines."""

import argparse
from pathlib import Path

from isnad.document import Document
from scripts.commands import run_command
from train.corpus import read_corpus
from train.scoring import score
from train.storage import read_documents


def main() -> None:
    """Parse, score, print a line a measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("predicted", type=Path)
    options = parser.parse_args()
    for name, row in score(_read(options.gold), _read(options.predicted)).to_dict().items():
        ratios = f"P {row['precision']:.3f}  R {row['recall']:.3f}  F1 {row['f1']:.3f}"
        print(f"{name:24} {ratios}  gold {row['gold']}  predicted {row['predicted']}")


def _read(path: Path) -> list[Document]:
    return read_corpus(path) if path.is_dir() else read_documents(path)


run_command(main)
