import html
import io

import pytest
from django.core.cache import cache
from django.test import Client

from livelihood.accounts.roles import Role
from livelihood.jobs import pulse
from livelihood.jobs.models import Job, JobState
from livelihood.kernel.sheets.reading import read_sheet
from projects.importers import SITES, resolve_sites
from projects.models import Site, SiteFile
from projects.services import files
from projects.views import _shared as shared
from tests.factories.frame import CountyFactory, OrganisationFactory, official
from tests.factories.projects import SiteFactory
from tests.projects.conftest import AT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def long_list(scene, monkeypatch):
    """Four sites are a long list."""
    SiteFactory.create_batch(3, indicator=scene.indicator, area=scene.site.area)
    cache.delete(pulse.SEEN_KEY)  # no worker is about
    monkeypatch.setattr(shared, "EXPORTED_AT_ONCE", 2)


def public(scene, path=""):
    return f"/{scene.cycle.area.slug}/{scene.cycle.year}/sites/{path}"


def send(client, url, *, status, data=None):
    response = client.get(url) if data is None else client.post(url, data)
    assert response.status_code == status, response.content
    return response


def keys_in(scene, content):
    reading = resolve_sites(read_sheet(io.BytesIO(content), SITES), scene.cycle)
    assert reading.errors == []
    return {row.values["key"] for row in reading.rows}


def test_one_address_begins_a_dozen_long_lists_and_leaves_room_for_others(scene, client, monkeypatch):
    monkeypatch.setattr(files, "MOST_OF_PUBLIC", 100)
    SiteFactory.create_batch(9, indicator=scene.indicator, area=scene.site.area)
    keys = Site.objects.order_by("key").values_list("key", flat=True)
    lists = [public(scene, f"files/?export=csv&q={key}") for key in keys]
    here, there = {"REMOTE_ADDR": "192.0.2.1"}, {"REMOTE_ADDR": "192.0.2.2"}

    begun = {client.post(url, **here)["Location"] for url in lists[:12]}
    refused = client.post(lists[12], **here)

    assert (len(begun), refused.status_code, SiteFile.objects.count()) == (12, 429, 12)
    assert 0 < int(refused["Retry-After"]) <= 60 * 60
    assert client.post(lists[0], **here)["Location"] in begun  # it is kept, and given without being counted
    assert client.post(lists[12], **there).status_code == 302


def test_a_short_list_is_handed_out_at_once(scene, client):
    response = send(client, public(scene, "?export=csv&q=A"), status=200)

    assert keys_in(scene, response.getvalue()) == {"A"}
    assert SiteFile.objects.count() == 0


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_long_list_is_asked_for_watched_and_handed_out(scene, client, kind):
    asked = send(client, public(scene, f"?export={kind}&state=planned"), status=302)["Location"]
    page = send(client, asked, status=200)
    assert (asked, dict(page.cookies), SiteFile.objects.count()) == (
        public(scene, f"files/?export={kind}&state=planned"), {}, 0,
    )  # fmt: skip

    watched = send(client, asked, data={}, status=302)["Location"]
    shown = send(client, watched, status=200).content.decode()
    assert ("data-status-url" in shown, str(pulse.NO_WORKER) in html.unescape(shown)) == (True, True)
    send(client, f"{watched}content/", status=404)
    files.run_write_file(Job.objects.get().pk, at=AT)

    assert f"{watched}content/" in send(client, watched, status=200).content.decode()
    file = send(client, f"{watched}content/", status=200)
    assert keys_in(scene, file.content) == set(Site.objects.values_list("key", flat=True))
    assert file["Content-Disposition"].endswith(f'.{kind}"')


def test_the_same_long_list_asked_for_again_and_again_is_written_once(scene, client):
    for _ in range(25):
        send(client, public(scene, "files/?export=csv"), data={}, status=302)
    files.run_write_file(Job.objects.get().pk, at=AT)

    places = {send(client, public(scene, "?export=csv"), status=302)["Location"] for _ in range(25)}

    assert places == {public(scene, f"files/{SiteFile.objects.get().pk}/content/")}
    assert (Job.objects.count(), Job.objects.get().attempts) == (1, 1)


def test_other_long_lists_wait_until_one_is_finished(scene, client):
    for order in ("due", "-due"):
        send(client, public(scene, f"files/?export=csv&sort={order}"), data={}, status=302)
    send(client, public(scene, "files/?export=xlsx"), data={}, status=302)

    send(client, public(scene, "files/?export=xlsx&sort=-due"), data={}, status=429)

    assert SiteFile.objects.count() == 3


def test_what_the_desk_may_open_is_what_its_file_holds(scene):
    client, desk = Client(), f"/desk{public(scene)}"
    unit = OrganisationFactory(area=CountyFactory(parent=scene.cycle.area))
    SiteFactory.create_batch(3, indicator=scene.indicator, area=unit.area, organisation=unit)
    builder = official(Role.IMPLEMENTING_UNIT, unit.area, unit)
    client.force_login(builder)

    asked = send(client, f"{desk}?export=csv", status=302)["Location"]
    assert asked == f"{desk}files/?export=csv"
    watched = send(client, asked, data={}, status=302)["Location"]
    files.run_write_file(Job.objects.get().pk, at=AT)

    mine = set(Site.objects.filter(organisation=unit).values_list("key", flat=True))
    assert keys_in(scene, send(client, f"{watched}content/", status=200).content) == mine
    assert (len(mine), SiteFile.objects.get().requested_by) == (3, builder)


def test_what_could_not_be_written_is_tried_again_from_its_page(scene, client):
    watched = send(client, public(scene, "files/?export=csv"), data={}, status=302)["Location"]
    send(client, watched, data={}, status=409)
    Job.objects.update(state=JobState.FAILED, error="磁盘已满")

    assert "磁盘已满" in send(client, watched, status=200).content.decode()
    send(client, watched, data={}, status=302)

    assert sorted(Job.objects.values_list("state", flat=True)) == [JobState.FAILED, JobState.WAITING]
    assert SiteFile.objects.get().job.state == JobState.WAITING
