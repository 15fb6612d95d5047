"""Pack a trained model as a wheel: ``python -m scripts.package configs/base.yaml [--graph int8]``."""

from pathlib import Path

from scripts.commands import config_parser, run_command
from train.config import load_config
from train.package import package_model


def main() -> None:
    """Parse, pack, say how to install."""
    parser = config_parser(__doc__)
    parser.add_argument("--graph", choices=("int8", "fp32"), help="the graph to carry (default: the model's own)")
    parser.add_argument("--to", type=Path, default=Path("dist"))
    options = parser.parse_args()
    wheel = package_model(load_config(options.config).model_dir, options.to, options.graph)
    print(f"{wheel} ({wheel.stat().st_size / 1e6:.1f} MB); install it with: pip install {wheel}")


run_command(main)
