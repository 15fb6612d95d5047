"""The clients, over a service that answers within the test: order, batches, retries, and what errors say."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

import pytest

from isnad.document import Document
from isnad.errors import DocumentError, InputError

httpx = pytest.importorskip("httpx")

from isnad.client import AsyncClient, Client, ServiceError  # noqa: E402


class Service:
    """Answers with empty documents, after ``first`` answers, and remembers what it was sent."""

    def __init__(self, *first: Any) -> None:
        self.first = list(first)
        self.requests: list[Any] = []

    def __call__(self, request: Any) -> Any:
        self.requests.append(request)
        if self.first:
            answer = self.first.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        return httpx.Response(200, json={"documents": [Document(a["id"], a["text"]).to_dict() for a in self.articles(request)]})

    @staticmethod
    def articles(request: Any) -> list[dict[str, str]]:
        return json.loads(request.content)["articles"]

    @property
    def batches(self) -> list[list[str]]:
        return [[a["id"] for a in self.articles(r)] for r in self.requests]


class Both:
    """A client of either kind, called alike; it notes how long it would have slept."""

    def __init__(self, service: Service, is_async: bool, **options: Any) -> None:
        self.slept: list[float] = []
        common = {"base_url": "http://service.test/", "transport": httpx.MockTransport(service), **options}
        self.client = AsyncClient(sleep=self._sleep_async, **common) if is_async else Client(sleep=self.slept.append, **common)

    async def _sleep_async(self, seconds: float) -> None:
        self.slept.append(seconds)

    def extract_many(self, articles: Any) -> list[Document]:
        found = self.client.extract_many(articles)
        return found if isinstance(found, list) else asyncio.run(found)

    def extract(self, text: Any) -> Document:
        found = self.client.extract(text)
        return found if isinstance(found, Document) else asyncio.run(found)


@pytest.fixture(params=[False, True], ids=["sync", "async"])
def connect(request: pytest.FixtureRequest) -> Callable[..., Both]:
    return lambda service, **options: Both(service, request.param, **options)


def _refused(status: int, detail: str = "busy", retry_after: str | None = None) -> Any:
    return httpx.Response(status, json={"detail": detail}, headers={} if retry_after is None else {"Retry-After": retry_after})


def _fields(*problems: Any) -> dict[str, Any]:
    return {"json": {"detail": problems}}


def test_a_text_gives_its_document(connect) -> None:
    service = Service()
    assert connect(service, api_key="key-1").extract("نص \ud800 \x00").text == "نص \ufffd \x00"
    (request,) = service.requests
    assert request.url == "http://service.test/v1/extract"
    assert request.headers["authorization"] == "Bearer key-1"
    assert request.headers["content-type"] == "application/json"


def test_order_and_ids_are_kept_over_batches(connect) -> None:
    service = Service()
    documents = connect(service, batch_articles=3).extract_many(["a", ("mine", "b"), "c", ("", "d"), ("mine", "e"), "f", "g"])
    assert [d.id for d in documents] == ["1", "mine", "3", "", "mine", "6", "7"]
    assert [d.text for d in documents] == list("abcdefg")
    assert sorted(map(len, service.batches)) == [1, 3, 3]


def test_nothing_asks_nothing(connect) -> None:
    service = Service()
    assert connect(service).extract_many([]) == []
    assert service.requests == []


@pytest.mark.parametrize("limit", [80, 81, 100, 1000])
def test_batches_stay_under_the_bytes_of_a_request(connect, limit: int) -> None:
    service = Service()
    texts = ["نص" * (n % 7) for n in range(40)]
    assert [d.text for d in connect(service, batch_bytes=limit, batch_articles=64).extract_many(texts)] == texts
    sizes = [len(r.content) for r in service.requests]
    assert max(sizes) <= limit
    assert len(sizes) > 1
    with pytest.raises(InputError, match=r"article 2: a request of .* split the text"):
        connect(service, batch_bytes=limit).extract_many(["a", "ب" * limit])


def test_a_stream_is_read_no_further_than_needed() -> None:
    read: list[int] = []

    def texts() -> Iterator[str]:
        for n in range(1000):
            read.append(n)
            yield str(n)

    stream = Both(Service(), False, batch_articles=4).client.extract_stream(texts())
    assert read == []
    assert next(stream).text == "0"
    assert len(read) == 4
    assert [next(stream).text for _ in range(4)] == ["1", "2", "3", "4"]
    assert len(read) == 8


def test_an_async_stream_is_in_order_bounded_and_cancelled_with_its_reader() -> None:
    under_way, most, read, finished = 0, 0, 0, 0

    async def answer(request: Any) -> Any:
        nonlocal under_way, most, finished
        under_way += 1
        most = max(most, under_way)
        try:
            for _ in range(20 - int(Service.articles(request)[0]["id"]) % 20):  # later requests are answered sooner
                await asyncio.sleep(0)
            finished += 1
            return Service()(request)
        finally:
            under_way -= 1

    def texts() -> Iterator[str]:
        nonlocal read
        for n in range(1, 1000):
            read += 1
            yield str(n)

    async def first_documents() -> list[str]:
        async with AsyncClient("http://service.test", batch_articles=2, concurrency=3, transport=httpx.MockTransport(answer)) as client:
            stream: AsyncIterator[Document] = client.extract_stream(texts())
            found = [(await anext(stream)).text for _ in range(9)]
            await stream.aclose()
            assert under_way == 0
            return found

    assert asyncio.run(first_documents()) == [str(n) for n in range(1, 10)]
    assert most == 3
    assert read <= 2 * (5 + 3)
    assert finished <= read / 2


@pytest.mark.parametrize("problem", [429, 502, 503, 504, "ConnectError", "ReadTimeout", "RemoteProtocolError"])
def test_what_may_pass_is_tried_again_with_growing_waits(connect, problem: int | str) -> None:
    failures = [_refused(problem) if isinstance(problem, int) else getattr(httpx, problem)("away") for _ in range(3)]
    client = connect(Service(*failures))
    assert client.extract("نص").text == "نص"
    assert len(client.slept) == 3
    for waited, longest in zip(client.slept, (0.5, 1.0, 2.0), strict=True):
        assert longest / 2 <= waited <= longest


@pytest.mark.parametrize(("asked", "seconds"), [("7", 7), ("60", 60), ("0", 0), ("soon", 0), ("", 0), ("-3", 0)])
def test_retry_after_is_honoured(connect, asked: str, seconds: int) -> None:
    client = connect(Service(_refused(503, retry_after=asked)))
    client.extract("نص")
    assert seconds + 0.25 <= client.slept[0] <= seconds + 0.5


def test_retry_after_may_be_a_date(connect) -> None:
    date = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=30), usegmt=True)
    client = connect(Service(_refused(503, retry_after=date)))
    client.extract("نص")
    assert 20 < client.slept[0] <= 30.5


def test_a_wait_too_long_is_not_waited(connect) -> None:
    client = connect(Service(_refused(429, "quota used up", retry_after="3600")))
    with pytest.raises(ServiceError, match="quota used up; it asks to come back in 3600 s") as caught:
        client.extract("نص")
    assert (caught.value.status, client.slept) == (429, [])


def test_it_gives_up_after_the_retries(connect) -> None:
    service = Service(*(_refused(503) for _ in range(9)))
    with pytest.raises(ServiceError, match=r"the service at service\.test answered 503: busy; sent 3 times") as caught:
        connect(service, retries=2).extract("نص")
    assert (caught.value.status, caught.value.detail) == (503, "busy")
    assert len(service.requests) == 3
    with pytest.raises(ServiceError, match=r"no answer .*refused.* is it running") as caught:
        connect(Service(httpx.ConnectError("refused")), retries=0).extract("نص")
    assert caught.value.status is None


@pytest.mark.parametrize(
    ("status", "content", "message"),
    [
        (400, {"json": {"detail": "busy"}}, "answered 400: busy"),
        (401, {"json": {"detail": "a key is asked for"}}, "answered 401: a key is asked for"),
        (422, _fields({"loc": ["body", "articles", 3, "text"], "msg": "not a string"}), r"422: articles\.3\.text: not a string"),
        (422, _fields(*[{"loc": ["body"], "msg": "no"}, "odd"] * 4), "422: body: no; odd; body: no; odd; body: no; and 3 more"),
        (500, {"json": {"detail": {"code": 7}}}, "answered 500: {'code': 7}"),
        (404, {"text": "<h1>Not\nhere</h1>"}, "answered 404: <h1>Not here</h1>"),
        (413, {}, "answered 413: Request Entity Too Large"),
        (301, {"headers": {"location": "https://service.test/v1/extract"}}, "301: a redirect to 'https://service.test/"),
        (200, {"text": "<html>"}, "something else than the documents asked for: expected 1 documents, found '<html>'"),
        (200, {"json": []}, "expected 1 documents"),
        (200, {"json": {"documents": []}}, "expected 1 documents"),
        (200, {"json": {"documents": [Document("other", "").to_dict()]}}, "expected 1 documents"),
    ],
)
def test_any_other_answer_is_an_error_at_once(connect, status: int, content: dict[str, Any], message: str) -> None:
    service = Service(httpx.Response(status, **content))
    client = connect(service)
    with pytest.raises(ServiceError, match=message) as caught:
        client.extract("نص")
    assert caught.value.status == status
    assert (len(service.requests), client.slept) == (1, [])


def test_a_document_of_another_schema_is_named(connect) -> None:
    service = Service(httpx.Response(200, json={"documents": [{"schema": 9}]}))
    with pytest.raises(DocumentError, match="document n7: expected schema 1, found 9"):
        connect(service).extract_many([("n7", "نص")])


@pytest.mark.parametrize("articles", ["نص", b"x", [3], [None], [("a",)], [("a", None)], [(1, "a")], [["a", "b"]]])
def test_what_is_no_article_is_refused(connect, articles: Any) -> None:
    service = Service()
    with pytest.raises(InputError, match=r"expected (a string or an \(id, text\) pair|several texts)"):
        connect(service).extract_many(articles)
    assert service.requests == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        *(({"base_url": url}, "base_url: expected an address") for url in ("", "service.test", "ftp://x", "http://", "http://x:y", None)),
        ({"api_key": "مفتاح"}, "api_key: expected ASCII"),
        ({"api_key": "a\nb"}, "api_key: expected ASCII"),
        ({"batch_articles": 65}, "batch_articles is 65; expected 1 to 64"),
        ({"batch_articles": 0}, "batch_articles is 0; expected 1 to 64"),
        ({"timeout": 0}, "timeout is 0"),
        ({"retries": -1}, "retries is -1"),
        ({"batch_bytes": 0}, "batch_bytes is 0"),
    ],
)
def test_options_that_cannot_be_used_are_refused(connect, options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        connect(Service(), **options)


def test_secrets_are_in_no_message() -> None:
    client = Client("http://user:word@service.test", api_key="secret", transport=httpx.MockTransport(Service(_refused(400))))
    assert "secret" not in repr(client)
    with pytest.raises(ServiceError) as caught:
        client.extract("نص")
    assert "word" not in str(caught.value)
    assert "service.test" in str(caught.value)


def test_a_client_is_closed_behind_its_block() -> None:
    with Client("http://service.test", transport=httpx.MockTransport(Service())) as client:
        client.extract("نص")
    with pytest.raises(RuntimeError, match="closed"):
        client.extract("نص")
