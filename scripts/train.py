"""Train a config: ``python -m scripts.train configs/base.yaml [--resume]``, or ``accelerate launch -m scripts.train …``.
Ctrl-C saves a checkpoint; ``--resume`` goes on from the newest whole one."""

import sys

from scripts.commands import config_parser, run_command
from train.config import load_config
from train.dataset import load_split
from train.loop import Interrupted, Run


def main() -> None:
    """Parse, train, say where the weights are."""
    parser = config_parser(__doc__)
    parser.add_argument("--resume", action="store_true", help="go on from the newest checkpoint")
    options = parser.parse_args()
    config = load_config(options.config)
    run = Run(config, load_split(config.data, "train"), load_split(config.data, "validation"))
    try:
        best = run.train(options.resume)
    except Interrupted as stopped:
        print(stopped, file=sys.stderr)
        sys.exit(130)
    if run.accelerator.is_main_process:
        print(f"best weights in {best}, selection score {run.progress.best_score:.4f}; spans lost: {dict(run.losses) or 'none'}")


run_command(main)
