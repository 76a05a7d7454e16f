"""A page in Chromium as it was answered to a test client, and what can be measured of how it looks."""

import mimetypes
from collections.abc import Mapping
from functools import cache
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from django.contrib.staticfiles import finders
from django.http import HttpResponseBase
from playwright.sync_api import Page

from livelihood.kernel.paging import PUBLIC_SIZE
from livelihood.web.regions import FIRST, LONG
from tests.axe import violations
from tests.year.browsing import chinese_messages

MEASURE = r"""
() => {
    const shown = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".visually-hidden");
    const all = (what, under = document) => [...under.querySelectorAll(what)].filter(shown);
    const say = (one) => one.outerHTML.replace(/\s+/g, " ").slice(0, 160);
    const words = (one) => one.textContent.replace(/\s+/g, " ").trim();
    const wrong = [];

    const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (over > 0) wrong.push(`wider than the screen by ${over} px`);

    for (const one of all("body *")) {
        const { overflowX } = getComputedStyle(one);
        const isCut = overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1;
        // A map is a window on something larger; a long text of a grid is whole where it is pointed at.
        if (isCut && !one.matches("textarea, input, select, [data-map], .grid-table .long-cell"))
            wrong.push(`cut off or scrolls sideways: ${say(one)}`);
    }

    // The header is one row on a phone, two at most in large type; what has no place in it is in the menu.
    let end = -Infinity, rows = 0;
    for (const place of all(".site-bar > *").map((one) => one.getBoundingClientRect()).sort((a, b) => a.top - b.top)) {
        if (place.top >= end - 4) rows += 1;
        end = Math.max(end, place.bottom);
    }
    const most = document.documentElement.dataset.view === "elder" ? 2 : 1;
    if (innerWidth <= 400 && rows > most) wrong.push(`the header takes ${rows} rows`);

    // On a phone in ordinary type what a page is about is seen at once, and a full page of a public list has an end.
    if (innerWidth <= 400 && most === 1) {
        const begins = all("h1").map((one) => Math.round(one.getBoundingClientRect().top + scrollY));
        const highest = all(".stamp").length ? 220 : 180; // what is a rehearsal says so first
        if (begins.some((top) => top > highest)) wrong.push(`the heading begins at ${begins} px`);
        // As many rows in each list as a phone shows at most, as in a year of many. A document is as long as it is;
        // what shows the first rows of other lists is no list.
        const lists = all(".public :is(tbody, .as-rows, .unfoldings, .foldable)").filter((one) => one.children.length);
        const copies = lists.flatMap((list) => {
            const isPaged = list.closest(".rows-on-phone, .as-rows, .unfoldings:not(.foldable)");
            const most = list.matches(".foldable") ? FIRST : isPaged ? PUBLIC_SIZE : LONG;
            const missing = Math.max(most - list.children.length, 0);
            const more = Array.from({ length: missing }, () => list.lastElementChild.cloneNode(true));
            list.append(...more);
            return more;
        });
        const drawn = all("[data-map]").reduce((sum, one) => sum + one.getBoundingClientRect().height, 0);
        const whole = document.documentElement.scrollHeight - drawn;
        copies.forEach((one) => one.remove());
        if (lists.length && whole > 3000 && !all("article.document, .excerpt").length)
            wrong.push(`with full lists the page is ${Math.round(whole)} px high`);
    }

    // A link within a sentence is as high as its line. What reaches into its neighbour's place is no target of its own.
    const inSentence = (one) => {
        const line = one.closest("p, li, dd, td, th, dt, caption, label, legend, h1, h2, h3, h4, div, main");
        return [...line.childNodes].some((part) => part.nodeType === 3 && /[\p{L}\p{N}]/u.test(part.data));
    };
    // Rows of a grid are low on wide screens (interface.md: 40 px; WCAG 2.5.8 asks for 24): many are seen at once.
    const MOST_SHARED = 8;
    const isLow = (one) => innerWidth >= 1024 && one.closest(".desk .grid-table tbody");
    const boxes = [];
    for (const one of all("a[href], button, summary, input:not([type=hidden]), select, textarea")) {
        const box = one.labels?.length && /checkbox|radio/.test(one.type) ? one.labels[0] : one;
        if (box.closest("svg, .skip-link, .leaflet-container") || (one.matches("a") && inSentence(one))) continue;
        const place = box.getBoundingClientRect();
        const region = box.closest(".table-region, .side")?.getBoundingClientRect();
        if (region && place.bottom > region.bottom) continue;
        const least = isLow(box) && document.documentElement.dataset.view !== "elder" ? 35.5 : 43.5;
        if (place.height < least || place.width < least)
            wrong.push(`${Math.round(place.width)} × ${Math.round(place.height)} px is no target: ${say(box)}`);
        for (const [other, its] of boxes) {
            const across = Math.min(place.right, its.right) - Math.max(place.left, its.left);
            const down = Math.min(place.bottom, its.bottom) - Math.max(place.top, its.top);
            const isOne = box.contains(other) || other.contains(box) || box.closest(".card, .ballot-foot, .grid-bar");
            if (across > MOST_SHARED && down > MOST_SHARED && !isOne)
                wrong.push(`${Math.round(down)} px of its height is its neighbour's: ${say(box)} and ${say(other)}`);
        }
        boxes.push([box, place]);
    }

    // A short badge in two lines is read as two; Chinese would break after any sign.
    for (const one of all(".badge")) {
        const line = parseFloat(getComputedStyle(one).lineHeight);
        if (words(one).length <= 8 && one.getBoundingClientRect().height > 1.7 * line)
            wrong.push(`a badge in two lines: ${say(one)}`);
    }

    // Who comes by keyboard skips what stands above the content, and above the rows of a grid.
    const skips = [...document.querySelectorAll(".skip-link")];
    for (const one of skips) if (!document.querySelector(one.hash)) wrong.push(`leads nowhere: ${say(one)}`);
    const ways = skips.map((one) => one.hash);
    for (const [what, hash] of [[".site-header", "#content"], [".grid-table", "#rows"]])
        if (all(what).length && !ways.includes(hash)) wrong.push(`no way to ${hash}: ${say(all(what)[0])}`);

    const levels = all("h1, h2, h3, h4, h5, h6").map((one) => Number(one.tagName[1]));
    if (levels.filter((level) => level === 1).length !== 1) wrong.push(`headings of the first level: ${levels}`);
    if (levels.some((level, n) => n && level > levels[n - 1] + 1)) wrong.push(`headings skip a level: ${levels}`);

    const seen = new Set();
    for (const one of all("main a[href]:not(.chip, .thread a)")) {
        const key = `${words(one)} → ${one.getAttribute("href")}`;
        if (words(one) && seen.has(key)) wrong.push(`twice on the page: ${key}`);
        seen.add(key);
    }

    for (const one of all("a[href], button:not([disabled]), summary, input:not([type=hidden]), select, textarea")) {
        one.focus({ preventScroll: true, focusVisible: true });
        if (document.activeElement !== one) continue;
        let ring = false;
        for (let it = one; it && !ring; it = it.parentElement) ring = getComputedStyle(it).outlineStyle !== "none";
        if (!ring) wrong.push(`focus is not seen: ${say(one)}`);
    }
    return wrong;
}
"""

