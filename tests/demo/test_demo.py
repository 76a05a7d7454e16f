"""The demo: built once, stopped where it is asked to, whole again after an interruption, and all of it can be read."""

import io
import re
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count, F, Max
from django.test import Client, override_settings
from django.utils import timezone, translation

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.audit.selectors import check_journal
from livelihood.cycles.areas import load_areas, shipped
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.outlines import drawn_for
from livelihood.cycles.states import DATED_PHASES, Phase
from livelihood.demo import (
    ending,
    facts,
    hangzhou,
    meishan,
    ningbo,
    ninghai_now,
    ninghai_planned,
    people,
    servers,
    years,
    zhejiang,
)
from livelihood.demo.management.commands import demo
from livelihood.demo.places import Places
from livelihood.demo.stage import Stage
from livelihood.imports import services as imports
from livelihood.inbox.models import Message
from livelihood.kernel.lights import Light
from livelihood.kernel.listings import listings
from livelihood.kernel.sheets import handling
from livelihood.lists import exporters as files
from livelihood.lists.states import ListFormat
from livelihood.portal.selectors import work_for
from livelihood.web.navigation import public_sections
from projects.models import Indicator, Notice, Project, Site
from projects.reports.models import ReportFile
from projects.states import NoticeState
from projects.surveys.models import Aggregate
from proposals.models import Candidate, Suggestion
from tests import databases, pictured
from tests.factories.frame import official
from tests.imports.tools import counts
from tests.journal import translated
from tests.web.test_security import production
from voting import exporters, record, sheets, verifier
from voting.models import OptionResult, RollEntry, Round, RoundResult
from voting.selectors import roll_of
from voting.states import Outcome, RoundState

NEXT_YEAR = timezone.localdate().year + 1
TODAY = Stage(now=timezone.now(), until=Phase.CLOSED, seed=1, sites=1)
VOTED = ningbo.year_of(TODAY)
PLACES = {
    ("zhejiang", 2024): Phase.CLOSED,
    ("zhejiang", NEXT_YEAR): Phase.SOLICIT,
    ("ningbo", VOTED): Phase.DECIDE,
    ("ninghai", 2020): Phase.CLOSED,
    ("ninghai", 2021): Phase.CLOSED,
    ("ninghai", ninghai_now.judged(TODAY)): Phase.EVALUATE,
    ("ninghai", hangzhou.year_of(TODAY)): Phase.DELIVER,
    ("ninghai", ninghai_now.decided(TODAY)): Phase.DECIDE,
    ("ninghai", ninghai_planned.year_of(TODAY)): Phase.PLAN,
    ("ninghai", ninghai_now.collected(TODAY)): Phase.SOLICIT,
    ("meishan", meishan.year_of(TODAY)): Phase.DELIVER,
    ("hangzhou", hangzhou.year_of(TODAY)): Phase.DELIVER,
}


def build(*, until=Phase.CLOSED, sites=40, show=lambda done, step: None):
    return years.build(Stage(now=timezone.now(), until=until, seed=1, sites=sites), show)


def phases():
    return {(cycle.area.slug, cycle.year): cycle.phase for cycle in Cycle.objects.select_related("area")}


def built_once(**options):
    """Build in a transaction that all tests of a class read and none of them keeps."""
    with transaction.atomic():
        build(**options)
        yield
        transaction.set_rollback(True)


def public_pages(client, cycle, prefix):
    """Open a year's front page and every page of the year that can be reached from it by links; return the statuses."""
    home = f"{prefix}/{cycle.area.slug}/{cycle.year}/"
    waiting, seen = [home], {}
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        response = client.get(address)
        seen[address] = response.status_code
        content = response.getvalue()  # files too: read to their end, they are closed
        if response["Content-Type"].startswith("text/html"):
            text = content.decode()
            waiting += [link for link in re.findall(r'href="([^"#?]+)', text) if link.startswith(home)]
    return seen


