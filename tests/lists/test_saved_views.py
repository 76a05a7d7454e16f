"""Views of a list that are kept under a name: of one's own and of an office, one of them the usual one."""

import pytest
from django.db import IntegrityError, transaction
from django.http import QueryDict

from livelihood.accounts.models import Mandate
from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.kernel.errors import Conflict, NotAllowed
from livelihood.kernel.filters import SearchFilter, WordsFilter
from livelihood.lists import rules, selectors, services
from livelihood.lists.grids.declared import grids
from livelihood.lists.models import SavedView
from projects.models import Site
from projects.states import SiteState
from tests.factories.frame import UserFactory, official
from tests.factories.projects import SiteFactory
from tests.projects import conftest as projects
from tests.projects.conftest import AT

pytestmark = pytest.mark.django_db

go = projects.go


def mandate_of(user):
    return Mandate.objects.select_related("area", "organisation").get(user=user)


def save(scene, name="红灯", **values):
    given = {"grid": "sites", "query": "light=red", "office": None, "is_usual": False, "by": scene.office, "at": AT}
    return services.save_view(name=name, **{**given, **values})


def seen_by(user):
    return [view.name for view in selectors.views_of("sites", user, AT)]


def test_a_view_of_ones_own_is_nobody_elses_and_an_offices_is_everybodys_there(scene):
    colleague = official(Role.LIVELIHOOD_OFFICE, scene.cycle.area)
    save(scene)
    save(scene, "本月到期", query="due=week", office=mandate_of(scene.office))

    assert seen_by(scene.office) == ["红灯", "本月到期"]
    assert seen_by(colleague) == ["本月到期"]
    assert seen_by(scene.department) == []
    assert selectors.views_of("notices", scene.office, AT) == []


def test_only_one_view_is_usual_and_every_change_stands_in_the_journal(scene):
    first = save(scene, is_usual=True)
    second = save(scene, "未开工", query="state=planned")

    services.choose_view(view=second, is_usual=True, by=scene.office, at=AT)
    services.choose_view(view=second, is_usual=True, by=scene.office, at=AT)
    services.drop_view(view=first, by=scene.office, at=AT)

    assert list(SavedView.objects.values_list("name", "is_usual")) == [("未开工", True)]
    told = [(entry.act, entry.detail.get("name"), entry.detail.get("old"), entry.detail.get("new"))
            for entry in Entry.objects.order_by("pk")]  # fmt: skip
    assert told == [
        ("view.saved", "红灯", None, None), ("view.chosen", "红灯", False, True), ("view.saved", "未开工", None, None),
        ("view.chosen", "红灯", True, False), ("view.chosen", "未开工", False, True),
        ("view.dropped", "红灯", None, None),
    ]  # fmt: skip
    assert Entry.objects.get(act="view.dropped").detail["query"] == "light=red"


def test_the_database_keeps_one_usual_view_and_one_of_a_name(scene):
    view = save(scene, is_usual=True)
    office = {"owner": None, "role": Role.LIVELIHOOD_OFFICE, "area": scene.cycle.area}
    wrong = [
        {"owner": scene.office, "name": "红灯"},
        {"owner": scene.office, "name": "另一个", "is_usual": True},
        {"owner": None, "name": "无主"},
        {**office, "owner": scene.office, "name": "两主"},
    ]

    for values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            SavedView.objects.create(grid="sites", saved_at=AT, **values)

    assert list(SavedView.objects.all()) == [view]


def test_a_name_is_given_once_and_no_more_are_kept_than_fit(scene, monkeypatch):
    save(scene)
    with pytest.raises(Conflict):
        save(scene)
    monkeypatch.setattr(services, "MOST_VIEWS", 1)
    with pytest.raises(Conflict):
        save(scene, "未开工")

    assert seen_by(scene.office) == ["红灯"]


def test_only_who_works_in_an_office_keeps_its_views(scene):
    office = mandate_of(scene.office)
    view = save(scene, office=office)

    with pytest.raises(NotAllowed):
        save(scene, "别人的", office=office, by=scene.department)
    for act in (
        lambda: services.choose_view(view=view, is_usual=True, by=scene.department, at=AT),
        lambda: services.drop_view(view=view, by=scene.department, at=AT),
    ):
        with pytest.raises(NotAllowed):
            act()

    assert list(SavedView.objects.values_list("name", "is_usual")) == [("红灯", False)]


