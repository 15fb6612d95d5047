"""The examples, run as a reader would run them, against a service that knows one article."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from isnad.document import Document, Entity, Quote

TEXT = '😀 قال علي: "نعم 😀 هنا". وقيل: "لا".'
QUOTES = (Quote("q1", 12, 21, "direct", "نعم 😀 هنا", "e1"), Quote("q2", 31, 33, "direct", "لا"))
DOCUMENT = Document("1", TEXT, quotes=QUOTES, entities=(Entity("e1", "PER", "علي", ()),))
KEY = "key-1"


class _Service(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["Authorization"] != f"Bearer {KEY}" or self.path != "/v1/extract":
            self._answer(401, {"detail": "a key is asked for"})
            return
        documents = [replace(DOCUMENT, id=a.get("id", "1"), text=a["text"]) for a in body["articles"]]
        self._answer(200, {"documents": [d.to_dict(body.get("offset_unit", "codepoint")) for d in documents]})

    def _answer(self, status: int, value: object) -> None:
        content = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Service) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("command", "needs"),
    [
        (["bash", "curl.sh", "FILE", "URL"], ["bash", "curl", "jq"]),
        ([sys.executable, "client.py", "FILE"], []),
        (["node", "extract.mjs", "FILE", "URL"], ["node"]),
    ],
    ids=["curl", "python", "node"],
)
def test_an_example_prints_every_quote_with_its_speaker(url: str, root: Path, tmp_path: Path, command: list[str], needs: list[str]) -> None:
    missing = [program for program in needs if shutil.which(program) is None]
    if missing:
        pytest.skip(f"without {missing[0]}")
    if "client.py" in command:
        pytest.importorskip("httpx")
    article = tmp_path / "article.txt"
    article.write_text(TEXT, encoding="utf-8")
    words = [{"FILE": str(article), "URL": url}.get(word, word) for word in command]

    def run(key: str) -> subprocess.CompletedProcess[str]:
        settings = {"ISNAD_URL": url, "ISNAD_API_KEY": key, "NO_PROXY": "127.0.0.1", "PYTHONUTF8": "1"}
        return subprocess.run(
            words, cwd=root / "docs" / "examples", env=os.environ | settings, capture_output=True, encoding="utf-8", check=False, timeout=60
        )

    done = run(KEY)
    assert (done.returncode, done.stdout) == (0, "علي: نعم 😀 هنا\n?: لا\n"), done.stderr
    refused = run("other")
    assert refused.returncode != 0
    assert "a key is asked for" in refused.stdout + refused.stderr
