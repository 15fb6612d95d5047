"""The page in a real browser, over a service whose answers are made by hand. Skipped where chromium is not installed.

``ISNAD_SCREENSHOTS=models/base`` also takes the pictures of ``docs/screenshots`` with that model.
"""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

import isnad
from isnad.document import Cue, Document, Entity, Mention, Quote, Relation
from isnad.static_page import mount_page

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
from selenium.common.exceptions import JavascriptException  # noqa: E402
from selenium.webdriver.chrome.service import Service as Driver  # noqa: E402
from selenium.webdriver.common.action_chains import ActionChains  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402
from selenium.webdriver.support.wait import WebDriverWait  # noqa: E402

CHROMIUM, CHROMEDRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1280,900",
)
pytestmark = pytest.mark.skipif(
    not (CHROMIUM.exists() and CHROMEDRIVER.exists()), reason=f"needs {CHROMIUM} and {CHROMEDRIVER}; apt install chromium chromium-driver"
)

SCRIPT = "<script>window.hacked = 1</script>"
IMAGE = '<img src="x" onerror="window.hacked = 1">'
TEXT = f"""\
😀 قال وزير مالية الأردن سالم النجار في عمّان: "نحن هنا 🎉 منذ أمس".

وأضاف أن الوفد عاد.
وأن العمل مستمر.
وقالت هدى منصور إن نقابة المهندسين العرب "لم تُدع".
وكتبت صحيفة {SCRIPT} & "{IMAGE}"."""


def _place(piece: str) -> dict[str, Any]:
    """Where a piece stands in the text."""
    start = TEXT.index(piece)
    return {"start": start, "end": start + len(piece), "text": piece}


ROLE, NAME, JOINED = "وزير مالية الأردن", "سالم النجار", "أن الوفد عاد.\nوأن العمل مستمر"
REPORTED = 'إن نقابة المهندسين العرب "لم تُدع'
HOSTILE = '"><script>window.hacked = 1</script>'
DOCUMENT = Document(
    id=HOSTILE,
    text=TEXT,
    mentions=(
        Mention("m1", **_place(ROLE), type="ROLE", entity="e1", score=0.9),
        Mention("m2", **_place("الأردن"), type="LOC", entity="e2", score=0.8),
        Mention("m3", **_place(NAME), type="PER", entity="e1", score=0.987),
        Mention("m4", **_place("عمّان"), type="LOC", entity="e3"),
        Mention("m5", **_place("هدى منصور"), type="PER", entity="e4"),
        Mention("m6", **_place("نقابة المهندسين"), type="ORG", entity="e5"),
        Mention("m7", **_place("المهندسين العرب"), type="ORG", entity="e6"),
        Mention(HOSTILE, **_place(SCRIPT), type="ORG", entity="__proto__"),
    ),
    cues=(Cue("c1", **_place("قال")), Cue("c2", **_place("أضاف")), Cue("c3", **_place("قالت")), Cue("c4", **_place("كتبت"))),
    quotes=(
        Quote(
            "q1", **_place("نحن هنا 🎉 منذ أمس"), kind="direct", speaker="e1", mention="m3", attribution="explicit", cue="c1", score=0.95
        ),
        Quote("q2", **_place(JOINED), kind="indirect", speaker="e1", mention="m3", attribution="continued", cue="c2"),
        Quote("q3", **_place(REPORTED), kind="indirect", speaker="e4", mention="m5", attribution="explicit", cue="c3"),
        Quote("q4", **_place("لم تُدع"), kind="direct", speaker="e4", mention="m5", attribution="explicit", cue="c3"),
        Quote("q5", **_place(IMAGE), kind="direct"),
    ),
    entities=(
        Entity("e1", "PER", NAME, ("m1", "m3"), ("m1",)),
        Entity("e2", "LOC", "الأردن", ("m2",)),
        Entity("e3", "LOC", "عمّان", ("m4",)),
        Entity("e4", "PER", "هدى منصور", ("m5",)),
        Entity("e5", "ORG", "نقابة المهندسين", ("m6",)),
        Entity("e6", "ORG", "المهندسين العرب", ("m7",)),
        Entity("__proto__", "ORG", SCRIPT, (HOSTILE,)),
    ),
    relations=(Relation("located_in", "m3", "e3"),),
)
MARKS = [
    ("CUE", "قال"),
    ("ROLE", ROLE),
    ("LOC", "الأردن"),
    ("PER", NAME),
    ("LOC", "عمّان"),
    ("direct", "نحن هنا 🎉 منذ أمس"),
    ("CUE", "أضاف"),
    ("indirect", "أن الوفد عاد."),
    ("indirect", "وأن العمل مستمر"),
    ("CUE", "قالت"),
    ("PER", "هدى منصور"),
    ("indirect", REPORTED),
    ("ORG", "نقابة المهندسين"),
    ("ORG", "المهندسين"),
    ("ORG", " العرب"),
    ("direct", "لم تُدع"),
    ("CUE", "كتبت"),
    ("ORG", SCRIPT),
    ("direct", IMAGE),
]
"""The elements of the text in order. A quote over two lines and the second of two crossing mentions come in two parts."""
ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
SALEM = {("ROLE", ROLE), ("PER", NAME)}
SALEM_SAYS = {
    ("CUE", "قال"),
    ("direct", "نحن هنا 🎉 منذ أمس"),
    ("CUE", "أضاف"),
    ("indirect", "أن الوفد عاد."),
    ("indirect", "وأن العمل مستمر"),
}


