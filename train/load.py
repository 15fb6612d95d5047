"""Load on a service on this machine: a plain asyncio client on loopback, bounded in requests and time."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_HOST = "127.0.0.1"


@contextmanager
def serve(model: Path, *options: str, log: Path | None = None) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """``isnad serve`` on a free port, ready; ended with the block. Its log goes to a file, or nowhere."""
    with socket.socket() as s:
        s.bind((_HOST, 0))
        port = int(s.getsockname()[1])
    words = [sys.executable, "-m", "isnad", "serve", "--model", str(model), "--port", str(port), *options]
    with (log or Path(os.devnull)).open("wb") as file:
        process = subprocess.Popen(words, stdout=file)
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://{_HOST}:{port}/readyz", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield process, port
    finally:
        process.terminate()
        process.wait(60)


class Connection:
    """A kept-alive HTTP/1.1 connection that posts one article a request."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, text: str) -> int:
        """The answer's status; 0 where the connection broke before one came."""
        body = json.dumps({"articles": [{"text": text}]}).encode()
        head = f"POST /v1/extract HTTP/1.1\r\nHost: {_HOST}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        try:
            self.streams = self.streams or await asyncio.open_connection(_HOST, self.port, limit=1 << 24)
            reader, writer = self.streams
            writer.write(head.encode() + body)
            await writer.drain()
            answer = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            await reader.readexactly(int(answer.split("content-length:")[1].split("\r\n")[0]))
            return int(answer.split(" ")[1])
        except (OSError, EOFError, asyncio.IncompleteReadError):
            self.streams = None
            return 0

    def close(self) -> None:
        """Close it."""
        if self.streams:
            self.streams[1].close()


async def steady(port: int, texts: Sequence[str], clients: int) -> tuple[float, float]:
    """Requests a second, and the time that 95 of 100 answers take at most, with ``clients`` that each send their next article
    when the last is answered; every text is sent once, after a few to warm up."""
    connections = [Connection(port) for _ in range(clients)]
    await asyncio.gather(*(c.post(texts[0]) for c in connections))
    waiting, times = list(texts), list[float]()

    async def client(connection: Connection) -> None:
        while waiting:
            text, started = waiting.pop(), time.perf_counter()
            status = await connection.post(text)
            assert status == 200, status
            times.append(time.perf_counter() - started)

    started = time.perf_counter()
    await asyncio.gather(*(client(c) for c in connections))
    rate = len(texts) / (time.perf_counter() - started)
    for connection in connections:
        connection.close()
    times.sort()
    return rate, times[int(0.95 * (len(times) - 1))]


async def overload(port: int, texts: Sequence[str], rate: float, seconds: float) -> dict[str, int]:
    """How many of the requests that arrive at ``rate`` a second, answered or not, end how."""
    counts: Counter[str] = Counter()
    names = {200: "answered", 503: "refused with 503 and Retry-After", 0: "lost"}

    async def one(n: int) -> None:
        connection = Connection(port)
        status = await connection.post(texts[n % len(texts)])
        counts[names.get(status, f"answered {status}")] += 1
        connection.close()

    tasks = []
    for n in range(int(rate * seconds)):
        tasks.append(asyncio.create_task(one(n)))
        await asyncio.sleep(1 / rate)
    await asyncio.gather(*tasks)
    return {"lost": 0} | dict(counts)


async def stop_under_load(process: subprocess.Popen[bytes], port: int, texts: Sequence[str], clients: int) -> int:
    """Answers that ``clients`` got from a service that is sent SIGTERM while they ask, until nobody is there any more."""
    answered = 0

    async def client() -> None:
        nonlocal answered
        connection = Connection(port)
        for text in texts:
            if await connection.post(text) != 200:
                break
            answered += 1
        connection.close()

    tasks = [asyncio.create_task(client()) for _ in range(clients)]
    while answered < clients:
        await asyncio.sleep(0.01)
    process.terminate()
    await asyncio.gather(*tasks)
    return answered
