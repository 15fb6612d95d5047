"""The HTTP service, called as its clients call it."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import isnad
from isnad.document import Document
from isnad.server import MAX_BODY, MAX_TEXTS, create_app


@pytest.fixture(scope="module")
def client(tiny_model: Path) -> TestClient:
    return TestClient(create_app(isnad.load(tiny_model)))


def test_articles_come_back_as_documents_in_order(client: TestClient) -> None:
    texts = ["قال الوزير نعم", "", "نص\nآخر \u0000"]
    answer = client.post("/v1/extract", json={"articles": [{"text": t} for t in texts] + [{"text": "أ", "id": "mine"}]})
    assert answer.status_code == 200
    documents = [Document.from_dict(d) for d in answer.json()["documents"]]
    assert [d.text for d in documents] == [*texts, "أ"]
    assert [d.id for d in documents] == ["1", "2", "3", "mine"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "articles"),
        ({"articles": []}, "articles"),
        ({"articles": [{"text": 3}]}, "text"),
        ({"articles": [{"id": "a"}]}, "text"),
        ({"articles": [{"text": "أ"}] * (MAX_TEXTS + 1)}, "articles"),
    ],
)
def test_a_bad_body_is_422_and_names_the_field(client: TestClient, body: dict[str, object], field: str) -> None:
    answer = client.post("/v1/extract", json=body)
    assert answer.status_code == 422
    assert field in str(answer.json()["detail"])


def test_a_lone_surrogate_and_broken_json_do_no_harm(client: TestClient) -> None:
    head = {"content-type": "application/json"}
    assert client.post("/v1/extract", content=b'{"articles": [{"text": "\\ud800 \xd9\x86"}]}', headers=head).status_code in (200, 422)
    assert client.post("/v1/extract", content=b"{", headers=head).status_code == 422
    assert client.get("/healthz").json()["status"] == "ok"


def test_too_large_a_body_is_413(client: TestClient) -> None:
    assert client.post("/v1/extract", content=b"x" * (MAX_BODY + 1)).status_code == 413


def test_the_schema_is_published(client: TestClient) -> None:
    assert "/v1/extract" in client.get("/openapi.json").json()["paths"]
