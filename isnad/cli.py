"""The command line: ``isnad extract [PATH…] --model NAME --format table|jsonl|html``. Errors are one message on
standard error and exit code 2; a closed pipe ends the work quietly."""

from __future__ import annotations

import argparse
import os
import shutil
import stat
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from isnad.document import Document
from isnad.errors import InputError, IsnadError
from isnad.model_directory import installed_models
from isnad.offsets import OFFSET_UNITS
from isnad.page import render_page
from isnad.reading import read_articles
from isnad.rendering import render_table
from isnad.version import __version__


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except IsnadError as error:
        print(f"isnad: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"isnad: cannot read or write ({error.strerror}); free space, or name another file", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("isnad: stopped", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("isnad", description="Who said what, in Arabic political news.")
    parser.add_argument("--version", action="version", version=f"isnad {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    extract = commands.add_parser("extract", help="read articles and print who said what")
    extract.add_argument("paths", nargs="*", metavar="PATH", help="files, folders of .txt, .jsonl, or - (the default)")
    extract.add_argument("--model", help="directory or installed name (default: the one installed, or models/base)")
    extract.add_argument("--format", choices=("table", "jsonl", "html"), default="table")
    extract.add_argument("--offset-unit", choices=OFFSET_UNITS, default="codepoint", help="what the offsets of jsonl count")
    extract.add_argument("--graph", choices=("int8", "fp32"), help="which of the model's graphs to run")
    extract.add_argument("--threads", type=int, help="cores to use")
    extract.set_defaults(run=_extract)
    serve = commands.add_parser("serve", help="answer over HTTP (needs the extra serve)")
    serve.add_argument("--model", help="directory or installed name")
    serve.add_argument("--host", default="127.0.0.1", help="address to bind (default: this machine alone)")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--graph", choices=("int8", "fp32"), help="which of the model's graphs to run")
    serve.add_argument("--threads", type=int, help="cores to use")
    serve.add_argument("--api-key-file", type=Path, help="file whose first line clients must send (default: $ISNAD_API_KEY, or no key)")
    serve.add_argument("--queue", type=int, default=256, help="articles that may wait; more are answered 503")
    serve.add_argument("--max-body", type=int, default=8 << 20, help="bytes of a request")
    serve.add_argument("--timeout", type=float, default=120.0, help="seconds until a request is given up")
    serve.add_argument("--drain", type=float, default=0.0, help="seconds to go on serving after SIGTERM, with /readyz at 503")
    serve.set_defaults(run=_serve)
    models = commands.add_parser("models", help="list installed models")
    models.set_defaults(run=_models)
    return parser


def _extract(options: argparse.Namespace) -> int:
    from isnad.runtime import load

    extractor = load(options.model or default_model(), options.graph, options.threads)
    ahead = 16 if options.paths or _is_file(sys.stdin) else 0  # a pipe's line is answered before the next is waited for
    documents = extractor.extract_stream(read_articles(options.paths, sys.stdin.buffer), ahead)
    for piece in _rendered(documents, options.format, options.offset_unit):
        sys.stdout.buffer.write(piece.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
    return 0


def _is_file(stream: TextIO) -> bool:
    try:
        return stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError, AttributeError):  # replaced by something that is no file
        return False


def _rendered(documents: Iterator[Document], form: str, offset_unit: str) -> Iterator[str]:
    if form == "jsonl":
        yield from (d.to_json(offset_unit) + "\n" for d in documents)
    elif form == "html":
        yield render_page(documents)
    else:
        width = shutil.get_terminal_size((100, 24)).columns
        yield from (render_table(d, width, sys.stdout.isatty()) + "\n" for d in documents)


def default_model() -> str:
    """The only installed model, or ``base`` among several, or the directory that training here would write."""
    names = installed_models()
    if len(names) == 1:
        return names[0]
    return "base" if "base" in names else "models/base"


def _serve(options: argparse.Namespace) -> int:
    from isnad.runtime import load

    try:
        from isnad.batching import BatchOptions
        from isnad.server import ServiceOptions, create_app
        from isnad.serving import run
    except ImportError as error:
        raise InputError(f"the service needs {error.name}, which is not installed; pip install 'isnad[serve]'") from None
    key = _api_key(options.api_key_file)
    if key is None and options.host not in ("127.0.0.1", "::1", "localhost"):
        print(f"isnad: serving on {options.host} without an API key: whoever reaches it may use it", file=sys.stderr)
    limits = ServiceOptions(options.max_body, options.timeout, key, BatchOptions(queue=options.queue))
    app = create_app(load(options.model or default_model(), options.graph, options.threads), limits)
    run(app, options.host, options.port, options.drain)
    return 0


def _api_key(path: Path | None) -> str | None:
    """The key of a file's first line, or of the environment."""
    if path is None:
        return os.environ.get("ISNAD_API_KEY") or None
    try:
        key = path.read_text(encoding="utf-8").partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot read the API key ({error}); give a text file with the key in its first line") from None
    if not key:
        raise InputError(f"{path}: its first line is empty; write the API key there, or leave out --api-key-file")
    return key


def _models(_: argparse.Namespace) -> int:
    for name in installed_models():
        print(name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