UNSCRIPTED = r"""
() => {
    const say = (one) => one.outerHTML.replace(/\s+/g, " ").slice(0, 160);
    // What is folded up opens without a script.
    const shown = (one) => one.checkVisibility({ visibilityProperty: true }) || one.closest("details:not([open])");
    const wrong = [];
    for (const form of document.forms) {
        const fields = [...form.elements];
        if (shown(form) && !fields.some((one) => one.type === "submit" && shown(one)))
            wrong.push(`cannot be sent: ${say(form)}`);
        for (const one of fields)
            if (one.required && one.type !== "hidden" && !shown(one)) wrong.push(`is wanted and not seen: ${say(one)}`);
    }
    const idle = 'button[type="button"]:not([disabled], [popovertarget]), a[href^="#"][role], [onclick]';
    for (const one of document.querySelectorAll(idle))
        if (shown(one)) wrong.push(`does nothing: ${say(one)}`);
    if (!document.querySelector("main")?.innerText.trim()) wrong.push("says nothing");
    const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (over > 0) wrong.push(`wider than the screen by ${over} px`);
    return wrong;
}
"""
"""What only a script would do: evaluated from outside, also where the page itself may run none."""

TEXTS = """
() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
    while (walker.nextNode()) {
        const text = walker.currentNode.data.replace(/\\s+/g, " ").trim(), parent = walker.currentNode.parentElement;
        if (text && !parent.closest("[lang^=zh], code, pre, script, style")) found.push(text);
    }
    for (const one of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]"))
        for (const name of ["aria-label", "title", "placeholder", "alt"])
            if (one.getAttribute(name)) found.push(one.getAttribute(name));
    return found;
}
"""

