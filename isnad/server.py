"""The HTTP service (extra ``serve``): ``isnad serve --model NAME``. Articles in, their documents out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field
from starlette.requests import ClientDisconnect

from isnad.access import Gate, Metrics, Receive, Scope, Send
from isnad.batching import Batcher, BatchOptions, QueueFull
from isnad.extractor import Extractor
from isnad.static_page import mount_page
from isnad.version import __version__

MAX_TEXTS = 64
_EXAMPLE = "قال وزير الخارجية سامي النجار إن الوفد وصل إلى القاهرة."
_STREAM_AHEAD = 16
"""Articles of a stream that are in work at a time."""


@dataclass(frozen=True, slots=True)
class ServiceOptions:
    """Limits of the service."""

    max_body: int = 8 << 20
    """Bytes of a request's body, and of a stream's line."""
    timeout: float = 120.0
    """Seconds until a request is given up with 504."""
    api_key: str | None = None
    """Asked of every request to ``/v1`` if given."""
    batches: BatchOptions = field(default_factory=BatchOptions)


class Article(BaseModel):
    """A text, and the id that its document bears."""

    text: str = Field(examples=[_EXAMPLE])
    id: str | None = Field(None, examples=["news-1"])


class Articles(BaseModel):
    """What a request holds."""

    articles: Annotated[list[Article], Field(min_length=1, max_length=MAX_TEXTS)]
    offset_unit: Literal["codepoint", "utf16", "byte"] = Field("codepoint", description="what the offsets of the answer count")


class Documents(BaseModel):
    """What is answered: a document for each article, in order, in the JSON form of schema 1."""

    documents: list[dict[str, Any]]


class Problem(BaseModel):
    """What went wrong, and the way out."""

    detail: str


_PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, "description": "The service asks for its key"},
    413: {"model": Problem, "description": "The body is too large"},
    503: {"model": Problem, "description": "The queue is full, or the service is stopping; Retry-After says when to come back"},
    504: {"model": Problem, "description": "Not done within the time limit"},
}


@dataclass(frozen=True, slots=True)
class _Job:
    id: str
    text: str
    offset_unit: str


class Service:
    """A loaded model, the queue before it, and the counts."""

    def __init__(self, extractor: Extractor, options: ServiceOptions) -> None:
        self.extractor, self.options, self.metrics = extractor, options, Metrics()
        self.batcher: Batcher[_Job, str] = Batcher(self._extract, options.batches)
        self.metrics.waiting.set_function(lambda: self.batcher.waiting)
        self.is_stopping = False

    def _extract(self, jobs: Sequence[_Job]) -> list[str]:
        documents = self.extractor.extract_many([(job.id, job.text) for job in jobs])
        self.metrics.batch.observe(len(jobs))
        self.metrics.articles.inc(len(jobs))
        self.metrics.characters.inc(sum(len(job.text) for job in jobs))
        return [d.to_json(job.offset_unit) for d, job in zip(documents, jobs, strict=True)]

    async def documents(self, jobs: Sequence[_Job]) -> list[str]:
        """The jobs' documents as JSON; raises QueueFull, TimeoutError."""
        return await asyncio.wait_for(self.batcher.submit(jobs), self.options.timeout)

    @property
    def is_ready(self) -> bool:
        """Whether the next request would be taken."""
        return not self.is_stopping and not self.batcher.is_full


def create_app(extractor: Extractor, options: ServiceOptions | None = None) -> FastAPI:
    """The service over a loaded model; extraction runs in worker threads, so health checks are answered meanwhile."""
    service = Service(extractor, options or ServiceOptions())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        service.batcher.start()
        yield
        service.is_stopping = True
        await service.batcher.stop()

    app = FastAPI(title="isnad", version=__version__, description="Who said what, in Arabic political news.", lifespan=lifespan)
    app.state.service = service
    app.add_middleware(Gate, metrics=service.metrics, api_key=service.options.api_key, max_body=service.options.max_body)
    app.add_exception_handler(QueueFull, _busy)
    app.add_exception_handler(TimeoutError, _late)
    app.add_exception_handler(RequestValidationError, _invalid)
    _add_health(app, service)
    _add_extraction(app, service)
    mount_page(app)
    return app


def _add_health(app: FastAPI, service: Service) -> None:
    @app.get("/healthz", tags=["health"])
    async def healthz() -> dict[str, str]:
        """Answers while the process lives."""
        return {"status": "ok", "version": __version__}

    @app.get("/readyz", tags=["health"], responses={503: _PROBLEMS[503]})
    async def readyz() -> JSONResponse:
        """200 while requests are taken; 503 when the queue is full or the service is stopping."""
        return JSONResponse({"status": "ready" if service.is_ready else "busy"}, 200 if service.is_ready else 503)

    @app.get("/metrics", tags=["health"], response_class=Response)
    async def metrics() -> Response:
        """Counts and times in Prometheus's text format."""
        return Response(generate_latest(service.metrics.registry), media_type=CONTENT_TYPE_LATEST)


