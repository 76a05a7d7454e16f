"""News is published, withdrawn once, and never told otherwise."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from livelihood.accounts.roles import Role
from livelihood.cycles.models import Area
from livelihood.cycles.states import Phase
from livelihood.kernel.errors import NotAllowed
from livelihood.kernel.text import BadText
from livelihood.news import services
from livelihood.news.models import NewsItem
from tests import databases
from tests.factories.frame import NOW, CityFactory, CycleFactory, official
from tests.factories.news import NewsFactory


def elsewhere() -> Area:
    return CityFactory(code="330800", slug="elsewhere")


TEXT: dict[str, Any] = {"title": "征集座谈会", "text": "十月二十日下午三点，在市民中心二楼。"}


def test_the_office_tells_of_its_area_and_of_a_year(city, office, journal):
    year = CycleFactory(area=city)

    of_area = services.publish_news(area=city, cycle=None, **TEXT, by=office, at=NOW)
    of_year = services.publish_news(area=city, cycle=year, **TEXT, by=office, at=NOW)

    assert [(one.area, one.cycle, one.title, one.text) for one in (of_area, of_year)] == [
        (city, None, TEXT["title"], TEXT["text"]),
        (city, year, TEXT["title"], TEXT["text"]),
    ]
    assert (of_area.published_at, of_area.published_by, of_area.withdrawn_at) == (NOW, office, None)
    assert journal() == [
        ("news.published", office.pk, city.pk, None, {}),
        ("news.published", office.pk, None, year.pk, {}),
    ]


@pytest.mark.parametrize(("phase", "is_told"), [(phase, phase not in {"draft", "closed"}) for phase in Phase])
def test_a_year_is_told_of_while_it_runs(city, office, phase, is_told):
    year = CycleFactory(area=city, phase=phase)

    if is_told:
        services.publish_news(area=city, cycle=year, **TEXT, by=office, at=NOW)
    else:
        with pytest.raises(NotAllowed):
            services.publish_news(area=city, cycle=year, **TEXT, by=office, at=NOW)

    assert NewsItem.objects.count() == is_told


def test_nobody_tells_of_a_year_of_another_area(city, office, journal):
    with pytest.raises(NotAllowed):
        services.publish_news(area=city, cycle=CycleFactory(area=elsewhere()), **TEXT, by=office, at=NOW)

    assert not NewsItem.objects.exists()
    assert journal() == []


@pytest.mark.parametrize("role", [role for role in Role if role != Role.LIVELIHOOD_OFFICE])
def test_nobody_else_tells_or_withdraws(city, journal, role):
    item, other = NewsFactory(area=city), official(role, city)

    with pytest.raises(NotAllowed):
        services.publish_news(area=city, cycle=None, **TEXT, by=other, at=NOW)
    with pytest.raises(NotAllowed):
        services.withdraw_news(item=item, reason="说错了。", by=other, at=NOW)

    assert list(NewsItem.objects.values_list("pk", "withdrawn_at")) == [(item.pk, None)]
    assert journal() == []


@pytest.mark.parametrize(("field", "value"), [("title", "短"), ("text", "短"), ("text", "长" * 4_001)])
def test_a_notice_lacks_nothing(city, office, journal, field, value):
    with pytest.raises(BadText) as refusal:
        services.publish_news(area=city, cycle=None, **TEXT | {field: value}, by=office, at=NOW)

    assert refusal.value.field == field
    assert not NewsItem.objects.exists()
    assert journal() == []


def test_a_notice_is_withdrawn_once_with_its_reason(city, office, journal):
    item, later = NewsFactory(area=city), NOW + timedelta(hours=1)

    services.withdraw_news(item=item, reason="时间有误。", by=office, at=later)
    with pytest.raises(NotAllowed):
        services.withdraw_news(item=item, reason="再来一次。", by=office, at=later)

    item.refresh_from_db()
    assert (item.withdrawn_at, item.withdrawn_by, item.why_withdrawn) == (later, office, "时间有误。")
    assert journal() == [("news.withdrawn", office.pk, city.pk, None, {"reason": "时间有误。"})]


def test_a_notice_is_not_withdrawn_without_a_reason(city, office, journal):
    item = NewsFactory(area=city)

    with pytest.raises(BadText) as refusal:
        services.withdraw_news(item=item, reason=" ", by=office, at=NOW)

    item.refresh_from_db()
    assert (refusal.value.field, item.withdrawn_at) == ("reason", None)
    assert journal() == []


WRONG: dict[str, Any] = {
    "other words": lambda item: NewsItem.objects.update(text="别的说法。"),
    "another day": lambda item: NewsItem.objects.update(published_at=NOW - timedelta(days=1)),
    "gone": lambda item: NewsItem.objects.all().delete(),
    "withdrawn twice": lambda item: [
        NewsItem.objects.update(withdrawn_at=NOW, withdrawn_by=item.published_by, why_withdrawn=reason)
        for reason in ("第一次", "第二次")
    ],
    "withdrawn without a reason": lambda item: NewsItem.objects.update(
        withdrawn_at=NOW, withdrawn_by=item.published_by
    ),
    "of a year of another area": lambda item: NewsFactory(area=item.area, cycle=CycleFactory(area=elsewhere())),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_the_database_keeps_what_was_told(city, wrong):
    item = NewsFactory(area=city)
    before = list(NewsItem.objects.values())

    with databases.as_superuser(), pytest.raises(IntegrityError), transaction.atomic():
        WRONG[wrong](item)

    assert list(NewsItem.objects.values()) == before
