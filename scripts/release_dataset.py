"""Write the built dataset as Parquet and JSON lines with its card: ``python -m scripts.release_dataset CONFIG [--to DIR]``."""

from pathlib import Path

from scripts.commands import config_parser, run_command
from train.config import load_config
from train.release import release_dataset


def main() -> None:
    """Parse, write, say where."""
    parser = config_parser(__doc__)
    parser.add_argument("--to", type=Path, default=Path("dist/dataset"))
    options = parser.parse_args()
    manifest = release_dataset(load_config(options.config).data, options.to)
    print(f"{manifest['articles']} articles in {options.to}, sha256 {manifest['sha256'][:16]}")


run_command(main)
