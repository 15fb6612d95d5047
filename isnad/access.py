"""What stands between a request and the service: the API key, the body's limit, one log line and the counts."""

from __future__ import annotations

import hmac
import json
import logging
import time
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOG = logging.getLogger("isnad.requests")


class Metrics:
    """Counts in a registry of their own, so that two services in one process do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter("isnad_requests", "Requests answered", ("path", "status"), registry=self.registry)
        self.seconds = Histogram("isnad_request_seconds", "Time to answer", ("path",), registry=self.registry)
        self.articles = Counter("isnad_articles", "Articles read", registry=self.registry)
        self.characters = Counter("isnad_characters", "Characters of the articles read", registry=self.registry)
        self.waiting = Gauge("isnad_waiting_articles", "Articles in the queue", registry=self.registry)
        self.batch = Histogram("isnad_batch_articles", "Articles read together", buckets=(1, 2, 4, 8, 16, 32, 64), registry=self.registry)


class Gate:
    """Checks the key of requests to ``/v1``, bounds bodies, logs each request as a line of JSON without its text."""

    def __init__(self, app: App, *, metrics: Metrics, api_key: str | None, max_body: int) -> None:
        self.app, self.metrics, self.max_body = app, metrics, max_body
        self.api_key = api_key.encode() if api_key else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        record = _Record(scope)
        headers = {k.decode("latin-1").lower(): v for k, v in scope["headers"]}
        watched = record.watch(send)
        if not self._has_key(scope["path"], headers):
            await _refuse(watched, 401, "expected the header 'Authorization: Bearer KEY' with this service's key", record.id)
        elif scope["path"] != "/v1/extract/stream" and _length(headers) > self.max_body:
            await _refuse(watched, 413, self._too_large(), record.id)
        elif scope["path"] == "/v1/extract/stream":
            await self.app(scope, record.count(receive), watched)
        else:
            await self._with_body(scope, receive, watched, record)
        self._finish(record)

    def _has_key(self, path: str, headers: dict[str, bytes]) -> bool:
        if self.api_key is None or not path.startswith("/v1/"):
            return True
        return hmac.compare_digest(headers.get("authorization", b""), b"Bearer " + self.api_key)

    def _too_large(self) -> str:
        return f"expected a body of at most {self.max_body} bytes; send fewer articles at a time, or use /v1/extract/stream"

    async def _with_body(self, scope: Scope, receive: Receive, send: Send, record: _Record) -> None:
        """Read the whole body first, however it is sent, and refuse it as soon as it is too large."""
        body = bytearray()
        more = True
        counted = record.count(receive)
        while more:
            message = await counted()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self.max_body:
                await _refuse(send, 413, self._too_large(), record.id)
                return
        whole: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

        async def replay() -> Message:
            return whole.pop() if whole else await receive()

        await self.app(scope, replay, send)

    def _finish(self, record: _Record) -> None:
        path = getattr(record.scope.get("route"), "path", None) or "other"
        seconds = time.perf_counter() - record.started
        self.metrics.requests.labels(path, str(record.status)).inc()
        self.metrics.seconds.labels(path).observe(seconds)
        counts = record.scope.get("isnad", {})
        line = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "id": record.id,
            "method": record.scope["method"],
            "path": record.scope["path"][:200],
            "status": record.status,
            "ms": round(seconds * 1000, 1),
            "received": record.received,
            "sent": record.sent,
        }
        LOG.info(json.dumps(line | counts, ensure_ascii=False))


class _Record:
    """What the log says of one request."""

    def __init__(self, scope: Scope) -> None:
        self.scope, self.started, self.id = scope, time.perf_counter(), uuid.uuid4().hex[:16]
        self.status = self.received = self.sent = 0

    def count(self, receive: Receive) -> Receive:
        """``receive``, with the bytes counted."""

        async def counted() -> Message:
            message = await receive()
            self.received += len(message.get("body", b""))
            return message

        return counted

    def watch(self, send: Send) -> Send:
        """``send``, with the status and the bytes noted and the request's id among the headers."""

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", self.id.encode())]
            self.sent += len(message.get("body", b""))
            await send(message)

        return watched


def _length(headers: dict[str, bytes]) -> int:
    value = headers.get("content-length", b"0")
    return int(value) if value.isdigit() else 0


async def _refuse(send: Send, status: int, detail: str, request_id: str) -> None:
    body = json.dumps({"detail": detail, "request": request_id}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
