"""The HTTP service (extra ``serve``): ``isnad serve --model NAME``. One text or several in, their documents out."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from isnad.extractor import Extractor
from isnad.version import __version__

MAX_BODY = 8 << 20
"""Bytes of a request's body; a larger one is answered 413."""
MAX_TEXTS = 64
_EXAMPLE = "قال وزير الخارجية سامي النجار إن الوفد وصل إلى القاهرة."


class Article(BaseModel):
    """A text, and the id that its document bears."""

    text: str = Field(examples=[_EXAMPLE])
    id: str | None = None


class Articles(BaseModel):
    """What a request holds."""

    articles: Annotated[list[Article], Field(min_length=1, max_length=MAX_TEXTS)]


def create_app(extractor: Extractor) -> FastAPI:
    """The service over a loaded model. Extraction runs in a worker thread, so health checks are answered meanwhile."""
    app = FastAPI(title="isnad", version=__version__, description="Who said what, in Arabic political news.")

    @app.middleware("http")
    async def refuse_large_bodies(request: Request, call_next: Any) -> Response:
        length = request.headers.get("content-length", "0")
        if not length.isdigit() or int(length) > MAX_BODY:
            return JSONResponse({"detail": f"expected a body of at most {MAX_BODY} bytes, found {length}"}, status_code=413)
        response: Response = await call_next(request)
        return response

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        """Answers while the process lives."""
        return {"status": "ok", "version": __version__}

    @app.post("/v1/extract")
    async def extract(body: Articles) -> Response:
        """Documents of the articles, in order, in the JSON form of schema 1."""
        pairs = [(a.id if a.id is not None else str(n), a.text) for n, a in enumerate(body.articles, 1)]
        documents = await run_in_threadpool(extractor.extract_many, pairs)
        content = '{"documents": [' + ", ".join(d.to_json() for d in documents) + "]}"
        return Response(content, media_type="application/json")

    return app
