import io
from datetime import timedelta

import pytest
from django.utils import translation

from livelihood.accounts.models import Mandate, User
from livelihood.accounts.roles import Role
from livelihood.jobs import services as jobs
from livelihood.jobs.models import Job, JobState
from livelihood.kernel.errors import Conflict, NotAllowed
from livelihood.kernel.listings import listings
from livelihood.kernel.sheets.reading import read_sheet
from livelihood.lists import querysets, selectors, services, tasks
from livelihood.lists.models import ListFile
from livelihood.lists.services import TooManyFiles
from livelihood.lists.states import ListFormat
from projects.exporters import site_fields
from projects.importers import SITES, resolve_sites
from projects.models import Project, Site
from projects.selectors import sites_for
from tests import databases
from tests.factories.frame import CityFactory, official
from tests.factories.projects import SiteFactory
from tests.projects.conftest import AT
from tests.threads import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def sites(scene):
    SiteFactory.create_batch(3, indicator=scene.indicator, area=scene.site.area)
    return sites_for(scene.cycle)


def ask(scene, sites, by=None, *, file_format=ListFormat.CSV, at=AT, name=""):
    """Ask for the public list, or, where somebody asks, for the one of the desk."""
    listing = listings()[name or ("sites" if by is None else "sites-of-desk")]
    return services.ask_for_file(listing=listing, place=scene.cycle, rows=sites, file_format=file_format, by=by, at=at)


def written(scene, sites, at=AT, **values):
    file = ask(scene, sites, at=at, **values)
    services.run_write_file(file.job_id, at=at)
    file.refresh_from_db()
    assert file.job.state == JobState.DONE, file.job.error
    return file


@pytest.mark.parametrize("file_format", ListFormat)
def test_a_written_file_holds_the_list_in_its_order_and_imports_again(scene, sites, file_format):
    backwards = sites.order_by("-pk")

    file = written(scene, backwards, file_format=file_format)

    reading = resolve_sites(read_sheet(io.BytesIO(bytes(file.content)), SITES), scene.cycle)
    assert (reading.errors, [row.values["key"] for row in reading.rows]) == ([], [site.key for site in backwards])
    assert (file.keys, file.count, file.job.result) == (None, 4, {"rows": 4})


def test_how_far_a_file_is_written_is_told_on_the_way(scene, sites, monkeypatch):
    monkeypatch.setattr(services, "TOLD_EVERY", 3)

    file = written(scene, sites)

    assert jobs.progress(file.job) == (3, 4)


@pytest.mark.parametrize("is_public", [True, False])
def test_the_same_list_again_is_the_same_file(scene, sites, is_public):
    by = None if is_public else scene.office
    file = written(scene, sites, by=by)

    assert ask(scene, sites, by=by) == file
    assert ask(scene, sites.filter(pk__gt=0), by=by) == file
    assert (ListFile.objects.count(), Job.objects.count()) == (1, 1)


def test_a_file_of_the_desk_is_its_asker_s_alone(scene, sites):
    mine = written(scene, sites, by=scene.office)

    theirs = written(scene, sites, by=scene.builder)

    assert (mine.requested_by, theirs.requested_by, mine.pk == theirs.pk) == (scene.office, scene.builder, False)
    found = [selectors.find_file(mine.pk, by=by, cycle=scene.cycle) for by in (scene.office, scene.builder, None)]
    assert found == [mine, None, None]


def test_who_may_not_open_the_page_asks_in_vain(scene, sites):
    with pytest.raises(NotAllowed):
        ask(scene, sites, by=official(Role.LIVELIHOOD_OFFICE, CityFactory()))
    with pytest.raises(NotAllowed):
        ask(scene, sites, name="sites-of-desk")

    assert (ListFile.objects.count(), Job.objects.count()) == (0, 0)


def test_whose_mandate_ends_meanwhile_gets_no_file(scene, sites):
    file = ask(scene, sites, by=scene.office)
    Mandate.objects.filter(user=scene.office).update(ends_on=AT.date() - timedelta(days=1))

    services.run_write_file(file.job_id, at=AT)

    file.refresh_from_db()
    assert (file.job.state, file.content) == (JobState.FAILED, None)
    with pytest.raises(NotAllowed):
        services.retry_file(file=file, by=User.objects.get(pk=scene.office.pk), at=AT)
    assert Job.objects.count() == 1


def test_what_changes_the_list_makes_another_file(scene, sites):
    seen = {written(scene, sites).pk}

    def is_new(*, of=sites, **values):
        file = written(scene, of, **values)
        was_known = file.pk in seen
        seen.add(file.pk)
        return not was_known

    assert is_new(file_format=ListFormat.XLSX)
    assert is_new(of=sites.order_by("-pk"))
    assert is_new(of=sites.filter(key="A"))
    with translation.override("en"):
        assert is_new()
    Site.objects.filter(key="A").update(name="新名")
    assert is_new()
    with databases.as_superuser():
        Project.objects.update(title="另一个名字")
    assert is_new()
    assert not is_new()


def test_a_file_is_in_the_language_it_was_asked_in(scene, sites):
    with translation.override("en"):
        file = ask(scene, sites)
        headings = [str(field.heading) for field in site_fields(scene.cycle)]

    with translation.override("zh-hans"):
        services.run_write_file(file.job_id, at=AT)

    file.refresh_from_db()
    assert bytes(file.content).decode("utf-8-sig").splitlines()[0].split(",") == headings