def lists_of(kind):
    """Yield every list of the demo that the sheet of a kind reads: of which place, of what there, and its rows."""
    if kind == "roll":
        for round_ in Round.objects.select_related("cycle__area").order_by("pk"):
            yield round_.cycle, str(round_.number), roll_of(round_).select_related("deputy")
        return
    read = listings()[kind].read
    assert read is not None
    if kind == "sites":
        for cycle in Cycle.objects.filter(sites__isnull=False).select_related("area").distinct():
            yield cycle, "", read(cycle)
    elif kind == "people":
        for area in Area.objects.filter(mandates__isnull=False).distinct():
            yield area, "", read(area)
    else:
        for area in Area.objects.filter(parent=None):
            yield area, "", read(area).exclude(**({"pk": area.pk} if kind == "areas" else {}))


@pytest.fixture(scope="class")
def planned(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Give all years until planning."""
    with django_db_blocker.unblock():
        yield from built_once(until=Phase.PLAN)


@pytest.fixture(scope="class")
def whole(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[None]:
    """Give the whole demo with few sites."""
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield from built_once()


@pytest.mark.usefixtures("planned")
class TestUntilPlan:
    def test_no_place_goes_further(self, db):
        expected = {place: min(phase, Phase.PLAN, key=list(Phase).index) for place, phase in PLACES.items()}

        assert phases() == expected

    def test_what_goes_on_today_is_of_a_year_around_today(self, db):
        """None bears an old number and has a phase that today lies in; what is asked and planned ends in a season."""
        today = timezone.localdate()
        running = Cycle.objects.filter(periods__starts_on__lte=today, periods__ends_on__gte=today)

        assert running.count() == len([phase for phase in PLACES.values() if phase != Phase.CLOSED])
        assert {-2 <= year - today.year <= 3 for year in running.values_list("year", flat=True)} == {True}
        assert {year for (_slug, year), phase in PLACES.items() if phase == Phase.CLOSED} == {2020, 2021, 2024}
        soon = today + timedelta(days=90)
        assert not running.filter(phase__in=["solicit", "plan"], periods__phase=F("phase"), periods__ends_on__gt=soon)

    def test_a_year_is_planned_with_candidates_in_each_state(self, db):
        planned = Cycle.objects.get(area__slug="ninghai", year=ninghai_planned.year_of(TODAY))

        assert set(planned.candidates.values_list("state", flat=True)) == {"draft", "proposed", "not_adopted"}
        assert set(planned.needs.values_list("outcome", flat=True)) == {"open", "candidate", "not_adopted"}

    def test_every_cycle_is_a_demo(self, db):
        assert not Cycle.objects.filter(is_demo=False).exists()

    def test_the_administrator_of_all_its_areas_sets_the_portal(self, db, client):
        client.force_login(User.objects.get(username=people.ADMINISTRATOR))

        assert client.get("/desk/portal/").status_code == 200

    def test_second_build_changes_nothing(self, db):
        entries = Entry.objects.count()

        assert build(until=Phase.PLAN) == 0
        assert Entry.objects.count() == entries > 0

    def test_published_candidates_carry_their_source_and_no_others(self, db):
        rows = Candidate.objects.filter(cycle__area__slug="ninghai", cycle__year=2021).order_by("number")

        published = [fact.title for fact in facts.projects("宁海县", 2021)]
        assert [row.title for row in rows if row.source] == published
        assert len(rows) == len(published) + 2

    def test_places_of_candidates_are_made_up_and_say_so(self, db):
        def places(slug: str) -> list[str]:
            rows = Candidate.objects.filter(cycle__area__slug=slug).order_by("cycle__year", "number")
            return list(rows.values_list("place", flat=True))

        assert places("ningbo")[:2] == ["海曙区、江北区（演示地点）", "江北区、北仑区（演示地点）"]
        assert set(places("ninghai")) == {"宁海县演示路（演示地点）"}
        assert places("zhejiang")[0] == "杭州市、宁波市（演示地点）"

    def test_suggestions_are_in_every_state(self, db):
        rows = Suggestion.objects.filter(cycle__year=NEXT_YEAR, cycle__area__slug="zhejiang")

        assert rows.count() == len(facts.suggestions())
        assert set(rows.values_list("state", flat=True)) == {"received", "accepted", "declined", "handed_over"}

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_public_sections_open(self, db, client, language):
        with translation.override(language):
            pages = {
                link.url: client.get(link.url).status_code
                for cycle in Cycle.objects.select_related("area")
                for link in public_sections(cycle, "")
            }

        assert len(pages) > 2 * len(PLACES)
        assert set(pages.values()) == {200}, [page for page, status in pages.items() if status != 200]

    def test_form_is_open_today(self, db, client):
        response = client.get(f"/zhejiang/{NEXT_YEAR}/suggest/")

        assert response.status_code == 200
        assert 'name="matter"' in response.content.decode()

    def test_accounts_open_with_the_one_password(self, db, rf):
        for _role, username in people.shown():
            assert authenticate(rf.post("/"), username=username, password=people.password()) is not None


@pytest.mark.slow
@pytest.mark.usefixtures("whole")
class TestWhole:
    def test_every_place_is_where_it_should_be(self, db):
        assert phases() == PLACES

    def test_one_county_that_ships_lives_in_each_phase(self, db):
        assert {phase for (slug, _year), phase in phases().items() if slug == "ninghai"} == set(DATED_PHASES) | {
            Phase.CLOSED
        }
        assert "330226" in {row.code for row in shipped()}

    @pytest.mark.parametrize("username", [username for role, username in people.SHOWN if role != Role.AUDITOR])
    def test_every_account_that_is_named_has_work_to_do(self, db, username):
        items = work_for(User.objects.get(username=username), timezone.now())

        assert [item for item in items if not item.waits_for_others]

    def test_people_are_told_of_what_came_lately_and_of_what_is_due(self, db):
        names = [username for _role, username in people.SHOWN]

        ending.tell_people(names, at=timezone.now())

        told = dict(Message.objects.values_list("user__username").annotate(Count("pk")))
        assert told.keys() <= set(names)
        assert len(told) > len(names) / 2
        assert max(told.values()) < 30

    def test_the_auditor_has_acts_to_read(self, db, client):
        client.force_login(User.objects.get(username=people.AUDITOR))

        page = client.get(f"/desk/ninghai/{hangzhou.year_of(TODAY)}/journal/")

        assert len(page.context["page"].rows) > 10

    def test_second_build_changes_nothing(self, db):
        entries = Entry.objects.count()

        assert build() == 0
        assert Entry.objects.count() == entries

    def test_every_page_of_which_pictures_are_taken_is_there(self, db):
        visitors = {"": Client()}
        answers = {}
        for shot in pictured.shots():
            if shot.account not in visitors:
                visitors[shot.account] = Client()
                visitors[shot.account].force_login(User.objects.get(username=shot.account))
            answers[shot.name] = visitors[shot.account].get(shot.path).status_code

        assert {name: status for name, status in answers.items() if status != 200} == {}
        assert len(answers) > 50

    def test_journal_is_the_same_in_whatever_language_people_act(self, db):
        assert translated() == set()

    def test_ningbo_votes_at_real_size(self, db):
        roll = RollEntry.objects.filter(round__cycle__area__slug="ningbo")

        assert roll.count() == 486
        assert roll.filter(signed_in_at__isnull=False).count() == 461
        assert roll.filter(has_voted=True).count() == 401
        assert Candidate.objects.filter(cycle__area__slug="ningbo").exclude(source="").count() == 13

    @pytest.mark.parametrize("year", [2020, 2021])
    def test_ninghai_chooses_the_ten_that_were_published(self, db, year):
        results = OptionResult.objects.filter(
            option__round__cycle__year=year, option__round__cycle__area__slug="ninghai"
        )

        elected = results.filter(outcome=Outcome.ELECTED).order_by("option__number")
        assert [row.option.title for row in elected] == [fact.title for fact in facts.projects("宁海县", year)]
        assert results.count() == 12

    def test_ninghai_2021_counts_eight_papers_beside_the_booth(self, db):
        result = RoundResult.objects.select_related("round").get(
            round__cycle__year=2021, round__cycle__area__slug="ninghai"
        )

        assert (result.in_term, result.present, result.issued, result.returned) == (245, 231, 231, 231)
        assert (result.on_paper, result.valid, result.invalid, result.not_voted) == (8, 231, 0, 0)
        assert result.round.ballots.filter(receipt="").count() == 8
        assert verifier.verify(record.canonical(exporters.full_record(result.round))) == []
        signing = [f"ninghai-{name}" for name in ("scrutineer-1", "scrutineer-2", "congress")]
        assert [names for _duty, names in sheets.tally_sheet(result.round).officers] == [
            [User.objects.get(username=username).name] for username in signing
        ]

    def test_hangzhou_shows_every_light_and_every_state_of_a_notice(self, db):
        sites = Site.objects.filter(cycle__area__slug="hangzhou")

        assert sites.count() == 40
        assert set(sites.values_list("light", flat=True)) == set(Light)
        assert set(Notice.objects.values_list("state", flat=True)) == set(NoticeState)
        assert Project.objects.filter(cycle__area__slug="hangzhou").exclude(source="").count() == 27

    @pytest.mark.parametrize("slug", ["ninghai", "hangzhou"])
    def test_sites_were_completed_over_the_months(self, db, slug):
        sites = Site.objects.filter(cycle__area__slug=slug, cycle__year=hangzhou.year_of(TODAY), state="accepted")
        days = [(timezone.localdate() - site.day).days for site in sites.annotate(day=Max("reports__reported_on"))]
        assert (len({day // 30 for day in days}) >= 3, min(days) >= 7) == (True, True), days

    def test_meishan_shares_out_what_was_published(self, db):
        indicators = Indicator.objects.filter(project__cycle__area__slug="meishan")

        shared = {row.name: sum(share.target for share in row.allocations.all()) for row in indicators}
        published = [fact for fact in facts.allocations("眉山市", 2021) if fact.area and not fact.is_total]
        assert shared == {
            name: sum(fact.target for fact in published if fact.indicator == name and fact.target is not None)
            for name in shared
        }
        assert len(shared) == 7

    def test_ninghai_2020_is_told_to_its_end(self, db):
        projects = Project.objects.filter(cycle__area__slug="ninghai", cycle__year=2020)

        assert projects.filter(state="closed_out").count() == 8
        assert sum(row.n for row in Aggregate.objects.filter(project__isnull=True)) > 300
        kept = ReportFile.objects.filter(report__cycle__area__slug="ninghai", report__cycle__year=2020)
        assert sorted(kept.values_list("report__language", "file_format")) == [
            ("en", "pdf"), ("en", "xlsx"), ("zh-hans", "pdf"), ("zh-hans", "xlsx"),
        ]  # fmt: skip

    @pytest.mark.parametrize("file_format", ListFormat)
    @pytest.mark.parametrize("name", handling.handlers())
    def test_every_list_of_a_kind_comes_in_again_as_it_is(self, db, name, file_format):
        """Through the door. A closed year and a locked roll take no sheet; here they are asked all the same."""
        found, now, listing = {}, timezone.now(), listings()[name]
        role = {"sites": Role.LIVELIHOOD_OFFICE, "roll": Role.CONGRESS_STAFF}.get(name, Role.ADMINISTRATOR)
        with databases.behind_the_guards() as cursor:
            cursor.execute("UPDATE cycles_cycle SET phase = %s", [Phase.DECIDE if name == "roll" else Phase.DELIVER])
            cursor.execute("UPDATE voting_round SET state = %s", [RoundState.DRAFT])
        for place, target, rows in lists_of(name):
            area = place if listing.of_area else place.area
            by = official(role, area)
            batch = imports.receive_import(
                kind=name, area=area, cycle=None if listing.of_area else place, target=target,
                file=io.BytesIO(files.written(listing, place, file_format, rows)), file_name=f"list.{file_format}",
                by=by, at=now,
            )  # fmt: skip
            batch = imports.preview_import(batch=batch, by=by, at=now)
            assert counts(batch, "new", "changed", "wrong", "doubt") == (0, 0, 0, 0)
            found[place, target] = batch.counts["unchanged"]

        assert found == {(place, target): len(rows) for place, target, rows in lists_of(name)}
        assert min(found.values()) > 0

    @pytest.mark.parametrize("prefix", ["", "/en"])
    @pytest.mark.parametrize("place", PLACES)
    def test_all_public_pages_open(self, db, client, place, prefix):
        slug, year = place
        pages = public_pages(client, Cycle.objects.select_related("area").get(area__slug=slug, year=year), prefix)

        assert set(pages.values()) == {200}, [page for page, status in pages.items() if status != 200]


def test_there_is_no_demo_under_production_settings():
    done = production("""
from django.conf import settings
from django.core.management import get_commands
print("demo" in get_commands(), "livelihood.demo" in settings.INSTALLED_APPS)
""")

    assert done.stdout == "False False\n"


def test_interrupted_year_is_not_half_there_and_is_built_next_time(db, monkeypatch):
    monkeypatch.setattr(years, "YEARS", [year for year in years.YEARS if year.name in ("Zhejiang", "Ningbo")])

    def interrupt(_done, step):
        if step == f"Ningbo {VOTED}: candidates":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(until=Phase.PLAN, show=interrupt)

    assert set(phases()) == {("zhejiang", 2024), ("zhejiang", NEXT_YEAR)}
    assert not Suggestion.objects.filter(cycle__area__slug="ningbo").exists()
    assert build(until=Phase.SOLICIT) == 1
    assert phases()["ningbo", VOTED] == Phase.SOLICIT


def test_same_seed_gives_the_same_words_and_another_gives_others(db, monkeypatch):
    monkeypatch.setattr(years, "YEARS", [year for year in years.YEARS if year.live is zhejiang.ask])

    def lived(seed):
        with transaction.atomic():
            years.build(Stage(now=timezone.now(), until=Phase.SOLICIT, seed=seed, sites=1), lambda done, step: None)
            rows = list(Suggestion.objects.order_by("pk").values_list("title", "area__slug", "idempotency_key"))
            transaction.set_rollback(True)
        return rows

    assert lived(1) == lived(1) != lived(2)


def test_points_lie_in_their_district(db):
    load_areas(shipped(), at=timezone.now())
    city, chance = Area.objects.get(slug="hangzhou"), Random(1)
    places, shapes = Places(city), drawn_for(city, city).geometries

    points = {area.slug: [places.point(area, chance) for _ in range(50)] for area in places.areas}

    assert len(points) == 13
    for area in places.areas:
        within = [_is_within(shapes[area.code], *map(float, point)) for point in points[area.slug]]
        assert within.count(True) >= 45  # a point may lie some hundred metres beyond the line, as its cell does


def _is_within(shape, x, y):
    lines = [line for polygon in shape["coordinates"] for ring in polygon for line in pairwise(ring)]
    crossed = [x < x1 + (y - y1) * (x2 - x1) / (y2 - y1) for (x1, y1), (x2, y2) in lines if (y1 > y) != (y2 > y)]
    return crossed.count(True) % 2 == 1


def test_password_obeys_the_validators():
    validate_password(people.password())


def test_names_differ_on_the_largest_roll_of_one_cycle_of_names():
    assert len({people.name_of(number) for number in range(480)}) == 480


@pytest.mark.parametrize("text", ["0", "-3", "100001", "many"])
def test_number_of_sites_is_bounded(text):
    with pytest.raises(ArgumentTypeError):
        demo.site_number(text)


@pytest.mark.django_db(databases=["default", "owner"])
def test_command_tells_accounts_and_password(capsys, monkeypatch):
    monkeypatch.setattr(
        years, "YEARS", [one for one in years.YEARS if one.live in (ninghai_planned.live, ninghai_now.collect)]
    )
    call_command("demo", "--no-serve", "--until", "solicit")

    told = capsys.readouterr()
    assert people.password() in told.out
    assert re.search(r"Livelihood office +ninghai-office\n", told.out)
    assert "2 years built" in told.err
    check = check_journal(at=timezone.now())
    assert (check.findings, check.sealed, check.unsealed) == ((), Entry.objects.count(), 0)


def test_ended_process_is_told(tmp_path):
    log = tmp_path / "web.log"
    with servers.process(["false"], log) as process:
        process.wait()

        with pytest.raises(servers.Ended, match="web has ended with 1"):
            servers.Portal("http://127.0.0.1:9", {}, ExitStack(), {log: process}).check()
