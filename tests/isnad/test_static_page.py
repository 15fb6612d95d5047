"""The page's files as they are served, and the contrast of its colours."""

import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from isnad.static_page import HEADERS, MEDIA_TYPES, STATIC, mount_page

PATHS = {"/": "index.html", **{f"/static/{name}": name for name in MEDIA_TYPES}}
GROUNDS = {
    "ink": ("paper", "surface", "direct", "indirect"),
    "muted": ("paper", "surface", "direct", "indirect"),
    **dict.fromkeys(("per", "role", "org", "loc", "cue"), ("paper", "surface", "direct", "indirect")),
    "accent": ("paper",),
    "on-accent": ("accent",),
    "on-lit": ("lit",),
    "lit": ("on-lit",),
    "error": ("error-surface",),
}
"""Every colour of words, and what it stands on."""


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = FastAPI()
    mount_page(app)
    return TestClient(app)


@pytest.mark.parametrize(("path", "name"), PATHS.items())
def test_a_file_is_served_whole_with_its_type_and_the_policy(client: TestClient, path: str, name: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.content == (STATIC / name).read_bytes()
    assert answer.headers["content-type"] == MEDIA_TYPES[name]
    assert answer.headers["cache-control"]
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert client.head(path).content == b""
    assert client.get(path, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


@pytest.mark.parametrize(
    "path", ["/static/", "/static/none.js", "/static/..%2fserver.py", "/static/%2e%2e/server.py", "/static/a/../app.js%00"]
)
def test_no_other_name_is_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_policy_admits_this_origin_alone() -> None:
    directives = dict(part.split() for part in HEADERS["Content-Security-Policy"].split(";"))
    assert directives.pop("require-trusted-types-for") == "'script'"
    assert set(directives.values()) == {"'self'", "'none'"}
    assert directives["default-src"] == "'self'"


def test_every_file_is_named_and_together_they_are_small() -> None:
    files = {path.name: path.stat().st_size for path in STATIC.iterdir()}
    assert set(files) == set(MEDIA_TYPES)
    assert sum(files.values()) < 300_000


def test_the_page_holds_no_inline_script_or_style_and_names_no_other_host() -> None:
    html = (STATIC / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", html)
    words = [path.read_text(encoding="utf-8") for path in STATIC.iterdir() if path.suffix in (".html", ".css", ".js")]
    assert not any("://" in content for content in words)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_contrast_with_their_ground(scheme: str) -> None:
    """WCAG 2, level AA: 4.5 to 1."""
    light, dark = re.findall(r":root \{(.*?)\}", (STATIC / "style.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    colours = dict(re.findall(r"--([a-z-]+): #([0-9a-f]{6});", light + (dark if scheme == "dark" else "")))
    contrasts = {(word, ground): _contrast(colours[word], colours[ground]) for word, grounds in GROUNDS.items() for ground in grounds}
    assert {pair: contrast for pair, contrast in contrasts.items() if contrast < 4.5} == {}


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
