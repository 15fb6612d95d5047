"""The HTTP service, called as its clients call it."""

import asyncio
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import isnad
from isnad.access import LOG
from isnad.batching import BatchOptions, QueueFull
from isnad.document import Document
from isnad.server import MAX_TEXTS, ServiceOptions, create_app

LIMIT = 1 << 20


@pytest.fixture(scope="module")
def client(tiny_model: Path) -> Iterator[TestClient]:
    with TestClient(create_app(isnad.load(tiny_model), ServiceOptions(max_body=LIMIT))) as client:
        yield client


def test_articles_come_back_as_documents_in_order(client: TestClient) -> None:
    texts = ["قال الوزير نعم", "", "نص\nآخر \u0000"]
    answer = client.post("/v1/extract", json={"articles": [{"text": t} for t in texts] + [{"text": "أ", "id": "mine"}]})
    assert answer.status_code == 200
    documents = [Document.from_dict(d) for d in answer.json()["documents"]]
    assert [d.text for d in documents] == [*texts, "أ"]
    assert [d.id for d in documents] == ["1", "2", "3", "mine"]


@pytest.mark.parametrize("unit", ["codepoint", "utf16", "byte"])
def test_offsets_count_what_the_caller_asks_for(client: TestClient, unit: str) -> None:
    text = "😀 قال وزير الخارجية إن الوفد وصل إلى القاهرة " * 3
    answer = client.post("/v1/extract", json={"articles": [{"text": text}], "offset_unit": unit}).json()["documents"][0]
    assert answer.get("offset_unit", "codepoint") == unit
    Document.from_dict(answer).check()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "articles"),
        ({"articles": []}, "articles"),
        ({"articles": [{"text": 3}]}, "text"),
        ({"articles": [{"id": "a"}]}, "text"),
        ({"articles": [{"text": "أ"}] * (MAX_TEXTS + 1)}, "articles"),
        ({"articles": [{"text": "أ"}], "offset_unit": "words"}, "offset_unit"),
        ({"articles": [{"text": "\ud800", "id": 3}]}, "id"),
    ],
)
def test_a_bad_body_is_422_and_names_the_field(client: TestClient, body: dict[str, object], field: str) -> None:
    answer = client.post("/v1/extract", content=json.dumps(body), headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert field in str(answer.json()["detail"])


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[" * 100_000, b'{"articles": [{"text": "\\ud800 \xd9\x86"}]}', b""])
def test_broken_json_does_no_harm(client: TestClient, content: bytes) -> None:
    answer = client.post("/v1/extract", content=content, headers={"content-type": "application/json"})
    assert answer.status_code in (200, 400, 422)
    assert client.get("/healthz").json()["status"] == "ok"


def test_too_large_a_body_is_413_said_or_not(client: TestClient) -> None:
    assert client.post("/v1/extract", content=b"x" * (LIMIT + 1)).status_code == 413
    chunks = (b"x" * 65536 for _ in range(LIMIT // 65536 + 1))  # no Content-Length
    assert client.post("/v1/extract", content=chunks).status_code == 413


def test_a_stream_is_answered_line_by_line_and_a_bad_line_in_its_place(client: TestClient) -> None:
    lines = [b'{"text": "\xd9\x82\xd8\xa7\xd9\x84"}', b"", b"{broken", b'{"text": "", "id": "empty"}', b'{"text": 3}', b"x" * (LIMIT + 1)]
    body = b"\n".join([*lines, *(b'{"text": "n%d"}' % n for n in range(40))])
    answer = client.post("/v1/extract/stream?offset_unit=utf16", content=(body[i : i + 9999] for i in range(0, len(body), 9999)))
    found = [json.loads(line) for line in answer.text.splitlines()]
    assert found[0]["text"] == "قال"
    assert [f.get("line") for f in found[:5]] == [None, 3, None, 5, 6]
    assert found[2]["id"] == "empty"
    assert [f["text"] for f in found[5:]] == [f"n{n}" for n in range(40)]


def test_health_readiness_and_counts(client: TestClient) -> None:
    client.post("/v1/extract", json={"articles": [{"text": "نص"}]})
    assert client.get("/readyz").json() == {"status": "ready"}
    counts = client.get("/metrics").text
    assert 'isnad_requests_total{path="/v1/extract",status="200"}' in counts
    assert "isnad_articles_total" in counts
    client.app.state.service.is_stopping = True
    assert client.get("/readyz").status_code == 503
    client.app.state.service.is_stopping = False


def test_a_log_line_names_everything_but_the_text(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    LOG.propagate = True
    with caplog.at_level(logging.INFO, logger=LOG.name):
        answer = client.post("/v1/extract", json={"articles": [{"text": "سر لا يكتب"}]})
    line = json.loads(caplog.records[-1].getMessage())
    assert line | {"method": "POST", "path": "/v1/extract", "status": 200, "articles": 1, "characters": 10} == line
    assert line["id"] == answer.headers["x-request-id"]
    assert "سر" not in caplog.text


def test_a_key_is_asked_of_extraction_alone(tiny_model: Path) -> None:
    with TestClient(create_app(isnad.load(tiny_model), ServiceOptions(api_key="مفتاح"))) as client:
        body = {"articles": [{"text": "نص"}]}
        refused = client.post("/v1/extract", json=body)
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
        assert client.post("/v1/extract", json=body, headers={"authorization": "Bearer wrong"}).status_code == 401
        assert client.post("/v1/extract", json=body, headers={"authorization": "Bearer مفتاح".encode()}).status_code == 200
        assert client.get("/healthz").status_code == 200


def test_a_full_queue_is_503_with_retry_after_and_a_late_answer_504(tiny_model: Path) -> None:
    app = create_app(isnad.load(tiny_model), ServiceOptions(timeout=0.05, batches=BatchOptions(queue=1)))
    service = app.state.service
    with TestClient(app) as client:
        real = service.batcher.submit

        async def full(jobs: object) -> list[str]:
            raise QueueFull(7)

        async def slow(jobs: object) -> list[str]:
            await asyncio.sleep(5)
            return []

        for submit, status in ((full, 503), (slow, 504), (real, 200)):
            service.batcher.submit = submit
            answer = client.post("/v1/extract", json={"articles": [{"text": "نص"}]})
            assert answer.status_code == status
            assert answer.headers.get("retry-after") == ("7" if status == 503 else None)


def test_the_schema_is_published_with_examples(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()
    assert {"/v1/extract", "/v1/extract/stream", "/healthz", "/readyz", "/metrics"} <= set(schema["paths"])
    assert schema["components"]["schemas"]["Article"]["properties"]["text"]["examples"]
