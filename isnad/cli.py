"""The command line: ``isnad extract [PATH…] --model NAME --format table|jsonl|html``. Errors are one message on
standard error and exit code 2; a closed pipe ends the work quietly."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator, Sequence

from isnad.document import Document
from isnad.errors import InputError, IsnadError
from isnad.model_directory import installed_models
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
    extract.add_argument("--graph", choices=("int8", "fp32"), help="which of the model's graphs to run")
    extract.add_argument("--threads", type=int, help="cores to use")
    extract.set_defaults(run=_extract)
    serve = commands.add_parser("serve", help="answer over HTTP (needs the extra serve)")
    serve.add_argument("--model", help="directory or installed name")
    serve.add_argument("--host", default="127.0.0.1", help="address to bind (default: this machine alone)")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--threads", type=int, help="cores to use")
    serve.set_defaults(run=_serve)
    models = commands.add_parser("models", help="list installed models")
    models.set_defaults(run=_models)
    return parser


def _extract(options: argparse.Namespace) -> int:
    from isnad.runtime import load

    extractor = load(options.model or default_model(), options.graph, options.threads)
    chunk = 1 if sys.stdin.isatty() or not options.paths else 16
    documents = extractor.extract_stream(read_articles(options.paths, sys.stdin.buffer), chunk)
    for piece in _rendered(documents, options.format):
        sys.stdout.buffer.write(piece.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
    return 0


def _rendered(documents: Iterator[Document], form: str) -> Iterator[str]:
    if form == "jsonl":
        yield from (d.to_json() + "\n" for d in documents)
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
        import uvicorn

        from isnad.server import create_app
    except ImportError as error:
        raise InputError(f"the service needs {error.name}, which is not installed; pip install 'isnad[serve]'") from None
    app = create_app(load(options.model or default_model(), threads=options.threads))
    uvicorn.run(app, host=options.host, port=options.port, log_level="warning")
    return 0


def _models(_: argparse.Namespace) -> int:
    for name in installed_models():
        print(name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
