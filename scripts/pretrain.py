"""Further pretraining on raw news: ``python -m scripts.pretrain configs/pretraining/archive.yaml archive.jsonl [--resume]``, or
``accelerate launch -m scripts.pretrain …``. The paths are .jsonl or .txt files, or folders of .txt. Ctrl-C saves a
checkpoint; ``--resume`` goes on from the newest whole one."""

import argparse
import dataclasses
import sys
from pathlib import Path

from scripts.commands import run_command
from train.config import load_pretrain_config
from train.loop import Interrupted
from train.pretraining import Pretraining


def main() -> None:
    """Parse, pretrain, say where the encoder is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", type=Path)
    parser.add_argument("raw", nargs="*", help="articles to learn from, instead of the config's")
    parser.add_argument("--resume", action="store_true", help="go on from the newest checkpoint")
    options = parser.parse_args()
    config = load_pretrain_config(options.config)
    if options.raw:
        config = dataclasses.replace(config, raw=tuple(options.raw))
    run = Pretraining(config)
    try:
        target = run.train(options.resume)
    except Interrupted as stopped:
        print(stopped, file=sys.stderr)
        sys.exit(130)
    if run.accelerator.is_main_process:
        print(f"encoder in {target}; name it as model.encoder in a config, and read {target}/pretraining.json")


run_command(main)
