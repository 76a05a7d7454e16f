"""What axe finds on a page."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RUN = """
(rules) => axe.run({ resultTypes: ["violations"], selectors: false, ...(rules && { runOnly: rules }) }).then((found) =>
    found.violations.flatMap((one) => one.nodes.slice(0, 3).map((node) => `${one.id}: ${node.html.slice(0, 200)}`)))
"""


def violations(page: Page, rules: list[str] | None = None, *, address: str = "") -> list[str]:
    """Return what is wrong, three places of each kind at most.

    rules: of axe; None: all. address: where its script is served, so that the browser keeps it.
    """
    if address:
        page.add_script_tag(url=address)
    else:
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(RUN, rules)
    return found
