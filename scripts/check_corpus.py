"""Check a corpus: ``python -m scripts.check_corpus data/corpus [--predicted FILE.jsonl] [--kind KIND]``.

Broken markup fails with every problem. Suspicious spots are listed for a reader, counted by kind, and fail nothing.
--predicted takes documents of a model that was not trained on them (``python -m scripts.cross_predict`` makes them)."""

import argparse
from pathlib import Path

from scripts.commands import run_command
from train.consistency import inspect_corpus, summarise
from train.corpus import read_corpus
from train.storage import read_documents


def main() -> None:
    """Parse, check, list, count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path, nargs="?", default=Path("data/corpus"))
    parser.add_argument("--predicted", type=Path)
    parser.add_argument("--kind", help="list this kind alone")
    parser.add_argument("--quiet", action="store_true", help="counts only")
    options = parser.parse_args()
    documents = read_corpus(options.corpus)
    predicted = {d.id: d for d in read_documents(options.predicted)} if options.predicted else None
    findings = inspect_corpus(documents, predicted)
    for f in findings:
        if not options.quiet and options.kind in (None, f.kind):
            print(f"{f.document}:{f.start}: {f.kind}: {f.message}")
    print(f"{len(documents)} articles are sound; to look at: {summarise(findings) or 'nothing'}")


run_command(main)
