"""Pack what further pretraining changed in the embedded encoder: ``python -m scripts.pack_adaptation encoders/news``. The file
is what ``model.encoder: embedded-news`` is made from."""

import argparse
from pathlib import Path

from scripts.commands import run_command
from train.adaptation import pack
from train.encoders import NEWS, encoder_dir


def main() -> None:
    """Parse, pack, say how large it is and what it loses."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("encoder", type=Path, help="what make pretrain wrote")
    parser.add_argument("--to", type=Path, default=NEWS)
    options = parser.parse_args()
    figures = pack(encoder_dir("embedded"), options.encoder, options.to)
    print(f"{options.to}: {figures['bytes'] / 1e6:.1f} MB; 4 bits lose {figures['lost']:.1%} of the change")


run_command(main)
