"""Fit the speaker model of a config on its training articles: ``python -m scripts.train_speakers configs/base.yaml``. It takes
seconds, and needs no tagger."""

from scripts.commands import config_parser, run_command
from train.config import load_config
from train.dataset import load_split
from train.export import SPEAKERS
from train.speakers import train_speakers
from train.storage import write_json


def main() -> None:
    """Parse, fit, say where the weights are."""
    config = load_config(config_parser(__doc__).parse_args().config)
    model = train_speakers(load_split(config.data, "train"), seed=config.training.seed)
    write_json(config.run_dir / SPEAKERS, model.to_dict())
    print(f"speaker model in {config.run_dir / SPEAKERS}")


run_command(main)
