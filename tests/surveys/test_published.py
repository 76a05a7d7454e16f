"""Figures of satisfaction that were published elsewhere: services.published, and their page."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.states import Phase
from livelihood.kernel.errors import InvalidInput, NotAllowed
from projects.surveys import selectors
from projects.surveys.aggregation import Counts
from projects.surveys.models import Aggregate, PublishedGrade
from projects.surveys.services import published
from tests import databases
from tests.factories.frame import NOW, CycleFactory, official
from tests.factories.projects import ProjectFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle():
    return CycleFactory(phase=Phase.EVALUATE)


@pytest.fixture
def manager(cycle):
    return official(Role.LIVELIHOOD_OFFICE, cycle.area)


def enter(cycle, by, **changes):
    values: dict[str, Any] = {
        "evaluators": "县人大代表", "evaluated_on": date(2024, 1, 22), "subject": "农村公路改造提升工程",
        "counts": Counts(161, 58, 3), "source": "《今日宁海》2024年1月23日",
    }  # fmt: skip
    return published.enter_published_grade(cycle=cycle, by=by, at=NOW, **(values | changes))


def test_three_counts_are_kept_with_their_source(cycle, manager):
    project = ProjectFactory(cycle=cycle, number=3)

    row = enter(cycle, manager, project=project, note="刊误")

    assert PublishedGrade.objects.values_list(
        "cycle", "project", "satisfied", "basically_satisfied", "dissatisfied", "source", "note", "entered_by"
    ).get() == (cycle.pk, project.pk, 161, 58, 3, "《今日宁海》2024年1月23日", "刊误", manager.pk)
    assert (Entry.objects.get().act, Entry.objects.get().subject_id) == ("satisfaction.published", str(row.pk))
    assert Aggregate.objects.count() == 0
    assert selectors.satisfaction(cycle) == ()


def test_the_same_grading_is_replaced_and_the_journal_keeps_both(cycle, manager):
    enter(cycle, manager)

    enter(cycle, manager, counts=Counts(162, 58, 2))

    assert PublishedGrade.objects.values_list("satisfied", "dissatisfied").get() == (162, 2)
    entry = Entry.objects.order_by("id").last()
    assert entry is not None
    assert (entry.detail["old"], entry.detail["new"]) == ([161, 58, 3], [162, 58, 2])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"source": ""}, "source"),
        ({"counts": Counts()}, "satisfied"),
        ({"evaluated_on": date(2999, 1, 1)}, "evaluated_on"),
    ],
)
def test_what_cannot_have_been_published_is_refused(cycle, manager, changes, field):
    with pytest.raises(InvalidInput) as refusal:
        enter(cycle, manager, **changes)

    assert refusal.value.field == field
    assert (PublishedGrade.objects.count(), Entry.objects.count()) == (0, 0)


def test_a_project_of_another_year_and_other_people_are_refused(cycle, manager):
    with pytest.raises(InvalidInput):
        enter(cycle, manager, project=ProjectFactory())
    with pytest.raises(NotAllowed):
        enter(cycle, official(Role.DEPARTMENT, cycle.area))

    assert PublishedGrade.objects.count() == 0


def test_the_database_keeps_no_figure_without_a_source(cycle, manager):
    row = enter(cycle, manager)
    row.source = ""

    with databases.as_superuser(), pytest.raises(IntegrityError, match="has_source"), transaction.atomic():
        row.save()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_shows_what_was_published_apart_with_the_same_queries(
    client, cycle, manager, django_assert_num_queries, count
):
    for number in range(count):
        enter(cycle, manager, subject=f"项目{number}", project=ProjectFactory(cycle=cycle, number=number + 1))
    url = reverse("surveys:satisfaction", args=[cycle.area.slug, cycle.year])
    client.get(url)

    with django_assert_num_queries(4):
        page = client.get(url).content.decode()

    assert page.count("项目") >= count
    assert "《今日宁海》2024年1月23日" in page
    for cell in ("161", "58", "222", "72.5%", "98.6%"):
        assert f">{cell}<" in page or cell in page
    assert "尚未开展调查" not in page


def test_the_office_enters_published_figures_one_after_the_other(cycle, manager):
    client = Client()
    client.force_login(manager)
    url = reverse("surveys:published_enter", args=[cycle.area.slug, cycle.year])
    form = {
        "evaluators": "县人大代表", "evaluated_on": "2024-01-22", "subject": "农村公路", "satisfied": "95",
        "basically_satisfied": "27", "dissatisfied": "0", "source": "",
    }  # fmt: skip

    refused = client.post(url, form)
    done = client.post(url, form | {"source": "《今日宁海》", "note": "合计不符"})

    assert (refused.status_code, done.status_code, done["Location"]) == (422, 302, url)
    assert 'value="95"' in refused.content.decode()
    page = client.get(url).content.decode()
    assert "合计不符" in page
    assert PublishedGrade.objects.values_list("satisfied", "basically_satisfied", "dissatisfied").get() == (95, 27, 0)


def test_counts_that_a_colleague_entered_meanwhile_are_not_replaced_unseen(cycle, manager):
    colleague, client = official(Role.LIVELIHOOD_OFFICE, cycle.area), Client()
    client.force_login(manager)
    url = reverse("surveys:published_enter", args=[cycle.area.slug, cycle.year])
    enter(cycle, colleague)
    form = {
        "evaluators": "县人大代表", "evaluated_on": "2024-01-22", "subject": "农村公路改造提升工程", "satisfied": "95",
        "basically_satisfied": "27", "dissatisfied": "0", "source": "《今日宁海》",
        "seen": client.get(url).context["form"]["seen"].value(),
    }  # fmt: skip
    enter(cycle, colleague, counts=Counts(162, 58, 2), source="更正启事")

    refused = client.post(url, form)

    assert (refused.status_code, PublishedGrade.objects.get().satisfied) == (422, 162)
    (told,) = refused.context["form"].non_field_errors()
    assert colleague.name in told
    assert "农村公路改造提升工程 · 162 · 58 · 2 · 更正启事" in told
    seen = refused.context["form"]["seen"].value()
    assert client.post(url, form | {"seen": seen, "subject": "别的工程"}).status_code == 302
    assert client.post(url, form | {"seen": seen}).status_code == 302
    assert list(PublishedGrade.objects.order_by("pk").values_list("satisfied", flat=True)) == [95, 95]