def _add_extraction(app: FastAPI, service: Service) -> None:
    @app.post("/v1/extract", tags=["extract"], response_model=Documents, responses=_PROBLEMS)
    async def extract(body: Articles, request: Request) -> Response:
        """Documents of one article or several, in order."""
        jobs = [_Job(a.id if a.id is not None else str(n), a.text, body.offset_unit) for n, a in enumerate(body.articles, 1)]
        request.scope["isnad"] = {"articles": len(jobs), "characters": sum(len(j.text) for j in jobs)}
        found = await service.documents(jobs)
        return Response('{"documents": [' + ", ".join(found) + "]}", media_type="application/json")

    refusals: dict[int | str, dict[str, Any]] = {401: _PROBLEMS[401]}

    @app.post(
        "/v1/extract/stream", status_code=200, tags=["extract"], response_class=_LinesResponse, responses=refusals, openapi_extra=_STREAM
    )
    async def stream(request: Request, offset_unit: Literal["codepoint", "utf16", "byte"] = "codepoint") -> Response:
        """A document a line for an article a line, in order, while lines still arrive. A line that cannot be read is answered
        in its place by an object with ``error`` and ``line``. Read the answer while you send: a client that first sends
        everything may stall once the buffers between are full."""
        lines = _lines(request, service.options.max_body)
        return _LinesResponse(_answers(service, lines, offset_unit))


class _LinesResponse(Response):
    """Lines sent as they come. Starlette's StreamingResponse listens for a disconnect while it sends, and swallows the parts of
    the request's body that still arrive; this one leaves them to the reader."""

    media_type = "application/x-ndjson"

    def __init__(self, lines: AsyncIterator[str]) -> None:
        super().__init__()
        del self.headers["content-length"]
        self.lines = lines

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        with suppress(ClientDisconnect):
            async for line in self.lines:
                await send({"type": "http.response.body", "body": line.encode(), "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


_STREAM = {
    "requestBody": {
        "required": True,
        "content": {"application/x-ndjson": {"schema": {"type": "string"}, "example": json.dumps({"text": _EXAMPLE}, ensure_ascii=False)}},
    }
}


async def _lines(request: Request, most: int) -> AsyncIterator[bytes | None]:
    """Lines of a body as they arrive; None for one over ``most`` bytes, whose content is dropped."""
    rest, is_dropping = b"", False
    async for part in request.stream():
        *whole, rest = (rest + part).split(b"\n")
        for line in whole:
            yield None if is_dropping or len(line) > most else line
            is_dropping = False
        if len(rest) > most:
            rest, is_dropping = b"", True
    if rest or is_dropping:
        yield None if is_dropping else rest


async def _answers(service: Service, lines: AsyncIterator[bytes | None], offset_unit: str) -> AsyncIterator[str]:
    waiting: list[asyncio.Task[str]] = []
    number = 0
    try:
        async for line in lines:
            number += 1
            if line is None or line.strip():
                waiting.append(asyncio.create_task(_answer(service, line, number, offset_unit)))
            while waiting and (len(waiting) >= _STREAM_AHEAD or waiting[0].done()):
                yield await waiting.pop(0)
        while waiting:
            yield await waiting.pop(0)
    finally:
        for task in waiting:
            task.cancel()


async def _answer(service: Service, line: bytes | None, number: int, offset_unit: str) -> str:
    if line is None:
        return _line_problem(number, f"expected a line of at most {service.options.max_body} bytes")
    try:
        article = Article.model_validate_json(line)
    except ValueError:
        return _line_problem(number, 'expected an object with a string "text", and a string "id" if it has one')
    job = _Job(article.id if article.id is not None else str(number), article.text, offset_unit)
    while True:
        try:
            return (await service.documents([job]))[0] + "\n"
        except QueueFull:  # a stream waits for room, where a request is refused
            await asyncio.sleep(0.05)
        except TimeoutError:
            return _line_problem(number, f"not done within {service.options.timeout:g} s")


def _line_problem(number: int, problem: str) -> str:
    return json.dumps({"error": problem, "line": number}) + "\n"


async def _busy(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, QueueFull)
    return JSONResponse({"detail": str(error)}, 503, {"Retry-After": str(error.retry_after)})


async def _late(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": "not done within the time limit; send fewer or shorter articles at a time"}, 504)


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    """Which fields are wrong; without what stood there, which may be long, private, or no valid Unicode."""
    assert isinstance(error, RequestValidationError)
    return JSONResponse({"detail": [{key: e[key] for key in ("loc", "msg", "type")} for e in error.errors()]}, 422)
