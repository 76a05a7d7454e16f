import html
import io

import pytest
from django.core.cache import cache
from django.test import Client

from livelihood.accounts.models import Mandate
from livelihood.accounts.roles import Role
from livelihood.jobs import pulse
from livelihood.jobs.models import Job, JobState
from livelihood.kernel.sheets.reading import read_sheet
from livelihood.lists import services, views
from livelihood.lists.models import ListFile
from projects.importers import SITES, resolve_sites
from projects.models import Site
from tests.factories.frame import CountyFactory, OrganisationFactory, official
from tests.factories.projects import SiteFactory
from tests.projects.conftest import AT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def long_list(scene, monkeypatch):
    """Four sites are a long list."""
    SiteFactory.create_batch(3, indicator=scene.indicator, area=scene.site.area)
    cache.delete(pulse.SEEN_KEY)  # no worker is about
    monkeypatch.setattr(views, "AT_ONCE", 2)


def public(scene, path="sites/"):
    return f"/{scene.cycle.area.slug}/{scene.cycle.year}/lists/{path}"


def send(client, url, *, status, data=None):
    response = client.get(url) if data is None else client.post(url, data)
    assert response.status_code == status, response.content
    return response


def keys_in(scene, content):
    reading = resolve_sites(read_sheet(io.BytesIO(content), SITES), scene.cycle)
    assert reading.errors == []
    return {row.values["key"] for row in reading.rows}


def test_one_address_begins_a_dozen_long_lists_and_leaves_room_for_others(scene, client, monkeypatch):
    monkeypatch.setattr(services, "MOST_OF_PUBLIC", 100)
    SiteFactory.create_batch(9, indicator=scene.indicator, area=scene.site.area)
    keys = Site.objects.order_by("key").values_list("key", flat=True)
    lists = [public(scene, f"sites/?export=csv&q={key}") for key in keys]
    here, there = {"REMOTE_ADDR": "192.0.2.1"}, {"REMOTE_ADDR": "192.0.2.2"}

    begun = {client.post(url, **here)["Location"] for url in lists[:12]}
    refused = client.post(lists[12], **here)

    assert (len(begun), refused.status_code, ListFile.objects.count()) == (12, 429, 12)
    assert 0 < int(refused["Retry-After"]) <= 60 * 60
    assert client.post(lists[0], **here)["Location"] in begun  # it is kept, and given without being counted
    assert client.post(lists[12], **there).status_code == 302


def test_a_short_list_is_handed_out_at_once(scene, client):
    response = send(client, public(scene, "sites/?export=csv&q=A"), status=200)

    assert keys_in(scene, response.getvalue()) == {"A"}
    assert ListFile.objects.count() == 0


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_long_list_is_asked_for_watched_and_handed_out(scene, client, kind):
    asked = public(scene, f"sites/?export={kind}&state=planned")
    page = send(client, asked, status=200)
    back = f'href="/{scene.cycle.area.slug}/{scene.cycle.year}/sites/?state=planned"'
    assert (back in page.content.decode(), dict(page.cookies), ListFile.objects.count()) == (True, {}, 0)

    watched = send(client, asked, data={}, status=302)["Location"]
    shown = send(client, watched, status=200).content.decode()
    assert ("data-status-url" in shown, str(pulse.NO_WORKER) in html.unescape(shown)) == (True, True)
    send(client, f"{watched}content/", status=404)
    services.run_write_file(Job.objects.get().pk, at=AT)

    assert f"{watched}content/" in send(client, watched, status=200).content.decode()
    file = send(client, f"{watched}content/", status=200)
    assert keys_in(scene, file.content) == set(Site.objects.values_list("key", flat=True))
    name = f"sites-{scene.cycle.area.code}-{scene.cycle.year}.{kind}"
    assert file["Content-Disposition"] == f'attachment; filename="{name}"'


def test_the_same_long_list_asked_for_again_and_again_is_written_once(scene, client):
    for _ in range(25):
        send(client, public(scene, "sites/?export=csv"), data={}, status=302)
    services.run_write_file(Job.objects.get().pk, at=AT)

    places = {send(client, public(scene, "sites/?export=csv"), status=302)["Location"] for _ in range(25)}

    assert places == {public(scene, f"{ListFile.objects.get().pk}/content/")}
    assert (Job.objects.count(), Job.objects.get().attempts) == (1, 1)


