"""What every command shares: the config argument, and errors printed as one message with exit code 2."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from isnad.errors import IsnadError


def config_parser(description: str | None) -> argparse.ArgumentParser:
    """A parser with the config's path."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("config", type=Path, nargs="?", default=Path("configs/base.yaml"))
    return parser


def run_command(main: Callable[[], None]) -> None:
    """Run a command; an error with a way out ends it with code 2 and no traceback."""
    try:
        main()
    except IsnadError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
