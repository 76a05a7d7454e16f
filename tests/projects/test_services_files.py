import io
from datetime import timedelta

import pytest
from django.utils import translation

from livelihood.jobs import services as jobs
from livelihood.jobs.models import Job, JobState
from livelihood.kernel.errors import Conflict
from livelihood.kernel.sheets.reading import read_sheet
from projects import selectors, services
from projects.exporters import site_fields
from projects.importers import SITES, resolve_sites
from projects.models import Project, Site, SiteFile
from projects.services import files
from projects.services.files import TooManyFiles
from projects.states import ListFormat
from tests import databases
from tests.factories.projects import SiteFactory
from tests.projects.conftest import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def sites(scene):
    SiteFactory.create_batch(3, indicator=scene.indicator, area=scene.site.area)
    return selectors.sites_for(scene.cycle)


def ask(scene, sites, by=None, file_format=ListFormat.CSV):
    return services.ask_for_site_file(cycle=scene.cycle, sites=sites, file_format=file_format, by=by, at=AT)


def written(scene, sites, **values):
    file = ask(scene, sites, **values)
    files.run_write_file(file.job_id, at=AT)
    file.refresh_from_db()
    assert file.job.state == JobState.DONE, file.job.error
    return file


@pytest.mark.parametrize("file_format", ListFormat)
def test_a_written_file_holds_the_list_in_its_order_and_imports_again(scene, sites, file_format):
    backwards = sites.order_by("-pk")

    file = written(scene, backwards, file_format=file_format)

    reading = resolve_sites(read_sheet(io.BytesIO(bytes(file.content)), SITES), scene.cycle)
    assert (reading.errors, [row.values["key"] for row in reading.rows]) == ([], [site.key for site in backwards])
    assert (file.sites, file.count, file.job.result) == (None, 4, {"rows": 4})


def test_how_far_a_file_is_written_is_told_on_the_way(scene, sites, monkeypatch):
    monkeypatch.setattr(files, "TOLD_EVERY", 3)

    file = written(scene, sites)

    assert jobs.progress(file.job) == (3, 4)


def test_the_same_list_again_is_the_same_file_for_everybody(scene, sites):
    file = written(scene, sites, by=scene.office)

    assert ask(scene, sites, by=scene.builder) == file
    assert ask(scene, sites.filter(pk__gt=0)) == file
    assert (SiteFile.objects.count(), Job.objects.count()) == (1, 1)


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
        files.run_write_file(file.job_id, at=AT)

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
    assert SiteFile.objects.count() == 1 + len(public)

    files.run_write_file(first.job_id, at=AT)

    assert ask(scene, sites.order_by("-pk"), by=scene.office).pk not in {first.pk, *(file.pk for file in public)}


@pytest.mark.parametrize("is_public", [True, False])
def test_only_so_many_files_are_begun_within_an_hour(scene, sites, monkeypatch, is_public):
    monkeypatch.setattr(files, "MOST_AN_HOUR_OF_PUBLIC", 2)
    monkeypatch.setattr(files, "MOST_AN_HOUR_OF_ONE", 2)
    by = None if is_public else scene.office
    kept = [written(scene, sites.filter(pk__in=by_number(sites, number)), by=by) for number in (1, 2)]

    with pytest.raises(TooManyFiles):
        ask(scene, sites, by=by)

    assert list(SiteFile.objects.order_by("pk")) == kept
    assert [ask(scene, sites.filter(pk__in=by_number(sites, number)), by=by) for number in (1, 2)] == kept
    assert ask(scene, sites, by=scene.builder).pk not in {file.pk for file in kept}
    an_hour_on = AT + timedelta(hours=1)
    later = sites.order_by("-pk")
    assert (
        services.ask_for_site_file(
            cycle=scene.cycle, sites=later, file_format=ListFormat.CSV, by=by, at=an_hour_on
        ).count
        == 4
    )


def by_number(sites, number):
    return [site.pk for site in sites[:number]]


def test_a_file_that_failed_is_tried_again_and_no_other(scene, sites, monkeypatch):
    file = ask(scene, sites, file_format=ListFormat.XLSX)
    with pytest.raises(Conflict):
        services.retry_site_file(file=file, by=None, at=AT)
    Site.objects.filter(key="A").update(name="长" * 200)
    monkeypatch.setattr("livelihood.kernel.exports.CELL_LENGTH", 100)

    files.run_write_file(file.job_id, at=AT)

    file.refresh_from_db()
    assert (file.job.state, file.content, len(file.sites)) == (JobState.FAILED, None, 4)
    monkeypatch.undo()
    again = services.retry_site_file(file=file, by=None, at=AT)
    files.run_write_file(again.job_id, at=AT)
    again.refresh_from_db()
    assert (again.pk, again.job.state, again.sites) == (file.pk, JobState.DONE, None)


def test_only_the_last_files_of_a_year_are_kept(scene, sites, monkeypatch):
    monkeypatch.setattr(files, "MOST_KEPT", 2)

    made = [written(scene, sites.filter(pk__in=by_number(sites, number))) for number in (1, 2, 3)]

    assert [selectors.files.content_of(file) is not None for file in made] == [False, True, True]
    assert bool(written(scene, sites.filter(pk__in=by_number(sites, 1))).content)


def test_old_files_are_forgotten_when_a_new_one_is_written(scene, sites):
    old = written(scene, sites)
    SiteFile.objects.update(requested_at=AT - files.KEPT_FOR - files.KEPT_FOR)

    new = written(scene, sites.order_by("-pk"))

    old.refresh_from_db()
    assert (old.content, bool(new.content)) == (None, True)
    assert written(scene, sites).content is not None