@dataclass
class FakeService:
    """Answers as it is told to, and keeps what it was asked."""

    url: str = ""
    answer: Callable[[], Response] = Response
    requests: list[tuple[dict[str, Any], str | None]] = field(default_factory=list)

    def give(self, content: Any, status: int = 200, **headers: str) -> None:
        self.answer = lambda: JSONResponse(content, status, {name.replace("_", "-"): value for name, value in headers.items()})

    def give_document(self, document: Document) -> None:
        self.give({"documents": [document.to_dict("utf16")]})


@pytest.fixture(scope="module")
def service() -> Iterator[FakeService]:
    fake, app = FakeService(), FastAPI()
    mount_page(app)

    @app.post("/v1/extract")
    async def extract(request: Request) -> Response:
        fake.requests.append((await request.json(), request.headers.get("authorization")))
        return fake.answer()

    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.01)
    fake.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
    yield fake
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options, Driver(str(CHROMEDRIVER)))
    yield browser
    browser.quit()


class Page:
    """The page as a reader uses it."""

    def __init__(self, driver: Any, service: FakeService) -> None:
        self.driver, self.service = driver, service

    def open(self, width: int = 1280, height: int = 900, scheme: str = "light") -> None:
        features = [{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self.driver.get(self.service.url)
        self.wait(lambda: self.text("#count"))
        self.point("h1")

    def wait(self, condition: Callable[[], Any]) -> Any:
        return WebDriverWait(self.driver, 10, 0.02).until(lambda _: condition())

    def js(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def one(self, selector: str) -> Any:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def text(self, selector: str) -> str:
        return self.js("return document.querySelector(arguments[0]).textContent.trim()", selector)

    def paste(self, text: str) -> None:
        """Put text in the field as the clipboard would; the driver's keys know no emoji."""
        self.one("#text").clear()
        self.one("#text").click()
        self.driver.execute_cdp_cmd("Input.insertText", {"text": text})

    def extract(self, text: str = TEXT) -> None:
        self.paste(text)
        self.one(".primary").click()
        self.wait(lambda: self.one("#request").get_attribute("aria-busy") != "true")

    def marks(self, kinds: str = "[data-kind]") -> list[tuple[str, str]]:
        found = self.js(f"return [...document.querySelectorAll('#article {kinds}')].map(e => [e.dataset.kind, e.textContent])")
        return [(kind, text) for kind, text in found]

    def mark(self, kind: str, text: str) -> Any:
        matches = "element.dataset.kind === arguments[0] && element.textContent === arguments[1]"
        return self.js(f"return [...document.querySelectorAll('#article [data-kind]')].find(element => {matches})", kind, text)

    def button(self, name: str) -> Any:
        script = "return [...document.querySelectorAll('button')].find(b => b.textContent.startsWith(arguments[0]))"
        return self.js(script, name)

    def point(self, target: Any) -> None:
        element = self.one(target) if isinstance(target, str) else target
        ActionChains(self.driver, 0).move_to_element(element).perform()

    def press(self, *keys: str) -> None:
        ActionChains(self.driver, 0).send_keys(*keys).perform()

    @property
    def focused(self) -> str:
        """The focused element's text."""
        return str(self.driver.switch_to.active_element.get_attribute("textContent")).strip()

    def overflow(self) -> int:
        return int(self.js("return document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.fixture
def page(driver: Any, service: FakeService) -> Page:
    service.requests.clear()
    service.give_document(DOCUMENT)
    page = Page(driver, service)
    page.open()
    return page


@pytest.fixture
def result(page: Page) -> Page:
    """The page with the document on it."""
    page.extract()
    return page


def test_the_document_is_sound() -> None:
    DOCUMENT.check()


def test_a_pasted_text_is_sent_as_it_is(result: Page) -> None:
    assert result.service.requests == [({"articles": [{"text": TEXT}], "offset_unit": "utf16"}, None)]
    assert result.text("#count") == f"{str(len(TEXT)).translate(ARABIC_DIGITS)} حرفاً"
    assert result.text("#status") == "٥ اقتباسات لقائلَين."
    assert result.focused == "النتيجة"


def test_marks_have_their_texts_and_nest(result: Page) -> None:
    assert result.marks() == MARKS
    paragraphs = result.js("return [...document.querySelectorAll('#article > p')].map(p => p.textContent)")
    assert paragraphs == [line for line in TEXT.split("\n") if line]
    parent = "return arguments[0].parentElement.dataset.kind"
    assert result.js(parent, result.mark("LOC", "الأردن")) == "ROLE"
    assert result.js(parent, result.mark("direct", "لم تُدع")) == "indirect"
    assert result.js("return getComputedStyle(document.querySelector('#article p')).direction") == "rtl"


def test_a_quote_bears_its_speaker_once(result: Page) -> None:
    labels = result.js("return [...document.querySelectorAll('[data-speaker]')].map(q => [q.textContent, q.dataset.speaker])")
    assert labels == [["نحن هنا 🎉 منذ أمس", NAME], ["وأن العمل مستمر", NAME], [REPORTED, "هدى منصور"]]


@pytest.mark.parametrize("way", ["hover", "focus"])
@pytest.mark.parametrize(
    ("mark", "lit"),
    [
        (("direct", "نحن هنا 🎉 منذ أمس"), {("direct", "نحن هنا 🎉 منذ أمس"), ("CUE", "قال"), *SALEM}),
        (("indirect", "أن الوفد عاد."), {("indirect", "أن الوفد عاد."), ("indirect", "وأن العمل مستمر"), ("CUE", "أضاف"), *SALEM}),
        (("PER", NAME), SALEM | SALEM_SAYS),
        (("CUE", "قال"), {("CUE", "قال"), ("direct", "نحن هنا 🎉 منذ أمس"), *SALEM}),
        (("LOC", "عمّان"), {("LOC", "عمّان")}),
        (("direct", IMAGE), {("direct", IMAGE)}),
    ],
)
def test_what_belongs_together_lights_together(result: Page, way: str, mark: tuple[str, str], lit: set[tuple[str, str]]) -> None:
    element = result.mark(*mark)
    if way == "hover":
        result.point(element)
    else:
        result.js("arguments[0].focus()", element)
    assert set(result.marks(".lit")) == lit
    result.point("h1")
    result.js("document.activeElement.blur()")
    assert result.marks(".lit") == []


def test_a_place_inside_a_role_lights_the_speaker(result: Page) -> None:
    result.point(result.mark("LOC", "الأردن"))
    assert set(result.marks(".lit")) == SALEM | SALEM_SAYS
    assert result.js("return document.querySelector('.cards .lit .entity').textContent") == NAME


def test_scores_and_speakers_are_told(result: Page) -> None:
    quote = result.mark("direct", "نحن هنا 🎉 منذ أمس")
    result.point(quote)
    for words in (result.text("#details"), quote.get_attribute("aria-description")):
        assert all(part in words for part in ("اقتباس مباشر", f"القائل: {NAME} ({ROLE})", "فعل القول: قال", "٩٥"))


def test_the_panel_lists_who_says_what(result: Page) -> None:
    cards = result.js(
        "return [...document.querySelectorAll('.cards > li')].map(c => [...c.querySelectorAll('button, p, .note')].map(e => e.textContent))"
    )
    assert cards == [
        [NAME, "اقتباسان", ROLE, "المكان: عمّان", "نحن هنا 🎉 منذ أمس", JOINED],
        ["هدى منصور", "اقتباسان", REPORTED, "لم تُدع"],
        ["بلا قائل محدد", "اقتباس واحد", IMAGE],
    ]
    result.button("لم تُدع").click()
    assert result.focused == "لم تُدع"
    assert ("PER", "هدى منصور") in result.marks(".lit")


def test_an_entity_chosen_dims_the_others(result: Page) -> None:
    button = result.button(NAME)
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    assert set(result.marks(".chosen")) == SALEM | SALEM_SAYS
    colour = "return getComputedStyle(arguments[0]).color"
    dim = result.js(colour, result.one("#article p"))
    assert result.js(colour, result.mark("PER", "هدى منصور")) == dim
    assert result.js(colour, result.mark("PER", NAME)) != dim
    result.button("هدى منصور").click()
    assert {("PER", NAME), ("PER", "هدى منصور")} <= set(result.marks(".chosen"))
    result.button("عرض الكل").click()
    assert result.marks(".chosen") == []
    assert button.get_attribute("aria-pressed") == "false"
    assert not result.button("عرض الكل").is_enabled()


def test_the_legend_takes_a_kind_away_and_back(result: Page) -> None:
    button = result.button("أماكن")
    for pressed, off in (("true", []), ("false", [("LOC", "الأردن"), ("LOC", "عمّان")]), ("true", [])):
        assert button.get_attribute("aria-pressed") == pressed
        assert result.marks(".off") == off
        button.click()


def test_copy_writes_the_document_as_it_was_sent(result: Page) -> None:
    result.js("Object.defineProperty(navigator, 'clipboard', {value: {writeText: async text => { window.written = text; }}})")
    result.one("#copy").click()
    result.wait(lambda: result.text("#notice"))
    assert json.loads(result.js("return window.written")) == DOCUMENT.to_dict("utf16")


def test_copy_does_without_a_clipboard(result: Page) -> None:
    result.js(
        "Object.defineProperty(navigator, 'clipboard', {value: undefined});"
        "document.addEventListener('copy', () => { window.written = document.activeElement.value; })"
    )
    result.one("#copy").click()
    assert result.wait(lambda: result.text("#notice")) == "نُسخت الوثيقة."
    assert json.loads(result.js("return window.written")) == DOCUMENT.to_dict("utf16")
    assert result.focused == "نسخ JSON"


def test_download_writes_the_document_as_it_was_sent(result: Page, tmp_path: Path) -> None:
    result.driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
    result.one("#download").click()
    result.wait((tmp_path / "isnad.json").exists)
    assert json.loads((tmp_path / "isnad.json").read_text(encoding="utf-8")) == DOCUMENT.to_dict("utf16")


def test_markup_in_the_text_and_in_ids_stays_text(result: Page) -> None:
    assert result.js("return window.hacked ?? null") is None
    assert result.js("return document.querySelectorAll('img, body script').length") == 0
    assert SCRIPT in result.text("#article")
    with pytest.raises(JavascriptException, match="TrustedHTML"):
        result.js("document.body.innerHTML = '<b></b>'")


def test_nothing_leaves_the_origin(result: Page) -> None:
    names = result.js("return performance.getEntriesByType('resource').map(entry => entry.name)")
    assert len(names) > 8
    assert all(name.startswith(result.service.url) for name in names)
    blocked = result.driver.execute_async_script(
        "const done = arguments[0];"
        "document.addEventListener('securitypolicyviolation', event => done(event.blockedURI));"
        "const image = new Image(); image.src = 'http://192.0.2.1/x.png';"
    )
    assert blocked == "http://192.0.2.1/x.png"


def test_the_browser_has_nothing_to_complain_of(result: Page) -> None:
    result.driver.get_log("browser")
    result.open()
    result.extract()
    assert result.driver.get_log("browser") == []


FIELDS = [{"loc": ["body", "articles", 0, "text"], "msg": "Input should be a valid string", "type": "string_type"}]


@pytest.mark.parametrize(
    ("answer", "parts"),
    [
        ((lambda s: s.give({"detail": FIELDS}, 422)), ["رفضت", "body.articles.0.text: Input should be a valid string"]),
        ((lambda s: s.give({"detail": "<b>no</b>"}, 422)), ["رفضت", "<b>no</b>"]),
        ((lambda s: s.give({"detail": "x"}, 413)), ["أطول مما تقبله"]),
        ((lambda s: s.give({"detail": "x"}, 503, retry_after="30")), ["٣٠ ثانية", "عند الساعة"]),
        ((lambda s: s.give({"detail": "x"}, 503, retry_after="Wed, 01 Jan 2020 00:00:00 GMT")), ["بعد ثانية"]),
        ((lambda s: s.give({"detail": "x"}, 503)), ["بعد قليل"]),
        ((lambda s: s.give({"detail": "x"}, 504)), ["المهلة"]),
        ((lambda s: s.give({"detail": "x"}, 500)), ["غير متوقع (٥٠٠)"]),
        ((lambda s: s.give({"documents": []})), ["لا تفهمه"]),
        ((lambda s: s.give({"documents": [{"text": TEXT}]})), ["لا تفهمه"]),
        ((lambda s: s.give({"documents": [DOCUMENT.to_dict()]})), ["لا تفهمه"]),  # offsets in code points
    ],
)
def test_a_refusal_is_told(page: Page, answer: Callable[[FakeService], None], parts: list[str]) -> None:
    answer(page.service)
    page.extract()
    told = page.text("#error")
    assert [part for part in parts if part not in told] == []
    assert page.text("#status") == ""
    assert not page.one("#progress").is_displayed()
    page.service.give_document(DOCUMENT)
    page.one(".primary").click()
    page.wait(lambda: page.marks() == MARKS)
    assert page.text("#error") == ""


def test_no_text_is_told_without_a_request(page: Page) -> None:
    page.extract(" \n")
    assert page.text("#error") == "الصق نص الخبر أولاً."
    assert page.service.requests == []


def test_no_network_is_told(page: Page) -> None:
    page.driver.set_network_conditions(offline=True, latency=0, throughput=0)
    try:
        page.extract()
        assert "تعذّر الوصول" in page.text("#error")
    finally:
        page.driver.delete_network_conditions()


def test_a_key_is_asked_for_and_kept_in_memory(page: Page) -> None:
    page.service.give({"detail": "key"}, 401)
    assert not page.one("#key").is_displayed()
    page.extract()
    assert "تطلب الخدمة مفتاحاً" in page.text("#error")
    assert page.driver.switch_to.active_element.get_attribute("id") == "key"
    page.press("سر", Keys.ENTER)
    page.wait(lambda: "لم تقبل" in page.text("#error"))
    page.service.give_document(DOCUMENT)
    page.press("secret", Keys.ENTER)
    page.wait(page.marks)
    assert [key for _, key in page.service.requests] == [None, "Bearer secret"]
    assert page.js("return localStorage.length + sessionStorage.length + document.cookie.length") == 0
    page.open()
    assert page.one("#key").get_attribute("value") == ""


def test_the_example_is_filled_in(page: Page) -> None:
    page.one("#example").click()
    assert "وزير" in page.one("#text").get_attribute("value")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_needs_no_sideways_scroll(page: Page, scheme: str) -> None:
    word = "ن" * 300
    long = replace(DOCUMENT, text=f"{TEXT}\n{word}")
    page.service.give_document(replace(long, entities=(replace(long.entities[0], name=word), *long.entities[1:])))
    page.open(360, 740, scheme)
    assert page.overflow() == 0
    page.extract()
    assert word in page.text("#article")
    assert page.overflow() == 0


def test_the_dark_scheme_is_dark(page: Page) -> None:
    grounds = []
    for scheme in ("light", "dark"):
        page.open(scheme=scheme)
        colour = page.js("return getComputedStyle(document.body).backgroundColor")
        grounds.append(sum(int(part) for part in colour.strip("rgb()").split(",")))
    assert grounds[0] > 600 > 150 > grounds[1]


def test_the_keyboard_reaches_everything(page: Page) -> None:
    page.js("document.activeElement.blur()")
    page.press(Keys.TAB)
    assert page.focused == "إلى المحتوى"
    assert page.js("return document.activeElement.getBoundingClientRect().top") >= 0
    page.press(Keys.ENTER)
    page.press(Keys.TAB)
    page.driver.execute_cdp_cmd("Input.insertText", {"text": TEXT})
    ActionChains(page.driver, 0).key_down(Keys.CONTROL).send_keys(Keys.ENTER).key_up(Keys.CONTROL).perform()
    page.wait(page.marks)
    assert page.focused == "النتيجة"
    walked = [_tabbed(page) for _ in range(10)]
    assert walked[:3] == ["نسخ JSON", "تنزيل JSON", "أشخاص٢"]
    assert walked[9] == "قال"
    page.press(Keys.ARROW_LEFT)
    assert page.focused == ROLE
    assert set(page.marks(".lit")) == SALEM | SALEM_SAYS
    assert page.js("return getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.press(Keys.END)
    assert page.focused == IMAGE
    page.press(Keys.ARROW_LEFT, Keys.ARROW_RIGHT)
    assert page.focused == SCRIPT
    assert [_tabbed(page) for _ in range(2)] == [NAME, "نحن هنا 🎉 منذ أمس"]
    page.press(Keys.ENTER)
    assert page.js("return document.activeElement.closest('#article') !== null")
    assert _tabbed(page) == NAME
    page.press(Keys.SPACE)
    assert page.button(NAME).get_attribute("aria-pressed") == "true"
    assert not page.overflow()


def _tabbed(page: Page) -> str:
    page.press(Keys.TAB)
    return page.focused


@pytest.mark.skipif("ISNAD_SCREENSHOTS" not in os.environ, reason="ISNAD_SCREENSHOTS names no model")
def test_screenshots(page: Page, root: Path) -> None:
    page.one("#example").click()
    article = page.one("#text").get_attribute("value")
    page.service.give_document(isnad.load(os.environ["ISNAD_SCREENSHOTS"]).extract(article))
    for name, width, height, scheme in (("light", 1200, 1480, "light"), ("dark", 1200, 1480, "dark"), ("phone", 360, 1500, "light")):
        page.open(width, height, scheme)
        page.extract(article)
        page.js("document.activeElement.blur(); document.querySelectorAll('#article q')[3].focus({preventScroll: true}); scrollTo(0, 0)")
        picture = page.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})
        (root / "docs" / "screenshots" / f"page-{name}.png").write_bytes(base64.b64decode(picture["data"]))
