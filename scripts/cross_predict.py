"""Predict every article with a model that has not seen it: ``python -m scripts.cross_predict CONFIG --folds 4 OUT.jsonl``.
Trains a model a fold, so it takes as many times a training run."""

import dataclasses
from pathlib import Path

from safetensors.torch import load_file

from isnad.document import Document
from scripts.commands import config_parser, run_command
from train.config import load_config
from train.corpus import read_corpus
from train.loop import Run, torch_extractor
from train.storage import write_documents


def main() -> None:
    """Parse, train and predict fold by fold, write."""
    parser = config_parser(__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--folds", type=int, default=4)
    options = parser.parse_args()
    config = load_config(options.config)
    documents = read_corpus(Path(config.data.corpus))
    predicted: list[Document] = []
    for fold in range(options.folds):
        held = documents[fold :: options.folds]
        rest = [d for i, d in enumerate(documents) if i % options.folds != fold]
        run = Run(dataclasses.replace(config, name=f"{config.name}-fold{fold}"), rest[10:], rest[:10])
        best = run.train()
        run.unwrapped.load_state_dict(load_file(str(best / "model.safetensors")))
        extractor = torch_extractor(run.unwrapped, run.tokenizer, config, run.accelerator)
        predicted += extractor.extract_many([(d.id, d.text) for d in held])
        write_documents(options.out, predicted)
        print(f"fold {fold + 1} of {options.folds}: {len(predicted)} articles in {options.out}")


run_command(main)
