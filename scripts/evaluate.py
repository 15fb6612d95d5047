"""Export a trained config and report on it: ``python -m scripts.evaluate configs/base.yaml``."""

from scripts.commands import config_parser, run_command
from train.config import load_config
from train.dataset import load_manifest, load_split
from train.export import export_model
from train.report import evaluate_model


def main() -> None:
    """Parse, export, score the exported graphs, print where the report is."""
    config = load_config(config_parser(__doc__).parse_args().config)
    splits = {name: load_split(config.data, name) for name in ("validation", "test")}
    directory = export_model(config, load_manifest(config.data)["sha256"], splits["validation"])
    evaluate_model(directory, {n: d for n, d in splits.items() if d}, load_split(config.data, "train"))
    print((directory / "report.md").read_text(encoding="utf-8"))
    print(f"model in {directory}, report in {directory / 'report.md'}")


run_command(main)
