"""Somebody at a browser, who looks closely: every page reached is checked by axe, for errors and for its language."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import polib
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext, pgettext
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response, ViewportSize

from livelihood.kernel import totp
from tests.axe import violations

PHONE: ViewportSize = {"width": 375, "height": 812}
DESK: ViewportSize = {"width": 1280, "height": 900}

PASSWORD = "a-password-only-for-tests"

# Words on a Chinese page that are no English sentence: names, formats, what a key on the keyboard is called.
LEFT_IN_ENGLISH = re.compile(r"English|Guizhou Town|GB/T|OpenAPI|JSON|CSV|XLSX|SHA-256|Pabulib")
SENTENCE = re.compile(r"[A-Za-z]{2,}[ ,.]+[A-Za-z]{2,}")

TEXTS = """
() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
    while (walker.nextNode()) {
        const text = walker.currentNode.data.trim(), parent = walker.currentNode.parentElement;
        if (text && parent.checkVisibility() && !parent.closest('a[lang], code, pre, script, style')) found.push(text);
    }
    return found;
}
"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@cache
def chinese_messages() -> frozenset[str]:
    """Return what the portal says in Chinese, word for word."""
    catalogue = settings.BASE_DIR / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    return frozenset(entry.msgstr for entry in polib.pofile(str(catalogue)) if entry.msgstr != entry.msgid)


def t(message: str, context: str = "") -> str:
    """Return a message of the portal as a Chinese reader sees it."""
    with translation.override("zh-hans"):
        return pgettext(context, message) if context else gettext(message)


@dataclass
class Watch:
    """What all visitors of a test have seen: pages that axe has checked, and everything that was wrong.

    only_answers: axe sees what a form is answered and where a link leads, and not the pages that are opened by their
    address, which tests/house/test_looks.py shows it already.
    """

    only_answers: bool = False
    checked: set[tuple[str, str, int]] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)