AXE = "/static/axe.min.js"


class Stage(ThreadingHTTPServer):
    """Gives browsers what a test client was answered, and the files it needs, which they keep: a route keeps none."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.shown: dict[str, tuple[HttpResponseBase, bytes]] = {}
        Thread(target=self.serve_forever, daemon=True).start()


class Answers(BaseHTTPRequestHandler):
    """What was shown last at an address; a file of the portal; of all else nothing."""

    server: Stage
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if self.path in self.server.shown and self.headers["Sec-Fetch-Mode"] == "navigate":
            response, body = self.server.shown[self.path]
            headers = {name: value for name, value in response.headers.items() if name != "Content-Length"}
            self._answer(response.status_code, headers, body)
        elif path == AXE:
            self._answer(200, {"Content-Type": "text/javascript", "Cache-Control": "max-age=3600"}, AXE_SCRIPT.encode())
        elif file := finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None:
            kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
            self._answer(200, {"Content-Type": kind, "Cache-Control": "max-age=3600"}, Path(file).read_bytes())
        else:
            self._answer(204, {}, b"")

    def _answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Say nothing: a failing test says what is wrong."""


stage = cache(Stage)


def show(page: Page, path: str, response: HttpResponseBase) -> None:
    """Open what a test client was answered, with the files it needs."""
    stage().shown[path] = response, response.getvalue()
    page.goto(f"http://127.0.0.1:{stage().server_port}{path}")


SIMPLE = r"""
() => {
    const shown = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".visually-hidden");
    const all = (what) => [...document.querySelectorAll(what)].filter(shown);
    const rows = "tbody, .unfoldings, .as-rows, .thread, .footnotes, .map-frame, .facts, .newest";
    const choices = all("main :is(a[href], button, summary, input, select)").filter((one) => !one.closest(rows));
    const wrong = [];
    if (choices.length > MOST_CHOICES)
        wrong.push(`${choices.length} choices: ${choices.map((one) => one.textContent.trim())}`);
    if (all(".elder-bar [data-read-aloud]").length !== 1) wrong.push("is not read aloud");
    for (const one of all(".not-elder")) wrong.push(`is left out and shown: ${one.textContent.trim()}`);
    if (all("main .chart").length > 1) wrong.push("more than one picture");
    const low = all("main :is(tbody tr, .unfoldings > li, .as-rows > *)").find((one) => one.clientHeight < 56);
    if (low) wrong.push(`a row of ${low.clientHeight} px`);
    return wrong;
}
"""

ON_PAPER = r"""
() => {
    const shown = (one) => one.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true });
    const pressed = "nav:not(.thread), button, .skip-link, .site-header, .site-footer, .filters, .button";
    const say = (one) => one.outerHTML.slice(0, 160);
    const wrong = [...document.querySelectorAll(pressed)].filter(shown).map((one) => `on paper: ${say(one)}`);
    for (const one of document.querySelectorAll("main details:not([open])")) {
        const inner = one.querySelector(":scope > :not(summary)");
        if (shown(one) && inner && !inner.checkVisibility()) wrong.push(`folded on paper: ${say(one)}`);
    }
    if (!shown(document.querySelector("h1"))) wrong.push("no heading");
    return wrong;
}
"""

