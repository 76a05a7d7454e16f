"""The manuals name what is there: a label in quotation marks is the portal's, an address opens for whom it is told."""

import re

import polib
import pytest
from django.conf import settings
from django.urls import resolve
from django.utils import translation

from livelihood.accounts.roles import ROLES, Role
from livelihood.portal.manuals import EVERYBODY, FOLDER, MANUALS
from tests.house.addresses import TABLE

READERS: dict[str, frozenset[Role]] = {f"{manual.key}.md": manual.readers for manual in MANUALS}
"""Manual → who is meant by it."""

PAGES = sorted(path.name for path in FOLDER.glob("*.md"))
PLACES = {"地区": "zhejiang", "年份": "2027", "轮次": "1", "编号": "1"}
LABEL = re.compile("“([^”]+)”")
"""What a page says; nothing else stands between these marks."""

ADDRESS = re.compile(r"`(/[^`]*)`")
PLACEHOLDER = re.compile(r"%\\\(\w+\\\)s")
"""What stands for a value in a text, as `re.escape` writes it."""

LINK = re.compile(r"\]\(([^)#]+)[^)]*\)")


def text_of(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def addresses_of(name: str) -> set[str]:
    return set(ADDRESS.findall(text_of(name)))


def view_of(address: str) -> str:
    """Return the name of the page at an address in which words stand for places, years and numbers."""
    parts = [PLACES.get(part, part) for part in address.split("/")]
    return resolve("/".join(parts)).view_name


@pytest.fixture(scope="module")
def texts() -> set[str]:
    """Return what the portal says in Chinese; the catalogue holds nothing that the source does not."""
    catalogue = polib.pofile(str(settings.BASE_DIR / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"))
    return {text for entry in catalogue for text in (entry.msgstr, *entry.msgstr_plural.values())}


@pytest.mark.parametrize("name", PAGES)
def test_every_label_is_one_of_the_portal(name, texts):
    with_values = re.compile("|".join(PLACEHOLDER.sub(r"\\d+", re.escape(text)) for text in texts if "%(" in text))
    labels = LABEL.findall(text_of(name))

    assert [label for label in labels if label not in texts and not with_values.fullmatch(label)] == []


@pytest.mark.parametrize("name", READERS)
def test_every_manual_names_labels_and_addresses(name):
    assert (len(LABEL.findall(text_of(name))) > 10, len(addresses_of(name)) > 2) == (True, True)


@pytest.mark.parametrize(
    ("name", "address"), [(name, address) for name in READERS for address in sorted(addresses_of(name))]
)
def test_every_address_opens_for_who_reads_of_it(name, address):
    who = TABLE[view_of(address)].who

    assert who is None or who & READERS[name], f"{address} opens for {who}"


def test_somebody_of_every_role_has_a_manual():
    assert set().union(*(readers for readers in READERS.values() if readers != EVERYBODY)) == set(Role)
    assert set(PAGES) == {*READERS, "README.md"}


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_to_a_file(name):
    assert [link for link in LINK.findall(text_of(name)) if not (FOLDER / link).is_file()] == []


def test_the_index_lists_every_manual_and_is_listed_in_the_docs():
    assert set(LINK.findall(text_of("README.md"))) >= set(READERS)
    assert "manuals/README.md" in (settings.BASE_DIR / "docs" / "README.md").read_text(encoding="utf-8")


def test_the_administrators_manual_says_of_each_role_what_the_portal_says():
    with translation.override("zh-hans"):
        rows = [f"| “{role.label}” | “{ROLES[role].description}” |" for role in Role]

    assert [row for row in rows if row not in text_of("administrators.md")] == []