class Visitor:
    """A person at a browser of their own, of the first size; every page is looked at in the other sizes, too.

    scripts: whether the browser runs them. Where it does not, axe cannot run either.
    """

    def __init__(
        self, browser: Browser, base_url: str, watch: Watch, *sizes: ViewportSize, scripts: bool = True
    ) -> None:
        self.context = browser.new_context(
            base_url=base_url, viewport=sizes[0], locale="zh-CN", java_script_enabled=scripts
        )
        self.scripts = scripts
        self.page: Page = self.context.new_page()
        self.watch, self.sizes, self.prefix = watch, sizes, ""
        self.status = 0
        self.username = self.secret = ""
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: watch.wrong.append(f"{self.page.url}: {error}"))
        self.page.on("response", self._note)
        self.page.set_default_timeout(20_000)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.watch.wrong.append(f"{self.page.url}: {message.text}")

    def _note(self, response: Response) -> None:
        if response.request.is_navigation_request() and response.frame == self.page.main_frame:
            self.status = response.status

    def sign_in(self, username: str) -> "Visitor":
        self.username = username
        self.go("/sign-in/")
        self.fill(username=username, password=PASSWORD)
        self.press(t("Sign in"))
        return self

    def set_up_an_authenticator(self) -> None:
        """Do what the page says where one is needed: let a telephone take the secret, and type the code it shows."""
        if self.path != "/account/factors/":
            return
        self.follow(t("Set up an authenticator"))
        self.secret = self.main.locator("code").inner_text().replace(" ", "")
        self.fill(code=self._code(), present=PASSWORD)
        self.press(t("Set up"))

    def _code(self) -> str:
        """Return what the telephone shows now."""
        return totp.code_at(self.secret, int(time.time()) // totp.SECONDS)

    def go(self, path: str) -> None:
        """Open an address of the portal."""
        self.page.goto(f"{self.prefix}{path}")
        self.look(closely=not self.watch.only_answers)
        if self.path.endswith("/sign-in/second/") and self.secret:
            self.fill(code=self._code())
            self.press(t("Go on"))

    def follow(self, name: str) -> None:
        """Follow the first link of this name in the page."""
        self.main.get_by_role("link", name=name, exact=True).first.click()
        self.look()

    def follow_to(self, ending: str) -> None:
        """Follow the first link in the page whose address ends so."""
        self.main.locator(f'a[href$="{ending}"]').first.click()
        self.look()

    def fill(self, inside: Locator | None = None, /, **values: Any) -> None:
        """Fill the fields of these names: texts, choices, boxes, files."""
        for name, value in values.items():
            fields = (inside or self.main).locator(f'[name="{name}"]')
            kind = fields.first.evaluate("(field) => field.type")
            if kind == "radio":
                fields.locator(f'xpath=self::*[@value="{value}"]').check()
            elif kind == "checkbox":
                fields.set_checked(value)
            elif kind == "select-one":
                fields.select_option(str(value))
            elif kind == "file":
                fields.set_input_files(value)
            else:
                fields.fill(str(value))

    def unfold(self, name: str) -> Locator:
        """Open the panel of this name and return it."""
        panel = self.main.locator("details").filter(has=self.page.locator("summary", has_text=name)).first
        panel.locator("summary").click()
        return panel

    def press_starting_with(self, name: str) -> None:
        """Press the first button whose name begins so; such buttons end in the name of a row."""
        with self.page.expect_navigation():
            self.main.get_by_role("button", name=re.compile(f"^{re.escape(name)}")).first.click()
        self.look()

    def reload_until(self, *texts: str) -> bool:
        """Load the page again and say whether one of these texts stands there now."""
        self.page.reload()
        return any(text in self.text() for text in texts)

    def advance(self, here: str) -> None:
        """Move the year on to its next phase, today and until the end of next month; early ends have a reason."""
        self.go(f"/desk{here}/")
        self.go(f"/desk{here}/advance/")
        if self.main.locator('[name="ends_on"]').count():
            self.fill(ends_on=timezone.localdate() + timedelta(days=40))
        if self.main.locator('[name="reason"]').count():
            self.fill(reason="本阶段工作已全部完成。")
        self.press(t("Move on"))

    def press(self, name: str, *, inside: Locator | None = None, status: int = 200) -> None:
        """Press the button of this name, and look at the page that answers."""
        button = (inside or self.main).get_by_role("button", name=name, exact=True).first
        with self.page.expect_navigation():
            button.click()
        self.look(status)

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def text(self) -> str:
        """Return what stands in the page's main part, blanks made one."""
        return " ".join(self.main.inner_text().split())

    def look(self, status: int = 200, *, closely: bool = True) -> None:
        """Check the page one is on: it answered well, speaks one language, fits, and closely: axe finds nothing."""
        self.page.wait_for_load_state()
        assert self.status == status, f"{self.status} at {self.page.url}: {self.text()[:300]}"
        language = "en" if self.path.startswith("/en/") else "zh-hans"
        assert self.page.locator("html").get_attribute("lang") == language
        self.watch.wrong += [f"{self.path}: in the wrong language: {text!r}" for text in self.foreign(language)]
        for size in (*self.sizes[1:], self.sizes[0]):
            if self.page.viewport_size != size:
                self.page.set_viewport_size(size)
            self._inspect(size["width"], closely=closely)

    def _inspect(self, width: int, *, closely: bool) -> None:
        if overflow := self.page.evaluate(OVERFLOW):
            self.watch.wrong.append(f"{self.path}: wider than {width} px by {overflow} px")
        seen = (re.sub(r"\d+", "0", self.path), self.page.title(), width)
        if seen in self.watch.checked or not closely or not self.scripts:
            return
        self.watch.checked.add(seen)
        # The colours of every page are measured in tests/house/test_looks.py, those of all parts in the styleguide.
        found = violations(self.page, contrast=False)
        self.watch.wrong += [f"{self.path}: at {width} px: {one}" for one in found]

    def foreign(self, language: str) -> list[str]:
        """Return texts on the page that should be in its language and are not; what people wrote may be in any."""
        texts: list[str] = self.page.evaluate(TEXTS)
        if language == "en":
            return [text for text in texts if text in chinese_messages()]
        return [text for text in texts if SENTENCE.search(text) and not LEFT_IN_ENGLISH.search(text)]

    def shoot(self, place: Path) -> None:
        """Keep a picture of the whole page."""
        self.page.screenshot(path=place, full_page=True)


Come = Callable[..., Visitor]
"""Lets a person come: with an account, or without one."""
