"""What was answered stays in sight, and can be answered otherwise until the file is written."""

import io
from decimal import Decimal

import pytest
from django.urls import reverse

from livelihood.imports import selectors, services
from livelihood.imports.models import Import
from livelihood.imports.services import ImportWrong
from livelihood.imports.states import AGAIN, ImportSection, ImportState
from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.messages import thaw
from livelihood.kernel.sheets.handling import LEAVE, YES, in_words
from projects.models import Site
from tests.factories.frame import signed_in
from tests.imports.tools import answer, asked, counts, csv_of, preview, read, receive, write, wrong
from tests.projects.conftest import AT

pytestmark = pytest.mark.django_db

OUTSIDE = "2027-01-01"


@pytest.fixture
def batch(scene):
    """A file whose three rows lie outside of the year."""
    return preview(scene, *({"key": f"K{n}", "due_on": OUTSIDE} for n in range(3)))


@pytest.fixture
def desk(scene):
    return signed_in(scene.office)


def given(batch: Import, *sections: str) -> dict[int, dict[str, str]]:
    """Return what stands on rows as answered: row → code → answer."""
    lines = selectors.all_lines(batch, sections or [ImportSection.ANSWERED])
    return {line.row: {code: said for code, said, *_told in line.given} for line in lines if line.given}


def page(desk, batch, query="", status=200):
    response = desk.get(reverse("imports:import", args=[batch.pk]) + query)
    assert response.status_code == status
    return response.content.decode()


def send(desk, batch, data, section="doubt", status=302):
    """Send answers from the page of a section, perhaps one of before."""
    response = desk.post(reverse("imports:answers", args=[batch.pk]) + f"?section={section}&page=1", data)
    assert response.status_code == status, response.content.decode()[:2000]
    batch.refresh_from_db()
    return response


def test_what_was_answered_stands_on_its_row_with_who_said_so(scene, batch, desk):
    send(desk, batch, {"row_2_year": YES, "row_3_year": LEAVE})

    assert (asked(batch), counts(batch, "new", "left_out", "answered")) == ({4: ["year"]}, (1, 1, 2))
    assert given(batch, ImportSection.NEW) == {2: {"year": YES}}
    assert given(batch, ImportSection.LEFT_OUT) == {3: {"year": LEAVE}}
    for section, row in (("new", 2), ("left_out", 3)):
        shown = page(desk, batch, f"?section={section}")
        assert f"{scene.office.name}于" in shown
        assert f"?section=answered&amp;page=1#row-{row}" in shown
    form = page(desk, batch, "?section=answered")
    assert 'name="row_2_year" value="yes"' in form.replace("\n", " ")
    assert form.count("checked") == 2


def test_an_answer_is_changed_and_taken_back_on_the_page_of_answers(scene, batch, desk):
    send(desk, batch, {"row_2_year": YES, "row_3_year": YES})

    send(desk, batch, {"row_2_year": LEAVE, "row_3_year": AGAIN}, "answered")

    assert given(batch) == {2: {"year": LEAVE}}
    assert (asked(batch), counts(batch, "new", "left_out")) == ({3: ["year"], 4: ["year"]}, (0, 1))


def test_a_second_answer_from_a_page_of_before_is_taken(scene, batch, desk):
    send(desk, batch, {"row_2_year": YES, "row_3_year": YES, "row_4_year": YES})

    send(desk, batch, {"row_2_year": LEAVE})  # the browser went back

    assert given(batch) == {2: {"year": LEAVE}, 3: {"year": YES}, 4: {"year": YES}}
    assert counts(batch, "new", "left_out") == (2, 1)


def test_all_that_was_answered_alike_is_answered_otherwise_alike(scene, batch, desk):
    send(desk, batch, {"alike": f"year:{YES}"})
    kept = {f"row_{row}_year": YES for row in (2, 3, 4)}  # the page sends what it shows

    send(desk, batch, {**kept, "alike": f"year:{LEAVE}"}, "answered")
    assert counts(batch, "new", "left_out") == (0, 3)
    send(desk, batch, {"alike": f"year:{AGAIN}"}, "answered")

    assert (len(asked(batch)), given(batch), batch.counts.get("answered", 0)) == (3, {}, 0)


def test_what_nobody_asks_any_more_is_said_and_not_ignored(scene, batch, desk):
    refused = send(desk, batch, {"row_9_year": YES}, status=422)
    assert "该项已不再询问" in refused.content.decode()
    send(desk, batch, {"row_2_year": YES, "row_3_year": YES, "row_4_year": YES})

    again = send(desk, batch, {"alike": f"year:{LEAVE}"})

    assert again.url == f"{reverse('imports:import', args=[batch.pk])}?section=answered&since=answered"
    assert "各项均已答复，本次未作改动" in page(desk, batch, "?section=answered&since=answered")
    assert counts(batch, "new", "left_out") == (3, 0)
    with pytest.raises(InvalidInput):
        services.answer_import(batch=batch, answers={2: {"year": "maybe"}}, by=scene.office, at=AT)
    assert given(Import.objects.get(pk=batch.pk)) == {row: {"year": YES} for row in (2, 3, 4)}


def test_a_row_that_an_answer_made_wrong_leads_to_its_answer(scene, desk):
    row = {"key": "A", "starts_on": "2026-01-05", "due_on": "2026-01-31", "quantity_planned": 10}
    batch = preview(scene, row)
    others = {code: YES for code in asked(batch)[2] if code != "moved"}

    batch = answer(scene, batch, {2: {**others, "moved": "keep"}})

    assert [(one.row, one.column) for one in wrong(batch)] == [(2, "due_on")]
    assert given(batch, ImportSection.WRONG) == {2: {**others, "moved": "keep"}}
    shown = page(desk, batch)
    assert "改答" in shown
    assert "因答复而有误的行，请改答" in shown
    send(desk, batch, {"row_2_moved": "said", "said_2_moved": "管线迁改"}, "answered")
    assert (wrong(batch), asked(batch), counts(batch, "changed")) == ([], {}, (1,))


