"""The bench says which figure misses its goal, loses none, and refuses a name that it does not know."""

import ast
import json
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.urls import reverse

from tests.bench import __main__ as bench
from tests.bench import growth, site_growth
from tests.bench.figure import Figure, compared, grown, slowest
from tests.bench.goals import GOALS, RATIO, SIGNS, Goal
from tests.bench.outcome import MET, accounted_for, line, outcome, table, written
from tests.factories.frame import CountyFactory, CycleFactory, UserFactory
from tests.factories.projects import IndicatorFactory, ProjectFactory, SiteFactory

MACHINE = {
    "cores": 2, "memory_gb": 23.5, "cpu": "a processor", "load_before": 0.1, "python": "3.11", "django": "5.2",
    "granian": "2", "postgresql": "18",
}  # fmt: skip
LISTED = [(part, name, goal) for part, figures in GOALS.items() for name, goals in figures.items() for goal in goals]


def run_of(*figures, parts=("recount", "import")):
    return outcome(figures, parts=parts, measured_on="2026-11-29", seconds=1, machine=MACHINE)


def recount(seconds):
    return Figure("recount", "Recount", seconds, "s", "GROUP BY", 0.5, seconds / 0.5)


def imported(*, seconds, ratio):
    return Figure("import_sites", "Import", seconds, "s", "COPY", seconds / ratio, ratio)


def test_a_figure_below_its_goal_is_marked_in_json_table_and_while_it_runs():
    run = run_of(recount(30.0), imported(seconds=3, ratio=4.1))

    assert [(row["name"], row["met"], row["target"]) for row in run["figures"]] == [
        ("recount", True, "≤ 30 s"),
        ("import_sites", False, "≤ 10 s, ratio ≤ 3"),
    ]
    assert run["missed"] == ["import_sites"]
    rows = [row for row in table(run).splitlines() if row.startswith("| ")]
    assert [row.rsplit(" | ", 1)[1] for row in rows[1:]] == ["yes |", "**no** |"]
    assert "Below their goal: import_sites." in table(run)
    assert line(recount(30.0)) == "recount: 30 s, 60 of 0.5 (GROUP BY)"
    assert line(recount(30.1)) == "recount: 30.1 s, 60.2 of 0.5 (GROUP BY) MISSED: ≤ 30 s"


def test_what_was_asked_for_and_not_measured_is_named():
    run = run_of(recount(1), imported(seconds=3, ratio=3))

    assert run["missed"] == []
    assert run["not_measured"] == ["import_sites_memory"]
    assert "Below their goal: none. Not measured: import_sites_memory." in table(run)


def test_a_figure_without_goal_is_neither_met_nor_missed():
    figure = Figure("votes_cast_cpu", "Processor time", 5, "ms")

    run = run_of(figure, parts=["votes"])

    assert (run["figures"][0]["met"], run["figures"][0]["target"], run["missed"]) == (None, None, [])


def test_a_figure_that_nobody_has_listed_is_refused():
    with pytest.raises(LookupError, match="faster_than_light is not listed"):
        Figure("faster_than_light", "?", 1, "s")


def test_a_goal_in_another_unit_than_its_figure_is_refused():
    with pytest.raises(ValueError, match="A goal in s for a figure in ms"):
        run_of(Figure("recount", "Recount", 30, "ms"))
    with pytest.raises(ValueError, match="A goal in ratio for a figure in s"):
        run_of(Figure("import_sites", "Import", 3, "s"))


@pytest.mark.parametrize(("part", "name", "goal"), LISTED)
def test_every_goal_can_be_met_and_missed(part, name, goal):
    better, worse = (0, goal.bound * 2 + 1) if goal.sign == "≤" else (goal.bound * 2 + 1, 0)

    assert goal.sign in SIGNS
    assert goal.source
    assert part in GOALS
    for value, answer in ((better, True), (goal.bound, True), (worse, False)):
        figure = (value, goal.unit, None) if goal.unit != RATIO else (1.0, "s", value)
        assert goal.is_met(*figure) is answer, name


def test_every_listed_name_is_listed_once():
    names = [name for figures in GOALS.values() for name in figures]

    assert len(names) == len(set(names))


def test_an_unknown_part_is_refused_with_the_list_of_parts(capsys):
    with pytest.raises(SystemExit) as refused:
        bench.main(["--only", "nothing"])

    said = capsys.readouterr()
    assert refused.value.code == 2
    assert said.out == ""
    assert "invalid choice: 'nothing'" in said.err
    assert [part for part in GOALS if f"'{part}'" not in said.err] == []


