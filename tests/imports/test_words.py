"""What is none of the few values of a column is said to mean one, once for all rows and for the next file."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Area, Organisation
from livelihood.cycles.states import OrganisationKind
from livelihood.imports import selectors, services
from livelihood.imports.models import Import
from livelihood.imports.services import previewing
from livelihood.imports.states import ImportState
from livelihood.kernel.errors import InvalidInput
from tests.factories.frame import NOW, CityFactory, official, signed_in
from tests.imports.tools import counts

pytestmark = pytest.mark.django_db
SHEET = "单位名称,单位类型\n市甲局,统战系统\n市乙局,统战 系统\n市丙局,部门\n市丁局,条管\n市戊局,統戰系統\n"
MEANS = OrganisationKind.DEPARTMENT


@pytest.fixture
def area() -> Area:
    return CityFactory()


@pytest.fixture
def admin(area) -> User:
    return official(Role.ADMINISTRATOR, area)


@pytest.fixture
def desk(admin) -> Client:
    return signed_in(admin)


def bring(desk: Client, area: Area, text: str = SHEET) -> Import:
    file = SimpleUploadedFile("单位.csv", text.encode())
    address = reverse("imports:of_area", kwargs={"area": area.slug})
    assert desk.post(address, {"what": "organisations:", "file": file}).status_code == 302
    return Import.objects.latest("pk")


def address(name: str, batch: Import) -> str:
    return reverse(f"imports:{name}", kwargs={"pk": batch.pk})


def unknown(batch: Import) -> list[tuple[str, str, int]]:
    return [(one.column, one.written, one.rows) for one in selectors.unknown_in(batch)]


def test_one_answer_holds_for_all_rows_of_a_word_and_for_the_next_file(area, desk):
    batch = bring(desk, area)
    page = desk.get(address("import", batch)).content.decode()
    assert ("单位类型：“统战系统”（2行）的意思是" in page, "单位类型：“条管”（1行）的意思是" in page) == (True, True)
    assert unknown(batch) == [("kind", "统战系统", 2), ("kind", "条管", 1), ("kind", "統戰系統", 1)]
    assert counts(batch, "new", "wrong") == (1, 4)

    assert desk.post(address("words", batch), {"word_0": MEANS.value, "word_2": MEANS.value}).status_code == 302

    batch.refresh_from_db()
    assert (counts(batch, "new", "wrong"), unknown(batch)) == ((4, 1), [("kind", "条管", 1)])
    assert batch.meanings == {"kind": {"统战系统": "department", "統戰系統": "department"}}
    shown = desk.get(address("import", batch) + "?section=read_as").content.decode()
    assert "<code>统战系统</code> → <strong>部门</strong>" in " ".join(shown.split())
    again = bring(desk, area)
    assert (counts(again, "new", "wrong"), unknown(again)) == ((4, 1), [("kind", "条管", 1)])

    desk.post(address("words", again), {"word_0": OrganisationKind.SUPERVISION_OFFICE.value})
    desk.post(address("write", again), {})
    kinds = dict(Organisation.objects.filter(area=area).values_list("name_zh", "kind"))
    assert kinds == {
        "市甲局": MEANS, "市乙局": MEANS, "市丙局": MEANS, "市丁局": OrganisationKind.SUPERVISION_OFFICE,
        "市戊局": MEANS,
    }  # fmt: skip


def test_what_a_word_means_is_changed_and_forgotten_where_the_headings_are(area, desk):
    batch = bring(desk, area)
    desk.post(address("words", batch), {"word_0": MEANS.value, "word_1": MEANS.value})
    page = desk.get(address("columns", batch)).content.decode()
    assert "单位类型：“条管”的意思是" in page

    form = {"place_0": "name_zh", "place_1": "kind", "word_0": "", "word_1": OrganisationKind.CPPCC.value}
    assert desk.post(address("columns", batch), form).status_code == 302

    batch.refresh_from_db()
    assert batch.meanings == {"kind": {"统战系统": "cppcc"}}
    again = bring(desk, area)
    assert again.meanings == {"kind": {"统战系统": "cppcc"}}
    desk.post(address("columns", again), {"place_0": "name_zh", "place_1": "kind", "word_0": ""})
    again.refresh_from_db()
    assert (again.meanings, counts(again, "new", "wrong")) == ({}, (1, 4))


def test_a_word_means_nothing_that_is_not_offered(area, admin, desk):
    batch = bring(desk, area)

    assert desk.post(address("words", batch), {"word_0": "king"}).status_code == 422
    for meanings in ({"kind": {"条管": "king"}}, {"name_zh": {"条管": "department"}}, {"none": {"条管": "department"}}):
        with pytest.raises(InvalidInput):
            services.map_import(batch=batch, sheet="", mapping={}, meanings=meanings, datum="", by=admin, at=NOW)

    batch.refresh_from_db()
    assert (batch.state, batch.meanings, unknown(batch)[0]) == (ImportState.PREVIEWED, {}, ("kind", "统战系统", 2))


def test_a_column_of_nothing_but_unknown_words_is_asked_about_up_to_a_limit(area, desk, monkeypatch):
    monkeypatch.setattr(previewing, "MOST_UNKNOWN", 2)
    long = "长" * 60

    batch = bring(desk, area, f"单位名称,单位类型\n市甲局,一\n市乙局,二\n市丙局,三\n市丁局,{long}\n")

    assert (counts(batch, "wrong"), len(unknown(batch))) == ((4,), 2)
    assert not any(written.startswith("长") for _column, written, _rows in unknown(batch))
