"""What a client of the HTTP service sends and how it reads the answers, whether it waits for them or not."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any

from isnad.document import Document
from isnad.errors import InputError, IsnadError
from isnad.version import __version__

try:
    import httpx as httpx  # clients take it from here, so that its absence is told in one place
except ModuleNotFoundError as error:
    problem = f"isnad.client needs {error.name}, which is not installed; pip install 'isnad[client]'"
    raise ModuleNotFoundError(problem, name=error.name) from None

MAX_ARTICLES = 64
"""Articles of a request that the service takes."""
MAX_BYTES = 8 << 20
"""Bytes of a request's body that the service takes."""
_OPENING, _BETWEEN, _CLOSING = b'{"articles": [', b", ", b"]}"
_TRIED_AGAIN = frozenset({429, 502, 503, 504})
_FIRST_WAIT, _DOUBLINGS = 0.5, 6
_LONGEST_WAIT = 60.0
"""Seconds of a Retry-After above which the request is given up."""
_LONGEST_CONNECT = 10.0
_SHOWN_PROBLEMS = 5
_SURROGATE = re.compile("[\ud800-\udfff]")


class ServiceError(IsnadError):
    """The service refused a request or gave no answer: ``status`` is that of its answer, or None where none came, and
    ``detail`` its reason."""

    def __init__(self, message: str, status: int | None = None, detail: str = "") -> None:
        super().__init__(message)
        self.status, self.detail = status, detail


@dataclass(frozen=True, slots=True)
class Batch:
    """Articles of one request: their ids, and its body."""

    ids: tuple[str, ...]
    body: bytes


@dataclass(eq=False)
class Exchange:
    """A service as both clients know it, and all that they do but send and wait.

    Raises:
        InputError: an option that cannot be used.
    """

    base_url: str
    """Where the service is, such as ``https://news.example.org/isnad``."""
    api_key: str | None = field(default=None, repr=False)
    timeout: float = 130.0
    """Seconds to wait for an answer; the service itself gives up after 120."""
    retries: int = 4
    """Times that a request is sent again."""
    batch_articles: int = 16
    """Articles of a request; the service takes at most 64."""
    batch_bytes: int = MAX_BYTES
    """Bytes of a request; the service takes at most 8 MiB unless it was started with another limit."""

    def __post_init__(self) -> None:
        self._host = _host(self.base_url)
        if self.api_key is not None and not re.fullmatch("[!-~]+", self.api_key):
            raise InputError("api_key: expected ASCII letters, digits and signs without spaces, found something else")
        if not 1 <= self.batch_articles <= MAX_ARTICLES:
            raise InputError(f"batch_articles is {self.batch_articles}; expected 1 to {MAX_ARTICLES}, as the service takes")
        for name, least in (("timeout", 0.001), ("retries", 0), ("batch_bytes", 1)):
            if getattr(self, name) < least:
                raise InputError(f"{name} is {getattr(self, name)}; expected at least {least}")
        self._url = self.base_url.rstrip("/") + "/v1/extract"
        self._timeout = httpx.Timeout(self.timeout, connect=min(self.timeout, _LONGEST_CONNECT))
        self._headers = {"Content-Type": "application/json", "User-Agent": f"isnad/{__version__}"}
        if self.api_key is not None:
            self._headers["Authorization"] = f"Bearer {self.api_key}"

    def batches(self, articles: Iterable[str | tuple[str, str]]) -> Iterator[Batch]:
        """Requests' contents, as full as the limits allow; it reads no further than the batch it gives."""
        ids: list[str] = []
        bodies: list[bytes] = []
        size = 0
        for number, article in enumerate(articles, 1):
            article_id, text = _named(number, article)
            body = json.dumps({"id": article_id, "text": text}, ensure_ascii=False).encode()
            self._check_size(article_id, body)
            if bodies and size + len(body) + len(_BETWEEN) > self.batch_bytes:
                yield _batch(ids, bodies)
                ids, bodies = [], []
            size = size + len(_BETWEEN) + len(body) if bodies else len(_OPENING) + len(body) + len(_CLOSING)
            ids.append(article_id)
            bodies.append(body)
            if len(bodies) == self.batch_articles:
                yield _batch(ids, bodies)
                ids, bodies = [], []
        if bodies:
            yield _batch(ids, bodies)

    def _check_size(self, article_id: str, body: bytes) -> None:
        size = len(_OPENING) + len(body) + len(_CLOSING)
        if size > self.batch_bytes:
            raise InputError(
                f"article {article_id}: a request of {size} bytes, more than the {self.batch_bytes} that one may have; "
                "split the text, or set batch_bytes as high as the service's own limit"
            )

    def wait(self, tries: int, outcome: httpx.Response | httpx.RequestError) -> float:
        """Seconds until a request that was sent ``tries`` times without success is sent again.

        Raises:
            ServiceError: it is of no use to send it again.
        """
        if isinstance(outcome, httpx.Response):
            asked, problem = _retry_after(outcome), self._refusal(outcome)
            if outcome.status_code not in _TRIED_AGAIN:
                raise problem
            if asked > _LONGEST_WAIT:
                raise ServiceError(f"{problem}; it asks to come back in {asked:.0f} s", problem.status, problem.detail)
        else:
            asked, problem = 0.0, self._silence(outcome)
        if tries > self.retries:
            raise ServiceError(f"{problem}; sent {tries} times", problem.status, problem.detail)
        longest = _FIRST_WAIT * 2 ** min(tries - 1, _DOUBLINGS)
        return asked + random.uniform(longest / 2, longest)  # clients that were refused together come back apart

    def _refusal(self, response: httpx.Response) -> ServiceError:
        detail = _detail(response)
        return ServiceError(f"the service at {self._host} answered {response.status_code}: {detail}", response.status_code, detail)

    def _silence(self, error: httpx.RequestError) -> ServiceError:
        detail = f"{type(error).__name__}: {error}"
        return ServiceError(f"the service at {self._host} gave no answer ({detail}); is it running, and the address right?", None, detail)

    def documents(self, batch: Batch, response: httpx.Response) -> list[Document]:
        """The documents of a batch out of the answer to it.

        Raises:
            ServiceError: something else was answered.
            DocumentError: a document of another schema.
        """
        try:
            values = response.json()["documents"]
            documents = [Document.from_dict(v, f"document {i}") for i, v in zip(batch.ids, values, strict=True)]
        except (ValueError, KeyError, TypeError):
            documents = []
        if tuple(d.id for d in documents) != batch.ids:
            detail = f"expected {len(batch.ids)} documents, found {response.text[:80]!r}"
            problem = f"the service at {self._host} answered something else than the documents asked for: {detail}"
            raise ServiceError(problem, response.status_code, detail)
        return documents


