"""Clients of the HTTP service (extra ``client``): texts in, documents out, in batches that the service takes.

>>> with Client("http://127.0.0.1:8000") as client:  # doctest: +SKIP
...     document = client.extract("…")

A request without an answer, or answered with 429, 502, 503 or 504, is sent again, each time after a longer wait, and no sooner
than Retry-After says. Lone surrogates, which the service refuses, are sent as U+FFFD and stand so in the documents; offsets
stay those of the text as given.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from types import TracebackType

from isnad.document import Document
from isnad.errors import InputError
from isnad.exchange import Batch, Exchange, ServiceError, httpx

__all__ = ["AsyncClient", "Client", "ServiceError"]


@dataclass(eq=False)
class Client(Exchange):
    """A client that waits for its answers; close it, or use it in a ``with`` statement. Threads may share it."""

    transport: httpx.BaseTransport | None = field(default=None, repr=False)
    """What sends the requests, if not httpx's own."""
    sleep: Callable[[float], object] = field(default=time.sleep, repr=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._http = httpx.Client(headers=self._headers, timeout=self._timeout, transport=self.transport)

    def extract(self, text: str) -> Document:
        """The document of a text.

        Raises:
            InputError: something that is not a string, or too long for a request.
            ServiceError: the service refused it, or gave no answer.
        """
        return self.extract_many([("1", text)])[0]

    def extract_many(self, articles: Iterable[str | tuple[str, str]]) -> list[Document]:
        """Documents of texts, whose ids are their numbers, or of (id, text) pairs, in order; raises as ``extract`` does."""
        return list(self.extract_stream(articles))

    def extract_stream(self, articles: Iterable[str | tuple[str, str]]) -> Iterator[Document]:
        """The same, one after another as the service answers; a batch of articles is in memory at a time."""
        _check_several(articles)
        return (document for batch in self.batches(articles) for document in self._send(batch))

    def _send(self, batch: Batch) -> list[Document]:
        tries = 0
        while True:
            tries += 1
            outcome: httpx.Response | httpx.RequestError
            try:
                outcome = self._http.post(self._url, content=batch.body)
                if outcome.status_code == httpx.codes.OK:
                    return self.documents(batch, outcome)
            except httpx.RequestError as error:
                outcome = error
            self.sleep(self.wait(tries, outcome))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


@dataclass(eq=False)
class AsyncClient(Exchange):
    """A client for asyncio, with several requests under way; close it, or use it in an ``async with`` statement."""

    concurrency: int = 4
    """Requests under way at a time."""
    transport: httpx.AsyncBaseTransport | None = field(default=None, repr=False)
    """What sends the requests, if not httpx's own."""
    sleep: Callable[[float], Awaitable[object]] = field(default=asyncio.sleep, repr=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.concurrency < 1:
            raise InputError(f"concurrency is {self.concurrency}; expected at least 1")
        self._http = httpx.AsyncClient(headers=self._headers, timeout=self._timeout, transport=self.transport)

    async def extract(self, text: str) -> Document:
        """The document of a text.

        Raises:
            InputError: something that is not a string, or too long for a request.
            ServiceError: the service refused it, or gave no answer.
        """
        return (await self.extract_many([("1", text)]))[0]

    async def extract_many(self, articles: Iterable[str | tuple[str, str]]) -> list[Document]:
        """Documents of texts, whose ids are their numbers, or of (id, text) pairs, in order; raises as ``extract`` does."""
        return [document async for document in self.extract_stream(articles)]

    def extract_stream(self, articles: Iterable[str | tuple[str, str]]) -> AsyncIterator[Document]:
        """The same, one after another in order as the service answers; ``concurrency`` batches are in memory at a time."""
        _check_several(articles)
        return self._stream(articles)

    async def _stream(self, articles: Iterable[str | tuple[str, str]]) -> AsyncIterator[Document]:
        under_way: deque[asyncio.Task[list[Document]]] = deque()
        try:
            for batch in self.batches(articles):
                under_way.append(asyncio.create_task(self._send(batch)))
                if len(under_way) == self.concurrency:
                    for document in await under_way.popleft():
                        yield document
            while under_way:
                for document in await under_way.popleft():
                    yield document
        finally:
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

    async def _send(self, batch: Batch) -> list[Document]:
        tries = 0
        while True:
            tries += 1
            outcome: httpx.Response | httpx.RequestError
            try:
                outcome = await self._http.post(self._url, content=batch.body)
                if outcome.status_code == httpx.codes.OK:
                    return self.documents(batch, outcome)
            except httpx.RequestError as error:
                outcome = error
            await self.sleep(self.wait(tries, outcome))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.aclose()


def _check_several(articles: object) -> None:
    if isinstance(articles, (str, bytes)):
        raise InputError("expected several texts, found a single one; put it in a list, or call extract")