def test_words_of_an_answer_are_seen_and_changed(scene, desk):
    batch = preview(scene, {"key": "A", "name": scene.site.name, "due_on": "2026-06-30"})
    send(desk, batch, {"row_2_year": YES, "row_2_moved": "said", "said_2_moved": "管线迁改"})
    assert "管线迁改" in page(desk, batch, "?section=answered")
    assert "管线迁改" in page(desk, batch, "?section=changed")

    send(desk, batch, {"row_2_year": YES, "row_2_moved": "said", "said_2_moved": "会议纪要3号"}, "answered")

    assert given(batch) == {2: {"year": YES, "moved": in_words("会议纪要3号")}}


def test_answers_are_not_asked_again_after_writing_and_stay_in_sight(scene, batch, desk):
    batch = write(scene, answer(scene, batch, {row: {"year": YES} for row in (2, 3, 4)}))

    shown = page(desk, batch, "?section=answered")
    assert f"{scene.office.name}于" in shown
    assert "row_2_year" not in shown
    send(desk, batch, {"row_2_year": LEAVE}, "answered", status=403)
    assert given(batch) == {row: {"year": YES} for row in (2, 3, 4)}


def test_a_file_that_was_set_aside_shows_what_it_asks(scene, batch, desk):
    batch = answer(scene, batch, {2: {"year": YES}})
    read(scene, receive(scene, csv_of(scene, {"key": "Z"})))
    batch.refresh_from_db()
    assert batch.state == ImportState.REPLACED

    shown = page(desk, batch, "?section=doubt")

    assert "需答复的问题" in shown
    ((_code, _column, problem, _answers),) = next(selectors.all_lines(batch, [ImportSection.DOUBT])).questions
    assert str(thaw(problem)) in shown
    batch = read(scene, services.take_up_import(batch=batch, by=scene.office, at=AT))
    assert (asked(batch), given(batch)) == ({3: ["year"], 4: ["year"]}, {2: {"year": YES}})


def test_the_rows_of_another_sheet_are_not_answered_by_those_of_the_first(scene, batch):
    batch = answer(scene, batch, {2: {"year": YES}})
    with_words = services.map_import(
        batch=batch, sheet=batch.sheet, mapping={}, meanings={}, datum="", by=scene.office, at=AT
    )
    assert with_words.answers == {"2": {"year": YES}}

    other = services.map_import(
        batch=with_words, sheet="十月", mapping={}, meanings={}, datum="", by=scene.office, at=AT
    )

    assert (other.answers, given(other)) == ({}, {})


def test_writing_is_offered_only_where_it_is_possible(scene, batch, desk):
    def opened(one: Import) -> tuple[int, str]:
        answered = desk.get(reverse("imports:write", args=[one.pk]))
        return answered.status_code, getattr(answered, "url", "")

    assert opened(batch) == (302, reverse("imports:import", args=[batch.pk]))  # it asks something
    unread = receive(scene, csv_of(scene, {"key": "U"}))
    assert opened(unread) == (302, reverse("imports:import", args=[unread.pk]))
    good = read(scene, unread)
    assert opened(good) == (200, "")
    same = preview(scene, {"key": "A", "name": scene.site.name, "due_on": str(scene.site.due_on),
                           "quantity_planned": 10})  # fmt: skip
    assert same.has_nothing_to_write
    assert opened(same) == (302, reverse("imports:import", args=[same.pk]))
    with pytest.raises(ImportWrong):
        write(scene, preview(scene, {"key": "K9", "due_on": OUTSIDE}))
    assert Site.objects.count() == 1


def test_two_rows_are_never_one_site(scene, desk):
    Site.objects.update(longitude=Decimal("120.10"), latitude=Decimal("30.20"))
    row = {"name": scene.site.name, "longitude": "120.1", "latitude": "30.2", "quantity_planned": 0}
    batch = preview(scene, {**row, "key": "X"}, {**row, "key": "Y"})
    said = {row: {"same_site": "update"} for row in (2, 3)}

    batch = answer(scene, batch, said)

    assert [(one.row, one.column) for one in wrong(batch)] == [(3, "key")]
    assert given(batch, ImportSection.WRONG) == {3: said[3]}
    assert "改答" in page(desk, batch)
    batch = write(scene, answer(scene, batch, {3: {"same_site": "add"}}))
    assert sorted(Site.objects.values_list("key", flat=True)) == ["A", "Y"]


def test_a_key_with_its_project_by_number_and_by_name_is_one_site(scene):
    names = ("project", "project_name", "key", "name", "area", "due_on")
    title = scene.indicator.project.title
    rows = [{"key": "A", "project_name": ""}, {"key": "A", "project": "", "project_name": title}]
    lines = ["项目序号,项目名称,点位编号,点位名称,地区代码,时限"]
    good = {"project": "1", "name": scene.site.name, "area": scene.site.area.code, "due_on": "2025-09-30"}
    lines += [",".join({**good, **row}[name] for name in names) for row in rows]

    batch = read(scene, receive(scene, io.BytesIO("\n".join(lines).encode())))

    assert [(one.row, one.column) for one in wrong(batch)] == [(3, "key")]
