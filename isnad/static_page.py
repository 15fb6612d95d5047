"""The page at ``/``: the files of ``isnad/static``, served by name from memory, under a policy that lets the page load and ask
nothing but the service it came from."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response

STATIC = Path(__file__).parent / "static"
MEDIA_TYPES = {
    "index.html": "text/html; charset=utf-8",
    "style.css": "text/css; charset=utf-8",
    "app.js": "text/javascript; charset=utf-8",
    "article.js": "text/javascript; charset=utf-8",
    "panel.js": "text/javascript; charset=utf-8",
    "reading.js": "text/javascript; charset=utf-8",
    "service.js": "text/javascript; charset=utf-8",
    "words.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "noto-naskh-arabic.woff2": "font/woff2",
    "noto-naskh-latin.woff2": "font/woff2",
    "OFL.txt": "text/plain; charset=utf-8",
}
"""Every file that is served, with its type; no other name is answered."""
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_FRESH = "no-cache"  # asked for anew each time, and answered 304 while it is the same: a new version shows at once
_KEPT = "public, max-age=604800"


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    headers: dict[str, str]


def mount_page(app: FastAPI) -> None:
    """Serve the page at ``/`` and its files at ``/static/NAME``; any other name there is answered 404."""
    files = {name: _read(name) for name in MEDIA_TYPES}

    @app.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
    async def page(request: Request) -> Response:
        return _answer(files["index.html"], request)

    @app.api_route("/static/{name}", methods=["GET", "HEAD"], include_in_schema=False)
    async def static(name: str, request: Request) -> Response:
        if name not in files:
            raise HTTPException(404)
        return _answer(files[name], request)


def _read(name: str) -> _File:
    content = (STATIC / name).read_bytes()
    caching = _KEPT if name.endswith(".woff2") else _FRESH
    own = {"Content-Type": MEDIA_TYPES[name], "Cache-Control": caching, "ETag": f'"{sha256(content).hexdigest()[:32]}"'}
    return _File(content, {**HEADERS, **own})


def _answer(file: _File, request: Request) -> Response:
    """The file, or 304 to a client that holds it."""
    if file.headers["ETag"] in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=file.headers)
    return Response(file.content, headers=file.headers)