DAYS = r"""
() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
    const wrong = [];
    while (texts.nextNode()) {
        const { data } = texts.currentNode;
        for (const day of data.matchAll(/\d{4}年\d{1,2}月\d{1,2}日/g)) {
            range.setStart(texts.currentNode, day.index);
            range.setEnd(texts.currentNode, day.index + day[0].length);
            const tops = new Set([...range.getClientRects()].map((one) => Math.round(one.top)));
            if (tops.size > 1) wrong.push(`a day in two lines: ${data.trim().slice(0, 80)}`);
        }
    }
    return wrong;
}
"""

MOST_CHOICES = 12
"""Links, buttons and fields of a page in elder mode beside its rows."""


for name, most in (("PUBLIC_SIZE", PUBLIC_SIZE), ("FIRST", FIRST), ("LONG", LONG)):
    MEASURE = MEASURE.replace(name, str(most))
SIMPLE = SIMPLE.replace("MOST_CHOICES", str(MOST_CHOICES))


def faults(page: Page, *, rules: list[str] | None = None) -> list[str]:
    """Return what is wrong with how the page looks, and what axe finds. rules: of axe; None: all, []: none."""
    found: list[str] = page.evaluate(MEASURE)
    if rules != []:
        found += violations(page, rules, address=AXE)
    return found


def faults_when_narrow(page: Page, width: int) -> list[str]:
    """Return what is wrong with how the page looks in a window that is made so narrow, in CSS pixels."""
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": width, "height": size["height"]})
    found: list[str] = page.evaluate(MEASURE)
    page.set_viewport_size(size)
    return found


def faults_of_the_elder_view(page: Page) -> list[str]:
    """Return what is not simple enough for a reader who chose the elder view."""
    found: list[str] = page.evaluate(SIMPLE)
    return found


def days_in_two_lines(page: Page) -> list[str]:
    """Return the sentences of a page in which a day breaks: it is read twice."""
    found: list[str] = page.evaluate(DAYS)
    return found


def faults_on_paper(page: Page) -> list[str]:
    """Return what of a page is only for a screen, or missing, where it is printed."""
    page.emulate_media(media="print")
    found: list[str] = page.evaluate(ON_PAPER)
    page.emulate_media(media="screen")
    return found


def faults_at_four_times_the_size(page: Page) -> list[str]:
    """Return how much wider than the screen a page is at 400 %, which is a window of 320 px."""
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": 320, "height": 256})
    over: int = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.set_viewport_size(size)
    return [f"{over} px wider than the screen at 400 %"] if over > 0 else []


class _Controls(HTMLParser):
    """What of a page only a script could use, as its markup says it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.forms: dict[str, str] = {}
        self.sent: set[str] = set()
        self.form = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given, text = dict(attrs), self.get_starttag_text() or ""
        kind = given.get("type") or ("submit" if tag == "button" else "")
        if tag == "form":
            self.form = given.get("id") or str(len(self.forms))
            self.forms[self.form] = text
        elif tag in {"button", "input"} and kind in {"submit", "image"} and "hidden" not in given:
            self.sent.add(given.get("form") or self.form)
        elif tag == "button" and kind == "button" and not {"hidden", "disabled", "popovertarget"} & given.keys():
            self.found.append(f"does nothing: {text}")
        elif "required" in given and "hidden" in given:
            self.found.append(f"is wanted and not seen: {text}")
        if any(name.startswith("on") for name in given) or (tag == "a" and "role" in given):
            self.found.append(f"does nothing: {text}")

    def faults(self) -> list[str]:
        unsent = [text for key, text in self.forms.items() if key not in self.sent]
        return self.found + [f"cannot be sent: {text}" for text in unsent]


def faults_of_markup(markup: str) -> list[str]:
    """Return the same as below as far as it needs no browser: for pages that are too many to be opened once more."""
    controls = _Controls()
    controls.feed(markup)
    return controls.faults()


def faults_without_scripts(page: Page) -> list[str]:
    """Return what cannot be seen, filled in or sent on a page whose scripts do not run."""
    found: list[str] = page.evaluate(UNSCRIPTED)
    return found


def foreign(page: Page) -> list[str]:
    """Return what stands on an English page in Chinese, though the portal itself says it."""
    texts: list[str] = page.evaluate(TEXTS)
    return [text for text in texts if text in chinese_messages()]
