"""Announcing: services and selectors.announcing."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.states import Phase
from livelihood.kernel.errors import Conflict, NotAllowed, NotReady
from projects.models import Site
from projects.reports import selectors, services
from projects.reports.models import AnnouncedSite, Announcement
from projects.states import LightReason, SiteState
from tests import databases
from tests.factories.frame import NOW, CycleFactory, official
from tests.factories.reports import INSPECTED_ON, announce


def test_every_project_and_every_site_is_told(year):
    announcement = announce(year)

    school, canteen = announcement.content["projects"]
    assert (school["title"], school["promise"], school["standard"]) == (
        "改扩建中小学", "改扩建中小学1所。", {"lines": 3, "met": 3},
    )  # fmt: skip
    assert [(one["target"], one["value"], one["ratio"], one["is_reached"]) for one in school["indicators"]] == [
        ("1", "1", "1", True)
    ]
    assert [(one["target"], one["value"], one["ratio"], one["is_reached"]) for one in canteen["indicators"]] == [
        ("2", "0.5", "0.25", False)
    ]
    assert canteen["sites"] == {"total": 2, "planned": 0, "under_way": 1, "completed": 1, "accepted": 0}
    assert list(
        AnnouncedSite.objects.order_by("pk").values_list(
            "site", "project_number", "key", "name", "unit", "quantity_done", "accepted_on", "state", "reason", "note"
        )
    ) == [
        (year.sites[0].pk, 1, "S1", "第一小学", "所", Decimal(1), INSPECTED_ON, SiteState.ACCEPTED,
         LightReason.ACCEPTED, ""),
        (year.sites[1].pk, 2, "S2", "东街食堂", "家", Decimal("0.5"), None, SiteState.UNDER_WAY, LightReason.OVERDUE,
         "业主未签约，联系138********"),
        (year.sites[2].pk, 2, "S3", "西街食堂", "家", Decimal(0), None, SiteState.COMPLETED, LightReason.COMPLETED, ""),
    ]  # fmt: skip
    assert Entry.objects.values_list("cycle_id", "actor_id", "detail").get(act="announcement.published") == (
        year.cycle.pk, year.office.pk, {"digest": announcement.digest, "sites": 3},
    )  # fmt: skip


def test_the_digest_tells_every_change(year):
    content, sites = selectors.announcement_content(year.cycle), selectors.site_copies(year.cycle)
    first = selectors.digest_of(content, sites)

    assert selectors.digest_of(selectors.announcement_content(year.cycle), selectors.site_copies(year.cycle)) == first
    for change in ({"name": "第二小学"}, {"quantity_done": Decimal("1.5")}, {"due_on": date(2026, 1, 1)}):
        Site.objects.filter(pk=year.sites[0].pk).update(**change)
        assert selectors.digest_of(content, selectors.site_copies(year.cycle)) != first


def test_what_was_announced_stays(year):
    announcement = announce(year)
    before = list(AnnouncedSite.objects.order_by("pk").values())

    Site.objects.update(name="改名", quantity_done=9)

    assert list(AnnouncedSite.objects.order_by("pk").values()) == before
    assert Announcement.objects.get().digest == announcement.digest
    for statement in (
        "UPDATE reports_announcement SET content = '{}'",
        "DELETE FROM reports_announcement",
        "UPDATE reports_announcedsite SET name = 'x'",
        "DELETE FROM reports_announcedsite",
    ):
        with databases.as_superuser(), pytest.raises(IntegrityError, match="as it was told"), transaction.atomic():
            connection.cursor().execute(statement)


def test_nothing_is_announced_that_nobody_has_seen(year):
    basis = selectors.basis_of(year.cycle)
    Site.objects.filter(pk=year.sites[1].pk).update(quantity_done=1)

    with pytest.raises(Conflict):
        services.publish_announcement(cycle=year.cycle, basis=basis, by=year.office, at=NOW)

    assert not Announcement.objects.exists()
    assert not AnnouncedSite.objects.exists()


def test_a_year_is_announced_once(year):
    announce(year)

    with pytest.raises(Conflict):
        announce(year)

    assert Announcement.objects.count() == 1


@pytest.mark.parametrize("phase", sorted(set(Phase) - {Phase.EVALUATE}))
def test_announcing_has_its_time(year, phase):
    year.cycle.phase = phase
    year.cycle.save(update_fields=["phase"])

    with pytest.raises(NotAllowed):
        announce(year)

    assert not Announcement.objects.exists()


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.LIVELIHOOD_OFFICE}))
def test_only_the_livelihood_office_announces(year, role):
    basis = selectors.basis_of(year.cycle)

    with pytest.raises(NotAllowed):
        services.publish_announcement(cycle=year.cycle, basis=basis, by=official(role, year.cycle.area), at=NOW)

    assert not Announcement.objects.exists()


@pytest.mark.django_db
def test_an_empty_list_is_not_announced():
    cycle = CycleFactory(phase=Phase.EVALUATE)
    basis = selectors.basis_of(cycle)

    with pytest.raises(NotReady):
        services.publish_announcement(cycle=cycle, basis=basis, by=official(Role.LIVELIHOOD_OFFICE, cycle.area), at=NOW)

    assert not Announcement.objects.exists()
