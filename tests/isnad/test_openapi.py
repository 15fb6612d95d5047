"""Requests made up from the published schema, right ones and wrong ones, never end in an error of the service's own."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from hypothesis import HealthCheck, given, settings

import isnad
from isnad.server import create_app

schemathesis = pytest.importorskip("schemathesis")

OPERATIONS = [("POST", "/v1/extract"), ("POST", "/v1/extract/stream"), ("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/metrics")]


@schemathesis.serializer("application/x-ndjson")
def _lines(context: object, value: object) -> bytes:
    return value.encode("utf-8", "replace") if isinstance(value, str) else repr(value).encode()


@pytest.fixture(scope="module")
def address(tiny_model: Path) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(create_app(isnad.load(tiny_model)), port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.mark.parametrize("mode", ["positive", "negative"])
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_no_request_is_an_error_of_the_service(address: str, method: str, path: str, mode: str) -> None:
    operation = schemathesis.openapi.from_url(f"{address}/openapi.json")[path][method]
    kind = schemathesis.GenerationMode(mode)
    if mode == "negative" and not operation.body and not operation.query:
        pytest.skip("takes nothing that could be wrong")

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=kind))
    def check(case) -> None:
        response = case.call()
        assert response.status_code < 500, response.text[:300]

    check()