def test_a_list_opens_with_its_usual_view_and_every_other_address_says_what_it_shows(scene, go):
    SiteFactory.create_batch(2, indicator=scene.indicator, area=scene.site.area, state=SiteState.UNDER_WAY)
    page = go("views/sites/?state=under_way&sort=-due&q=点位&columns=-").content.decode()
    assert "您查询过“点位”" in page, "what is left out is said"

    sent = {"name": "在建", "office": "", "is_usual": "on"}
    saved = go("views/sites/?state=under_way&sort=-due&q=点位&columns=-", data=sent, status=302)
    view = SavedView.objects.get()
    assert view.query == "state=under_way&sort=-due&columns=-"
    assert saved.url.endswith(f"/sites/?{view.query}&saved={view.pk}")

    assert go("sites/", status=302).url == saved.url
    shown = go(f"sites/?{view.query}&saved={view.pk}")
    assert (shown.context["grid"].count, shown.context["grid"].saved) == (2, view.pk)
    assert go("sites/?saved=0").context["grid"].count == Site.objects.count()
    assert go("sites/?light=red").context["grid"].count == 0
    go("sites/", who="department")

    go("views/sites/", data={"verb": "leave", "view": view.pk}, status=302)
    go("sites/")
    go("views/sites/", data={"verb": "drop", "view": view.pk}, who="department", status=404)
    go("views/sites/", data={"verb": "drop", "view": view.pk}, status=302)
    assert not SavedView.objects.exists()
    go("views/roads/", status=404)


@pytest.mark.parametrize(
    "query", ["light=zz", "sort=x", "columns=zz", "area=zz", "colour=red", "not=due", "light=red&light=green"]
)
def test_what_a_list_cannot_show_is_not_saved(scene, go, query):
    office = str(mandate_of(scene.office).pk)

    answer = go(f"views/sites/?{query}", data={"name": "坏", "office": office, "is_usual": "on"}, status=400)

    assert query.partition("=")[0] in answer.content.decode()
    assert not SavedView.objects.exists()
    go("sites/")


def test_a_view_keeps_every_filter_of_its_list_and_no_more_than_it_holds(scene, go):
    query = f"project={scene.site.project_id}&state=under_way"
    go(f"views/sites/?{query}&q=点位", data={"name": "在建", "office": ""}, status=302)
    long = "not=" + ".".join(["state"] * 200)
    go(f"views/sites/?{long}", data={"name": "长", "office": ""}, status=422)

    assert [view.query for view in SavedView.objects.all()] == [query]
    for grid in grids().values():
        words = {name for name, one in grid.filters.base_filters.items() if isinstance(one, WordsFilter | SearchFilter)}
        kept = grid.kept_of(QueryDict("&".join(f"{name}=1" for name in grid.filters.base_filters)))
        assert set(QueryDict(kept)) == {*grid.filters.base_filters} - words, grid.name


def test_a_usual_view_that_can_no_longer_be_read_leaves_the_list_as_it_is(scene, go):
    broken = save(scene, "旧区域", query="area=gone", is_usual=True)

    page = go("sites/")
    assert page.context["grid"].count == Site.objects.count()
    assert f"“{broken.name}”" in page.content.decode()

    usual = save(scene, "红灯", office=mandate_of(scene.office), is_usual=True)
    assert go("sites/", status=302).url.endswith(f"?light=red&saved={usual.pk}")


def test_who_has_no_desk_keeps_no_view_and_what_is_gone_is_not_dropped_again(scene):
    assert not rules.may_keep_views(UserFactory(), scene.cycle, AT)
    assert rules.may_keep_views(scene.office, scene.cycle, AT)

    view = save(scene)
    services.drop_view(view=SavedView.objects.get(pk=view.pk), by=scene.office, at=AT)
    with pytest.raises(Conflict):
        services.drop_view(view=view, by=scene.office, at=AT)