@pytest.mark.parametrize("less", [["--only", "lists"], ["--quick"]])
def test_the_page_is_written_by_a_whole_run_only(less, capsys):
    page = bench.PAGE.read_text()

    with pytest.raises(SystemExit):
        bench.main(["--write", *less])

    assert "--write is for a whole run" in capsys.readouterr().err
    assert bench.PAGE.read_text() == page


def test_the_page_keeps_what_stands_around_the_table():
    run = run_of(recount(31))

    page = written("before\n<!-- bench -->\nold\n<!-- /bench -->\nafter\n", run)

    assert page == f"before\n<!-- bench -->\n{table(run)}<!-- /bench -->\nafter\n"
    assert accounted_for(page) == {"recount", "import_sites", "import_sites_memory"}
    assert json.loads(json.dumps(run))["missed"] == ["recount"]


def test_the_page_of_benchmarks_was_written_by_the_command():
    """Every row of it is of the form that the command writes; its marks say what its figures say."""
    rows = [row.split(" | ") for row in bench.PAGE.read_text().splitlines() if row.startswith("| ")][1:]

    assert rows
    assert {len(row) for row in rows} == {len(table(run_of(recount(1))).splitlines()[-1].split(" | "))}
    for row in rows:
        value, unit = row[1].split(" ", 1)
        ratio = float(row[3]) if row[3] else None
        answers = [_goal(text).is_met(float(value), unit, ratio) for text in row[4].split(", ") if text]
        assert row[-1] == f"{MET[all(answers) if answers else None]} |", row


def test_the_page_of_benchmarks_has_every_figure_or_says_that_it_was_not_measured():
    assert accounted_for(bench.PAGE.read_text()) == {name for figures in GOALS.values() for name in figures}


def test_medians_of_rounds_and_the_slowest_of_all():
    assert compared("recount", "", "s", [1, 9, 2], [1, 3, 4], limit_is="").ratio == 1
    assert compared("recount", "", "s", [1, 9, 2], [1, 3, 4], limit_is="").value == 2
    figure = slowest("list_desk_max", "", [[1, 7], [2, 8]], [[1, 2], [4, 1]], limit_is="")
    assert (figure.value, figure.limit, figure.ratio) == (8, 4, 2)


def test_growth_gives_the_slowest_and_the_factor_of_the_medians(monkeypatch):
    monkeypatch.setitem(GOALS, "growth", {"growth_of_a_list": [Goal("≤", 50, "ms", "a test")]})

    (figure,) = grown("growth_of", "ten years", {"a list": [2, 1, 2]}, {"a list": [60, 4, 8]})

    assert (figure.name, figure.value, figure.limit, figure.ratio) == ("growth_of_a_list", 60, 2, 4)
    assert figure.is_met is False


def test_pages_are_timed_past_what_is_kept_of_them(db):
    cycle = CycleFactory()
    address = reverse("portal:cycle", args=[cycle.area.slug, cycle.year])

    times = growth.opened({"home": address})

    assert {page: len(each) for page, each in times.items()} == {"home": growth.TIMES}
    assert min(times["home"]) > 0
    with pytest.raises(RuntimeError, match="404 at /nowhere/"):
        growth.opened({"nowhere": "/nowhere/"})


def test_goals_stand_in_their_file_alone():
    """Nobody else makes a goal, so there is one place to read and to change them."""
    makers = {
        path.name
        for path in (settings.BASE_DIR / "tests" / "bench").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Goal"
    }

    assert makers == {"goals.py"}


def _goal(text):
    ratio, sign, bound, unit = re.fullmatch(r"(ratio )?([≤≥]) ([\d.]+) ?(.*)", text).groups()
    return Goal(sign, float(bound), RATIO if ratio else unit, "")


@pytest.mark.django_db
def test_the_years_that_growth_is_measured_on_are_whole():
    county = CountyFactory()
    old, new = (ProjectFactory(cycle=CycleFactory(area=county.parent, year=year), number=3) for year in (2026, 2027))
    site = SiteFactory(indicator=IndicatorFactory(project=new), area=county, name="人民路")
    indicator = IndicatorFactory(project=old)

    site_growth.copy_year(new.cycle, old.cycle)
    site_growth.report_often(new.cycle, by=UserFactory())

    copied = old.cycle.sites.get()
    assert (copied.name, copied.key, copied.indicator, copied.due_on.year) == (
        "人民路", site.key, indicator, site.due_on.year - 1,
    )  # fmt: skip
    assert (site.reports.count(), copied.reports.count()) == (12, 0)


@pytest.mark.slow
def test_every_scene_runs():
    """Fewer sites and shorter, in a process and a place of its own; what nobody runs is broken by the next limit."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick"],
        cwd=settings.BASE_DIR, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr[-2000:]
    # Real elections lie beside the project, or nowhere.
    assert set(json.loads(done.stdout)["not_measured"]) <= {"recount_election"}
