"""Build the dataset of a config: ``python -m scripts.build_data configs/base.yaml``."""

from pathlib import Path

from scripts.commands import config_parser, run_command
from train.config import load_config
from train.dataset import build_dataset


def main() -> None:
    """Parse, build, print the manifest's heads."""
    options = config_parser(__doc__).parse_args()
    config = load_config(options.config)
    manifest = build_dataset(config.data)
    for name, counts in manifest["splits"].items():
        print(f"{name:12} {counts['articles']:5} articles {counts['words']:8} words")
    print(f"spans lost: {manifest['losses'] or 'none'}")
    print(f"built {Path(config.data.built)}, sha256 {manifest['sha256'][:16]}")


run_command(main)
