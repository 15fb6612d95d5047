"""The service as a process: it starts, takes a load over its limit, and on SIGTERM finishes what it accepted."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

BODY = {"articles": [{"text": "قال وزير الخارجية سامي النجار إن الوفد وصل إلى القاهرة.\n" * 40, "id": "long"}]}
Serve = Callable[..., "contextmanager"]


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@pytest.fixture
def serve(tiny_model: Path):
    @contextmanager
    def start(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
        port = free_port()
        words = [sys.executable, "-m", "isnad", "serve", "--model", str(tiny_model), "--port", str(port), *options]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        address = f"http://127.0.0.1:{port}"
        try:
            for _ in range(300):
                try:
                    if httpx.get(f"{address}/readyz").status_code == 200:
                        break
                except httpx.TransportError:
                    assert process.poll() is None, process.stderr.read()
                    time.sleep(0.1)
            yield process, address
        finally:
            process.kill()
            process.wait()

    return start


async def _post(client: httpx.AsyncClient, address: str) -> httpx.Response:
    return await client.post(f"{address}/v1/extract", json=BODY, timeout=60)


def test_over_its_limit_it_refuses_some_and_answers_the_rest(serve) -> None:
    async def load(address: str) -> list[httpx.Response]:
        limits = httpx.Limits(max_connections=60)
        async with httpx.AsyncClient(limits=limits) as client:
            return await asyncio.gather(*(_post(client, address) for _ in range(60)))

    with serve("--queue", "3", "--threads", "1") as (_, address):
        answers = asyncio.run(load(address))
        assert {a.status_code for a in answers} == {200, 503}
        assert all(a.json()["documents"][0]["id"] == "long" for a in answers if a.status_code == 200)
        assert all(1 <= int(a.headers["retry-after"]) <= 60 for a in answers if a.status_code == 503)
        assert httpx.get(f"{address}/readyz").status_code == 200


def test_sigterm_finishes_what_was_accepted_and_ends_well(serve) -> None:
    async def load(process: subprocess.Popen[str], address: str) -> list[object]:
        async with httpx.AsyncClient(limits=httpx.Limits(max_connections=20)) as client:
            tasks = [asyncio.create_task(_post(client, address)) for _ in range(20)]
            while sum(t.done() for t in tasks) < 2:  # all are connected by now, most wait
                await asyncio.sleep(0.01)
            process.send_signal(signal.SIGTERM)
            return await asyncio.gather(*tasks, return_exceptions=True)

    with serve("--threads", "1") as (process, address):
        answers = asyncio.run(load(process, address))
        assert process.wait(30) == 0
        log = [json.loads(line) for line in process.stdout]
    assert all(isinstance(a, httpx.Response) and a.status_code == 200 for a in answers), answers
    assert sum(line["path"] == "/v1/extract" and line["status"] == 200 for line in log) == 20


def test_while_it_drains_it_serves_but_is_not_ready(serve) -> None:
    with serve("--drain", "1.5") as (process, address), httpx.Client() as client:
        process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        assert client.get(f"{address}/readyz").status_code == 503
        assert client.post(f"{address}/v1/extract", json=BODY).status_code == 200
        assert process.wait(30) == 0


def test_a_key_file_is_read_and_an_empty_one_refused(serve, tiny_model: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("secret\n")
    with serve("--api-key-file", str(tmp_path / "key")) as (_, address):
        assert httpx.post(f"{address}/v1/extract", json=BODY).status_code == 401
        assert httpx.post(f"{address}/v1/extract", json=BODY, headers={"authorization": "Bearer secret"}).status_code == 200
    (tmp_path / "key").write_text("\n")
    words = [sys.executable, "-m", "isnad", "serve", "--model", str(tiny_model), "--api-key-file", str(tmp_path / "key")]
    done = subprocess.run(words, capture_output=True, text=True, env=os.environ, check=False, timeout=60)
    assert (done.returncode, "its first line is empty" in done.stderr) == (2, True)