def test_other_long_lists_wait_until_one_is_finished(scene, client):
    for order in ("due", "-due"):
        send(client, public(scene, f"sites/?export=csv&sort={order}"), data={}, status=302)
    send(client, public(scene, "sites/?export=xlsx"), data={}, status=302)

    send(client, public(scene, "sites/?export=xlsx&sort=-due"), data={}, status=429)

    assert ListFile.objects.count() == 3


def desk(scene, who):
    """Return a browser of somebody, and the address of the sites of the desk as a file."""
    client = Client()
    client.force_login(who)
    return client, f"/desk{public(scene, 'sites-of-desk/')}?export=csv"


def test_what_the_desk_may_open_is_what_its_file_holds(scene):
    unit = OrganisationFactory(area=CountyFactory(parent=scene.cycle.area))
    SiteFactory.create_batch(3, indicator=scene.indicator, area=unit.area, organisation=unit)
    builder = official(Role.IMPLEMENTING_UNIT, unit.area, unit)
    client, asked = desk(scene, builder)

    send(client, asked, status=200)
    watched = send(client, asked, data={}, status=302)["Location"]
    services.run_write_file(Job.objects.get().pk, at=AT)

    mine = set(Site.objects.filter(organisation=unit).values_list("key", flat=True))
    content = send(client, f"{watched}content/", status=200)
    assert keys_in(scene, content.content) == mine
    assert (len(mine), ListFile.objects.get().requested_by) == (3, builder)
    assert content["Cache-Control"] == "no-store"


def test_a_file_of_the_desk_is_nobody_else_s_and_asks_the_rule_again(scene):
    mine, asked = desk(scene, scene.office)
    theirs, _asked = desk(scene, scene.supervisor)
    watched = send(mine, asked, data={}, status=302)["Location"]
    services.run_write_file(Job.objects.get().pk, at=AT)
    content, pk = f"{watched}content/", ListFile.objects.get().pk

    send(mine, content, status=200)
    for address in (watched, content, public(scene, f"{pk}/"), public(scene, f"{pk}/content/")):
        send(theirs, address, status=404)
        assert Client().get(address).status_code in {302, 404}  # to sign in, or not there
    Mandate.objects.filter(user=scene.office).update(ends_on="2025-01-31")
    for address in (watched, content, asked):
        send(mine, address, status=403)
    send(mine, watched, data={}, status=403)
    assert (ListFile.objects.count(), Job.objects.count()) == (1, 1)


def test_a_file_that_is_forgotten_says_so(scene, client):
    watched = send(client, public(scene, "sites/?export=csv"), data={}, status=302)["Location"]
    services.run_write_file(Job.objects.get().pk, at=AT)
    ListFile.objects.update(content=None)

    page = send(client, watched, status=200).content.decode()

    assert ("该文件已不再保存" in page, f"{watched}content/" in page) == (True, False)
    send(client, f"{watched}content/", status=404)


def test_a_list_is_asked_for_at_its_own_address_only(scene, client):
    office, _asked = desk(scene, scene.office)
    for name in ("sites-of-desk", "people", "nothing"):
        send(client, public(scene, f"{name}/"), status=404)
    for name in ("sites", "people", "nothing"):
        send(office, f"/desk{public(scene, f'{name}/')}", status=404)
    for name in ("sites", "sites-of-desk", "nothing"):
        send(office, f"/desk/{scene.cycle.area.slug}/lists/{name}/", status=404)


def test_what_is_few_by_nature_is_answered_whatever_is_sent(scene, client):
    address = public(scene, "progress/?export=csv")
    for answer in (send(client, address, status=200), send(client, address, data={}, status=200)):
        assert answer.getvalue().startswith("\ufeff".encode())
    assert ListFile.objects.count() == 0


def test_what_could_not_be_written_is_tried_again_from_its_page(scene, client):
    watched = send(client, public(scene, "sites/?export=csv"), data={}, status=302)["Location"]
    send(client, watched, data={}, status=409)
    Job.objects.update(state=JobState.FAILED, error="磁盘已满")

    assert "磁盘已满" in send(client, watched, status=200).content.decode()
    send(client, watched, data={}, status=302)

    assert sorted(Job.objects.values_list("state", flat=True)) == [JobState.FAILED, JobState.WAITING]
    assert ListFile.objects.get().job.state == JobState.WAITING