def test_one_person_has_one_file_under_way_and_the_public_three(scene, sites):
    first = ask(scene, sites, by=scene.office)
    public = [ask(scene, sites.filter(pk__in=by_number(sites, number))) for number in (1, 2, 3)]

    with pytest.raises(TooManyFiles):
        ask(scene, sites.order_by("-pk"), by=scene.office)
    with pytest.raises(TooManyFiles):
        ask(scene, sites.order_by("-pk"))
    assert ask(scene, sites, by=scene.office) == first
    assert ListFile.objects.count() == 1 + len(public)

    services.run_write_file(first.job_id, at=AT)

    assert ask(scene, sites.order_by("-pk"), by=scene.office).pk not in {first.pk, *(file.pk for file in public)}


@pytest.mark.parametrize("is_public", [True, False])
def test_only_so_many_files_are_begun_within_an_hour(scene, sites, monkeypatch, is_public):
    monkeypatch.setattr(services, "MOST_AN_HOUR_OF_PUBLIC", 2)
    monkeypatch.setattr(services, "MOST_AN_HOUR_OF_ONE", 2)
    by = None if is_public else scene.office
    kept = [written(scene, sites.filter(pk__in=by_number(sites, number)), by=by) for number in (1, 2)]

    with pytest.raises(TooManyFiles):
        ask(scene, sites, by=by)

    assert list(ListFile.objects.order_by("pk")) == kept
    assert [ask(scene, sites.filter(pk__in=by_number(sites, number)), by=by) for number in (1, 2)] == kept
    assert ask(scene, sites, by=scene.builder).pk not in {file.pk for file in kept}
    an_hour_on = AT + timedelta(hours=1)
    later = sites.order_by("-pk")
    assert ask(scene, later, by=by, at=an_hour_on).count == 4


def by_number(sites, number):
    return [site.pk for site in sites[:number]]


def test_a_file_that_failed_is_tried_again_and_no_other(scene, sites, monkeypatch):
    file = ask(scene, sites, file_format=ListFormat.XLSX)
    with pytest.raises(Conflict):
        services.retry_file(file=file, by=None, at=AT)
    Site.objects.filter(key="A").update(name="长" * 200)
    monkeypatch.setattr("livelihood.kernel.exports.CELL_LENGTH", 100)

    services.run_write_file(file.job_id, at=AT)

    file.refresh_from_db()
    assert (file.job.state, file.content, len(file.keys)) == (JobState.FAILED, None, 4)
    monkeypatch.undo()
    again = services.retry_file(file=file, by=None, at=AT)
    services.run_write_file(again.job_id, at=AT)
    again.refresh_from_db()
    assert (again.pk, again.job.state, again.keys) == (file.pk, JobState.DONE, None)


@pytest.mark.parametrize(("is_public", "most"), [(True, "MOST_KEPT"), (False, "MOST_KEPT_OF_ONE")])
def test_only_the_last_files_are_kept(scene, sites, monkeypatch, is_public, most):
    monkeypatch.setattr(services, most, 2)
    by, other = (None, scene.office) if is_public else (scene.office, None)
    others = written(scene, sites, by=other)

    made = [written(scene, sites.filter(pk__in=by_number(sites, number)), by=by) for number in (1, 2, 3)]

    assert [selectors.content_of(file, AT) is not None for file in (*made, others)] == [False, True, True, True]
    assert bool(written(scene, sites.filter(pk__in=by_number(sites, 1)), by=by).content)


@pytest.mark.parametrize(
    ("is_public", "kept_for"), [(True, querysets.KEPT_FOR), (False, querysets.KEPT_FOR_ONE)], ids=["public", "own"]
)
def test_what_is_kept_long_enough_is_given_no_longer_and_forgotten_by_the_clock(scene, sites, is_public, kept_for):
    old = written(scene, sites, by=None if is_public else scene.office)
    before, then = AT + kept_for - timedelta(seconds=1), AT + kept_for

    assert (selectors.content_of(old, before) is None, selectors.kept_file(old.fingerprint, before)) == (False, old)
    assert (selectors.content_of(old, then), selectors.kept_file(old.fingerprint, then)) == (None, None)
    assert [services.forget_files(at=at) for at in (before, then, then)] == [0, 1, 0]
    old.refresh_from_db()
    assert (old.content, old.job.state) == (None, JobState.DONE)


def test_what_is_kept_long_enough_is_written_anew_when_it_is_asked_for_again(scene, sites):
    old = written(scene, sites, by=scene.office)
    tomorrow = AT + querysets.KEPT_FOR_ONE

    new = written(scene, sites, by=scene.office, at=tomorrow)

    assert (new.pk, new.job_id == old.job_id, new.requested_at) == (old.pk, False, tomorrow)
    assert bytes(new.content) == bytes(old.content)


def test_the_clock_forgets(scene, sites):
    written(scene, sites)

    assert tasks.forget_files() == 1  # it was asked for in 2025
    assert ListFile.objects.get().content is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_public", [True, False])
def test_a_double_click_is_one_job(scene, sites, is_public):
    by = None if is_public else scene.office

    answers = at_once(*[lambda: ask(scene, sites, by=by)] * 4)

    assert answers == [ListFile.objects.get()] * 4
    assert Job.objects.count() == 1


def test_a_file_says_what_it_is(scene, sites):
    file = ask(scene, sites)

    assert str(file) == f"#{file.pk} sites csv {file.fingerprint[:12]}"
