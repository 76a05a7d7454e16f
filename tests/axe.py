"""What axe finds on a page."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RUN = """
([rules, contrast]) => axe.run({
    resultTypes: ["violations"], selectors: false, preload: false,
    rules: { "color-contrast": { enabled: contrast } }, ...(rules && { runOnly: rules }),
}).then((found) =>
    found.violations.flatMap((one) => one.nodes.slice(0, 3).map((node) => `${one.id}: ${node.html.slice(0, 200)}`)))
"""
"""Nothing is loaded before: only rules on sounds and on the turning of telephones ask for it, a third of the time."""


def violations(page: Page, rules: list[str] | None = None, *, contrast: bool = True, address: str = "") -> list[str]:
    """Return what is wrong, three places of each kind at most.

    rules: of axe; None: all. contrast: whether colours are measured, two thirds of its time.
    address: where its script is served, so that the browser keeps it.
    """
    if address:
        page.add_script_tag(url=address)
    else:
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(RUN, [rules, contrast])
    return found
