"""What scripts keep in a browser, which is often shared: drafts through one keeper, by person at the desk."""

import re
from pathlib import Path

from django.conf import settings

STORES = re.compile(r"\b(?:localStorage|sessionStorage|indexedDB|caches\.open|cookieStore|document\.cookie)\b")
KEEPERS = {
    # Drafts, of forms and of grids: by person at the desk, for two weeks, gone at sign-out.
    "form_draft.js": {"localStorage"},
    # How pages look here, for whoever reads them: no more than "elder", "dark", "light" and "off".
    "preferences.js": {"localStorage"},
    # The name of a public need, in this tab alone, from one public page to the next, which takes it away.
    "receipt.js": {"sessionStorage"},
}


def test_scripts_keep_things_in_the_browser_through_one_keeper():
    scripts = sorted((Path(settings.BASE_DIR) / "static/js").glob("*.js"))
    found = {path.name: set(STORES.findall(path.read_text(encoding="utf-8"))) for path in scripts}

    assert {name: stores for name, stores in found.items() if stores} == KEEPERS


def test_pages_hold_no_script_that_keeps_anything():
    pages = (Path(settings.BASE_DIR) / "templates").rglob("*.html")

    assert [path.name for path in pages if STORES.search(path.read_text(encoding="utf-8"))] == []


def test_no_public_page_says_who_reads_it():
    templates = Path(settings.BASE_DIR) / "templates"

    assert [path.name for path in templates.rglob("*.html") if "data-person" in path.read_text()] == ["base_desk.html"]