def _host(base_url: str) -> str:
    """The host and port of an address, without a password that it may hold."""
    try:
        url = httpx.URL(base_url)
    except (httpx.InvalidURL, TypeError):
        url = httpx.URL()
    if url.scheme not in ("http", "https") or not url.host:
        raise InputError("base_url: expected an address such as http://127.0.0.1:8000, found something else")
    return url.netloc.decode("ascii")


def _named(number: int, article: object) -> tuple[str, str]:
    """An article's id, its number where it has none, and its text, both fit to be sent."""
    pair = (str(number), article) if isinstance(article, str) else article
    if not (isinstance(pair, tuple) and len(pair) == 2 and all(isinstance(part, str) for part in pair)):
        raise InputError(f"article {number}: expected a string or an (id, text) pair of strings, found {article!r:.40}")
    return _SURROGATE.sub("\ufffd", pair[0]), _SURROGATE.sub("\ufffd", pair[1])


def _batch(ids: list[str], bodies: list[bytes]) -> Batch:
    return Batch(tuple(ids), _OPENING + _BETWEEN.join(bodies) + _CLOSING)


def _retry_after(response: httpx.Response) -> float:
    """Seconds that an answer asks to wait; 0 where it asks for nothing, or for nothing that can be read."""
    value = response.headers.get("retry-after", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    zoned = at if at.tzinfo else at.replace(tzinfo=timezone.utc)
    return max(0.0, (zoned - datetime.now(timezone.utc)).total_seconds())


def _detail(response: httpx.Response) -> str:
    """The reason that an answer gives, on one line."""
    if response.is_redirect:
        return f"a redirect to {response.headers.get('location', '')!r}; give its new address as base_url"
    try:
        detail = response.json()["detail"]
    except (ValueError, KeyError, TypeError):
        return " ".join(response.text[:200].split()) or response.reason_phrase
    if not isinstance(detail, list):
        return str(detail)
    shown = [_field_problem(d) for d in detail[:_SHOWN_PROBLEMS]]
    return "; ".join([*shown, f"and {len(detail) - len(shown)} more"] if len(detail) > len(shown) else shown)


def _field_problem(problem: Any) -> str:
    """One problem of a body as FastAPI lists them: ``articles.3.text: Input should be a valid string``."""
    try:
        place = ".".join(str(part) for part in problem["loc"] if part != "body")
        return f"{place or 'body'}: {problem['msg']}"
    except (KeyError, TypeError):
        return str(problem)
